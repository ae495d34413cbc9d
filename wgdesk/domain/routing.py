"""Allowed IPs become routes and rules; and whose routes meet whose. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network, ip_network

from wgdesk.domain.errors import MarkTaken
from wgdesk.domain.profile import InterfaceAddress, Network, Profile, TableMode

KERNEL_TABLES = frozenset({0, 253, 254, 255})  # rtnetlink.h: unspec, default, main, local
MAIN_TABLE = 254  # RT_TABLE_MAIN, uapi/linux/rtnetlink.h
FIRST_TABLE = 51820
FIRST_MARK = 0x77670001  # "wg" and a number; wg-quick, Mullvad and Tailscale use others

NOWHERE = 0  # RT_TABLE_UNSPEC, what a rule has for its table that looks none up

INNER_SUBNET_PRIORITY = 5190
INNER_DEFAULT_PRIORITY = 5195
TRANSPORT_PRIORITY = 5200
SUBNET_PRIORITY = 5205
LAN_PRIORITY = 5210
DEFAULT_PRIORITY = 5220
BLOCK_LAN_PRIORITY = 5224  # not LAN_PRIORITY: another tunnel may have these very rules there
BLOCK_PRIORITY = 5225

# RFC 1918, RFC 3927, RFC 4291 2.5.6, RFC 4193: what a local network may be made of.
_PRIVATE_V4 = tuple(
    IPv4Network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
)
_DEFAULTS: dict[int, Network] = {4: IPv4Network("0.0.0.0/0"), 6: IPv6Network("::/0")}
_PRIVATE_V6 = tuple(IPv6Network(text) for text in ("fe80::/10", "fc00::/7"))
# A hostile network may hand out a huge prefix: keep no more of it than a home network has.
_WIDEST_LAN = {4: 16, 6: 48}
_NARROWED_LAN = {4: 24, 6: 64}


@dataclass(frozen=True, slots=True)
class Route:
    destination: Network
    table: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One policy rule.

    Attributes:
        family: 4 or 6.
        table: Looked up when the rule matches; NOWHERE where there is no way for such a packet.
        fwmark: Only packets with this mark; None for all.
        to: Only packets to this network; None for all.
        suppress_default: Ignore the table's /0 route (suppress_prefixlength 0).
    """

    family: int
    priority: int
    table: int
    fwmark: int | None = None
    to: Network | None = None
    suppress_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Another tunnel that a tunnel's own encrypted packets go through.

    Attributes:
        family: Of the packets; 4 or 6.
        table: The other tunnel's.
        by_default: By its default route; else by its subnets only.
        mtu: Of the other tunnel, in bytes.
    """

    family: int
    table: int
    by_default: bool
    mtu: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """Where a tunnel's traffic is sent, and by which rules.

    Attributes:
        table: The private table, the profile's own, or None where there are no routes.
        fwmark: Mark of the tunnel's encrypted packets; 0 is none.
    """

    routes: tuple[Route, ...] = ()
    rules: tuple[Rule, ...] = ()
    table: int | None = None
    fwmark: int = 0


def plan_routing(
    profile: Profile,
    *,
    used_tables: frozenset[int],
    used_marks: frozenset[int],
    onlink_networks: tuple[Network, ...],
    ipv6: bool,
    blocks_ipv6: bool = False,
) -> RoutePlan:
    """Routes in order of prefix length, longest first; rules in the order of their effect.

    `blocks_ipv6` is for a tunnel that carries all of IPv4: IPv6 that it does not carry has
    no way out beside it.

    Raises:
        MarkTaken: The profile wants a mark that a rule on this machine goes by already.
    """
    table = profile.interface.table
    wanted_mark = profile.interface.fwmark or 0
    if table.mode is TableMode.OFF:
        return RoutePlan(fwmark=wanted_mark)
    networks = routed_networks(profile, ipv6=ipv6)
    if table.mode is TableMode.NUMBER:
        number = table.number or MAIN_TABLE
        routes = tuple(Route(network, number) for network in networks)
        return RoutePlan(routes=routes, table=number, fwmark=wanted_mark)
    if not networks:
        return RoutePlan(fwmark=wanted_mark)
    if wanted_mark in used_marks:
        raise MarkTaken(wanted_mark)
    number = _first_free(FIRST_TABLE, used_tables)
    mark = wanted_mark or _first_free(FIRST_MARK, used_marks)
    routes = tuple(Route(network, number) for network in networks)
    plan = RoutePlan(routes=routes, table=number, fwmark=mark)
    rules = _rules(plan, number, onlink_networks, blocks_ipv6=blocks_ipv6)
    return replace(plan, rules=tuple(rules))


def with_rules(
    plan: RoutePlan,
    onlink_networks: tuple[Network, ...],
    *,
    blocks_ipv6: bool,
    sent_by: frozenset[int] = frozenset(),
    ways: tuple[Way, ...] = (),
) -> RoutePlan:
    """The same table, mark and routes, with the rules for what the machine is like now.

    A tunnel without rules stays without. `sent_by` are the families of its own packets, which
    another tunnel may carry all of.
    """
    if not plan.rules or plan.table is None:
        return plan
    rules = _rules(
        plan, plan.table, onlink_networks, blocks_ipv6=blocks_ipv6, sent_by=sent_by, ways=ways
    )
    return replace(plan, rules=tuple(rules))


def routed_networks(profile: Profile, *, ipv6: bool = True) -> tuple[Network, ...]:
    """What the tunnel's routes lead to, longest prefix first.

    Networks that together are a whole family (0.0.0.0/1 and 128.0.0.0/1) become its default
    route, so that such a profile leaves the local network reachable like any full tunnel.
    """
    if profile.interface.table.mode is TableMode.OFF:
        return ()
    found: list[Network] = []
    for version, default in _DEFAULTS.items():
        family = [net for net in profile.allowed_ips() if net.version == version]
        if version == 4 or ipv6:
            is_split = version in profile.covered_families and default not in family
            found += [default] if is_split else family
    return tuple(sorted(found, key=lambda net: -net.prefixlen))


def lan_networks(addresses: Iterable[InterfaceAddress]) -> tuple[Network, ...]:
    """Networks on the machine's own links that stay reachable beside a full tunnel.

    Private ranges only. A prefix wider than /16 (IPv6: /48) is cut down to the
    /24 (/64) around the address, so a hostile DHCP server cannot claim the world.
    """
    return tuple(dict.fromkeys(kept for _, kept in _lans(addresses)))


def narrowed_networks(addresses: Iterable[InterfaceAddress]) -> dict[Network, Network]:
    """What such a link claims to be -> the part of it that stays reachable, where they differ."""
    return {claimed: kept for claimed, kept in _lans(addresses) if claimed != kept}


def _lans(addresses: Iterable[InterfaceAddress]) -> Iterable[tuple[Network, Network]]:
    for address in addresses:
        network: Network = address.network
        kept = network
        if network.prefixlen < _WIDEST_LAN[network.version]:
            kept = _around(address, _NARROWED_LAN[network.version])
        if kept.prefixlen < kept.max_prefixlen and is_private(kept):
            yield network, kept


def _rules(
    plan: RoutePlan,
    table: int,
    onlink_networks: tuple[Network, ...],
    *,
    blocks_ipv6: bool,
    sent_by: frozenset[int] = frozenset(),
    ways: tuple[Way, ...] = (),
) -> Iterable[Rule]:
    shapes = {(it.destination.version, it.destination.prefixlen) for it in plan.routes}
    for family in (6, 4):
        lengths = {length for version, length in shapes if version == family}
        is_blocked = blocks_ipv6 and family == 6 and 0 not in lengths
        if lengths or is_blocked or family in sent_by:
            yield from _transport_rules(family, plan.fwmark, ways)
        if lengths:
            yield _rule(family, SUBNET_PRIORITY, table, suppress_default=True)
        onlink = [network for network in onlink_networks if network.version == family]
        if 0 in lengths:
            yield from (_lan_rule(LAN_PRIORITY, network) for network in onlink)
            yield _rule(family, DEFAULT_PRIORITY, table)
        if is_blocked:
            yield from (_lan_rule(BLOCK_LAN_PRIORITY, network) for network in onlink)
            yield _rule(family, BLOCK_PRIORITY, NOWHERE)


def _transport_rules(family: int, mark: int, ways: Iterable[Way]) -> Iterable[Rule]:
    """Where the tunnel's own packets go: through other tunnels that lead there, else by `main`."""
    for way in ways:
        if way.family == family:
            priority = INNER_DEFAULT_PRIORITY if way.by_default else INNER_SUBNET_PRIORITY
            yield Rule(
                family=family,
                priority=priority,
                table=way.table,
                fwmark=mark,
                suppress_default=not way.by_default,
            )
    yield Rule(family=family, priority=TRANSPORT_PRIORITY, table=MAIN_TABLE, fwmark=mark)


def _rule(family: int, priority: int, table: int, *, suppress_default: bool = False) -> Rule:
    return Rule(family=family, priority=priority, table=table, suppress_default=suppress_default)


def _lan_rule(priority: int, network: Network) -> Rule:
    return Rule(
        family=network.version,
        priority=priority,
        table=MAIN_TABLE,
        to=network,
        suppress_default=True,
    )


def _first_free(first: int, used: frozenset[int]) -> int:
    number = first
    while number in used:
        number += 1
    return number


def _around(address: InterfaceAddress, prefix_length: int) -> Network:
    return ip_network((address.ip, prefix_length), strict=False)


def is_private(network: Network) -> bool:
    """Whether all of it is for use inside a house, never on the internet."""
    if isinstance(network, IPv4Network):
        return any(network.subnet_of(private) for private in _PRIVATE_V4)
    return any(network.subnet_of(private) for private in _PRIVATE_V6)
