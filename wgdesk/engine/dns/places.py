"""Where this machine keeps what name lookups go by; tests have another machine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

MAX_FILE_BYTES: Final = 64 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Files and folders; `below` puts them all under another root.

    Attributes:
        state_dir: What has to outlive a reboot: the resolv.conf that was there before.
        networkmanager_dir: Drop-ins that are gone with the next boot.
        interface_order: Of Debian's resolvconf; wg-quick takes its prefix from there.
        resolvconf_programs: Where a program of that name may be.
    """

    resolv_conf: Path = Path("/etc/resolv.conf")
    nsswitch: Path = Path("/etc/nsswitch.conf")
    state_dir: Path = Path("/var/lib/wgdesk-resolv")
    networkmanager_dir: Path = Path("/run/NetworkManager/conf.d")
    interface_order: Path = Path("/etc/resolvconf/interface-order")
    resolvconf_programs: tuple[Path, ...] = (
        Path("/usr/sbin/resolvconf"),
        Path("/sbin/resolvconf"),
        Path("/usr/bin/resolvconf"),
    )

    @classmethod
    def below(cls, root: Path) -> Self:
        return cls(
            resolv_conf=root / "etc/resolv.conf",
            nsswitch=root / "etc/nsswitch.conf",
            state_dir=root / "var/lib/wgdesk-resolv",
            networkmanager_dir=root / "run/NetworkManager/conf.d",
            interface_order=root / "etc/resolvconf/interface-order",
            resolvconf_programs=(root / "usr/sbin/resolvconf",),
        )


def read_text(path: Path) -> str:
    """What the file says, at most 64 KiB of it; "" where there is none to read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
