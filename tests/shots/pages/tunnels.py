"""The page of tunnels, and what the whole window says when something is amiss."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from ipaddress import ip_address

from tests.shots.scene import Scene
from tests.support.desktop import Desktop
from tests.support.fakes import a_tunnel
from tests.support.scenes import (
    BROKEN,
    FILES,
    HOME,
    NOW_UNIX_S,
    WORK,
    a_backend,
    connected_home,
    with_peers,
)
from wgdesk.domain.dns import DnsBackend, DnsState, DnsStatus
from wgdesk.domain.errors import EndpointUnresolved, HelperUnreachable
from wgdesk.domain.finding import Finding
from wgdesk.domain.snapshot import Lifecycle, TunnelSnapshot
from wgdesk.ui.windows.main import MainWindow


def nothing(_: Desktop) -> None:
    """The scene is complete as it opens."""


def fail_to_connect(made: Desktop) -> None:
    why = "no answer in 5 s"
    made.backend.errors["up"] = EndpointUnresolved("vpn.corp.example", why)
    made.switchboard.connect_tunnel("work")
    row_failed = lambda: made.switchboard.picture.find_row("work").failure  # noqa: E731
    made.wait_until(lambda: row_failed() is not None, "the failure")


def lose_helper(made: Desktop) -> None:
    remedy = "Install the package wgdesk-helper: sudo apt install wgdesk-helper"
    gone = HelperUnreachable("it is not installed", remedy)
    made.backend.errors |= {"hello": gone, "tunnels": gone}
    made.tell(made.backend.vanish)
    made.wait_until(lambda: made.switchboard.picture.helper_error is not None, "the reason")


def wait_for_handshake(made: Desktop) -> None:
    made.switchboard.connect_tunnel("work")
    made.wait_until(lambda: made.switchboard.picture.find_row("work").is_up, "work to be up")


def troubled_home() -> TunnelSnapshot:
    """It is up, and its name servers are not asked."""
    why = "systemd-resolved asked 192.168.1.1 instead"
    dns = DnsStatus(
        backend=DnsBackend.RESOLVED,
        servers=(ip_address("10.9.0.1"),),
        state=DnsState.NOT_APPLIED,
        reason=why,
    )
    told = "Another program removed what this tunnel needs; it was put back: ip -4 rule add priority 5220 lookup 51820."
    return replace(connected_home(), dns=dns, notices=(told,))


def silent_work(finding: Finding) -> TunnelSnapshot:
    """It is up, nobody answers, and it is known why."""
    return replace(with_peers(a_tunnel("work", WORK), sent_bytes=592), finding=finding)


def silent_home() -> TunnelSnapshot:
    """It was answered until a few minutes ago."""
    silent = with_peers(connected_home(), latest_handshake_unix_s=NOW_UNIX_S - 400)
    return replace(silent, finding=Finding.UDP_BLOCKED)


def incomplete_home() -> TunnelSnapshot:
    told = "Another program keeps removing routes or rules of this tunnel; they are left alone now."
    return replace(connected_home(), lacks=told, notices=(told,))


def reconnecting_home() -> TunnelSnapshot:
    why = "the userspace engine stopped: it was ended by SIGSEGV"
    return replace(connected_home(), lifecycle=Lifecycle.MENDING, cause=why)


def scene(
    name: str,
    chosen: str,
    *tunnels: TunnelSnapshot,
    files: Mapping[str, bytes] = FILES,
    act: Callable[[Desktop], None] = nothing,
    everywhere: bool = False,
) -> Scene:
    """The window with this tunnel chosen; `act` happens before it is made."""

    def make(made: Desktop) -> MainWindow:
        act(made)
        window = MainWindow(made.switchboard)
        window.choose(chosen)
        return window

    return Scene(name, make, files, lambda: a_backend(*tunnels), everywhere)


MANY = {f"office{n}": WORK if n % 3 else HOME for n in range(40)}
SCENES = (
    scene("dns-not-applied", "home", troubled_home(), everywhere=True),
    scene("not-recognised", "work", silent_work(Finding.NOT_RECOGNISED)),
    scene("no-reply", "home", silent_home()),
    scene("incomplete", "home", incomplete_home()),
    scene("reconnecting", "home", reconnecting_home()),
    scene("connected", "home", connected_home(), everywhere=True),
    scene("off", "attached_home"),
    scene("waiting", "work", act=wait_for_handshake),
    scene("failed", "work", connected_home(), act=fail_to_connect, everywhere=True),
    scene("broken-file", "cafe", files={**FILES, "cafe": BROKEN}, everywhere=True),
    scene("empty", "", files={}, everywhere=True),
    scene("helper-missing", "home", connected_home(), act=lose_helper),
    scene("many", "office7", files=MANY),
)
