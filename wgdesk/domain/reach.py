"""Which rule and route decide for every address there is, found in one sweep. Pure.

For the ordinary packet: from a program of this machine, without a mark, bound to nothing.
"""

from bisect import bisect_right
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
from wgdesk.domain.profile import Network

LAST: Final = {4: (1 << 32) - 1, 6: (1 << 128) - 1}
REFUSING: Final = frozenset({RouteKind.BLACKHOLE, RouteKind.UNREACHABLE, RouteKind.PROHIBIT})
_ORDINARY_LINKS: Final = frozenset({"", "lo"})  # own packets count as come in by lo
_NO_LIMIT: Final = -1

# First address, prefix length, last address and the route; the narrowest on top of a stack.
Arrival = tuple[int, int, int, MachineRoute]
Stack = list[Arrival]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of addresses with one decision; `route` is None where the rule itself refuses."""

    first: int
    last: int
    rule: MachineRule
    route: MachineRoute | None


class Reach:
    """One family's addresses, less those that nothing decides for.

    Kept in plain lists: of a router's spans there are tens of thousands, and as many objects
    would keep the garbage collector busy.
    """

    def __init__(self, routing: MachineRouting, family: int) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        self._rules: list[MachineRule] = []
        self._routes: list[MachineRoute | None] = []
        for span in _swept(routing, family):
            self._firsts.append(span.first)
            self._lasts.append(span.last)
            self._rules.append(span.rule)
            self._routes.append(span.route)

    def __iter__(self) -> Iterator[Span]:
        """In the order of the addresses."""
        return map(self._span, range(len(self._firsts)))

    def at(self, address: int) -> Span | None:
        number = bisect_right(self._firsts, address) - 1
        if number < 0 or self._lasts[number] < address:
            return None
        return self._span(number)

    def within(self, network: Network) -> Iterator[Span]:
        """Those that share an address with the network."""
        first, last = bounds(network)
        number = max(0, bisect_right(self._firsts, first) - 1)
        while number < len(self._firsts) and self._firsts[number] <= last:
            if self._lasts[number] >= first:
                yield self._span(number)
            number += 1

    def _span(self, number: int) -> Span:
        return Span(
            self._firsts[number],
            self._lasts[number],
            self._rules[number],
            self._routes[number],
        )


def bounds(network: Network) -> tuple[int, int]:
    first = int(network.network_address)
    return first, first + (1 << (network.max_prefixlen - network.prefixlen)) - 1


def is_ordinary(rule: MachineRule) -> bool:
    """Whether ordinary packets meet it, to some destination at least."""
    if rule.is_inverted:
        return rule.to is not None or not _selects_ordinary(rule)
    return _selects_ordinary(rule) and not rule.selects_more


def _selects_ordinary(rule: MachineRule) -> bool:
    """Leaving aside `not`, the destination, and what nobody can know here."""
    return (
        (rule.fwmark is None or not rule.fwmark & rule.fwmask)
        and (rule.source is None or _may_be_unset(rule.source))
        and rule.input_link in _ORDINARY_LINKS
        and not rule.output_link
    )


def _may_be_unset(source: Network) -> bool:
    """IPv4 looks up with 0.0.0.0; IPv6 knows that there is no source yet."""
    return source.prefixlen == 0 or (source.version == 4 and not int(source.network_address))


@dataclass(slots=True)
class _Gate:
    """A rule made ready for the sweep.

    Attributes:
        first: With `last`, the destinations that it compares with.
        wants_outside: It applies to the others.
        limit: Prefixes of at most this length do not count.
        jump: Number of the gate that a GOTO leads to; the next one where its target is missing.
    """

    rule: MachineRule
    stack: Stack
    first: int
    last: int
    wants_outside: bool
    limit: int
    jump: int = 0


def _swept(routing: MachineRouting, family: int) -> Iterator[Span]:
    stacks: dict[int, Stack] = {}
    gates = _gates(routing, family, stacks)
    arrivals = _arrivals(routing, family, stacks)
    points = _points(gates, arrivals, family)
    first, rule, route = 0, None, None
    arrived = 0
    for point in points:
        while arrived < len(arrivals) and arrivals[arrived][0] == point:
            stack = stacks[arrivals[arrived][3].table]
            while stack and stack[-1][2] < point:
                stack.pop()
            stack.append(arrivals[arrived])
            arrived += 1
        new_rule, new_route = _decided(gates, point)
        if new_rule is not rule or new_route is not route:
            if rule is not None:
                yield Span(first, point - 1, rule, route)
            first, rule, route = point, new_rule, new_route
    if rule is not None:
        yield Span(first, LAST[family], rule, route)


def _gates(routing: MachineRouting, family: int, stacks: dict[int, Stack]) -> list[_Gate]:
    rules = [rule for rule in routing.rules if rule.family == family]
    priorities = {rule.priority for rule in rules}
    gates = [_gate(rule, stacks) for rule in rules if is_ordinary(rule)]
    for number, gate in enumerate(gates):
        target = gate.rule.goto if gate.rule.goto in priorities else 0
        later = range(number + 1, len(gates))
        gate.jump = next((at for at in later if gates[at].rule.priority >= target), len(gates))
    return gates


def _gate(rule: MachineRule, stacks: dict[int, Stack]) -> _Gate:
    compares = rule.to is not None and (not rule.is_inverted or _selects_ordinary(rule))
    first, last = (0, LAST[rule.family])
    if compares and rule.to is not None:
        first, last = bounds(rule.to)
    is_lookup = rule.action is RuleAction.LOOKUP
    limit = rule.suppress_prefix_length
    return _Gate(
        rule=rule,
        stack=stacks.setdefault(rule.table, []) if is_lookup else [],
        first=first,
        last=last,
        wants_outside=compares and rule.is_inverted,
        limit=_NO_LIMIT if limit is None else limit,
    )


def _arrivals(routing: MachineRouting, family: int, stacks: dict[int, Stack]) -> list[Arrival]:
    """In order; of the routes to the same network only the best."""
    best: dict[int, dict[int, MachineRoute]] = {table: {} for table in stacks}
    for route in routing.routes:
        network = route.destination
        is_asked = network.version == family and route.table in stacks
        if is_asked and not route.is_dead and not route.selects_more:
            key = int(network.network_address) << 8 | network.prefixlen
            known = best[route.table].get(key)
            if known is None or route.metric < known.metric:
                best[route.table][key] = route
    bits = 32 if family == 4 else 128
    found = (
        (key >> 8, key & 0xFF, (key >> 8) + (1 << (bits - (key & 0xFF))) - 1, route)
        for routes in best.values()
        for key, route in routes.items()
    )
    return sorted(found, key=lambda each: each[0] << 8 | each[1])


def _points(gates: list[_Gate], arrivals: list[Arrival], family: int) -> list[int]:
    """Where decisions may change, in order."""
    found = {0}
    for first, _, last, _ in arrivals:
        found.add(first)
        found.add(last + 1)
    for gate in gates:
        found.add(gate.first)
        found.add(gate.last + 1)
    found.discard(LAST[family] + 1)
    return sorted(found)


def _decided(gates: list[_Gate], point: int) -> tuple[MachineRule | None, MachineRoute | None]:
    at = 0
    while at < len(gates):
        gate = gates[at]
        at += 1
        if (gate.first <= point <= gate.last) is gate.wants_outside:
            continue
        action = gate.rule.action
        if action is RuleAction.LOOKUP:
            route = _found(gate, point)
            if route is not None:
                return gate.rule, route
        elif action is RuleAction.GOTO:
            at = gate.jump
        elif action is not RuleAction.NOP:
            return gate.rule, None
    return None, None


def _found(gate: _Gate, point: int) -> MachineRoute | None:
    stack = gate.stack
    while stack and stack[-1][2] < point:
        stack.pop()
    if not stack:
        return None
    _, length, _, route = stack[-1]
    if route.kind is RouteKind.THROW:
        return None
    # A route that refuses ends the search before its length is asked for.
    return None if length <= gate.limit and route.kind not in REFUSING else route
