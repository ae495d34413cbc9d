"""A small Debian 13, built once: what lab box boots and what lab vm puts on its disk."""

import os
from pathlib import Path
from typing import Final

from tests.labs import programs
from tests.labs.cache import cache_dir, cached

SUITE: Final = "trixie"
TOOLS: Final = ("debootstrap", "chroot")
PACKAGES: Final = (
    # the machine
    *("systemd", "systemd-sysv", "dbus", "dbus-user-session", "polkitd", "libpam-systemd", "udev"),
    *("iproute2", "nftables", "procps", "kmod", "busybox-static"),
    # what wgdesk needs, and its rivals
    *("wireguard-tools", "wireguard-go", "python3", "python3-pyroute2", "python3-dbus-next"),
    # debootstrap does not look up virtual packages: PyNaCl's need of this one is spelled out
    *("python3-cffi-backend", "python3-nacl", "python3-keyring", "python3-segno"),
    # what tests need
    *("curl", "iputils-ping", "tcpdump", "iperf3"),
    *("python3-pytest", "python3-pytest-asyncio", "python3-pytest-timeout", "python3-hypothesis"),
)
# Carol may become administrator by her password; the others are ordinary people.
CUSTOMISE: Final = """
set -eu
for person in alice bob carol; do
    useradd --create-home --shell /bin/bash "$person"
    echo "$person:$person" | chpasswd
done
usermod --append --groups sudo carol
echo box >/etc/hostname
echo '127.0.0.1 localhost box' >/etc/hosts
echo 'nameserver 192.0.2.2' >/etc/resolv.conf
: >/etc/fstab
: >/etc/default/locale
systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \\
    systemd-tmpfiles-clean.timer getty.target console-getty.service
rm -rf /var/cache/apt/* /var/lib/apt/lists/* /usr/share/doc/* /usr/share/man/* /usr/share/locale/*
ldconfig
journalctl --update-catalog
touch /etc/.updated /var/.updated
"""


def missing() -> str | None:
    """One sentence why it cannot be built here, or None."""
    if os.geteuid() != 0:
        return "it needs root"
    return programs.absent_programs(TOOLS)


def base() -> Path:
    """The root folder of the built system; nobody writes there."""
    recipe = "\n".join((SUITE, *PACKAGES, CUSTOMISE)).encode()
    return cached("debian", recipe, _build, keep=1)


def _build(root: Path) -> None:
    packages = cache_dir() / "packages"
    packages.mkdir(exist_ok=True)
    argv = ["debootstrap", "--variant=minbase", f"--cache-dir={packages}"]
    argv += [f"--include={','.join(PACKAGES)}", SUITE, str(root)]
    try:
        programs.run(argv, timeout_s=1800)
    except programs.ProgramFailed as error:
        log = root / "debootstrap" / "debootstrap.log"
        reason = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        raise programs.ProgramFailed(f"{error}\n{reason}") from None
    programs.run(["chroot", str(root), "sh", "-c", CUSTOMISE], timeout_s=120)
