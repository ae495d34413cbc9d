"""The truth light: does the tunnel work, going by what is known of it? Pure.

What is known: how old the last handshake is, what was sent and received, whether all that was
put in place still stands, whether the name servers answer, and what the helper, which watches
the device all the time, has found out about silence (`TunnelSnapshot.finding`). Where nobody
tells of handshakes, the bytes of the interface are all there is to go by (`counters`).
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from wgdesk.domain.counters import DeviceCounters
from wgdesk.domain.dns import DnsState
from wgdesk.domain.finding import CAUSES
from wgdesk.domain.snapshot import Lifecycle, PeerSnapshot, TunnelSnapshot
from wgdesk.domain.timers import LOST_AFTER_S, REJECT_AFTER_S

# A handshake's time may be a little ahead of what this program takes for now.
AHEAD_S: Final = 5


class Light(StrEnum):
    """What a person sees; the icon and the colour follow from it."""

    OFF = "off"
    STARTING = "starting"
    WAITING = "waiting"
    CONNECTED = "connected"
    READY = "ready"
    ACTIVE = "active"
    NO_REPLY = "no-reply"
    RECONNECTING = "reconnecting"
    STOPPING = "stopping"
    FAILED = "failed"
    DNS_NOT_APPLIED = "dns-not-applied"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Health:
    """A light and its words.

    Attributes:
        minutes: Whole minutes without a reply, for NO_REPLY; 0 is less than one, or not known.
        cause: Why, for FAILED and DNS_NOT_APPLIED a clause; for WAITING, NO_REPLY and
            INCOMPLETE a sentence. "" where it is not known.
        remedy: What to do about it, in sentences; "" where nothing is known.
    """

    light: Light
    minutes: int = 0
    cause: str = ""
    remedy: str = ""

    @property
    def text(self) -> str:
        match self.light:
            case Light.NO_REPLY:
                return f"No reply for {self.minutes} min" if self.minutes else "No reply"
            case Light.DNS_NOT_APPLIED:
                return f"DNS not applied: {self.cause}" if self.cause else "DNS not applied"
            case Light.FAILED:
                return f"Failed: {self.cause}" if self.cause else "Failed"
            case _:
                return _WORDS[self.light]


WELL: Final = frozenset({Light.CONNECTED, Light.READY})
# Lights whose cause is a sentence of its own, beside the words.
WHY_APART: Final = frozenset({Light.WAITING, Light.NO_REPLY, Light.INCOMPLETE})
_WORDS = {
    Light.OFF: "Off",
    Light.STARTING: "Starting…",
    Light.WAITING: "Waiting for handshake",
    Light.CONNECTED: "Connected",
    Light.READY: "Ready",
    Light.ACTIVE: "Active (no handshake information)",
    Light.RECONNECTING: "Reconnecting…",
    Light.STOPPING: "Stopping…",
    Light.INCOMPLETE: "Incomplete",
    Light.UNKNOWN: "State unknown",
}
_LIFECYCLE = {
    Lifecycle.UNKNOWN: Light.UNKNOWN,
    Lifecycle.OFF: Light.OFF,
    Lifecycle.RISING: Light.STARTING,
    Lifecycle.MENDING: Light.RECONNECTING,
    Lifecycle.FALLING: Light.STOPPING,
}
OFF = Health(Light.OFF)

# Best first: a tunnel is as good as its best peer, a server's idle clients do not count against it.
_ORDER = (Light.CONNECTED, Light.NO_REPLY, Light.WAITING, Light.READY)


def health(tunnel: TunnelSnapshot, now_unix_s: int, heard_unix_s: int = 0) -> Health:
    """The state that a person sees for this tunnel at this time.

    A tunnel that nobody answers has the bigger trouble; what is missing of it, and its name
    servers, are behind it. `heard_unix_s` is when somebody who watches the counters saw data
    come in, 0 where nobody did: it comes in through a living session only, whatever the clock
    says.
    """
    if tunnel.lifecycle is Lifecycle.FAILED:
        return Health(Light.FAILED, cause=tunnel.cause)
    if tunnel.lifecycle is not Lifecycle.UP:
        return Health(_LIFECYCLE[tunnel.lifecycle])
    if tunnel.finding is not None:
        return _silent(tunnel, now_unix_s, heard_unix_s)
    if tunnel.counters is not None:
        best = _by_counters(tunnel, tunnel.counters, now_unix_s, heard_unix_s)
    else:
        best = _best(tunnel, now_unix_s, heard_unix_s)
    if best.light in WELL and tunnel.lacks:
        return Health(Light.INCOMPLETE, cause=tunnel.lacks)
    dns = tunnel.dns
    if best.light in WELL and dns is not None and dns.state is DnsState.NOT_APPLIED:
        return Health(Light.DNS_NOT_APPLIED, cause=dns.reason)
    return best


def _silent(tunnel: TunnelSnapshot, now_unix_s: int, heard_unix_s: int) -> Health:
    """Nobody answers, and it was found out why."""
    cause = CAUSES[tunnel.finding] if tunnel.finding else None
    words = (cause.sentence, cause.remedy) if cause else ("", "")
    last_unix_s = max(heard_unix_s, tunnel.latest_handshake_unix_s)
    if not last_unix_s:
        return Health(Light.WAITING, 0, *words)
    return Health(Light.NO_REPLY, _minutes(now_unix_s - last_unix_s), *words)


def _by_counters(
    tunnel: TunnelSnapshot, counters: DeviceCounters, now_unix_s: int, heard_unix_s: int
) -> Health:
    """What bytes prove: data comes in through a session only, and no session lives longer."""
    heard_unix_s = max(heard_unix_s, counters.heard_unix_s)
    if not counters.received_bytes:
        if counters.sent_bytes:
            return Health(Light.WAITING)
        return Health(Light.READY if counters.are_live else Light.ACTIVE)
    unanswered_s = now_unix_s - counters.unanswered_unix_s if counters.unanswered_unix_s else 0
    keeps_alive = any(peer.keepalive_s for peer in tunnel.device.peers)
    # A keepalive wants no answer: then the silence counts from the last session's end.
    patience_s = REJECT_AFTER_S if keeps_alive else LOST_AFTER_S
    if unanswered_s > patience_s:
        return Health(Light.NO_REPLY, _minutes(now_unix_s - heard_unix_s) if heard_unix_s else 0)
    last_unix_s = heard_unix_s or tunnel.since_unix_s
    if last_unix_s and -AHEAD_S <= now_unix_s - last_unix_s <= REJECT_AFTER_S:
        return Health(Light.CONNECTED)
    return Health(Light.ACTIVE)


def _best(tunnel: TunnelSnapshot, now_unix_s: int, heard_unix_s: int) -> Health:
    """As good as the best peer; the helper's stopwatch knows better than any wall clock."""
    was_heard = heard_unix_s > 0 and 0 <= now_unix_s - heard_unix_s <= LOST_AFTER_S
    had_session = tunnel.latest_handshake_unix_s > 0
    if tunnel.is_answered or (tunnel.is_answered is None and was_heard and had_session):
        return Health(Light.CONNECTED)
    found = [peer_health(peer, now_unix_s) for peer in tunnel.device.peers]
    if tunnel.is_answered is False:
        found = [_aged(it, peer) for it, peer in zip(found, tunnel.device.peers, strict=True)]
    best = min(found, key=lambda item: _ORDER.index(item.light), default=Health(Light.READY))
    if best.light is Light.NO_REPLY and heard_unix_s:
        last_unix_s = max(heard_unix_s, tunnel.latest_handshake_unix_s)
        return replace(best, minutes=_minutes(now_unix_s - last_unix_s))
    return best


def _aged(seen: Health, peer: PeerSnapshot) -> Health:
    """What its handshake says where that is older than it looks."""
    if seen.light is not Light.CONNECTED:
        return seen
    return Health(Light.NO_REPLY if peer.keepalive_s else Light.READY)


def peer_health(peer: PeerSnapshot, now_unix_s: int) -> Health:
    """One peer's light.

    A handshake inside the last 180 s means connected. Without one: ready where
    nothing was sent since, waiting where something was sent and never answered,
    no reply where it once was answered. A handshake of the future was before the clock was
    set back: how old it is nobody knows, and only the next one will tell.
    """
    if peer.latest_handshake_unix_s:
        age_s = now_unix_s - peer.latest_handshake_unix_s
        if -AHEAD_S <= age_s <= REJECT_AFTER_S:
            return Health(Light.CONNECTED)
        if not peer.keepalive_s:
            return Health(Light.READY)
        return Health(Light.WAITING) if age_s < 0 else Health(Light.NO_REPLY, _minutes(age_s))
    asked = peer.endpoint is not None and (peer.sent_bytes > 0 or peer.keepalive_s > 0)
    return Health(Light.WAITING if asked else Light.READY)


def _minutes(age_s: int) -> int:
    return max(0, age_s) // 60
