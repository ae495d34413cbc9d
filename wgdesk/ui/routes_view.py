"""What the page of routes shows at one moment, made where it holds nobody up. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from wgdesk.domain.machine_routing import MachineRouting
from wgdesk.domain.profile import Address
from wgdesk.domain.route_entries import Entry, Group, Place, TunnelFacts
from wgdesk.domain.route_groups import RouteGroups
from wgdesk.domain.routing_lines import Line, routing_lines
from wgdesk.domain.situation import Situation, situation
from wgdesk.domain.snapshot import TunnelSnapshot
from wgdesk.domain.where import decide
from wgdesk.ui.marks import Tone
from wgdesk.ui.picture import Picture
from wgdesk.ui.route_words import (
    Names,
    RouteLine,
    group_title,
    group_tone,
    reason_title,
    route_texts,
)
from wgdesk.ui.where_words import Answer

MOST_SHOWN: Final = 12  # of a group; the rest is told by number
MOST_ENDPOINTS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesRequest:
    """What a view is made of.

    Attributes:
        titles: What tunnels are called, by the names of their interfaces, where that differs.
        addresses: Those that a person has asked about.
        wants_lines: Every rule and route is to be told too.
    """

    routing: MachineRouting
    tunnels: tuple[TunnelFacts, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[Address, ...] = ()
    wants_lines: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group as it is drawn; `hidden` is how many entries are not."""

    place: Place
    name: str
    title: str
    tone: Tone
    reason_title: str
    rows: tuple[RouteLine, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesView:
    request: RoutesRequest
    routes: RouteGroups
    situation: Situation
    groups: tuple[GroupView, ...]
    answers: tuple[Answer, ...] = ()
    lines: tuple[Line, ...] = ()


def tunnel_facts(picture: Picture) -> tuple[TunnelFacts, ...]:
    """Own tunnels that are there, however well they work."""
    there = (row.tunnel for row in picture.rows if row.tunnel is not None and not row.has_fallen)
    return tuple(map(_facts, there))


def _facts(tunnel: TunnelSnapshot) -> TunnelFacts:
    peers = tunnel.device.peers
    known = (peer.endpoint for peer in peers if peer.endpoint is not None)
    endpoints = tuple(dict.fromkeys(islice(known, MOST_ENDPOINTS)))
    return TunnelFacts(
        name=tunnel.name,
        fwmark=tunnel.device.fwmark,
        endpoints=endpoints,
        more_endpoints=sum(peer.endpoint is not None for peer in peers) - len(endpoints)
        if len(peers) > MOST_ENDPOINTS
        else 0,
        dns=tunnel.dns.servers if tunnel.dns is not None else (),
    )


def read_routes(request: RoutesRequest, before: RoutesView | None = None) -> RoutesView:
    """Whatever of the view before is still so is taken over."""
    routes, now = _routes(request, before)
    answers = tuple(_answer(routes, address, request.titles) for address in request.addresses)
    names = request.routing.table_names
    lines: tuple[Line, ...] = ()
    if request.wants_lines:
        is_same = before is not None and before.routes is routes and before.lines
        lines = before.lines if before and is_same else tuple(routing_lines(request.routing))
    return RoutesView(
        request=request,
        routes=routes,
        situation=now,
        groups=tuple(_group_view(group, names, answers, request.titles) for group in routes.groups),
        answers=answers,
        lines=lines,
    )


def _routes(request: RoutesRequest, before: RoutesView | None) -> tuple[RouteGroups, Situation]:
    if before is not None:
        old = before.request
        if old.routing is request.routing and old.tunnels == request.tunnels:
            return before.routes, before.situation
    routes = RouteGroups(request.routing, request.tunnels)
    return routes, situation(routes)


def _answer(routes: RouteGroups, address: Address, titles: Mapping[str, str]) -> Answer:
    found = decide(routes.routing, address)
    is_refused = found.rule is None or found.refusal is not None
    place, name = (Place.BLOCKED, "") if is_refused else routes.place_of(found.route)
    return Answer(
        address=address,
        decision=found,
        place=place,
        name=name,
        title=titles.get(name, name),
        entry=routes.find_entry(address, found),
        is_pushed=routes.is_pushed(address),
    )


def _group_view(
    group: Group, names: Names, answers: tuple[Answer, ...], titles: Mapping[str, str]
) -> GroupView:
    here = (it.entry for it in answers if (it.place, it.name) == (group.place, group.name))
    deciding = tuple(dict.fromkeys(entry for entry in here if entry is not None))
    shown = _shown(group, deciding)
    return GroupView(
        place=group.place,
        name=group.name,
        title=group_title(group, titles.get(group.name, group.name)),
        tone=group_tone(group),
        reason_title=reason_title(group),
        rows=tuple(
            route_texts(group, entry, names, is_deciding=entry in deciding) for entry in shown
        ),
        hidden=len(group.entries) + group.more - len(shown),
    )


def _shown(group: Group, deciding: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The first few, and those that answer a question."""
    is_one_more = len(group.entries) + group.more == MOST_SHOWN + 1  # not worth a line to say so
    first = group.entries[: MOST_SHOWN + is_one_more]
    return (*first, *(entry for entry in deciding if entry not in first))
