"""Whose a WireGuard interface seems to be that we did not make."""

from pathlib import Path
from typing import Final

from wgdesk.wire.names import WG_QUICK_FOLDER

WG_QUICK_DIR: Final = Path(WG_QUICK_FOLDER)
NM_DEVICES_DIR: Final = Path("/run/NetworkManager/devices")
CLASS_DIR: Final = Path("/sys/class/net")
# The names that these programs give their interface unless told otherwise.
_NAMES: Final = {"wt0": "netbird", "wgpia0": "Private Internet Access", "nordlynx": "NordVPN"}


def guess_program(name: str) -> str:
    """The program's name, or "" where nothing tells.

    Args:
        name: As the kernel has it, so never with a slash in it.
    """
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith("wg-mullvad"):
        return "Mullvad"
    if _is_networkmanagers(name):
        return "NetworkManager"
    if _exists(WG_QUICK_DIR / f"{name}.conf"):
        return "wg-quick"
    return ""


def _is_networkmanagers(name: str) -> bool:
    """Whether NetworkManager manages it and has a connection of its own on it."""
    try:
        index = (CLASS_DIR / name / "ifindex").read_text().strip()
        state = (NM_DEVICES_DIR / index).read_text()
    except (OSError, ValueError):
        return False
    return "managed=full" in state or "connection-uuid=" in state


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
