#!/usr/bin/python3
"""Puts the project's files where resources/install.toml says, below a folder; or lists them.

place.py ROOT               place all of them
place.py --owned PACKAGE    one line for each file of that .deb: its path and its folder, as dh_install reads them

Needs nothing but Python 3.11: packages are built with it, and the labs place the project by it.
"""

import shutil
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parents[1]
TABLE: Final = PROJECT / "resources" / "install.toml"
USAGE: Final = 2
LAUNCHER: Final = """#!/usr/bin/python3 -I
import sys

from {module} import {function}

sys.exit({function}())
"""


@cache
def read_table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def place(root: Path) -> None:
    """Put everything under `root`; what is there already is written over."""
    table = read_table()
    root.mkdir(mode=0o755, parents=True, exist_ok=True)
    for source, target in table["trees"].items():
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / source, _under(root, target), ignore=ignore, dirs_exist_ok=True)
    for source, target in table["files"].items():
        origin = PROJECT / source
        mode = 0o755 if origin.stat().st_mode & 0o100 else 0o644
        _write(_under(root, target), origin.read_bytes(), mode)
    for target, function in table["launchers"].items():
        module, _, name = function.partition(":")
        text = LAUNCHER.format(module=module, function=name)
        _write(_under(root, target), text.encode(), 0o755)
    for path in (root, *root.rglob("*")):  # whatever the umask of this process says
        is_open_to_all = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if is_open_to_all else 0o644)


def places() -> Iterator[str]:
    """The place of every file, in the installed system."""
    table = read_table()
    for source, target in table["trees"].items():
        for path in sorted((PROJECT / source).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield f"{target}/{path.relative_to(PROJECT / source)}"
    yield from table["files"].values()
    yield from table["launchers"]


def owner(path: str) -> str:
    """Which .deb has the file at this place."""
    table = read_table()["debs"]
    for package, parts in table["has"].items():
        if any(path == part or path.startswith(f"{part}/") for part in parts):
            return str(package)
    return str(table["rest"])


def main(arguments: list[str]) -> int:
    match arguments:
        case ["--owned", package]:
            for path in places():
                if owner(path) == package:
                    sys.stdout.write(f"{path} {Path(path).parent}\n".replace(" /", " ").lstrip("/"))
        case [root] if not root.startswith("-"):
            place(Path(root))
        case _:
            sys.stderr.write(str(__doc__))
            return USAGE
    return 0


def _under(root: Path, place_in_system: str) -> Path:
    return root / place_in_system.lstrip("/")


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
