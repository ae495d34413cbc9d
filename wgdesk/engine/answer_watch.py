"""Finds out whether anybody answers a tunnel, and why not where nobody does.

It has no clock of its own: whoever reads a device tells what it says (`look`). As long as the
tunnel is answered, or nothing was sent, that is all. An endpoint is asked only once handshakes
have gone unanswered for a while, and then ever more rarely.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from wgdesk.domain.device import EngineKind
from wgdesk.domain.evidence import conclude
from wgdesk.domain.finding import CAUSES, Finding
from wgdesk.domain.health import AHEAD_S
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.profile import Profile
from wgdesk.domain.snapshot import DeviceSnapshot, PeerSnapshot
from wgdesk.domain.timers import LOST_AFTER_S, REJECT_AFTER_S, REKEY_ATTEMPT_S, REKEY_TIMEOUT_S
from wgdesk.engine.clock_note import ClockNote
from wgdesk.engine.ports import System
from wgdesk.engine.tunnel import Tunnel

RECENT_S: Final = 30.0  # every device is read more often
# Handshakes that the other side begins, up to three: it is there, but hears nothing from here.
# Data comes in multiples of 16 bytes, so it is nothing else.
GREETINGS_BYTES: Final = (148, 296, 444)
KEEPALIVE_BYTES: Final = 32  # a message without data: 16 bytes of header, 16 of authentication
ASK_AGAIN_S: Final = (30.0, 60.0, 120.0, 300.0)
NEXT_TRY_S: Final = REKEY_TIMEOUT_S + 1.0
TRY_AGAIN_S: Final = 30.0
_OWN: Final = frozenset({Finding.BLOCKED_HERE, Finding.NO_ROUTE})
# What came in came through a session; how old that is need not be known.
SURELY_S: Final = 30.0
# WireGuard itself has given up then, and begins anew with the next packet.
NOBODY_ASKS_S: Final = REKEY_ATTEMPT_S + 30

_log = logging.getLogger(__name__)


def stopwatch() -> float:
    """Seconds that nobody sets, and that go on while the machine sleeps, as WireGuard counts."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(slots=True)
class _Ear:
    """What was heard of one tunnel; times are the stopwatch's seconds.

    Attributes:
        session_until_s: Until when what is sent may be answered without a new handshake.
        asked_at_s: Since when something that was sent is unanswered; None where nothing is.
        sent_at_s: When it was last seen to send anything.
        wayless_since_s: Since when no way leads to its endpoint; None where one does.
        ask_at_s: When its endpoint may be asked next.
        times: How often it was asked since somebody answered.
        link_packets: What had gone into its link when that last counted.
        try_at_s: When it may be tried next whether anything gets out.
        told: What was known when somebody was last told.
    """

    has_looked: bool = False
    looked_at_s: float = 0.0
    sent_bytes: int = 0
    received_bytes: int = 0
    handshake_unix_s: int = 0
    session_until_s: float = 0.0
    asked_at_s: float | None = None
    sent_at_s: float = 0.0
    wayless_since_s: float | None = None
    ask_at_s: float = 0.0
    times: int = 0
    link_packets: int = 0
    try_at_s: float = 0.0
    finding: Finding | None = None
    told: tuple[Finding | None, bool] = (None, False)
    task: asyncio.Task[None] | None = None

    @property
    def has_session(self) -> bool:
        return self.looked_at_s < self.session_until_s

    def forgive(self) -> None:
        """Somebody answered, or nobody is asked any more."""
        self.asked_at_s = self.finding = None
        self.ask_at_s, self.times = 0.0, 0

    def is_asking(self) -> bool:
        """Whether something that was sent is unanswered."""
        return self.asked_at_s is not None

    def silent_for_s(self, now_s: float) -> float:
        """How long somebody could have answered and did not; negative where nobody had to."""
        since = [it for it in (self.asked_at_s, self.wayless_since_s) if it is not None]
        return now_s - min(since) if since else -1.0


class AnswerWatch:
    """One ear for each tunnel that is up and has somebody to talk to.

    Args:
        clock: Gives Unix seconds.
        stopwatch: Gives seconds as the function of that name.
        told: Gets a tunnel's id when it began or ceased to be answered, or why not was found.
    """

    def __init__(
        self,
        system: System,
        clock: Callable[[], float],
        note: ClockNote,
        told: Callable[[str], None],
        stopwatch: Callable[[], float] = stopwatch,
    ) -> None:
        self._system, self._clock, self._note, self._told = system, clock, note, told
        self._stopwatch = stopwatch
        self._ears: dict[str, _Ear] = {}
        self._partners: dict[str, tuple[Profile, frozenset[PublicKey]]] = {}

    def finding(self, tunnel_id: str) -> Finding | None:
        ear = self._ears.get(tunnel_id)
        return ear.finding if ear else None

    def is_answered(self, tunnel_id: str) -> bool | None:
        """None where nobody is there to answer."""
        ear = self._ears.get(tunnel_id)
        return ear.has_session if ear else None

    def look(self, tunnel: Tunnel, device: DeviceSnapshot) -> None:
        """The device of a tunnel that is up, as it was read just now."""
        partners = self._find_partners(tunnel)
        known = device.peers if partners else ()
        peers = [it for it in known if it.endpoint and it.public_key in partners]
        if not peers:
            self._drop(tunnel.id)
            return
        ear = self._ears.setdefault(tunnel.id, _Ear())
        self._hear(ear, peers, device.peers, self._stopwatch())
        self._judge(tunnel, ear, peers, device.fwmark)
        self._tell(tunnel.id, ear)

    def forget(self, tunnel_id: str) -> None:
        """It is not up any more."""
        self._partners.pop(tunnel_id, None)
        self._drop(tunnel_id)

    def _drop(self, tunnel_id: str) -> None:
        ear = self._ears.pop(tunnel_id, None)
        if ear is not None and ear.task is not None:
            ear.task.cancel()

    async def close(self) -> None:
        asking = [ear.task for ear in self._ears.values() if ear.task is not None]
        for tunnel_id in tuple(self._ears):
            self.forget(tunnel_id)
        if asking:
            await asyncio.wait(asking)

    def _find_partners(self, tunnel: Tunnel) -> frozenset[PublicKey]:
        """The peers of which the profile itself says where they are."""
        known = self._partners.get(tunnel.id)
        if known is None or known[0] is not tunnel.profile:
            keys = frozenset(it.public_key for it in tunnel.profile.peers if it.endpoint)
            known = self._partners[tunnel.id] = tunnel.profile, keys
        return known[1]

    def _hear(
        self,
        ear: _Ear,
        peers: Sequence[PeerSnapshot],
        everybody: Sequence[PeerSnapshot],
        now_s: float,
    ) -> None:
        """Compare with what was read before. A tunnel is as well as the best of its peers."""
        sent = sum(peer.sent_bytes for peer in peers)
        received = sum(peer.received_bytes for peer in everybody)
        handshake = max(peer.latest_handshake_unix_s for peer in everybody)
        if sent < ear.sent_bytes or received < ear.received_bytes:
            ear.has_looked, ear.session_until_s = False, 0.0  # its engine was started anew
            ear.forgive()
        if handshake and not ear.has_looked:
            self._note.note(handshake, is_new=False)
            age_s = self._clock() - handshake
            ear.session_until_s = now_s + REJECT_AFTER_S - age_s if age_s > -AHEAD_S else 0.0
        elif self._is_new(handshake, ear):
            self._note.note(handshake, is_new=True)
            ear.session_until_s = now_s + REJECT_AFTER_S
            ear.forgive()
        news_bytes = received - ear.received_bytes if ear.has_looked else 0
        if news_bytes > 0 and news_bytes not in GREETINGS_BYTES:
            ear.session_until_s = max(ear.session_until_s, now_s + SURELY_S)
            ear.forgive()
        elif _asks(ear, peers, sent, now_s):
            ear.asked_at_s = now_s if ear.asked_at_s is None else ear.asked_at_s
        if sent != ear.sent_bytes or not ear.has_looked:
            ear.sent_at_s = now_s
        ear.sent_bytes, ear.received_bytes, ear.handshake_unix_s = sent, received, handshake
        ear.has_looked, ear.looked_at_s = True, now_s

    def _is_new(self, handshake_unix_s: int, ear: _Ear) -> bool:
        """It may be older than the one before: after the clock went back, or that peer went."""
        is_recent = abs(self._clock() - handshake_unix_s) < RECENT_S
        before_unix_s = ear.handshake_unix_s
        return handshake_unix_s > before_unix_s or (handshake_unix_s < before_unix_s and is_recent)

    def _judge(self, tunnel: Tunnel, ear: _Ear, peers: Sequence[PeerSnapshot], mark: int) -> None:
        """Look for the cause where there has been silence for too long."""
        now_s = ear.looked_at_s
        nobody_asks = now_s - ear.sent_at_s > NOBODY_ASKS_S and not _is_kept_alive(peers)
        if nobody_asks and ear.handshake_unix_s:
            ear.forgive()
        if ear.asked_at_s is None and self._is_held_back(tunnel, ear, peers, mark):
            ear.asked_at_s = ear.sent_at_s = now_s
        if ear.asked_at_s is None and ear.has_session:
            ear.wayless_since_s = None
            return
        target = _target(peers)
        self._look_for_way(ear, target, mark)
        if ear.silent_for_s(now_s) < (LOST_AFTER_S if ear.has_session else REKEY_TIMEOUT_S):
            if ear.asked_at_s is None:
                ear.finding = None
        elif ear.wayless_since_s is not None:
            ear.finding = Finding.NO_ROUTE
        elif ear.asked_at_s is not None and not nobody_asks:
            self._ask_soon(tunnel, ear, target, mark)

    def _look_for_way(self, ear: _Ear, target: PeerSnapshot, mark: int) -> None:
        """Costs no packet, so it is done at every look."""
        if target.endpoint is None or self._system.has_way(target.endpoint, mark):
            if ear.finding is Finding.NO_ROUTE:
                ear.finding, ear.ask_at_s = None, 0.0
            if ear.wayless_since_s is not None and ear.asked_at_s is not None:
                ear.asked_at_s = ear.looked_at_s  # from now on it could be answered
            ear.wayless_since_s = None
        elif ear.wayless_since_s is None:
            ear.wayless_since_s = ear.looked_at_s

    def _is_held_back(
        self, tunnel: Tunnel, ear: _Ear, peers: Sequence[PeerSnapshot], mark: int
    ) -> bool:
        """Whether what goes into the link does not come out, because a firewall here drops it.

        The kernel's WireGuard counts what it sent, dropped or not; wireguard-go does not count
        what it was not allowed to send. One empty datagram to the endpoint tells.
        """
        is_userspace = tunnel.engine is not None and tunnel.engine.kind is EngineKind.USERSPACE
        is_sending = ear.sent_at_s == ear.looked_at_s and ear.sent_bytes > 0
        if not is_userspace or is_sending or ear.looked_at_s < ear.try_at_s:
            return False
        packets = self._system.sent_packets(tunnel.name)
        if packets == ear.link_packets:
            return False
        ear.link_packets, ear.try_at_s = packets, ear.looked_at_s + TRY_AGAIN_S
        endpoint = _target(peers).endpoint
        return endpoint is not None and self._system.is_blocked(endpoint, mark)

    def _ask_soon(self, tunnel: Tunnel, ear: _Ear, target: PeerSnapshot, mark: int) -> None:
        """Ask the endpoint, if it is time."""
        is_asking = ear.task is not None and not ear.task.done()
        if is_asking or ear.looked_at_s < ear.ask_at_s:
            return
        ear.ask_at_s = ear.looked_at_s + ASK_AGAIN_S[min(ear.times, len(ASK_AGAIN_S) - 1)]
        ear.times += 1
        ear.task = asyncio.get_running_loop().create_task(self._ask(tunnel, ear, target, mark))

    async def _ask(self, tunnel: Tunnel, ear: _Ear, target: PeerSnapshot, mark: int) -> None:
        if target.endpoint is None:
            return
        try:
            evidence = await self._system.probe(target.endpoint, mark)
        except Exception:  # noqa: BLE001  # a bug here must not end the watch
            _log.exception("the endpoint of %s cannot be asked", tunnel.name)
            return
        if evidence is None or not ear.is_asking():  # somebody answered meanwhile
            return
        finding = conclude(evidence, clock_is_behind=self._note.is_behind(self._clock()))
        if ear.finding not in (None, finding):  # it may be mended: let the next handshake try
            await asyncio.sleep(NEXT_TRY_S)
            if not ear.is_asking():
                return
        ear.finding = finding
        has_spoken = ear.sent_bytes > 0 or target.keepalive_s > 0
        if not has_spoken and ear.finding not in _OWN:  # it gets out now, but nothing was said yet
            ear.forgive()
        if ear.finding is not None:
            _log.info("%s is not answered: %s", tunnel.name, CAUSES[ear.finding].sentence)
        self._tell(tunnel.id, ear)

    def _tell(self, tunnel_id: str, ear: _Ear) -> None:
        known = ear.finding, ear.has_session
        if known != ear.told:
            ear.told = known
            self._told(tunnel_id)


def _asks(ear: _Ear, peers: Sequence[PeerSnapshot], sent_bytes: int, now_s: float) -> bool:
    """Whether something was sent that is to be answered; nobody answers a keepalive."""
    if not any(peer.latest_handshake_unix_s for peer in peers):
        return sent_bytes > 0 or _is_kept_alive(peers)
    if not ear.has_looked:
        return False
    passed_s = now_s - ear.looked_at_s
    keepalives = sum(1 + passed_s // it.keepalive_s if it.keepalive_s else 1 for it in peers)
    return sent_bytes - ear.sent_bytes > KEEPALIVE_BYTES * keepalives


def _is_kept_alive(peers: Sequence[PeerSnapshot]) -> bool:
    return any(peer.keepalive_s for peer in peers)


def _target(peers: Sequence[PeerSnapshot]) -> PeerSnapshot:
    """Whom to ask about: who carries all traffic if there is one, else who was sent something."""

    def order(peer: PeerSnapshot) -> tuple[bool, bool]:
        is_default = any(network.prefixlen == 0 for network in peer.allowed_ips)
        return not is_default, not (peer.sent_bytes or peer.keepalive_s)

    return min(peers, key=order)
