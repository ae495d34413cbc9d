"""The project on top of the small Debian, placed the way a package places it."""

import shutil
import sys
from pathlib import Path
from typing import Final

from tests.labs import programs
from tests.labs.cache import cached, hash_tree
from tests.labs.debian import base

PROJECT: Final = Path(__file__).resolve().parents[2]
COMPILE: Final = """
set -eu
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$4"
chroot "$4" python3 -m compileall -q /usr/lib/python3/dist-packages/wgdesk
"""


def layer() -> Path:
    """A folder to lay over the base: the project's files, byte-compiled there.

    It is made anew for each state of the work tree.
    """
    system = base()
    sources = hash_tree(PROJECT / "wgdesk", PROJECT / "resources")
    placing = (PROJECT / "packaging" / "place.py").read_bytes()
    recipe = sources + system.name.encode() + placing + Path(__file__).read_bytes()
    return cached("installed", recipe, lambda root: _build(root, system), keep=4)


def place(root: Path) -> None:
    """Put the project's files under `root` as resources/install.toml says."""
    programs.run([sys.executable, str(PROJECT / "packaging" / "place.py"), str(root)])


def _build(root: Path, system: Path) -> None:
    place(root)
    work, merged = root.with_name(f"{root.name}-work"), root.with_name(f"{root.name}-merged")
    for folder in (work, merged):
        folder.mkdir(exist_ok=True)
    folders = [str(path) for path in (system, root, work, merged)]
    programs.run(["unshare", "--mount", "sh", "-c", COMPILE, "compile", *folders])
    for folder in (work, merged):
        shutil.rmtree(folder)
