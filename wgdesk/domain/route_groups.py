"""A machine's routing as a person thinks of it: what goes through which tunnel, what stays. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from wgdesk.domain.device import SocketAddress
from wgdesk.domain.machine_routing import (
    MachineRoute,
    MachineRouting,
    MachineRule,
    RouteKind,
    RuleAction,
)
from wgdesk.domain.names import natural_key
from wgdesk.domain.profile import Address, network_key
from wgdesk.domain.reach import REFUSING, Reach, Span, bounds, is_ordinary
from wgdesk.domain.route_entries import Entry, Group, Place, TunnelFacts, What, Why
from wgdesk.domain.route_kinds import (
    HERE,
    KERNEL,
    TUNNEL_KINDS,
    as_network,
    collapsed,
    everything,
    is_connected,
    is_noise,
    is_other_way,
    is_same_way,
    narrower,
)
from wgdesk.domain.routing import is_private
from wgdesk.domain.where import Decision, decide

Key = tuple[Place, str]
MOST_ENTRIES: Final = 64  # of a group; the rest is counted


class RouteGroups:
    """The groups, and what they were made from."""

    def __init__(self, routing: MachineRouting, tunnels: Sequence[TunnelFacts] = ()) -> None:
        self._routing = routing
        self._tunnels = {tunnel.name: tunnel for tunnel in tunnels}
        self._links = {link.name: link for link in routing.links}
        self._reaches = {family: Reach(routing, family) for family in (4, 6)}
        self._entries: dict[Key, list[Entry]] = {}
        self._more: Counter[Key] = Counter()
        self._add_unused(self._add_used())
        self._add_tunnels_own()
        self._add_special()
        self.groups = tuple(sorted(map(self._group, self._entries), key=_group_key))

    @property
    def routing(self) -> MachineRouting:
        return self._routing

    @property
    def tunnel_names(self) -> tuple[str, ...]:
        return tuple(sorted(self._tunnels, key=natural_key))

    def reach(self, family: int) -> Reach:
        return self._reaches[family]

    def place_of(self, route: MachineRoute | None) -> Key:
        """Where packets go that this route decides for; None for a rule that refuses."""
        if route is None or route.kind in REFUSING:
            return (Place.BLOCKED, "")
        if route.kind in HERE:
            return (Place.LOCAL, "")
        if route.link in self._tunnels:
            return (Place.TUNNEL, route.link)
        link = self._links.get(route.link)
        if link is not None and link.kind in TUNNEL_KINDS:
            return (Place.FOREIGN, route.link)
        is_on_link = route.gateway is None and route.destination.prefixlen > 0
        if is_on_link and (is_private(route.destination) or is_connected(route, link)):
            return (Place.LOCAL, "")
        return (Place.ELSEWHERE, "")

    def find_entry(self, address: Address, decision: Decision) -> Entry | None:
        """The one that tells of this decision, made for this very routing."""
        told = [
            entry for group in self.groups if group.place in _TELLING for entry in group.entries
        ]
        named = (it for it in told if it.what is What.DNS and it.destination == as_network(address))
        deciding = (
            it
            for it in told
            if it.rule is decision.rule and it.route is decision.route and it.what not in _EXTRAS
        )
        what = None if decision.route is None else collapsed(decision.route)
        alike = (it for it in told if what is not None and it.what is what)
        return next(chain(named, deciding, alike), None) or self._untold_entry(decision)

    def _untold_entry(self, decision: Decision) -> Entry | None:
        """One of the many that are only counted."""
        rule, route = decision.rule, decision.route
        if rule is None or route is None or self.place_of(route) not in self._more:
            return None
        return self._used_entry(self.place_of(route)[0], rule, route)

    def is_pushed(self, address: Address) -> bool:
        """Whether the network told this machine a way to it that is not used."""
        unused = (group for group in self.groups if group.place is Place.UNUSED)
        return any(
            it.is_pushed and it.destination is not None and address in it.destination
            for group in unused
            for it in group.entries
        )

    # What is used.

    def _add_used(self) -> set[int]:
        """Once for each rule and route that decide for something; returns the routes' ids."""
        seen: set[int] = set()
        counting: set[int] = set()
        for reach in self._reaches.values():
            for span in reach:
                pair = id(span.rule) << 64 | id(span.route)  # numbers cost less than tuples
                if pair not in seen:
                    seen.add(pair)
                    counting.add(id(span.route))
                    self._add_span(span.rule, span.route)
        return counting

    def _add_span(self, rule: MachineRule, route: MachineRoute | None) -> None:
        if route is not None and is_noise(route):
            return
        what = None if route is None else collapsed(route)
        if what is not None and route is not None:
            self._collapse((Place.LOCAL, ""), what, rule, route)
            return
        key = self.place_of(route)
        is_crowded = len(self._entries.get(key, ())) >= MOST_ENTRIES
        if not is_crowded or route is None or _is_notable(route):
            self._put(key, self._used_entry(key[0], rule, route))
        else:
            self._more[key] += 1

    def _used_entry(self, place: Place, rule: MachineRule, route: MachineRoute | None) -> Entry:
        to = None if rule.is_inverted else rule.to
        whole = everything(rule.family) if route is None else route.destination
        destination = narrower(whole, to)
        what = What.NETWORK
        if destination.prefixlen == 0:
            what = What.REST
        elif route is not None and place is Place.TUNNEL and self._is_own_network(route):
            what = What.OWN
        return Entry(what=what, destination=destination, rule=rule, route=route)

    def _put(self, key: Key, entry: Entry) -> None:
        self._entries.setdefault(key, []).append(entry)

    def _collapse(self, key: Key, what: What, rule: MachineRule, route: MachineRoute) -> None:
        """One entry for all the like of it."""
        entries = self._entries.setdefault(key, [])
        for number, old in enumerate(entries):
            if old.what is what:
                links = tuple(dict.fromkeys((*old.links, route.link)))
                entries[number] = replace(old, links=links)
                return
        destination = route.destination if what is What.LINK_LOCAL else None
        entries.append(
            Entry(what=what, destination=destination, rule=rule, route=route, links=(route.link,))
        )

    def _is_own_network(self, route: MachineRoute) -> bool:
        return route.protocol == KERNEL and is_connected(route, self._links.get(route.link))

    # What is not.

    def _add_unused(self, counting: set[int]) -> None:
        for route in self._routing.routes:
            is_counting = id(route) in counting
            if route.kind is not RouteKind.UNICAST or (is_counting and route.link in self._tunnels):
                continue
            if is_noise(route) or collapsed(route) or route.selects_more:
                continue
            if is_counting:
                self._add_unused_part(route)
            elif self._is_asked(route):
                self._add_unused_whole(route)

    def _is_asked(self, route: MachineRoute) -> bool:
        """Whether ordinary packets are looked up in its table at all."""
        return any(
            rule.table == route.table
            and rule.family == route.destination.version
            and rule.action is RuleAction.LOOKUP
            and is_ordinary(rule)
            for rule in self._routing.rules
        )

    def _add_unused_whole(self, route: MachineRoute) -> None:
        first, _ = bounds(route.destination)
        span = self._reaches[route.destination.version].at(first)
        if span is None or is_same_way(span.route, route):
            return
        taken = span.route
        if taken is not None and is_other_way(taken, route):
            self._add_span(span.rule, route)
        elif taken is not None and taken.table == route.table:
            if taken.destination == route.destination and not route.is_dead:
                entry = self._unused_entry(route, span, Why.METRIC)
                self._put_unused((Place.SPARE, ""), entry)
            # else all of it has narrower routes
        else:
            entry = self._unused_entry(route, span, self._why(route))
            self._put_unused(self._taken_by(taken), entry)

    def _add_unused_part(self, route: MachineRoute) -> None:
        """A network on a link that claims more than a tunnel leaves to it."""
        if self.place_of(route)[0] is not Place.LOCAL:
            return
        for span in self._reaches[route.destination.version].within(route.destination):
            taken = span.route
            if taken is None or is_same_way(taken, route) or taken.table == route.table:
                continue
            if taken.destination.prefixlen <= route.destination.prefixlen:
                entry = self._unused_entry(route, span, Why.TOO_WIDE)
                self._put_unused(self._taken_by(taken), entry)
                return

    def _put_unused(self, key: Key, entry: Entry) -> None:
        if len(self._entries.get(key, ())) < MOST_ENTRIES or entry.is_pushed:
            self._put(key, entry)
        else:
            self._more[key] += 1

    def _unused_entry(self, route: MachineRoute, span: Span, why: Why) -> Entry:
        what = What.NETWORK if route.destination.prefixlen else What.REST
        return Entry(
            what=what,
            destination=route.destination,
            rule=span.rule,
            route=route,
            why=why,
            instead=span.route,
        )

    def _why(self, route: MachineRoute) -> Why:
        if route.destination.prefixlen == 0:
            return Why.RULE
        if is_connected(route, self._links.get(route.link)) or route.protocol == KERNEL:
            return Why.CUT_OFF if is_private(route.destination) else Why.RULE
        return Why.BYPASS

    def _taken_by(self, route: MachineRoute | None) -> Key:
        """The group of what is not used because of this one."""
        place, name = self.place_of(route)
        if place is Place.TUNNEL:
            return (Place.UNUSED, name)
        if place is Place.BLOCKED and len(self._tunnels) == 1:
            return (Place.UNUSED, next(iter(self._tunnels)))
        return (Place.UNUSED, name if place is Place.FOREIGN else "")

    # What belongs to tunnels and to other programs.

    def _add_tunnels_own(self) -> None:
        for tunnel in self._tunnels.values():
            for server in tunnel.dns:
                self._add_address(What.DNS, tunnel, server)
            for endpoint in tunnel.endpoints:
                self._add_address(What.PACKETS, tunnel, endpoint.address, endpoint)
            if tunnel.more_endpoints:
                more = Entry(
                    what=What.MORE_PACKETS, tunnel=tunnel.name, count=tunnel.more_endpoints
                )
                self._put((Place.LOCAL, ""), more)

    def _add_address(
        self,
        what: What,
        tunnel: TunnelFacts,
        address: Address,
        endpoint: SocketAddress | None = None,
    ) -> None:
        found = decide(self._routing, address, mark=tunnel.fwmark if endpoint else 0)
        if found.rule is None:
            return
        place, name = self.place_of(found.route)
        if what is What.PACKETS and place is Place.ELSEWHERE:
            place = Place.LOCAL  # not in any tunnel: that is what a person wants to see
        entry = Entry(
            what=what,
            destination=as_network(address),
            rule=found.rule,
            route=found.route,
            endpoint=endpoint,
            tunnel=tunnel.name,
        )
        self._put((place, name), entry)

    def _add_special(self) -> None:
        special = (
            Entry(what=What.SOME, rule=rule)
            for rule in self._routing.rules
            if not rule.is_ours and not is_ordinary(rule) and rule.action is not RuleAction.NOP
        )
        for entry in special:
            self._put((Place.SPECIAL, ""), entry)

    def _group(self, key: Key) -> Group:
        entries = self._entries[key]
        if key[0] is Place.TUNNEL:
            entries = [self._as_whole(entry) for entry in entries]
        return Group(
            place=key[0],
            name=key[1],
            entries=tuple(sorted(entries, key=_entry_key)),
            more=self._more[key],
        )

    def _as_whole(self, entry: Entry) -> Entry:
        """“Everything else” where there is something else."""
        if entry.what is not What.REST:
            return entry
        beside = (
            it.what is What.NETWORK
            for key, entries in self._entries.items()
            if key[0] in _TELLING
            for it in entries
        )
        return entry if any(beside) else replace(entry, what=What.EVERYTHING)


# The groups of what is used.
_TELLING: Final = frozenset(Place) - {Place.UNUSED, Place.SPARE, Place.SPECIAL}
_EXTRAS: Final = frozenset({What.DNS, What.PACKETS, What.MORE_PACKETS})
_PLACES: Final = tuple(Place)
_WHATS: Final = {
    What.EVERYTHING: 0,
    What.REST: 0,
    What.NETWORK: 1,
    What.OWN: 2,
    What.DNS: 3,
    What.PACKETS: 4,
    What.MORE_PACKETS: 5,
    What.LINK_LOCAL: 6,
    What.MACHINE: 7,
    What.SOME: 8,
}


def _group_key(group: Group) -> tuple[int, bool, object]:
    """Tunnels that carry everything stand before those that carry some subnets."""
    is_narrow = all(entry.what not in (What.REST, What.EVERYTHING) for entry in group.entries)
    return (_PLACES.index(group.place), is_narrow, natural_key(group.name))


def _entry_key(entry: Entry) -> tuple[int, int, int, int]:
    network = entry.destination
    if network is None:
        return (_WHATS[entry.what], 0, 0, 0)
    return (_WHATS[entry.what], *network_key(network))


def _is_notable(route: MachineRoute) -> bool:
    """Told even where there are thousands."""
    return route.destination.prefixlen == 0 or route.protocol == KERNEL
