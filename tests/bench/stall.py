"""The window with 1,000 profiles and a tunnel of 10,000 peers: how long its thread is ever away.

A timer beats every few milliseconds on the window's thread while the helper's answers come in, as
bytes and each different from the last, twenty times as in twenty seconds of looking. The longest
pause between two beats is what a person would feel as a stutter.
"""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any, Final

from tests.bench.measure import Figure, figure
from tests.support.scenes import HOME, WORK, connected_home
from wgdesk.client.backend import Hello
from wgdesk.client.helper_backend import HelperBackend
from wgdesk.domain.device import SocketAddress
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.snapshot import MachineSnapshot, PeerSnapshot, TunnelSnapshot
from wgdesk.wire import codec
from wgdesk.wire.names import API_VERSION

PROFILES: Final = 1_000
PEERS: Final = 10_000
REFRESHES: Final = 20
BEAT_MS: Final = 2
PAUSE_MS: Final = 250  # between two answers: quicker than the window asks
LIMIT_S: Final = 0.050
# How many of the peers have something new in each answer.
BUSY: Final = {"1 % of them busy": 100, "all of them busy": 1}


def run(_: int) -> list[Figure]:
    """Every figure of this module, each from a process of its own."""
    return [stall(name, step) for name, step in BUSY.items()]


def stall(name: str, step: int) -> Figure:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_STATE_HOME": "/dev/null"}
    command = [sys.executable, "-m", "tests.bench.stall", str(step)]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    gaps = json.loads(done.stdout.splitlines()[-1])
    return figure(
        f"longest stall, {PEERS:,} peers, {name}",
        "window",
        "50 ms",
        [max(gaps)],
        [LIMIT_S],
        limit=1,
    )


class Answers(HelperBackend):
    """The client's own side of the helper, with answers that were made before."""

    def __init__(self, texts: list[bytes]) -> None:
        super().__init__()
        self._texts = texts
        self.given = 0
        self._never = asyncio.Event()

    async def _call(self, member: str, *body: object, timeout_s: float | None = None) -> list[Any]:
        if member == "Hello":
            return [API_VERSION, {"version": "0.1.0", "engine": "kernel"}]
        text = self._texts[min(self.given, len(self._texts) - 1)]
        self.given += 1
        return [text.decode()]  # what D-Bus does with the bytes of a string

    async def greetings(self) -> AsyncIterator[Hello | None]:
        yield await self.hello()
        await self._never.wait()

    async def changes(self) -> AsyncIterator[MachineSnapshot | None]:
        yield await self.tunnels()
        await self._never.wait()


def answers(step: int) -> Iterator[bytes]:
    tunnel = crowded()
    for number in range(REFRESHES + 1):
        peers = tuple(
            peer if index % step else busier(peer, number)
            for index, peer in enumerate(tunnel.device.peers)
        )
        tunnel = replace(tunnel, device=replace(tunnel.device, peers=peers))
        machine = MachineSnapshot(tunnels=(tunnel,))
        yield codec.encode(codec.machine_json(machine)).encode()


def busier(peer: PeerSnapshot, number: int) -> PeerSnapshot:
    return replace(
        peer,
        received_bytes=peer.received_bytes + 1_000 + number,
        sent_bytes=peer.sent_bytes + 500,
        latest_handshake_unix_s=peer.latest_handshake_unix_s + 1,
    )


def crowded() -> TunnelSnapshot:
    tunnel = connected_home(int(time.time()))
    return replace(tunnel, device=replace(tunnel.device, peers=tuple(map(a_peer, range(PEERS)))))


def a_peer(number: int) -> PeerSnapshot:
    high, low = divmod(number, 256)
    return PeerSnapshot(
        public_key=PublicKey(os.urandom(32)),
        endpoint=SocketAddress(ip_address(f"198.51.{high}.{low}"), 51820),
        latest_handshake_unix_s=int(time.time()) - number % 170,
        received_bytes=number * 1_000,
        sent_bytes=number * 500,
        keepalive_s=25,
        allowed_ips=(ip_network(f"10.{high}.{low}.0/24"), ip_network(f"172.16.{high}.{low}/32")),
    )


class Heart:
    """Notes the seconds from each beat to the next.

    What a thread waited for a processor that others had is the machine's doing, and left out: the
    window's own thread's, or that of the thread that it may wait for, whichever was longer.
    """

    def __init__(self, other_thread: int) -> None:
        self._threads = (threading.get_native_id(), other_thread)
        self.gaps: list[float] = []
        self.start()

    def start(self) -> None:
        self.gaps.clear()
        self._last_s, self._waited = time.perf_counter(), self._waits()

    def beat(self) -> None:
        now_s, waited = time.perf_counter(), self._waits()
        lost = max(new - old for new, old in zip(waited, self._waited, strict=True))
        self.gaps.append(max(0.0, now_s - self._last_s - lost))
        self._last_s, self._waited = now_s, waited

    def _waits(self) -> list[float]:
        return [_waited_s(thread) for thread in self._threads]


def _waited_s(thread: int) -> float:
    """Runnable and not running so far; proc(5) has it in nanoseconds."""
    with open(f"/proc/self/task/{thread}/schedstat") as file:  # noqa: PTH123  # as quick as can be
        return int(file.read().split()[1]) / 1e9


def measure(step: int) -> list[float]:
    """Seconds from each beat to the next, while answers came in."""
    from PySide6.QtCore import Qt, QTimer  # noqa: PLC0415  # Qt reads the environment

    from tests.support.desktop import desktop  # noqa: PLC0415
    from wgdesk.ui.start import make_application  # noqa: PLC0415
    from wgdesk.ui.windows.main import MainWindow  # noqa: PLC0415

    app = make_application("en")
    backend = Answers(list(answers(step)))
    files = {"home": HOME, **{f"office{n}": WORK for n in range(PROFILES - 1)}}
    with desktop(files, backend) as made:  # type: ignore[arg-type]
        made.switchboard._clock = time.time
        window = MainWindow(made.switchboard)
        window.choose("home")
        window.show()
        deadline = time.monotonic() + 3  # the first picture is drawn, and all is loaded
        while time.monotonic() < deadline:
            app.processEvents()
            time.sleep(0.005)
        first, heart = backend.given, Heart(made.bridge._thread.native_id)
        beat, ask = QTimer(), QTimer()
        beat.setTimerType(Qt.TimerType.PreciseTimer)
        beat.timeout.connect(heart.beat)
        ask.timeout.connect(made.switchboard._ask)
        ask.timeout.connect(lambda: backend.given - first >= REFRESHES and app.exit())
        heart.start()
        beat.start(BEAT_MS)
        ask.start(PAUSE_MS)
        app.exec()
        beat.stop()
        window.close()
    return heart.gaps


if __name__ == "__main__":
    spans = measure(int(sys.argv[1]))
    print(
        f"beats {len(spans)}, longest ms",
        [round(1000 * it) for it in sorted(spans)[-12:]],
        file=sys.stderr,
    )
    print(json.dumps(spans))
