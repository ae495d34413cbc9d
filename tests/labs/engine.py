"""Lab engine: the bundled engine, built once from packaging/engine as a package build does it."""

import platform
from pathlib import Path
from typing import Final

from tests.labs import programs
from tests.labs.cache import cached, hash_tree

FOLDER: Final = Path(__file__).resolve().parents[2] / "packaging" / "engine"
BUILD: Final = FOLDER / "build"
MADE_OF: Final = ("build", "go.mod", "go.sum", "LICENSE", "profile/engine.pprof")
ARCHS: Final = {"x86_64": "amd64", "aarch64": "arm64"}  # Debian's names by the kernel's
BUILD_TIMEOUT_S: Final = 600.0  # 25 s of work with an empty cache; two cores may be busy


def missing() -> str | None:
    """One sentence why it cannot be built here, or None."""
    if platform.machine() not in ARCHS:
        return f"no engine is built for {platform.machine()}"
    done = programs.run([str(BUILD), "--check"], check=False)
    return None if done.returncode == 0 else done.stderr.strip()


def go() -> str:
    """The Go that builds it."""
    return programs.run([str(BUILD), "--check"]).stdout.strip()


def program() -> Path:
    """The program, made of the sources as they are now."""
    recipe = hash_tree(*(FOLDER / name for name in MADE_OF))
    return cached("engine", recipe, _build) / "wireguard-go"


def _build(folder: Path) -> None:
    command = [str(BUILD), ARCHS[platform.machine()], str(folder)]
    programs.run(command, timeout_s=BUILD_TIMEOUT_S)
