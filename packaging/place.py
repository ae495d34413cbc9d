#!/usr/bin/python3
"""Puts the project's files where resources/install.toml says, below a folder; or lists them.

place.py ROOT               place all of them
place.py --owned PACKAGE    one line for each file of that .deb: its path and its folder, as dh_install reads them

Needs nothing but Python 3.11: packages are built with it, and the labs place the project by it.
"""

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
    """Put everything under `root`; a file that is there already is written over.

    What else is there stays as it is, so `root` may be a whole system.
    """
    table = read_table()
    _make_folder(root)
    for source, target in table["trees"].items():
        for path in _files(PROJECT / source):
            _copy(path, _under(root, target) / path.relative_to(PROJECT / source))
    for source, target in table["files"].items():
        _copy(PROJECT / source, _under(root, target))
    for target, function in table["launchers"].items():
        module, _, name = function.partition(":")
        text = LAUNCHER.format(module=module, function=name)
        _write(_under(root, target), text.encode(), 0o755)


def places() -> Iterator[str]:
    """The place of every file, in the installed system."""
    table = read_table()
    for source, target in table["trees"].items():
        for path in _files(PROJECT / source):
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


def _files(tree: Path) -> Iterator[Path]:
    for path in sorted(tree.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _copy(origin: Path, path: Path) -> None:
    _write(path, origin.read_bytes(), 0o755 if origin.stat().st_mode & 0o100 else 0o644)


def _write(path: Path, content: bytes, mode: int) -> None:
    _make_folder(path.parent)
    path.write_bytes(content)
    path.chmod(mode)


def _make_folder(path: Path) -> None:
    """It and those above it, open to all whatever the umask of this process says."""
    if not path.is_dir():
        _make_folder(path.parent)
        path.mkdir()
        path.chmod(0o755)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
