"""Where a packet of this machine goes, decided as the kernel does it. Pure.

After fib_rules_lookup (net/core/fib_rules.c), fib_table_lookup (net/ipv4/fib_trie.c) and
fib6_table_lookup (net/ipv6/route.c). What depends on the neighbours' state, on a hash or on
chance (several ways of one route) is not decided: the first way is told, and the others with it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from wgdesk.domain.machine_routing import (
    MachineLink,
    MachineRoute,
    MachineRouting,
    MachineRule,
    RouteKind,
    RuleAction,
)
from wgdesk.domain.profile import Address
from wgdesk.domain.reach import REFUSING

LOOPBACK: Final = "lo"
LOCAL_TABLE: Final = 255  # RT_TABLE_LOCAL, uapi/linux/rtnetlink.h

_EVERYBODY: Final = IPv4Address("255.255.255.255")
_LINK_SCOPE: Final = 253  # RT_SCOPE_LINK
_RULE_REFUSALS: Final = {
    RuleAction.BLACKHOLE: RouteKind.BLACKHOLE,
    RuleAction.UNREACHABLE: RouteKind.UNREACHABLE,
    RuleAction.PROHIBIT: RouteKind.PROHIBIT,
}
# Scopes of IPv6 addresses, RFC 4007 and 4291.
_LINK_LOCAL, _SITE_LOCAL, _GLOBAL = 2, 5, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where a packet goes, and why.

    Attributes:
        rule: The one that decides; None where no rule leads anywhere.
        route: The one that decides; None where a rule refuses by itself, or there is none.
        link: Name of the interface; `lo` for the machine's own addresses, "" where refused.
        source: The address that it leaves with; None where that cannot be told for sure.
        gateway: The next hop; None where the destination is on the link.
        passed: Rules that matched and did not decide: no route there, or a suppressed one.
        refusal: Why it goes nowhere; UNREACHABLE without a rule is no way at all.
        unjudged: Rules before the deciding one that look at something else too (ports, users);
            a packet that they mean goes by them. Taken as not matching.
        alternatives: Other ways of the same route; which one a packet takes is the kernel's to
            choose.
    """

    rule: MachineRule | None = None
    route: MachineRoute | None = None
    link: str = ""
    source: Address | None = None
    gateway: Address | None = None
    passed: tuple[MachineRule, ...] = ()
    refusal: RouteKind | None = None
    unjudged: tuple[MachineRule, ...] = ()
    alternatives: tuple[MachineRoute, ...] = ()


@dataclass(frozen=True, slots=True)
class _Packet:
    """What rules look at; `bound` names the link that its socket is bound to, or ""."""

    to: Address
    source: Address | None
    mark: int
    bound: str


def decide(
    routing: MachineRouting, address: Address, *, mark: int = 0, source: Address | None = None
) -> Decision:
    """The way of one of this machine's own packets, as `ip route get` tells it.

    An address with a scope (`fe80::1%eth0`) is sent by that link. A source of the other
    family does not count.
    """
    if source is not None and source.version != address.version:
        source = None
    packet = _packet(address, source, mark)
    tables = _tables(routing.routes, packet)
    if source is not None and packet.to.version == 4 and not _is_own(routing, source):
        return Decision(refusal=RouteKind.UNREACHABLE)
    link = _link_of_group(routing.links, packet)
    if link is not None:
        return Decision(link=link.name, source=source)
    found = _follow_rules(routing.rules, packet, tables)
    if found.route is None or found.refusal is not None:
        return found
    return _with_way(found, found.route, routing, packet)


def _packet(address: Address, source: Address | None, mark: int) -> _Packet:
    if isinstance(address, IPv4Address):
        # The kernel takes 0.0.0.0 for the machine itself.
        to = address if int(address) else source or IPv4Address("127.0.0.1")
        return _Packet(to, source, mark, "")
    return _Packet(IPv6Address(int(address)), source, mark, address.scope_id or "")


def _link_of_group(links: Iterable[MachineLink], packet: _Packet) -> MachineLink | None:
    """IPv4 sends to a group, and to everybody, by the link that has the source; unasked."""
    to, source = packet.to, packet.source
    if source is None or not isinstance(to, IPv4Address):
        return None
    if not (to.is_multicast or to == _EVERYBODY):
        return None
    return next((link for link in links if any(it.ip == source for it in link.addresses)), None)


def _follow_rules(
    rules: Sequence[MachineRule], packet: _Packet, tables: dict[int, list[MachineRoute]]
) -> Decision:
    passed: list[MachineRule] = []
    unjudged: list[MachineRule] = []
    skip_to = 0
    for rule in rules:
        if rule.family != packet.to.version or rule.priority < skip_to:
            continue
        is_match = _matches(rule, packet)
        if is_match is None:
            unjudged.append(rule)
        if not is_match:
            continue
        found = _carry_out(rule, tables)
        if found is not None:
            return replace(found, rule=rule, passed=tuple(passed), unjudged=tuple(unjudged))
        passed.append(rule)
        if rule.action is RuleAction.GOTO and _has_priority(rules, rule):
            skip_to = rule.goto
    return Decision(refusal=RouteKind.UNREACHABLE, passed=tuple(passed), unjudged=tuple(unjudged))


def _has_priority(rules: Sequence[MachineRule], jump: MachineRule) -> bool:
    """Whether the target of a jump is there; without it the rule does nothing."""
    return any(it.family == jump.family and it.priority == jump.goto for it in rules)


def _matches(rule: MachineRule, packet: _Packet) -> bool | None:
    """None where it looks at what is not known here, and all else fits."""
    fits = (
        rule.input_link in ("", LOOPBACK)
        and rule.output_link in ("", packet.bound)
        and (rule.fwmark is None or not (rule.fwmark ^ packet.mark) & rule.fwmask)
        and (rule.to is None or packet.to in rule.to)
        and _fits_source(rule, packet)
    )
    if fits and rule.selects_more:
        return None
    return fits is not rule.is_inverted


def _fits_source(rule: MachineRule, packet: _Packet) -> bool:
    if rule.source is None or rule.source.prefixlen == 0:
        return True
    if packet.source is None:  # IPv4 looks up with 0.0.0.0, IPv6 knows that there is none yet
        return rule.family == 4 and IPv4Address(0) in rule.source
    return packet.source in rule.source


def _carry_out(rule: MachineRule, tables: dict[int, list[MachineRoute]]) -> Decision | None:
    """What the rule comes to; None where the next one is asked."""
    refusal = _RULE_REFUSALS.get(rule.action)
    if refusal is not None:
        return Decision(refusal=refusal)
    if rule.action is not RuleAction.LOOKUP:
        return None
    ways = _best(tables.get(rule.table, ()))
    if not ways or ways[0].kind is RouteKind.THROW:
        return None
    route = ways[0]
    refusal = route.kind if route.kind in REFUSING else None
    least = rule.suppress_prefix_length
    # A refusal is an error, and errors are not suppressed.
    if refusal is None and least is not None and route.destination.prefixlen <= least:
        return None
    return Decision(route=route, refusal=refusal, alternatives=tuple(ways[1:]))


def _tables(routes: Iterable[MachineRoute], packet: _Packet) -> dict[int, list[MachineRoute]]:
    """The routes that lead to the packet's destination, by table, in their order."""
    found: dict[int, list[MachineRoute]] = {}
    for route in routes:
        network = route.destination
        if network.version == packet.to.version and packet.to in network and _counts(route, packet):
            found.setdefault(route.table, []).append(route)
    return found


def _counts(route: MachineRoute, packet: _Packet) -> bool:
    is_elsewhere = bool(packet.bound) and route.link not in ("", packet.bound)
    return not (route.is_dead or route.selects_more or is_elsewhere)


def _best(routes: Iterable[MachineRoute]) -> list[MachineRoute]:
    """The longest prefix, then the smallest metric, then the first; with its other ways."""
    ranked = sorted(routes, key=_rank)
    if not ranked or not ranked[0].is_multipath:
        return ranked[:1]
    return [it for it in ranked if it.is_multipath and _rank(it) == _rank(ranked[0])]


def _rank(route: MachineRoute) -> tuple[int, int]:
    return -route.destination.prefixlen, route.metric


def _is_own(routing: MachineRouting, source: Address) -> bool:
    """Whether the kernel takes it for this machine's: it sends with no other."""
    local = (it for it in routing.routes if it.table == LOCAL_TABLE)
    best = _best(it for it in local if source in it.destination)
    return bool(best) and best[0].kind is RouteKind.LOCAL


def _with_way(
    found: Decision, route: MachineRoute, routing: MachineRouting, packet: _Packet
) -> Decision:
    """The decision with link, gateway and source."""
    is_anycast = route.kind is RouteKind.ANYCAST and packet.to.version == 6  # those are here too
    is_here = route.kind is RouteKind.LOCAL or is_anycast
    return replace(
        found,
        link=LOOPBACK if is_here else route.link,
        gateway=None if _is_for_the_link(packet.to, route) else route.gateway,
        source=packet.source or _source(route, routing.links, packet.to),
    )


def _is_for_the_link(to: Address, route: MachineRoute) -> bool:
    """IPv4 for many goes to no gateway, unless its route is for such packets."""
    return to == _EVERYBODY or (
        to.version == 4 and to.is_multicast and route.destination.prefixlen < 4
    )


def _source(route: MachineRoute, links: Iterable[MachineLink], to: Address) -> Address | None:
    if route.source is not None:
        return route.source
    if route.kind is RouteKind.LOCAL:
        return to
    if isinstance(to, IPv6Address):
        return _source_v6(route, links, to)
    return next(_sources_v4(route, links), None)


def _sources_v4(route: MachineRoute, links: Iterable[MachineLink]) -> Iterator[Address]:
    """As inet_select_addr (net/ipv4/devinet.c): the link's own, else another link's."""
    own = next((it for it in links if it.name == route.link), None)
    if own is not None:
        fit = [it for it in own.addresses if _is_source_v4(own, it.ip, route.scope)]
        yield from (it.ip for it in fit if route.gateway and route.gateway in it.network)
        yield from (it.ip for it in fit)
    for link in links:
        for it in link.addresses:
            if _is_source_v4(link, it.ip, route.scope) and link.scopes.get(it.ip) != _LINK_SCOPE:
                yield it.ip


def _is_source_v4(link: MachineLink, address: Address, scope: int) -> bool:
    is_fit = address.version == 4 and link.scopes.get(address, 0) <= scope
    return is_fit and address not in link.passive


def _source_v6(
    route: MachineRoute, links: Iterable[MachineLink], to: IPv6Address
) -> Address | None:
    """Only where the link has exactly one that fits, of RFC 6724's rules those up to rule 5.

    The rest depends on the policy table, privacy settings and lifetimes.
    """
    wanted = _scope_v6(to)
    if to.is_multicast and wanted > _LINK_LOCAL:
        wanted = _GLOBAL
    link = next((it for it in links if it.name == route.link), None)
    if link is None or wanted not in (_LINK_LOCAL, _GLOBAL):
        return None
    own = [it.ip for it in link.addresses if it.version == 6 and it.ip not in link.passive]
    fit = [it for it in own if _scope_v6(it) == wanted]
    return fit[0] if len(fit) == 1 else None


def _scope_v6(address: Address) -> int:
    if isinstance(address, IPv6Address) and address.is_multicast:
        return address.packed[1] & 0xF
    if address.is_link_local or address.is_loopback:
        return _LINK_LOCAL
    is_site_local = isinstance(address, IPv6Address) and address.is_site_local
    return _SITE_LOCAL if is_site_local else _GLOBAL
