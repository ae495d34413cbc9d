"""Allowed IPs become routes and rules; and whose routes meet whose. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from wgdesk.domain.errors import MarkTaken
from wgdesk.domain.profile import InterfaceAddress, Network, Profile, TableMode, covers_all

MAIN_TABLE = 254  # RT_TABLE_MAIN, uapi/linux/rtnetlink.h
FIRST_TABLE = 51820
FIRST_MARK = 0x77670001  # "wg" and a number; wg-quick, Mullvad and Tailscale use others

TRANSPORT_PRIORITY = 5200
SUBNET_PRIORITY = 5205
LAN_PRIORITY = 5210
DEFAULT_PRIORITY = 5220

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
        table: Looked up when the rule matches.
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
) -> RoutePlan:
    """Routes in order of prefix length, longest first; rules in the order of their effect.

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
    return RoutePlan(
        routes=tuple(Route(network, number) for network in networks),
        rules=_rules(networks, number, mark, onlink_networks),
        table=number,
        fwmark=mark,
    )


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
            is_split = default not in family and covers_all(family, version)
            found += [default] if is_split else family
    return tuple(sorted(found, key=lambda net: -net.prefixlen))


def lan_networks(addresses: Iterable[InterfaceAddress]) -> tuple[Network, ...]:
    """Networks on the machine's own links that stay reachable beside a full tunnel.

    Private ranges only. A prefix wider than /16 (IPv6: /48) is cut down to the
    /24 (/64) around the address, so a hostile DHCP server cannot claim the world.
    """
    found: dict[Network, None] = {}
    for address in addresses:
        network = address.network
        if network.prefixlen < _WIDEST_LAN[network.version]:
            network = _around(address, _NARROWED_LAN[network.version])
        if network.prefixlen < network.max_prefixlen and is_private(network):
            found[network] = None
    return tuple(found)


def _rules(
    networks: tuple[Network, ...], table: int, mark: int, onlink: tuple[Network, ...]
) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for family in sorted({network.version for network in networks}, reverse=True):
        rules.append(
            Rule(family=family, priority=TRANSPORT_PRIORITY, table=MAIN_TABLE, fwmark=mark)
        )
        rules.append(
            Rule(family=family, priority=SUBNET_PRIORITY, table=table, suppress_default=True)
        )
        if any(net.version == family and net.prefixlen == 0 for net in networks):
            rules += (_lan_rule(network) for network in onlink if network.version == family)
            rules.append(Rule(family=family, priority=DEFAULT_PRIORITY, table=table))
    return tuple(rules)


def _lan_rule(network: Network) -> Rule:
    return Rule(
        family=network.version,
        priority=LAN_PRIORITY,
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
