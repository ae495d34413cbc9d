"""Notices when somebody else changes a WireGuard device, of which the kernel sends no news."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from wgdesk.domain.errors import EngineError
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.plan import Plan
from wgdesk.domain.snapshot import DeviceSnapshot, PeerSnapshot
from wgdesk.engine.ports import System
from wgdesk.engine.tunnel import Tunnel

PERIOD_S: Final = 1.5  # a change by others is told within two seconds, also on a busy machine
SOON_S: Final = 0.2  # for a tunnel that was being changed: without a first look nothing is noticed
# A device with 10,000 peers takes a tenth of a second to read: no more than a tenth of the time.
LEAST_IDLE: Final = 10
CHANGED: Final = "Another program changed the WireGuard settings of this tunnel: {}."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What is configured, without what changes by itself: endpoints, times and counters."""

    public_key: PublicKey | None
    listen_port: int
    fwmark: int
    peers: dict[PublicKey, tuple[int, bool, frozenset[object]]]


def settings_of(device: DeviceSnapshot) -> Settings:
    return Settings(
        public_key=device.public_key,
        listen_port=device.listen_port,
        fwmark=device.fwmark,
        peers={peer.public_key: _peer(peer) for peer in device.peers},
    )


def differences(before: Settings, now: Settings) -> tuple[str, ...]:
    """What is another way now, in a few words each."""
    kept = before.peers.keys() & now.peers.keys()
    changed = sum(before.peers[key] != now.peers[key] for key in kept)
    found = (
        ("the private key", before.public_key != now.public_key),
        (f"the listening port is {now.listen_port}", before.listen_port != now.listen_port),
        (f"the mark is {now.fwmark:#x}", before.fwmark != now.fwmark),
        (_counted(len(now.peers.keys() - kept), "added"), now.peers.keys() - kept),
        (_counted(len(before.peers.keys() - kept), "removed"), before.peers.keys() - kept),
        (_counted(changed, "changed"), changed),
    )
    return tuple(text for text, is_so in found if is_so)


class DeviceWatch:
    """Reads the devices of tunnels that are up, as long as there are any.

    Args:
        told: Gets a tunnel and one sentence about it.
        seen: Gets a tunnel and what was read of its device, every time.
    """

    def __init__(
        self,
        system: System,
        tunnels_up: Callable[[], Iterable[Tunnel]],
        told: Callable[[Tunnel, str], None],
        seen: Callable[[Tunnel, DeviceSnapshot], None],
    ) -> None:
        self._system, self._tunnels_up, self._told = system, tunnels_up, told
        self._tell_seen = seen
        self._seen: dict[str, tuple[Plan, Settings]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """There may be a tunnel to watch now."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._watch())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def _watch(self) -> None:
        while tunnels := tuple(self._tunnels_up()):
            began_s = asyncio.get_running_loop().time()
            self._seen = {it.id: self._seen[it.id] for it in tunnels if it.id in self._seen}
            has_seen_all = all([await self._look(tunnel) for tunnel in tunnels])
            took_s = asyncio.get_running_loop().time() - began_s
            period_s = PERIOD_S if has_seen_all else SOON_S
            await asyncio.sleep(max(period_s - took_s, LEAST_IDLE * took_s))

    async def _look(self, tunnel: Tunnel) -> bool:
        """False: it is being changed by us, look again soon."""
        plan, engine = tunnel.plan, tunnel.engine
        if plan is None or engine is None:
            return True
        try:
            device = await self._system.read(tunnel.name, engine)
        except EngineError:
            return True  # its end is told by other means
        if tunnel.plan is not plan or tunnel.turn.locked():
            return False
        self._tell_seen(tunnel, device)
        now = settings_of(device)
        known, before = self._seen.get(tunnel.id, (None, now))
        self._seen[tunnel.id] = plan, now
        found = differences(before, now) if known is plan else ()
        if found:
            self._told(tunnel, CHANGED.format(", ".join(found)))
        return True


def _peer(peer: PeerSnapshot) -> tuple[int, bool, frozenset[object]]:
    return peer.keepalive_s, peer.has_preshared_key, frozenset(peer.allowed_ips)


def _counted(number: int, done: str) -> str:
    return f"{number} {'peer' if number == 1 else 'peers'} {done}"
