"""A profile and the facts of a machine become ordered, reversible steps. Pure.

Routing differs from wg-quick on purpose: every route lives in a private table
that is asked ahead of `main`, so a route pushed into `main` by the local network
(DHCP option 121) cannot take traffic out of the tunnel. docs/routing.md tells the rest.

    5190  fwmark MARK                 lookup OTHER   a tunnel that the server is reached through
    5200  fwmark MARK                 lookup main    the tunnel's own encrypted packets
    5205  all                         lookup TABLE   suppress_prefixlength 0: subnets
    5210  to LAN                      lookup main    suppress_prefixlength 0: on-link networks
    5220  all                         lookup TABLE   everything else, full tunnels only
    5225  all                         unreachable    IPv6 beside a tunnel for all of IPv4
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wgdesk.domain.device import DeviceConfig, DevicePeer, Engine, SocketAddress
from wgdesk.domain.dns import DnsChoice, dns_config, fit, shortfall
from wgdesk.domain.errors import EndpointUnresolved
from wgdesk.domain.firewall import Firewall
from wgdesk.domain.nesting import Others, Standing, ways
from wgdesk.domain.options import DEFAULT_OPTIONS, HookMode, TunnelOptions
from wgdesk.domain.profile import (
    MIN_IPV6_MTU,
    Endpoint,
    HookKind,
    InterfaceAddress,
    Network,
    Profile,
)
from wgdesk.domain.recipes import not_run_text
from wgdesk.domain.routing import RoutePlan, Way, plan_routing, with_rules
from wgdesk.domain.routing_notices import routing_notices, taken_networks
from wgdesk.domain.steps import (
    AddAddress,
    AddRoute,
    AddRule,
    ApplyDns,
    ConfigureDevice,
    CreateLink,
    LoadFirewall,
    RaiseLink,
    RunHook,
    Step,
)

# semantics of `wg-quick`: 40 (IPv6) + 8 (UDP) + 32 (WireGuard) bytes around each packet.
TUNNEL_OVERHEAD_BYTES = 80
DEFAULT_PATH_MTU = 1500
NO_OTHERS = Others()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the machine is like at this moment, as far as a plan depends on it.

    Attributes:
        used_tables: Tables that hold routes or that a rule names.
        used_marks: Marks that a rule or a live WireGuard device uses.
        onlink_networks: Private networks on the physical links that stay reachable
            beside a full tunnel; empty where the user wants none.
        local_networks: All private networks on the physical links.
        path_mtu: Bytes; the smallest towards the endpoints, None if unknown.
        ipv6: Whether links may have IPv6 addresses.
        endpoints: The address of every endpoint of the profile.
        dns: Who looks names up here; None where that cannot be changed.
        has_firewall: Whether nftables rules can be loaded.
        lacks_nft: Whether they are wanted and nft is not installed.
        ipv6_elsewhere: Whether any link of the machine may have IPv6.
        narrowed: Networks that links claim to be -> what of each stays reachable.
        strict_links: Links towards the endpoints whose rp_filter is strict.
        marks_count: Whether a packet's mark counts for rp_filter, or will.
    """

    engine: Engine
    used_tables: frozenset[int] = frozenset()
    used_marks: frozenset[int] = frozenset()
    onlink_networks: tuple[Network, ...] = ()
    local_networks: tuple[Network, ...] = ()
    path_mtu: int | None = None
    ipv6: bool = True
    endpoints: Mapping[Endpoint, SocketAddress] = field(default_factory=dict)
    dns: DnsChoice | None = None
    has_firewall: bool = False
    lacks_nft: bool = False
    ipv6_elsewhere: bool = True
    narrowed: Mapping[Network, Network] = field(default_factory=dict)
    strict_links: tuple[str, ...] = ()
    marks_count: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An `up`, in order; undone last first.

    Attributes:
        pre_down: Commands for a `down`, run before anything is taken back.
        post_down: And those after it.
        notices: Sentences about what the profile asks for and the plan leaves out.
    """

    name: str
    steps: tuple[Step, ...]
    routing: RoutePlan
    fwmark: int
    mtu: int
    pre_down: tuple[RunHook, ...] = ()
    post_down: tuple[RunHook, ...] = ()
    notices: tuple[str, ...] = ()


def plan_up(
    name: str,
    profile: Profile,
    facts: Facts,
    options: TunnelOptions = DEFAULT_OPTIONS,
    others: Others = NO_OTHERS,
) -> Plan:
    """Say what bringing `name` up does on a machine that is as `facts` say.

    The rules come last of all that carries traffic: they are the switch.

    Raises:
        EndpointUnresolved: A peer's endpoint is missing from the facts.
    """
    routing = plan_routing(
        profile,
        used_tables=facts.used_tables,
        used_marks=facts.used_marks,
        onlink_networks=facts.onlink_networks,
        ipv6=facts.ipv6,
        blocks_ipv6=blocks_ipv6(profile, facts, options),
    )
    is_helped = facts.has_firewall and facts.marks_count
    routing, mtu = nested(name, profile, routing, facts, options, others)
    kind = facts.engine.kind
    addresses = _usable(profile, ipv6=facts.ipv6)
    steps: list[Step] = []
    if facts.has_firewall:
        steps += plan_firewall(name, routing, addresses, ipv6=facts.ipv6_elsewhere)
    steps.append(CreateLink(name, kind))
    steps += _hooks(name, profile, HookKind.PRE_UP, options)
    config = device_config(profile, routing.fwmark, facts.endpoints)
    steps.append(ConfigureDevice(name, kind, config))
    steps += (AddAddress(name, address) for address in addresses)
    steps.append(RaiseLink(name, mtu))
    steps += (AddRoute(name, route) for route in routing.routes)
    steps += (AddRule(rule) for rule in routing.rules)
    steps += plan_dns(name, profile, facts.dns, options)
    steps += _hooks(name, profile, HookKind.POST_UP, options)
    return Plan(
        name=name,
        steps=tuple(steps),
        routing=routing,
        fwmark=routing.fwmark,
        mtu=mtu,
        pre_down=_hooks(name, profile, HookKind.PRE_DOWN, options),
        post_down=_hooks(name, profile, HookKind.POST_DOWN, options),
        notices=(
            *notices(profile, ipv6=facts.ipv6, dns=facts.dns, options=options),
            *routing_notices(
                profile,
                routing,
                ipv6=facts.ipv6_elsewhere,
                narrowed=facts.narrowed,
                lacks_nft=facts.lacks_nft,
                strict_links=() if is_helped else facts.strict_links,
            ),
            *taken_networks(routing, facts.local_networks),
        ),
    )


def blocks_ipv6(profile: Profile, facts: Facts, options: TunnelOptions) -> bool:
    """Whether IPv6 would leave the machine in clear beside all of IPv4 in the tunnel."""
    return options.block_ipv6 and facts.ipv6_elsewhere and 4 in profile.full_families()


def nested(
    name: str,
    profile: Profile,
    routing: RoutePlan,
    facts: Facts,
    options: TunnelOptions,
    others: Others,
) -> tuple[RoutePlan, int]:
    """Rules and MTU (bytes) as they have to be beside the tunnels that stand there."""
    found: tuple[Way, ...] = ()
    addresses = frozenset(it.address for it in facts.endpoints.values())
    families = {it.version for it in addresses if it.version == 4 or facts.ipv6_elsewhere}
    if others.earlier or others.later:
        this = Standing(name=name, routing=routing, mtu=0, endpoints=addresses)
        found = ways((*others.earlier, this, *others.later))[name]
    routing = with_rules(
        routing,
        facts.onlink_networks,
        blocks_ipv6=blocks_ipv6(profile, facts, options),
        sent_by=frozenset(families),
        ways=found,
    )
    path_mtu = min((facts.path_mtu or DEFAULT_PATH_MTU, *(way.mtu for way in found)))
    return routing, choose_mtu(profile, path_mtu)


def plan_firewall(
    name: str, routing: RoutePlan, addresses: Iterable[InterfaceAddress], *, ipv6: bool = True
) -> tuple[LoadFirewall, ...]:
    """A table for a tunnel that has rules of its own; others leave the firewall alone."""
    if not routing.rules or routing.table is None:
        return ()
    firewall = Firewall(
        name=name,
        table=routing.table,
        fwmark=routing.fwmark,
        addresses=tuple(address.ip for address in addresses),
        ipv6=ipv6,
    )
    return (LoadFirewall(firewall),)


def plan_dns(
    name: str, profile: Profile, choice: DnsChoice | None, options: TunnelOptions
) -> tuple[ApplyDns, ...]:
    """The profile's name servers, where they are wanted and somebody can be told."""
    config = dns_config(profile)
    if config is None or choice is None or not options.use_dns:
        return ()
    fitting = fit(config, choice.backend)
    return (ApplyDns(name, choice.backend, fitting),) if fitting is not None else ()


def choose_mtu(profile: Profile, path_mtu: int | None) -> int:
    """The profile's MTU, else what the path carries less the tunnel's own headers.

    Never below 1280 where the tunnel has IPv6, which needs that much.
    """
    if profile.interface.mtu is not None:
        return profile.interface.mtu
    found = (path_mtu or DEFAULT_PATH_MTU) - TUNNEL_OVERHEAD_BYTES
    return max(found, MIN_IPV6_MTU) if profile.has_ipv6 else found


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


def notices(
    profile: Profile,
    *,
    ipv6: bool,
    dns: DnsChoice | None = None,
    options: TunnelOptions = DEFAULT_OPTIONS,
) -> tuple[str, ...]:
    """What the profile asks for and is not done, in whole sentences."""
    interface = profile.interface
    found: list[str] = []
    found += _dns_notices(profile, dns, options)
    if interface.hooks and options.hooks is HookMode.IGNORE:
        found.append(not_run_text(interface.hooks))
    if not ipv6 and profile.has_ipv6:
        found.append("IPv6 is switched off on this machine, so the IPv6 part is left out.")
    return tuple(found)


def _dns_notices(
    profile: Profile, choice: DnsChoice | None, options: TunnelOptions
) -> tuple[str, ...]:
    config = dns_config(profile)
    if config is None:
        return ()
    if choice is None or not options.use_dns:
        return (
            "DNS servers in this profile are not applied; names are still looked up as before.",
        )
    text = shortfall(config, choice)
    return (text,) if text else ()


def way_down(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps to undo for a `down`, in order: name servers, rules, the link, the firewall.

    Addresses and routes vanish with the link, so they need no message of their own.
    """
    lasting = (AddRule, CreateLink, LoadFirewall, ApplyDns)
    return tuple(step for step in reversed(tuple(steps)) if isinstance(step, lasting))


def _hooks(
    name: str, profile: Profile, kind: HookKind, options: TunnelOptions
) -> tuple[RunHook, ...]:
    if options.hooks is not HookMode.ROOT:
        return ()
    meant = (hook for hook in profile.interface.hooks if hook.kind is kind)
    return tuple(RunHook(name, hook, number) for number, hook in enumerate(meant, 1))


def _usable(profile: Profile, *, ipv6: bool) -> tuple[InterfaceAddress, ...]:
    unique = dict.fromkeys(profile.interface.addresses)
    return tuple(address for address in unique if ipv6 or address.version == 4)


def _resolved(endpoint: Endpoint, endpoints: Mapping[Endpoint, SocketAddress]) -> SocketAddress:
    try:
        return endpoints[endpoint]
    except KeyError as error:
        raise EndpointUnresolved(endpoint.host, "it was not looked up") from error
