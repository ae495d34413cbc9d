"""Routing at a glance: what takes nearly everything, and what goes another way. Pure."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wgdesk.domain.profile import Network
from wgdesk.domain.route_entries import Group, Place, What
from wgdesk.domain.route_groups import RouteGroups
from wgdesk.domain.route_kinds import is_noise

# What the internet is made of: all but multicast and what is reserved; RFC 4291's global unicast.
_PUBLIC: Final = {4: (1 << 24, (224 << 24) - 1), 6: (1 << 125, (1 << 126) - 1)}


class Way(StrEnum):
    TUNNEL = "tunnel"
    FOREIGN = "foreign"
    LINK = "link"
    BLOCKED = "blocked"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Exit:
    """How packets leave: by a tunnel or link of that name; "" for the ways that have none."""

    way: Way = Way.NONE
    name: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """The subnets that a tunnel carries where another exit has the rest.

    Attributes:
        networks: Of thousands, the first; `more` says how many others there are.
    """

    tunnel: str
    networks: tuple[Network, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The whole in a few words.

    Attributes:
        exit_v4: How nearly everything leaves; the same for IPv6.
        shares: Own tunnels that carry something beside that.
        is_local_reachable: There is a network that stays local.
        idle: Own tunnels that carry nothing.
    """

    exit_v4: Exit = Exit()
    exit_v6: Exit = Exit()
    shares: tuple[Share, ...] = ()
    is_local_reachable: bool = False
    idle: tuple[str, ...] = ()


def situation(routes: RouteGroups) -> Situation:
    exits = {family: _main_exit(routes, family) for family in (4, 6)}
    shares = tuple(
        Share(group.name, networks, group.more)
        for group in routes.groups
        if group.place is Place.TUNNEL and (networks := _shared(group, exits))
    )
    carrying = {it.name for it in exits.values()} | {share.tunnel for share in shares}
    return Situation(
        exit_v4=exits[4],
        exit_v6=exits[6],
        shares=shares,
        is_local_reachable=any(
            group.place is Place.LOCAL and any(it.what is What.NETWORK for it in group.entries)
            for group in routes.groups
        ),
        idle=tuple(name for name in routes.tunnel_names if name not in carrying),
    )


def _main_exit(routes: RouteGroups, family: int) -> Exit:
    """The one that most addresses of the internet leave by."""
    first, last = _PUBLIC[family]
    sizes: Counter[Exit] = Counter()
    for span in routes.reach(family):
        size = min(span.last, last) - max(span.first, first) + 1
        if size > 0 and not (span.route and is_noise(span.route)):
            place, name = routes.place_of(span.route)
            sizes[_exit(place, name, span.route.link if span.route else "")] += size
    # A few routes are no way out.
    most = next(iter(sizes.most_common(1)), None)
    return most[0] if most and most[1] > (last - first) // 2 else Exit()


def _exit(place: Place, name: str, link: str) -> Exit:
    match place:
        case Place.TUNNEL:
            return Exit(Way.TUNNEL, name)
        case Place.FOREIGN:
            return Exit(Way.FOREIGN, name)
        case Place.BLOCKED:
            return Exit(Way.BLOCKED)
        case _:
            return Exit(Way.LINK, link)


def _shared(group: Group, exits: dict[int, Exit]) -> tuple[Network, ...]:
    return tuple(
        entry.destination
        for entry in group.entries
        if entry.what in (What.NETWORK, What.REST, What.EVERYTHING)
        and entry.destination is not None
        and exits[entry.destination.version] != Exit(Way.TUNNEL, group.name)
    )
