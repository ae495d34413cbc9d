"""What is news about the answers of peers: the first, none any more and why, again, another place."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from wgdesk.domain.finding import CAUSES, Finding
from wgdesk.domain.health import Light, peer_health
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.snapshot import DeviceSnapshot, PeerSnapshot
from wgdesk.engine.diary import Diary, short_key
from wgdesk.engine.tunnel import Tunnel

# Of more than that many the clients of a server come and go, which is no news.
MOST_PEERS: Final = 32
# A server that pretends to move with every packet would push all other lines out.
MOVES_EVERY_S: Final = 60
ANSWERED: Final = "Answers arrive again."


@dataclass(slots=True)
class _Peer:
    """As it was last told; `moved_unix_s` is when it was said to be at another place."""

    endpoint: str
    is_answering: bool
    answered_unix_s: int
    moved_unix_s: float = 0.0
    has_begun: bool = False  # to answer, at the last look


class Handshakes:
    """Compares each device with what was last told of its peers; a rekeying tells nothing new."""

    def __init__(self, diary: Diary, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives Unix seconds."""
        self._diary, self._clock = diary, clock
        self._began_unix_s = int(clock())
        self._known = WeakKeyDictionary[Tunnel, dict[PublicKey, _Peer]]()
        self._findings = WeakKeyDictionary[Tunnel, Finding]()

    def look(
        self,
        tunnel: Tunnel,
        device: DeviceSnapshot,
        finding: Finding | None,
        *,
        is_answered: bool,
    ) -> None:
        """The device of a tunnel that is up, as it is now, and what is known of its answers."""
        answers = self._compare_all(tunnel, device)
        before = self._findings.pop(tunnel, None)
        if finding is not None:
            self._findings[tunnel] = finding
        if finding is not None and finding is not before:
            cause = CAUSES[finding]
            self._diary.write(tunnel, LogKind.NOTICE, cause.sentence)
            self._diary.write(tunnel, LogKind.NOTICE, cause.remedy)
        elif finding is None and before is not None and is_answered and not answers:
            self._diary.write(tunnel, LogKind.HANDSHAKE, ANSWERED)

    def _compare_all(self, tunnel: Tunnel, device: DeviceSnapshot) -> int:
        """How many peers were told to answer."""
        if len(device.peers) > MOST_PEERS:
            self._known.pop(tunnel, None)
            return 0
        before = self._known.get(tunnel, {})
        now = self._known[tunnel] = {
            peer.public_key: self._compare(tunnel, peer, before.get(peer.public_key))
            for peer in device.peers
        }
        return sum(it.has_begun for it in now.values())

    def _compare(self, tunnel: Tunnel, peer: PeerSnapshot, before: _Peer | None) -> _Peer:
        answered_unix_s = peer.latest_handshake_unix_s
        if before is not None and answered_unix_s < before.answered_unix_s:
            before = None  # another device, which never heard of it
        seen = before or self._first_sight(peer)
        endpoint, moved_unix_s = self._follow_move(tunnel, peer, seen)
        now = _Peer(endpoint, seen.is_answering, answered_unix_s, moved_unix_s)
        light = peer_health(peer, int(self._clock())).light
        if light is Light.CONNECTED and not seen.is_answering:
            now.is_answering = now.has_begun = True
            self._diary.write(tunnel, LogKind.HANDSHAKE, _answer_text(peer, seen))
        elif light is Light.NO_REPLY and seen.is_answering:
            now.is_answering = False
            minutes = (int(self._clock()) - answered_unix_s) // 60
            text = f"No reply from {_peer_name(peer)} for {minutes} min."
            self._diary.write(tunnel, LogKind.NOTICE, text)
        return now

    def _follow_move(self, tunnel: Tunnel, peer: PeerSnapshot, seen: _Peer) -> tuple[str, float]:
        """Where it was last told to be, and since when."""
        endpoint = str(peer.endpoint or seen.endpoint)
        if not seen.endpoint or endpoint == seen.endpoint:
            return endpoint, seen.moved_unix_s
        now_unix_s = self._clock()
        if abs(now_unix_s - seen.moved_unix_s) < MOVES_EVERY_S:
            return seen.endpoint, seen.moved_unix_s
        text = f"{seen.endpoint} is reached at {endpoint} now."
        self._diary.write(tunnel, LogKind.HANDSHAKE, text)
        return endpoint, now_unix_s

    def _first_sight(self, peer: PeerSnapshot) -> _Peer:
        """What it did before this helper was there is no news."""
        answered_unix_s = peer.latest_handshake_unix_s
        is_old = 0 < answered_unix_s < self._began_unix_s
        return _Peer("", is_old, answered_unix_s if is_old else 0)


def _answer_text(peer: PeerSnapshot, seen: _Peer) -> str:
    if not seen.answered_unix_s:
        return f"First handshake with {_peer_name(peer)}: it answers."
    minutes = max(1, (peer.latest_handshake_unix_s - seen.answered_unix_s) // 60)
    return f"{_peer_name(peer)} answers again, after {minutes} min."


def _peer_name(peer: PeerSnapshot) -> str:
    return str(peer.endpoint) if peer.endpoint else f"peer {short_key(peer.public_key)}"
