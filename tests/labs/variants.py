"""The small Debian with more packages: a layer to lay over it, made once by apt itself."""

import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.labs import debian, programs
from tests.labs.cache import cached, remove
from tests.labs.namespaces import Host

# No service is started, and what the packages do to resolv.conf is done by hand below, as
# the machine's own file is needed until all is there.
INSTALL: Final = """
set -eu
umask 022
lower=$1 upper=$2 work=$3 merged=$4
shift 4
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$upper,workdir=$work" "$merged"
mount --bind /dev "$merged/dev"
mount -t proc proc "$merged/proc"
printf '#!/bin/sh\\nexit 101\\n' >"$merged/usr/sbin/policy-rc.d"
chmod 755 "$merged/usr/sbin/policy-rc.d"
cp "$merged/etc/resolv.conf" "$merged/root/resolv.conf"
cat /etc/resolv.conf >"$merged/etc/resolv.conf"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
in="chroot $merged"
$in apt-get -q update
$in apt-get -q -y --no-install-recommends install "$@"
if [ "$1" != --download-only ]; then
    $in apt-get clean
    rm -rf "$merged/var/lib/apt/lists"
fi
rm -f "$merged/usr/sbin/policy-rc.d"
rm -f "$merged/etc/resolv.conf"
mv "$merged/root/resolv.conf" "$merged/etc/resolv.conf"
"""
# Started with the box, it would take the lab's addresses off the link to the server again.
NETWORKMANAGER: Final = "network-manager"
UNMANAGED: Final = "[keyfile]\nunmanaged-devices=interface-name:eth0\n"
RUN: Final = """
set -eu
lower=$1 root=$2
shift 2
mount -t tmpfs tmpfs "$root"
mkdir "$root/upper" "$root/work" "$root/merged"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$root/upper,workdir=$root/work" "$root/merged"
mount --bind /dev "$root/merged/dev"
exec chroot "$root/merged" "$@"
"""


def layer(packages: Sequence[str]) -> Path:
    """A folder to lay over `debian.base()`: what installing these packages changed there."""
    system = debian.base()
    quiet = [UNMANAGED] if NETWORKMANAGER in packages else []
    recipe = "\n".join((system.name, INSTALL, *packages, *quiet)).encode()
    return cached(f"with-{'-'.join(packages)}", recipe, lambda root: _build(root, packages), keep=1)


def within_reach(packages: Sequence[str]) -> Path:
    """A layer with which these packages, and what they need, can be installed without a network."""
    recipe = "\n".join((debian.base().name, INSTALL, *packages)).encode()
    arguments = ["--download-only", *packages]
    return cached("within-reach", recipe, lambda root: _build(root, arguments), keep=1)


def lower(packages: Sequence[str]) -> str:
    """The layers for an overlay's `lowerdir`, the topmost first."""
    parts = [str(layer(packages))] if packages else []
    return ":".join((*parts, str(debian.base())))


def start_in(host: Host, packages: Sequence[str], argv: Sequence[str]) -> subprocess.Popen[str]:
    """Start a program of that system in a host's network; it is ended with the host."""
    root = Path("/run/wireguard") / f"root-{host.name}"  # of this process alone
    root.mkdir(exist_ok=True)
    script = ["unshare", "--mount", "sh", "-c", RUN, "run", lower(packages), str(root)]
    return host.popen([*script, *argv], pipes=True)


def _build(root: Path, packages: Sequence[str]) -> None:
    work, merged = root.with_name(f"{root.name}-work"), root.with_name(f"{root.name}-merged")
    folders = (root, work, merged)
    for folder in folders:
        folder.mkdir(exist_ok=True)
    paths = [str(debian.base()), *map(str, folders)]
    install = ["unshare", "--mount", "sh", "-c", INSTALL, "install", *paths, *packages]
    try:
        programs.run(install, timeout_s=900)
        if NETWORKMANAGER in packages:
            config = root / "etc/NetworkManager/conf.d/lab.conf"
            config.parent.mkdir(parents=True, exist_ok=True)
            config.write_text(UNMANAGED, encoding="utf-8")
    finally:
        with suppress(OSError):
            merged.rmdir()
        remove(work)
