"""What a tunnel is doing right now, whole and frozen. No private key is ever in it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wgdesk.domain.counters import DeviceCounters
from wgdesk.domain.device import Engine, SocketAddress
from wgdesk.domain.dns import DnsStatus
from wgdesk.domain.finding import Finding
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile import InterfaceAddress, Network
from wgdesk.domain.routing import Route, Rule


class Lifecycle(StrEnum):
    """The state machine's states as words for the wire; health tells more about `UP`.

    UNKNOWN is never sent: it is how a reader takes a word that it does not know.
    """

    UNKNOWN = "unknown"
    OFF = "off"
    RISING = "rising"
    UP = "up"
    MENDING = "mending"
    FALLING = "falling"
    FAILED = "failed"


# There is something to take down; what a newer helper has another word for counts as such.
ALIVE: Final = frozenset({Lifecycle.UNKNOWN, Lifecycle.RISING, Lifecycle.UP, Lifecycle.MENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerSnapshot:
    """One peer as the device has it.

    Attributes:
        endpoint: Where packets go now (roaming may have moved it); None if unknown.
        latest_handshake_unix_s: 0 means never.
        keepalive_s: 0 means off.
    """

    public_key: PublicKey
    has_preshared_key: bool = False
    endpoint: SocketAddress | None = None
    latest_handshake_unix_s: int = 0
    received_bytes: int = 0
    sent_bytes: int = 0
    keepalive_s: int = 0
    allowed_ips: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSnapshot:
    """A WireGuard device as it reads back.

    Attributes:
        public_key: None where the device has no key.
        listen_port: 0 while there is none.
        fwmark: 0 is off.
    """

    public_key: PublicKey | None = None
    has_private_key: bool = False
    listen_port: int = 0
    fwmark: int = 0
    peers: tuple[PeerSnapshot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelSnapshot:
    """One tunnel of the caller.

    Attributes:
        id: Random; names the tunnel to the helper while it is there.
        cause: Why it failed or falls, one sentence; "" otherwise.
        since_unix_s: When it came up; 0 while it is not up.
        mtu: Bytes; 0 while there is no link.
        routes: As planned and put in place.
        notices: What the profile asks for and is not done, and what others did to it, in
            sentences.
        dns: Its name servers; None where none are applied.
        hooks: Who runs the profile's commands, as its `up` said.
        profile_digest: SHA-256, hexadecimal, of what the profile says less its keys
            (`render.public_digest`); "" where it is not known.
        finding: Why no peer answers; None where one does, nothing was sent, or it is not known.
        is_answered: Whether what is sent can be answered without a new handshake, by a clock
            that nobody sets; None where nobody keeps that time.
        lacks: What of it is not there although it is up, one sentence; "" where it is whole.
        counters: All that is known of its traffic where nobody tells each peer's, nor
            handshakes; None where the device itself is read. Never sent.
    """

    id: str
    name: str
    owner_uid: int
    lifecycle: Lifecycle
    cause: str = ""
    engine: Engine | None = None
    since_unix_s: int = 0
    device: DeviceSnapshot = DeviceSnapshot()
    addresses: tuple[InterfaceAddress, ...] = ()
    mtu: int = 0
    routes: tuple[Route, ...] = ()
    rules: tuple[Rule, ...] = ()
    full_tunnel: bool = False
    notices: tuple[str, ...] = ()
    dns: DnsStatus | None = None
    hooks: HookMode = HookMode.IGNORE
    profile_digest: str = ""
    finding: Finding | None = None
    is_answered: bool | None = None
    lacks: str = ""
    counters: DeviceCounters | None = None

    @property
    def received_bytes(self) -> int:
        if self.counters is not None:
            return self.counters.received_bytes
        return sum(peer.received_bytes for peer in self.device.peers)

    @property
    def sent_bytes(self) -> int:
        if self.counters is not None:
            return self.counters.sent_bytes
        return sum(peer.sent_bytes for peer in self.device.peers)

    @property
    def latest_handshake_unix_s(self) -> int:
        """The newest over all peers; 0 means never."""
        return max((peer.latest_handshake_unix_s for peer in self.device.peers), default=0)

    @property
    def was_answered(self) -> bool:
        """Whether the other side has proved that it is there, at any time since it is up."""
        if self.counters is not None:
            return self.counters.received_bytes > 0
        return self.latest_handshake_unix_s > 0

    @property
    def full_families(self) -> tuple[int, ...]:
        """4 and 6, where all traffic of that family goes through it now."""
        if not self.full_tunnel:
            return ()
        found = {r.destination.version for r in self.routes if r.destination.prefixlen == 0}
        return tuple(sorted(found))

    def find_rule(self, route: Route) -> Rule | None:
        """The first rule that leads to this route, or None where only its table names it."""
        network = route.destination
        for rule in sorted(self.rules, key=lambda each: each.priority):
            is_for_all = rule.to is None and rule.fwmark is None
            leads_there = rule.table == route.table and rule.family == network.version
            hides_it = rule.suppress_default and network.prefixlen == 0
            if is_for_all and leads_there and not hides_it:
                return rule
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTunnel:
    """What one user may know of another user's tunnel."""

    name: str
    owner_uid: int
    lifecycle: Lifecycle
    full_tunnel: bool


@dataclass(frozen=True, slots=True)
class ForeignLink:
    """A WireGuard interface that another program made.

    Attributes:
        program: Whose it seems to be, such as "wg-quick"; "" where nothing tells.
    """

    name: str
    program: str = ""


@dataclass(frozen=True, slots=True)
class MachineSnapshot:
    """What `List` answers: the caller's tunnels whole, other users' in outline.

    Attributes:
        foreign: Tunnels of other programs, which are never touched.
        degraded: What the helper cannot do as it should, in sentences.
    """

    tunnels: tuple[TunnelSnapshot, ...] = ()
    others: tuple[ForeignTunnel, ...] = ()
    foreign: tuple[ForeignLink, ...] = ()
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpOutcome:
    """What `Up` answers.

    Attributes:
        engine: None where the helper named one that the reader does not know.
        lines: The `[#] ...` lines of what was done, keys left out.
        took_over: Names of own tunnels taken down because their routes met.
    """

    id: str
    name: str
    engine: Engine | None
    lines: tuple[str, ...] = ()
    took_over: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOutcome:
    """What `Sync` answers.

    Attributes:
        lines: As those of an `Up`; empty where everything was as asked for already.
        changed: What was changed, in a few words each.
        took_over: Names of own tunnels taken down because their routes met.
    """

    id: str
    name: str
    lines: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    took_over: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOutcome:
    """What `Check` answers: what an `Up` would meet.

    Attributes:
        digest: SHA-256 of the profile's canonical form, hexadecimal; approvals go by it.
        needs_approval: An administrator has not approved this content for this user yet.
        needs_hooks_approval: Nor its commands, which are to run as root.
        takes_over: Own tunnels that would be taken down.
        conflicts: Sentences that say why an `Up` would fail.
    """

    digest: str
    needs_approval: bool
    takes_over: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    needs_hooks_approval: bool = False
