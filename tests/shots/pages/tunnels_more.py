"""The page of tunnels with all that can be on it, and the window's own questions."""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Final

from PySide6.QtWidgets import QWidget

from tests.shots.scene import Scene
from tests.support.desktop import Desktop
from tests.support.scenes import (
    FILES,
    HOME,
    NOW_UNIX_S,
    WORK,
    a_backend,
    connected_home,
    with_peers,
)
from wgdesk.client.backend import Hello
from wgdesk.domain.device import SocketAddress
from wgdesk.domain.dns import DnsBackend, DnsState, DnsStatus
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.snapshot import (
    ForeignLink,
    ForeignTunnel,
    Lifecycle,
    MachineSnapshot,
    TunnelSnapshot,
)
from wgdesk.ui.protection import Wish
from wgdesk.ui.rates import NO_HISTORY, Counters
from wgdesk.ui.windows.main import MainWindow
from wgdesk.wire.names import API_VERSION

MIB: Final = 1 << 20
BEFORE_S: Final = 55  # of the five minutes, when the download began
LONG_NAME: Final = "🏠🇨🇭 Zürich – Café mit einem langen Namen 🧀"  # noqa: RUF001  # as people type it
MANY: Final = {"home": HOME, **{f"office{n}": WORK if n % 3 else HOME for n in range(999)}}


def let_data_flow(made: Desktop) -> None:
    """Five minutes of it, as the counters of home would have told."""
    board, history = made.switchboard, NO_HISTORY
    received, sent = 1_954_210_120, 221_668_966
    for second in range(301):
        wave = 2.5 + 1.9 * math.sin(second / 23) + 0.5 * math.sin(second / 3.1)
        is_busy = second > BEFORE_S
        received += int(wave * MIB) if is_busy else 9_000
        sent += int((0.7 + 0.4 * math.sin(second / 31)) * MIB) if is_busy else 3_000
        history = history.counted(Counters(made.now_unix_s - 300 + second, received, sent))
    seen = board._looker._seen["id-home"]
    seen.look = replace(seen.look, history=history, heard_unix_s=made.now_unix_s)
    seen.base = {
        key: replace(row, received=history.received, sent=history.sent)
        for key, row in seen.base.items()
    }
    tunnels = tuple(
        with_peers(it, received_bytes=received, sent_bytes=sent) if it.name == "home" else it
        for it in made.backend._machine.tunnels
    )
    made.tell(lambda: made.backend.show(tunnels))
    made.wait_until(lambda: bool(board.picture.find_row("home").history.spans), "the graph")


def add_neighbours(made: Desktop) -> None:
    others = ForeignTunnel(name="office", owner_uid=1001, lifecycle=Lifecycle.UP, full_tunnel=True)
    machine = MachineSnapshot(
        made.backend._machine.tunnels,
        (others,),
        (ForeignLink("wg0", "wg-quick"), ForeignLink("nm-lab", "NetworkManager")),
        ("The firewall program nft is not installed, so nothing guards the tunnel's addresses.",),
    )
    made.tell(lambda: made.backend.show_machine(machine))
    made.wait_until(lambda: bool(made.switchboard.picture.foreign), "the others")


def meet_a_newer_helper(made: Desktop) -> None:
    newer = Hello(API_VERSION + 1, {"version": "0.9", "engine": "kernel"})
    made.tell(lambda: made.backend.restart_as(newer))
    made.wait_until(lambda: made.switchboard.picture.helper_version == "0.9", "the greeting")


def meet_an_older_helper(made: Desktop) -> None:
    older = Hello(1, {"version": "0.0.9", "engine": "kernel"})
    made.tell(lambda: made.backend.restart_as(older))
    made.wait_until(lambda: made.switchboard.picture.helper_version == "0.0.9", "the greeting")


def verified_home() -> TunnelSnapshot:
    dns = DnsStatus(
        backend=DnsBackend.RESOLVED, servers=(ip_address("10.8.0.1"),), state=DnsState.VERIFIED
    )
    return replace(connected_home(), dns=dns)


def crowded_home() -> TunnelSnapshot:
    tunnel = connected_home()
    peers = tuple(
        replace(
            tunnel.device.peers[0],
            public_key=PublicKey(hashlib.sha256(b"%d" % number).digest()),
            endpoint=SocketAddress(ip_address(f"203.0.113.{number % 250 + 1}"), 51820),
            allowed_ips=(ip_network(f"10.8.{number // 250}.{number % 250}/32"),),
            latest_handshake_unix_s=NOW_UNIX_S - 7 * number - 5,
            received_bytes=number * 7_777_777,
        )
        for number in range(500)
    )
    return replace(tunnel, device=replace(tunnel.device, peers=peers))


def nothing(_: Desktop) -> None:
    """The scene is complete as it opens."""


def scene(
    name: str,
    chosen: str,
    *tunnels: TunnelSnapshot,
    files: Mapping[str, bytes] = FILES,
    act: Callable[[Desktop], None] = nothing,
    then: Callable[[MainWindow], QWidget | None] = lambda _: None,
    everywhere: bool = False,
) -> Scene:
    """`act` happens before the window is made, `then` in it; what it returns is pictured."""

    def make(made: Desktop) -> QWidget:
        act(made)
        window = MainWindow(made.switchboard)
        window.choose(chosen)
        return then(window) or window

    return Scene(name, make, files, lambda: a_backend(*tunnels), everywhere)


def review_commands(window: MainWindow) -> None:
    window.tunnels._page._on_wished(Wish.REVIEW_COMMANDS)


def open_menu(window: MainWindow) -> QWidget:
    return window._menu


def search(window: MainWindow) -> None:
    window.tunnels._search.setText("office11")


def search_in_vain(window: MainWindow) -> None:
    window.tunnels._search.setText("nowhere")


def be_narrow(window: MainWindow) -> None:
    window.resize(10, 760)


def ask_to_restore(window: MainWindow) -> None:
    window._ask_to_restore()


def tell_about(window: MainWindow) -> None:
    window._tell_about()


SCENES = (
    scene("graph", "home", verified_home(), act=let_data_flow, everywhere=True),
    scene("commands", "work", connected_home(), then=review_commands, everywhere=True),
    scene("neighbours", "home", connected_home(), act=add_neighbours),
    scene("newer-helper", "home", connected_home(), act=meet_a_newer_helper),
    scene("older-helper", "home", connected_home(), act=meet_an_older_helper),
    scene("restore", "home", connected_home(), then=ask_to_restore),
    scene("about", "home", connected_home(), then=tell_about),
    scene("menu", "home", connected_home(), then=open_menu, everywhere=True),
    scene("narrow", "home", verified_home(), act=let_data_flow, then=be_narrow, everywhere=True),
    scene("peers-500", "home", crowded_home()),
    scene("long-name", LONG_NAME, files={**FILES, LONG_NAME: HOME}),
    scene("many-1000", "office7", connected_home(), files=MANY),
    scene("many-found", "office7", connected_home(), files=MANY, then=search),
    scene("many-nothing", "office7", connected_home(), files=MANY, then=search_in_vain),
)
