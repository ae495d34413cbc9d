"""Tunnels on a machine that only remembers, and every state they were seen in."""

import asyncio

from tests.support.fake_system import FakeSystem
from tests.support.waiting import until
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.domain.steps import CreateLink
from wgdesk.engine.diary import Entry
from wgdesk.engine.tunnels import Tunnels

ALICE, BOB = 1000, 1001
NOW_S = 1_700_000_000
SUBNET = "10.77.0.0/24"


class SeenTunnels:
    """The tunnels, what they stand on, every state they were seen in, and every line.

    What is told of other programs' tunnels is seen as ("", None).
    """

    def __init__(self) -> None:
        self.system = FakeSystem()
        self.tunnels = Tunnels(self.system, lambda: NOW_S + 0.5)
        self.seen: list[tuple[str, Lifecycle | None]] = []
        self._names: dict[str, str] = {"": ""}
        self.tunnels.on_change(self._note)
        self.entries: list[Entry] = []
        self.tunnels.on_entry(self.entries.append)

    def _note(self, tunnel_id: str) -> None:
        tunnel = self.tunnels.find(tunnel_id)
        if tunnel is not None:
            self._names[tunnel_id] = tunnel.name
        self.seen.append((self._names[tunnel_id], tunnel.lifecycle if tunnel else None))

    def lines(self, name: str = "home") -> list[tuple[LogKind, str]]:
        return [(it.kind, it.text) for it in self.entries if it.tunnel == name]

    def states(self) -> dict[str, Lifecycle]:
        return {tunnel.name: tunnel.lifecycle for tunnel in self.tunnels.list()}

    def hold(self, name: str) -> tuple[asyncio.Event, asyncio.Event]:
        """Stop while the link `name` is being made; (it is being made, go on)."""
        reached, gate = asyncio.Event(), asyncio.Event()

        def pause(step):
            if isinstance(step, CreateLink) and step.name == name:
                reached.set()
                return gate
            return None

        self.system.pause = pause
        return reached, gate


async def until_settled(machine):
    await until(lambda: all(tunnel.is_settled for tunnel in machine.tunnels.list()))
