"""How the sandbox is walled off: an unprivileged user namespace, or by root where that is not to be had."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WALLS: Final = ("--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child")
OWN_USERS: Final = ("--user", "--map-root-user")
TUN: Final = Path("/dev/net/tun")
TOOLS: Final = ("unshare", "nsenter", "setpriv", "ip", "wg", "dbus-daemon")
PROBE_TIMEOUT_S: Final = 10.0
SBIN: Final = (
    "/usr/local/sbin:/usr/sbin:/sbin"  # where `ip` and engines lie, outside many users' PATH
)


@dataclass(frozen=True, slots=True)
class Confinement:
    """A way to start a program inside new walls.

    Attributes:
        command: What stands before the program.
        why_root: One sentence why it is not an unprivileged namespace, or "".
    """

    command: tuple[str, ...]
    why_root: str = ""

    @property
    def maps_user(self) -> bool:
        """Whether the ordinary user outside is root inside."""
        return OWN_USERS[0] in self.command

    @property
    def asks_password(self) -> bool:
        return self.command[0] == "sudo"


class Impossible(Exception):
    """This machine offers no way; the text says why and what would help."""


def search_path() -> str:
    return f"{os.environ.get('PATH', os.defpath)}:{SBIN}"


def find_missing_tools() -> list[str]:
    return [tool for tool in TOOLS if shutil.which(tool, path=search_path()) is None]


def find_confinement() -> Confinement:
    """Choose the least privileged way that works here.

    Raises:
        Impossible: With the reason and a remedy.
    """
    if missing := find_missing_tools():
        raise Impossible(f"these programs are not installed: {', '.join(missing)}")
    if os.geteuid() == 0:
        return Confinement(("unshare", *WALLS), "it was started by root")
    why = find_obstacle()
    if why is None:
        return Confinement(("unshare", *OWN_USERS, *WALLS))
    if shutil.which("sudo") is None:
        raise Impossible(f"{why}. Install sudo, or start it as root")
    return Confinement(("sudo", "--", "unshare", *WALLS), why)


def find_obstacle() -> str | None:
    """Why an ordinary user cannot build the sandbox here, or None."""
    if not _works_in_namespace("ip", "link", "set", "lo", "up"):
        return _why_no_namespace()
    if _works_in_namespace("ip", "link", "add", "probe", "type", "wireguard"):
        return None
    if shutil.which("wireguard-go", path=search_path()) is None:
        raise Impossible("the kernel has no WireGuard and wireguard-go is not installed")
    if not os.access(TUN, os.R_OK | os.W_OK):
        return f"the kernel has no WireGuard, and {TUN}, which wireguard-go needs, is only for root"
    return None


def _works_in_namespace(*argv: str) -> bool:
    command = ("unshare", *OWN_USERS, *WALLS, *argv)
    environment = {**os.environ, "PATH": search_path()}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=PROBE_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _why_no_namespace() -> str:
    restricted = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    if restricted.exists() and restricted.read_text(encoding="ascii").strip() == "1":
        return "AppArmor does not let ordinary users make network namespaces here"
    return "this system does not let ordinary users make network namespaces"
