"""Debian 13's own kernel, and a disk with the small Debian: built once, booted by lab vm."""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.labs import debian, programs
from tests.labs.cache import cached

TOOLS: Final = ("unshare", "mount", "chroot", "mke2fs")
EARLY_MODULES: Final = ("virtio_pci", "virtio_blk", "ext4", "overlay")  # to reach the disks at all
BUSYBOX: Final = "usr/bin/busybox"

# The small Debian's own apt downloads the kernel package, which is unpacked, not installed.
# Modules are stored uncompressed: unpacking them in the slow machine takes seconds.
FETCH: Final = """
set -eu
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$4"
rm -f "$4/etc/resolv.conf"
cat /etc/resolv.conf >"$4/etc/resolv.conf"
mkdir "$4/fetched"
chroot "$4" sh -euc '
    cd /fetched
    apt-get -q -o Acquire::Languages=none update
    name=$(apt-cache depends linux-image-cloud-amd64 |
        sed -n "s/.*Depends: \\(linux-image-[0-9]\\)/\\1/p")
    apt-get -q -o APT::Sandbox::User=root download "$name"
    dpkg-deb --extract ./*.deb unpacked
    cd unpacked
    [ -e lib ] || ln -s usr/lib lib
    python3 -c "
import lzma, pathlib
for packed in pathlib.Path().rglob(\\"*.ko.xz\\"):
    packed.with_suffix(\\"\\").write_bytes(lzma.decompress(packed.read_bytes()))
    packed.unlink()
"
    depmod --basedir . "$(ls usr/lib/modules)"
'
"""
PACK_DISK: Final = """
set -eu
mount -t overlay overlay -o "lowerdir=$1:$2" "$3"
mke2fs -q -t ext4 -O ^has_journal -m 0 -d "$3" "$4" 2G
"""
# Disk 1: the small Debian. Disk 2: what lies over it, with the task. Disk 3: the results.
INIT: Final = """#!/bin/busybox sh
set -e
export PATH=/bin
/bin/busybox mkdir -p /proc /sys /dev /base /task /rw /root
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
while read -r module; do insmod "/modules/$module"; done </modules/order
mount -t ext4 -o ro /dev/vda /base
mount -t ext4 -o ro /dev/vdb /task
mount -t tmpfs tmpfs /rw
mkdir /rw/upper /rw/work
mount -t overlay -o lowerdir=/task:/base,upperdir=/rw/upper,workdir=/rw/work overlay /root
for folder in proc sys dev; do mount -o move "/$folder" "/root/$folder"; done
exec switch_root /root /lab/init
"""


def missing() -> str | None:
    """One sentence why it cannot be built here, or None."""
    return debian.missing() or programs.absent_programs(TOOLS)


def kernel() -> Path:
    """A folder with `vmlinuz`, `initrd.gz`, and `tree`, which holds all modules."""
    recipe = "\n".join((debian.base().name, FETCH, INIT, *EARLY_MODULES)).encode()
    return cached("kernel", recipe, _build_kernel, keep=1)


def disk() -> Path:
    """An ext4 disk with the small Debian and the kernel's modules; to be mounted read-only."""
    tree, system = kernel() / "tree", debian.base()
    recipe = f"{kernel().name}\n{system.name}\n{PACK_DISK}".encode()
    return cached("disk", recipe, lambda path: _pack_disk(path, tree, system), keep=1)


def make_disk(path: Path, content: Path, size: str) -> None:
    """Pack a folder into an ext4 disk, without mounting anything."""
    programs.run(
        ["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", str(content), str(path), size]
    )


def _build_kernel(root: Path) -> None:
    scratch = root / "scratch"
    upper, work, merged = (scratch / name for name in ("upper", "work", "merged"))
    for folder in (upper, work, merged):
        folder.mkdir(parents=True)
    folders = [str(path) for path in (debian.base(), upper, work, merged)]
    programs.run(["unshare", "--mount", "sh", "-c", FETCH, "fetch", *folders], timeout_s=600)
    tree = root / "tree"
    (upper / "fetched" / "unpacked").rename(tree)
    (tree / "lib").unlink(missing_ok=True)  # a link there would hide the system's own
    next((tree / "boot").glob("vmlinuz-*")).rename(root / "vmlinuz")
    shutil.rmtree(tree / "boot")
    shutil.rmtree(scratch)
    _pack_initrd(root / "initrd.gz", next((tree / "usr/lib/modules").iterdir()))


def _pack_initrd(path: Path, modules: Path) -> None:
    content = path.with_name("initrd")
    (content / "modules").mkdir(parents=True)
    (content / "bin").mkdir()
    busybox = debian.base() / BUSYBOX
    shutil.copy2(busybox, content / "bin" / "busybox")
    (content / "init").write_text(INIT)
    (content / "init").chmod(0o755)
    early = list(dict.fromkeys(_with_needs(modules, EARLY_MODULES)))
    for module in early:
        shutil.copy(modules / module, content / "modules" / Path(module).name)
    order = "".join(f"{Path(module).name}\n" for module in early)
    (content / "modules" / "order").write_text(order)
    pack = 'cd "$1"; find . | "$2" cpio -o -H newc >"$3"'
    unpacked = path.with_suffix("")
    archive = unpacked.with_suffix(".cpio")
    programs.run(["sh", "-euc", pack, "pack", str(content), str(busybox), str(archive)])
    path.write_bytes(gzip.compress(archive.read_bytes()))
    archive.unlink()
    shutil.rmtree(content)


def _with_needs(modules: Path, names: tuple[str, ...]) -> Iterator[str]:
    """Paths of the modules and of what each needs, needs first; built-in ones left out."""
    lines = (modules / "modules.dep").read_text().splitlines()
    needs = {path: words.split() for path, _, words in (line.partition(":") for line in lines)}
    path_of = {Path(path).stem.replace("-", "_"): path for path in needs}
    for name in names:
        if name in path_of:
            yield from reversed(needs[path_of[name]])
            yield path_of[name]


def _pack_disk(path: Path, tree: Path, system: Path) -> None:
    merged = path.with_name(f"{path.name}-merged")
    merged.mkdir(exist_ok=True)
    words = [str(tree), str(system), str(merged), str(path)]
    programs.run(["unshare", "--mount", "sh", "-c", PACK_DISK, "pack", *words], timeout_s=300)
    merged.rmdir()
