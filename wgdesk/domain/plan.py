"""A profile and the facts of a machine become ordered, reversible steps. Pure.

Routing differs from wg-quick on purpose: every route lives in a private table
that is asked ahead of `main`, so a route pushed into `main` by the local network
(DHCP option 121) cannot take traffic out of the tunnel.

    5200  fwmark MARK                 lookup main    the tunnel's own encrypted packets
    5205  all                         lookup TABLE   suppress_prefixlength 0: subnets
    5210  to LAN                      lookup main    suppress_prefixlength 0: on-link networks
    5220  all                         lookup TABLE   everything else, full tunnels only
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wgdesk.domain.errors import EndpointUnresolved
from wgdesk.domain.keys import PresharedKey, PrivateKey, PublicKey
from wgdesk.domain.profile import (
    MIN_IPV6_MTU,
    Address,
    Endpoint,
    InterfaceAddress,
    Network,
    Profile,
)
from wgdesk.domain.routing import Route, RoutePlan, Rule, plan_routing

# semantics of `wg-quick`: 40 (IPv6) + 8 (UDP) + 32 (WireGuard) bytes around each packet.
TUNNEL_OVERHEAD_BYTES = 80
DEFAULT_PATH_MTU = 1500


class EngineKind(StrEnum):
    KERNEL = "kernel"
    USERSPACE = "userspace"


@dataclass(frozen=True, slots=True)
class Engine:
    """Which implementation carries the tunnel, and why that one (one clause)."""

    kind: EngineKind
    reason: str


@dataclass(frozen=True, slots=True)
class SocketAddress:
    """A resolved endpoint; `scope` names the link of a link-local address, or is ""."""

    address: Address
    port: int
    scope: str = ""

    def __str__(self) -> str:
        host = f"{self.address}%{self.scope}" if self.scope else str(self.address)
        return f"[{host}]:{self.port}" if self.address.version == 6 else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the machine is like at this moment, as far as a plan depends on it.

    Attributes:
        used_tables: Tables that hold routes or that a rule names.
        used_marks: Marks that a rule or a live WireGuard device uses.
        onlink_networks: Private networks on the physical links that stay reachable
            beside a full tunnel; empty where the user wants none.
        path_mtu: Bytes; the smallest towards the endpoints, None if unknown.
        ipv6: Whether links may have IPv6 addresses.
        endpoints: The address of every endpoint of the profile.
    """

    engine: Engine
    used_tables: frozenset[int] = frozenset()
    used_marks: frozenset[int] = frozenset()
    onlink_networks: tuple[Network, ...] = ()
    path_mtu: int | None = None
    ipv6: bool = True
    endpoints: Mapping[Endpoint, SocketAddress] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePeer:
    public_key: PublicKey
    preshared_key: PresharedKey | None = field(default=None, repr=False)
    endpoint: SocketAddress | None = None
    keepalive_s: int | None = None
    allowed_ips: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceConfig:
    """What a WireGuard device is told; it replaces all that the device had before.

    Attributes:
        private_key: None leaves the device without one.
        listen_port: 0 lets the device choose.
        fwmark: 0 is off.
    """

    private_key: PrivateKey | None = field(default=None, repr=False)
    listen_port: int = 0
    fwmark: int = 0
    peers: tuple[DevicePeer, ...] = ()


@dataclass(frozen=True, slots=True)
class CreateLink:
    name: str
    kind: EngineKind


@dataclass(frozen=True, slots=True)
class ConfigureDevice:
    name: str
    kind: EngineKind
    config: DeviceConfig


@dataclass(frozen=True, slots=True)
class AddAddress:
    name: str
    address: InterfaceAddress


@dataclass(frozen=True, slots=True)
class RaiseLink:
    """Set the MTU (bytes) and bring the link up, in one message."""

    name: str
    mtu: int


@dataclass(frozen=True, slots=True)
class AddRoute:
    name: str
    route: Route


@dataclass(frozen=True, slots=True)
class AddRule:
    rule: Rule


Step = CreateLink | ConfigureDevice | AddAddress | RaiseLink | AddRoute | AddRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An `up`, in order; undone last first.

    Attributes:
        notices: Sentences about what the profile asks for and the plan leaves out.
    """

    name: str
    steps: tuple[Step, ...]
    routing: RoutePlan
    fwmark: int
    mtu: int
    notices: tuple[str, ...] = ()


def plan_up(name: str, profile: Profile, facts: Facts) -> Plan:
    """Say what bringing `name` up does on a machine that is as `facts` say.

    Raises:
        EndpointUnresolved: A peer's endpoint is missing from the facts.
    """
    routing = plan_routing(
        profile,
        used_tables=facts.used_tables,
        used_marks=facts.used_marks,
        onlink_networks=facts.onlink_networks,
        ipv6=facts.ipv6,
    )
    mtu = choose_mtu(profile, facts.path_mtu)
    kind = facts.engine.kind
    steps: list[Step] = [
        CreateLink(name, kind),
        ConfigureDevice(name, kind, device_config(profile, routing.fwmark, facts.endpoints)),
    ]
    steps += (AddAddress(name, address) for address in _usable(profile, ipv6=facts.ipv6))
    steps.append(RaiseLink(name, mtu))
    steps += (AddRoute(name, route) for route in routing.routes)
    steps += (AddRule(rule) for rule in routing.rules)
    return Plan(
        name=name,
        steps=tuple(steps),
        routing=routing,
        fwmark=routing.fwmark,
        mtu=mtu,
        notices=notices(profile, ipv6=facts.ipv6),
    )


def choose_mtu(profile: Profile, path_mtu: int | None) -> int:
    """The profile's MTU, else what the path carries less the tunnel's own headers.

    Never below 1280 where the tunnel has IPv6, which needs that much.
    """
    if profile.interface.mtu is not None:
        return profile.interface.mtu
    found = (path_mtu or DEFAULT_PATH_MTU) - TUNNEL_OVERHEAD_BYTES
    return max(found, MIN_IPV6_MTU) if _has_ipv6(profile) else found


def device_config(
    profile: Profile, fwmark: int, endpoints: Mapping[Endpoint, SocketAddress]
) -> DeviceConfig:
    """The part of the profile that the WireGuard device itself is told."""
    peers = tuple(
        DevicePeer(
            public_key=peer.public_key,
            preshared_key=peer.preshared_key,
            endpoint=_resolved(peer.endpoint, endpoints) if peer.endpoint else None,
            keepalive_s=peer.keepalive_s,
            allowed_ips=peer.allowed_ips,
        )
        for peer in profile.peers
    )
    return DeviceConfig(
        private_key=profile.interface.private_key,
        listen_port=profile.interface.listen_port or 0,
        fwmark=fwmark,
        peers=peers,
    )


def notices(profile: Profile, *, ipv6: bool) -> tuple[str, ...]:
    """What the profile asks for and this version does not do, in whole sentences."""
    interface = profile.interface
    found: list[str] = []
    if interface.dns_servers or interface.dns_search:
        found.append(
            "DNS servers in this profile are not applied; names are still looked up as before."
        )
    if interface.hooks:
        number = len(interface.hooks)
        found.append(f"{number} command{'s' if number > 1 else ''} in this profile are not run.")
    if interface.save_config:
        found.append("SaveConfig is ignored: the file is not changed when the tunnel goes down.")
    if not ipv6 and _has_ipv6(profile):
        found.append("IPv6 is switched off on this machine, so the IPv6 part is left out.")
    return tuple(found)


def way_down(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps to undo for a `down`, in order: rules first, then the link.

    Addresses and routes vanish with the link, so they need no message of their own.
    """
    return tuple(step for step in reversed(tuple(steps)) if isinstance(step, (AddRule, CreateLink)))


def _usable(profile: Profile, *, ipv6: bool) -> tuple[InterfaceAddress, ...]:
    unique = dict.fromkeys(profile.interface.addresses)
    return tuple(address for address in unique if ipv6 or address.version == 4)


def _has_ipv6(profile: Profile) -> bool:
    return any(item.version == 6 for item in (*profile.interface.addresses, *profile.allowed_ips()))


def _resolved(endpoint: Endpoint, endpoints: Mapping[Endpoint, SocketAddress]) -> SocketAddress:
    try:
        return endpoints[endpoint]
    except KeyError as error:
        raise EndpointUnresolved(endpoint.host, "it was not looked up") from error
