"""Rules and routes as `ip rule` and `ip route` print them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wgdesk.domain.machine_routing import (
    MachineRoute,
    MachineRouting,
    MachineRule,
    RouteKind,
    RuleAction,
)
from wgdesk.domain.profile import Address, Network

# Of /etc/iproute2/rt_tables, and of rtnetlink(7): what these numbers are called everywhere.
KERNEL_TABLE_NAMES: Final = {253: "default", 254: "main", 255: "local"}
_SCOPES: Final = {200: "site", 253: "link", 254: "host", 255: "nowhere"}
_WHOLE_MARK: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the raw view.

    Attributes:
        family: 4 or 6.
        table: None for a rule.
        made_of: The rule or the route.
    """

    family: int
    table: int | None
    text: str
    made_of: MachineRule | MachineRoute


def routing_lines(routing: MachineRouting) -> Iterator[Line]:
    """All rules, then all tables in the order in which the rules ask them; IPv4 first."""
    for family in (4, 6):
        rules = [rule for rule in routing.rules if rule.family == family]
        for rule in rules:
            yield Line(family, None, rule_line(rule), rule)
        asked = dict.fromkeys(rule.table for rule in rules)
        order = {table: number for number, table in enumerate(asked)}
        routes = [route for route in routing.routes if route.destination.version == family]
        routes.sort(key=lambda route: (order.get(route.table, len(order)), route.table))
        for route in routes:
            yield Line(family, route.table, route_line(route), route)


def rule_line(rule: MachineRule) -> str:
    """`5220: from all lookup 51820`, as `ip rule` has it."""
    return f"{rule.priority}:\t{' '.join(_rule_words(rule))}"


def _rule_words(rule: MachineRule) -> Iterator[str]:
    yield from _selector_words(rule)
    match rule.action:
        case RuleAction.LOOKUP:
            yield f"lookup {KERNEL_TABLE_NAMES.get(rule.table, rule.table)}"
        case RuleAction.GOTO:
            yield f"goto {rule.goto}"
        case _:
            yield rule.action.value
    if rule.suppress_prefix_length is not None:
        yield f"suppress_prefixlength {rule.suppress_prefix_length}"


def selector_text(rule: MachineRule) -> str:
    """What the rule looks at: `from all fwmark 0x1 iif eth0`."""
    return " ".join(_selector_words(rule))


def _selector_words(rule: MachineRule) -> Iterator[str]:
    if rule.is_inverted:
        yield "not"
    yield f"from {_network_text(rule.source) if rule.source else 'all'}"
    if rule.to is not None:
        yield f"to {_network_text(rule.to)}"
    if rule.fwmark is not None:
        mask = "" if rule.fwmask == _WHOLE_MARK else f"/{rule.fwmask:#x}"
        yield f"fwmark {rule.fwmark:#x}{mask}"
    if rule.input_link:
        yield f"iif {rule.input_link}"
    if rule.output_link:
        yield f"oif {rule.output_link}"
    if rule.selects_more:
        yield rule.selects_more


def route_line(route: MachineRoute) -> str:
    """`default via 192.168.1.1 dev wlan0 proto dhcp metric 600`, as `ip route` has it."""
    return " ".join(_route_words(route))


def _route_words(route: MachineRoute) -> Iterator[str]:
    if route.kind is not RouteKind.UNICAST:
        yield route.kind.value
    yield _network_text(route.destination)
    if route.selects_more:
        yield route.selects_more
    if route.gateway is not None:
        yield f"via {_gateway_text(route.gateway, route.destination.version)}"
    if route.link:
        yield f"dev {route.link}"
    if route.protocol and route.protocol != "boot":
        yield f"proto {route.protocol}"
    if route.scope:
        yield f"scope {_SCOPES.get(route.scope, route.scope)}"
    if route.source is not None:
        yield f"src {route.source}"
    if route.metric:
        yield f"metric {route.metric}"
    if route.is_dead:
        yield "dead"
    if route.is_linkdown:
        yield "linkdown"


def _gateway_text(gateway: Address, family: int) -> str:
    """`inet6 fe80::1` where an IPv4 route goes by an IPv6 router (RFC 5549)."""
    return str(gateway) if gateway.version == family else f"inet6 {gateway}"


def _network_text(network: Network) -> str:
    if network.prefixlen == 0:
        return "default"
    if network.prefixlen == network.max_prefixlen:
        return str(network.network_address)
    return str(network)
