"""The .debs: built as a distribution builds them, in a Debian 13 that has what they ask for.

`python -m tests.labs.deb [FOLDER]` builds them into FOLDER, build/deb by default.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.labs import debian, programs, variants
from tests.labs import engine as engine_lab
from tests.labs.cache import cache_dir, cached, hash_tree, remove
from tests.labs.installed import PROJECT

BUILD_PACKAGES: Final = (
    # Build-Depends of packaging/deb/debian/control
    *("build-essential", "debhelper", "dh-python", "pybuild-plugin-pyproject"),
    *("python3-all", "python3-hatchling"),
    # what looks at the packages
    *("lintian", "desktop-file-utils", "mandoc", "bash-completion", "zsh", "fish"),
)
ARCHITECTURES: Final = ("amd64", "arm64")
FOLDERS: Final = ("wgdesk", "resources", "packaging")
FILES: Final = ("pyproject.toml", "README.md", "LICENSE")
PACKAGE: Final = "usr/lib/python3/dist-packages/wgdesk"
BUILDER: Final = 65534  # nothing in a build needs root
# No network: what is not in the source tree or in Debian is in no package.
BUILD: Final = """
set -eu
cd /mnt/source
native=$(dpkg --print-architecture)
export DEB_BUILD_OPTIONS=nocheck
dpkg-buildpackage --build=binary --no-sign
for arch in "$@"; do
    [ "$arch" = "$native" ] || dpkg-buildpackage --build=any --no-sign --host-arch="$arch" \\
        --build-profiles=cross,nocheck --no-check-builddeps
done
"""
# $1 the layers, $2 a folder for this run, $3 what is to be seen as /mnt; the rest is the program.
ENTER: Final = """
set -eu
lower=$1 run=$2 seen=$3
shift 3
mount -t tmpfs tmpfs "$run"
mkdir "$run/upper" "$run/work" "$run/merged"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$run/upper,workdir=$run/work" "$run/merged"
mount --bind /dev "$run/merged/dev"
mount -t proc proc "$run/merged/proc"
mount --bind "$seen" "$run/merged/mnt"
exec chroot --userspec=65534:65534 "$run/merged" /usr/bin/env -i HOME=/tmp LC_ALL=C.UTF-8 \\
    PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
"""


def missing() -> str | None:
    """One sentence why they cannot be built here, or None."""
    return (
        debian.missing() or engine_lab.missing() or programs.absent_programs(("unshare", "mount"))
    )


def debs() -> Path:
    """A folder with the .debs of the work tree as it is, and `build.log`."""
    sources = hash_tree(*(PROJECT / name for name in FOLDERS), *(PROJECT / name for name in FILES))
    recipe = b"\n".join((sources, variants.lower(BUILD_PACKAGES).encode(), _own_text()))
    return cached("debs", recipe, _build, keep=2)


def needed(folder: Path) -> list[str]:
    """What the .debs of a folder depend on, the first of each choice, but for each other."""
    names: set[str] = set()
    for package in folder.glob("*.deb"):
        show = ["dpkg-deb", "--field", str(package), "Depends"]
        for choice in programs.run(show).stdout.split(","):
            names.add(choice.split("|")[0].split("(")[0].strip().removesuffix(":any"))
    return sorted(it for it in names if not it.startswith("wgdesk"))


def needs_within_reach() -> Path:
    """The layer of a machine that can install the .debs without a network."""
    return variants.within_reach(needed(debs()))


def newer(folder: Path, target: Path, version: str) -> None:
    """The same packages again with a later version, in the program's own words too."""
    for package in folder.glob("*.deb"):
        tree = target / "tree"
        programs.run(["dpkg-deb", "--raw-extract", str(package), str(tree)])
        for path in (tree / "DEBIAN" / "control", tree / PACKAGE / "__init__.py"):
            if path.exists():
                text = path.read_text(encoding="utf-8").replace(own_version(), version)
                path.write_text(text, encoding="utf-8")
        name = package.name.replace(own_version(), version)
        pack = ["dpkg-deb", "--root-owner-group", "-Znone", "--build"]
        programs.run([*pack, str(tree), str(target / name)])
        shutil.rmtree(tree)


def own_version() -> str:
    text = (PROJECT / "packaging" / "deb" / "debian" / "changelog").read_text(encoding="utf-8")
    return text[text.index("(") + 1 : text.index(")")]


def enter(
    folder: Path, argv: Sequence[str], *, check: bool = True, timeout_s: float = 300
) -> "subprocess.CompletedProcess[str]":
    """Run a program in the building Debian, as nobody and without a network; /mnt is `folder`."""
    run = Path(tempfile.mkdtemp(dir=cache_dir(), prefix="building-"))
    try:
        enter_it = ["unshare", "--mount", "--net", "sh", "-c", ENTER, "enter"]
        enter_it += [variants.lower(BUILD_PACKAGES), str(run), str(folder)]
        return programs.run([*enter_it, *argv], check=check, timeout_s=timeout_s)
    finally:
        run.rmdir()


def engine(architecture: str) -> Path:
    """The folder of the bundled engine."""
    recipe = hash_tree(*(engine_lab.FOLDER / name for name in engine_lab.MADE_OF))

    def build(folder: Path) -> None:
        command = [str(engine_lab.BUILD), architecture, str(folder)]
        programs.run(command, timeout_s=engine_lab.BUILD_TIMEOUT_S)

    return cached(f"bundled-{architecture}", recipe, build)


def assemble(source: Path) -> None:
    """The source tree as dpkg-buildpackage wants it, with debian/ at its root."""
    ignore = shutil.ignore_patterns("__pycache__")
    for name in FOLDERS:
        shutil.copytree(PROJECT / name, source / name, ignore=ignore)
    for name in FILES:
        shutil.copy(PROJECT / name, source)
    shutil.copytree(PROJECT / "packaging" / "deb" / "debian", source / "debian")
    for architecture in ARCHITECTURES:
        shutil.copytree(engine(architecture), source / "engine" / architecture)


def _build(folder: Path) -> None:
    assemble(folder / "source")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        shutil.chown(path, BUILDER, BUILDER)
    done = enter(folder, ["sh", "-c", BUILD, "build", *ARCHITECTURES], check=False)
    (folder / "build.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode != 0:
        said = (done.stdout + done.stderr)[-6000:]
        raise programs.ProgramFailed(f"the packages were not built:\n{said}")
    remove(folder / "source")


def _own_text() -> bytes:
    return Path(__file__).read_bytes()


def hand_out(folder: Path) -> list[Path]:
    """Copy them into a folder: what this machine can install, and the rest below it."""
    native = programs.run(["dpkg", "--print-architecture"]).stdout.strip()
    copies = []
    for package in sorted(debs().glob("*.deb")):
        architecture = package.stem.rpartition("_")[2]
        target = folder if architecture in {native, "all"} else folder / architecture
        target.mkdir(parents=True, exist_ok=True)
        copies.append(Path(shutil.copy(package, target)))
    owner = PROJECT.stat()  # root working in somebody's clone leaves it theirs
    for path in copies:
        for made in (path, *path.parents):
            if made.is_relative_to(PROJECT) and made != PROJECT:
                os.chown(made, owner.st_uid, owner.st_gid)
    return copies


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev deb", description="Build the .debs.")
    parser.add_argument("folder", nargs="?", type=Path, default=PROJECT / "build" / "deb")
    folder = parser.parse_args(argv).folder
    reason = missing()
    if reason is not None:
        print(f"the packages cannot be built here: {reason}", file=sys.stderr)
        return 1
    for path in hand_out(folder):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
