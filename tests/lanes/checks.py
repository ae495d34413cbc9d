"""Lane check: the tools that read the code instead of running it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "build", "dist"}


def shell_scripts() -> list[Path]:
    """Every file of the project whose first line calls a shell."""
    return sorted(path for path in own_files(REPO) if starts_a_shell(path))


def own_files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.name not in NOT_OURS and not path.name.endswith("cache__"):
                yield from own_files(path)
        elif path.is_file():
            yield path


def starts_a_shell(path: Path) -> bool:
    with path.open("rb") as file:
        first = file.readline(100)
    return first.startswith(b"#!") and first.split()[-1].rpartition(b"/")[2] in {b"sh", b"bash"}


def commands() -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    beside = Path(sys.executable).parent
    return {
        "format": [*python, "ruff", "format", "--check"],
        "lint": [*python, "ruff", "check"],
        "types": [*python, "mypy"],
        "rooms": [str(beside / "lint-imports"), "--no-logo"],
        "shell": ["shellcheck", *map(str, shell_scripts())],
    }


def run_checks() -> dict[str, bool]:
    """Run all of them, even after one failed; True for each that found nothing.

    They run as the owner of the tree: root's caches in it would be in the owner's way.
    """
    owner = REPO.stat().st_uid if os.geteuid() == 0 else None
    results = {}
    for name, command in commands().items():
        print(f"--- {name}", flush=True)
        done = subprocess.run(command, cwd=REPO, check=False, user=owner)
        results[name] = done.returncode == 0
    return results
