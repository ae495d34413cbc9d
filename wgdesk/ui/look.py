"""A look at the machine, with all that takes long to work out of it. No Qt.

It is worked out on the bus thread and in small pieces: a tunnel may have 10,000 peers, and the
window's thread waits while another one computes.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Final

from wgdesk.domain.health import Health, health
from wgdesk.domain.profile import Peer
from wgdesk.domain.snapshot import MachineSnapshot, PeerSnapshot, TunnelSnapshot
from wgdesk.ui import collector
from wgdesk.ui.rates import NO_HISTORY, SHORTEST_S, Counters, History

PIECE: Final = 1_000  # peers that are looked at without a break
PAUSE_S: Final = 0.004


@dataclass(frozen=True, slots=True)
class PeerRow:
    """One peer of a device, or of a file while its tunnel is off.

    Attributes:
        received: Bytes per second.
        sent: Bytes per second.
    """

    peer: PeerSnapshot | Peer
    received: float = 0.0
    sent: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TunnelLook:
    """What one tunnel does; two are the same only if they are the same object.

    Attributes:
        heard_unix_s: When received bytes last grew while somebody counted; 0 if never.
        peers: By public key: wireguard-go tells its peers in another order each time.
    """

    tunnel: TunnelSnapshot
    health: Health
    heard_unix_s: int = 0
    history: History = NO_HISTORY
    peers: tuple[PeerRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The machine at one moment; `tunnels` are by name."""

    machine: MachineSnapshot = field(default_factory=MachineSnapshot)
    tunnels: Mapping[str, TunnelLook] = field(default_factory=dict)


@dataclass(slots=True)
class _Seen:
    """What is remembered of a tunnel between two looks."""

    look: TunnelLook
    base: dict[bytes, PeerRow]  # the peers that rates are measured from
    base_at_s: float


class Looker:
    """Looks, and compares with the look before; belongs to the bus thread."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self._one_at_a_time = asyncio.Lock()

    async def look(self, machine: MachineSnapshot, now_s: float) -> Look:
        async with self._one_at_a_time:
            seen = {tunnel.id: await self._see(tunnel, now_s) for tunnel in machine.tunnels}
            self._seen = seen
            return Look(machine=machine, tunnels=by_name(it.look for it in seen.values()))

    async def _see(self, tunnel: TunnelSnapshot, now_s: float) -> _Seen:
        before = self._seen.get(tunnel.id)
        received, sent = tunnel.received_bytes, tunnel.sent_bytes
        history = before.look.history if before else History()
        last = history.last
        heard_unix_s = before.look.heard_unix_s if before else 0
        if before and received > before.look.tunnel.received_bytes:
            heard_unix_s = int(now_s)
        seconds = now_s - before.base_at_s if before else 0.0
        rows: list[PeerRow] = []
        ordered = sorted(tunnel.device.peers, key=attrgetter("public_key.raw"))
        for piece in _pieces(ordered):
            rows += _peer_rows(piece, before.base if before else {}, seconds)
            await _breathe(ordered)
        if len(ordered) > PIECE:
            collector.pass_over()
        look = TunnelLook(
            tunnel=tunnel,
            health=health(tunnel, int(now_s), heard_unix_s),
            heard_unix_s=heard_unix_s,
            history=history.counted(Counters(now_s, received, sent)),
            peers=tuple(rows),
        )
        if before and last is not None and 0 <= seconds < SHORTEST_S:
            return _Seen(look, before.base, before.base_at_s)
        return _Seen(look, {row.peer.public_key.raw: row for row in rows}, now_s)


def by_name(looks: Iterator[TunnelLook] | Sequence[TunnelLook]) -> dict[str, TunnelLook]:
    return {look.tunnel.name: look for look in looks}


def aged(look: Look, now_unix_s: int) -> Look:
    """The same facts at a later time: nobody answers, but a handshake gets older."""
    looks = (
        replace(it, health=health(it.tunnel, now_unix_s, it.heard_unix_s))
        for it in look.tunnels.values()
    )
    return replace(look, tunnels=by_name(looks))


def _pieces(peers: Sequence[PeerSnapshot]) -> Iterator[Sequence[PeerSnapshot]]:
    for first in range(0, len(peers), PIECE):
        yield peers[first : first + PIECE]


async def _breathe(peers: Sequence[PeerSnapshot]) -> None:
    """Let the window's thread work, where this takes long at all."""
    if len(peers) > PIECE:
        await asyncio.sleep(PAUSE_S)


def _peer_rows(
    peers: Sequence[PeerSnapshot], base: Mapping[bytes, PeerRow], seconds: float
) -> Iterator[PeerRow]:
    """A peer about which nothing is new keeps its row, so that a model need not look into it."""
    for peer in peers:
        then = base.get(peer.public_key.raw)
        if then is None or seconds < 0 or not isinstance(then.peer, PeerSnapshot):
            yield PeerRow(peer)
        elif seconds < SHORTEST_S:
            yield then if then.peer is peer else PeerRow(peer, then.received, then.sent)
        else:
            received = peer.received_bytes - then.peer.received_bytes
            sent = peer.sent_bytes - then.peer.sent_bytes
            is_still = then.peer is peer and not (then.received or then.sent)
            if is_still:
                yield then
            elif received < 0 or sent < 0:
                yield PeerRow(peer)
            else:
                yield PeerRow(peer, received / seconds, sent / seconds)
