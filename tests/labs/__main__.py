"""Build the labs ahead of the tests, look into one, or remove what they keep."""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Final

from tests.labs import box, deb, debian, engine, flat, installed, kernel, ns, vm
from tests.labs.cache import cache_dir, remove

LABS: Final[dict[str, ModuleType]] = {
    "ns": ns,
    "engine": engine,
    "box": box,
    "deb": deb,
    "vm": vm,
    "flat": flat,
}
PARTS: Final[dict[str, tuple[Callable[[], object], ...]]] = {
    "ns": (),
    "engine": (engine.program,),
    "box": (debian.base, installed.layer),
    "deb": (debian.base, deb.debs, deb.needs_within_reach),
    "vm": (debian.base, installed.layer, kernel.kernel, kernel.disk),
    "flat": (flat.app,),
}


def build(names: list[str]) -> int:
    """Build what these labs need and is not there yet; 1 when one cannot run here."""
    unable = 0
    for name in names or list(LABS):
        reason = LABS[name].missing()
        if reason is not None:
            print(f"lab {name} cannot run here: {reason}")
            unable = 1
            continue
        start_s = time.monotonic()
        for part in PARTS[name]:
            part()
        print(f"lab {name} is ready ({time.monotonic() - start_s:.1f} s)")
    return unable


def clean() -> int:
    remove(cache_dir())
    return 0


def shell() -> int:
    """Boot a box and give a root shell in it; leaving the shell powers it off."""
    machine = box.Box()
    try:
        return subprocess.run(machine.command(["bash", "-l"]), check=False).returncode
    finally:
        machine.close()


def bundle(path: Path) -> int:
    """Build the Flatpak on the stand-in and put it into one file, for looking into it."""
    reason = flat.missing()
    if reason is not None:
        print(f"lab flat cannot run here: {reason}")
        return 1
    flat.bundle(flat.app(), path)
    print(f"ready: {path}; it holds the stand-in's Qt, so it is for looking at, not for people")
    return 0


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.labs", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    building = verbs.add_parser("build", help="build what the labs need, all of them by default")
    building.add_argument("labs", nargs="*", choices=[*LABS, []], metavar="|".join(LABS))
    verbs.add_parser("clean", help="remove everything that was built")
    verbs.add_parser("shell", help="a root shell in a booted box")
    bundling = verbs.add_parser("bundle", help="the Flatpak, built by lab flat, as one file")
    bundling.add_argument("path", type=Path)
    chosen = parser.parse_args(argv)
    if chosen.verb == "build":
        return build(chosen.labs)
    if chosen.verb == "bundle":
        return bundle(chosen.path)
    return clean() if chosen.verb == "clean" else shell()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
