"""The truth light: does the tunnel work, going by what the device says? Pure.

Times from the WireGuard paper, section 6.1: a session is rekeyed after 120 s of
use and is dead after 180 s, so an active peer that has not shaken hands for
longer than that does not reply.
"""

from dataclasses import dataclass
from enum import StrEnum

from wgdesk.domain.dns import DnsState
from wgdesk.domain.snapshot import Lifecycle, PeerSnapshot, TunnelSnapshot

REJECT_AFTER_S = 180


class Light(StrEnum):
    """What a person sees; the icon and the colour follow from it."""

    OFF = "off"
    STARTING = "starting"
    WAITING = "waiting"
    CONNECTED = "connected"
    READY = "ready"
    NO_REPLY = "no-reply"
    RECONNECTING = "reconnecting"
    STOPPING = "stopping"
    FAILED = "failed"
    DNS_NOT_APPLIED = "dns-not-applied"


@dataclass(frozen=True, slots=True)
class Health:
    """A light and its words.

    Attributes:
        minutes: Whole minutes without a reply, for NO_REPLY.
        cause: Why, for FAILED and DNS_NOT_APPLIED.
    """

    light: Light
    minutes: int = 0
    cause: str = ""

    @property
    def text(self) -> str:
        match self.light:
            case Light.NO_REPLY:
                return f"No reply for {self.minutes} min"
            case Light.DNS_NOT_APPLIED:
                return f"DNS not applied: {self.cause}" if self.cause else "DNS not applied"
            case Light.FAILED:
                return f"Failed: {self.cause}" if self.cause else "Failed"
            case _:
                return _WORDS[self.light]


_WORDS = {
    Light.OFF: "Off",
    Light.STARTING: "Starting…",
    Light.WAITING: "Waiting for handshake",
    Light.CONNECTED: "Connected",
    Light.READY: "Ready",
    Light.RECONNECTING: "Reconnecting…",
    Light.STOPPING: "Stopping…",
}
_LIFECYCLE = {
    Lifecycle.OFF: Light.OFF,
    Lifecycle.RISING: Light.STARTING,
    Lifecycle.MENDING: Light.RECONNECTING,
    Lifecycle.FALLING: Light.STOPPING,
}
OFF = Health(Light.OFF)

# Best first: a tunnel is as good as its best peer, a server's idle clients do not count against it.
_ORDER = (Light.CONNECTED, Light.NO_REPLY, Light.WAITING, Light.READY)
_WELL = frozenset({Light.CONNECTED, Light.READY})


def health(tunnel: TunnelSnapshot, now_unix_s: int) -> Health:
    """The state that a person sees for this tunnel at this time.

    A tunnel that nobody answers has the bigger trouble; its name servers are behind it.
    """
    if tunnel.lifecycle is Lifecycle.FAILED:
        return Health(Light.FAILED, cause=tunnel.cause)
    if tunnel.lifecycle is not Lifecycle.UP:
        return Health(_LIFECYCLE[tunnel.lifecycle])
    found = [peer_health(peer, now_unix_s) for peer in tunnel.device.peers]
    best = min(found, key=lambda item: _ORDER.index(item.light), default=Health(Light.READY))
    dns = tunnel.dns
    if dns is not None and dns.state is DnsState.NOT_APPLIED and best.light in _WELL:
        return Health(Light.DNS_NOT_APPLIED, cause=dns.reason)
    return best


def peer_health(peer: PeerSnapshot, now_unix_s: int) -> Health:
    """One peer's light.

    A handshake inside the last 180 s means connected. Without one: ready where
    nothing was sent since, waiting where something was sent and never answered,
    no reply where it once was answered.
    """
    if peer.latest_handshake_unix_s:
        age_s = now_unix_s - peer.latest_handshake_unix_s
        if age_s <= REJECT_AFTER_S:
            return Health(Light.CONNECTED)
        if peer.keepalive_s:
            return Health(Light.NO_REPLY, minutes=age_s // 60)
        return Health(Light.READY)
    asked = peer.endpoint is not None and (peer.sent_bytes > 0 or peer.keepalive_s > 0)
    return Health(Light.WAITING if asked else Light.READY)
