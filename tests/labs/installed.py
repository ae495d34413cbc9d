"""The project on top of the small Debian, placed the way a package places it."""

import shutil
import tomllib
from pathlib import Path
from typing import Final

from tests.labs import programs
from tests.labs.cache import cached, hash_tree
from tests.labs.debian import base

PROJECT: Final = Path(__file__).resolve().parents[2]
TABLE: Final = PROJECT / "resources" / "install.toml"
COMPILE: Final = """
set -eu
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$4"
chroot "$4" python3 -m compileall -q /usr/lib/python3/dist-packages/wgdesk
"""
LAUNCHER: Final = """#!/usr/bin/python3 -I
import sys

from {module} import {function}

sys.exit({function}())
"""


def layer() -> Path:
    """A folder to lay over the base: the project's files, byte-compiled there.

    It is made anew for each state of the work tree.
    """
    system = base()
    sources = hash_tree(PROJECT / "wgdesk", PROJECT / "resources")
    recipe = sources + system.name.encode() + Path(__file__).read_bytes()
    return cached("installed", recipe, lambda root: _build(root, system), keep=4)


def place(root: Path) -> None:
    """Put the project's files under `root` as resources/install.toml says."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    for source, target in table["trees"].items():
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / source, _under(root, target), ignore=ignore)
    for source, target in table["files"].items():
        origin = PROJECT / source
        mode = 0o755 if origin.stat().st_mode & 0o100 else 0o644
        _place_file(_under(root, target), origin.read_text(encoding="utf-8"), mode)
    for target, function in table["launchers"].items():
        module, _, name = function.partition(":")
        text = LAUNCHER.format(module=module, function=name)
        _place_file(_under(root, target), text, 0o755)
    for path in (root, *root.rglob("*")):  # whatever the umask of this process says
        is_open_to_all = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if is_open_to_all else 0o644)


def _build(root: Path, system: Path) -> None:
    root.mkdir(mode=0o755)
    place(root)
    work, merged = root.with_name(f"{root.name}-work"), root.with_name(f"{root.name}-merged")
    for folder in (work, merged):
        folder.mkdir(exist_ok=True)
    folders = [str(path) for path in (system, root, work, merged)]
    programs.run(["unshare", "--mount", "sh", "-c", COMPILE, "compile", *folders])
    for folder in (work, merged):
        shutil.rmtree(folder)


def _under(root: Path, place_in_system: str) -> Path:
    return root / place_in_system.lstrip("/")


def _place_file(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
