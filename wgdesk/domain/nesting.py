"""Which tunnels' own packets go through which other tunnels. Pure.

A tunnel whose server lies in the ranges of another is inside that one: its encrypted packets
are carried by it. That two tunnels carry each other is impossible, so of each such pair, and
of each longer ring, one goes by `main`: a server in somebody's subnets counts more than one
that merely falls under a default route, and who came up later is inside rather than around.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from wgdesk.domain.coverage import Coverage
from wgdesk.domain.profile import Address
from wgdesk.domain.routing import RoutePlan, Way


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A tunnel that is up or about to be.

    Attributes:
        endpoints: Addresses of its servers.
    """

    name: str
    routing: RoutePlan
    mtu: int
    endpoints: frozenset[Address]

    @cached_property
    def subnets(self) -> Coverage:
        routes = self.routing.routes if self.routing.rules else ()
        return Coverage(it.destination for it in routes if it.destination.prefixlen)

    @cached_property
    def defaults(self) -> frozenset[int]:
        routes = self.routing.routes if self.routing.rules else ()
        return frozenset(it.destination.version for it in routes if not it.destination.prefixlen)

    @cached_property
    def beside(self) -> Coverage:
        """What stays reachable beside its default routes."""
        return Coverage(rule.to for rule in self.routing.rules if rule.to is not None)


@dataclass(frozen=True, slots=True)
class Others:
    """The tunnels beside one tunnel, each part in order of coming up."""

    earlier: tuple[Standing, ...] = ()
    later: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edge:
    """`by_default` sorts subnets before defaults; `age` is 0 for the latest."""

    by_default: bool
    age: int
    inner: str
    outer: Standing
    family: int


def ways(standing: Sequence[Standing]) -> Mapping[str, tuple[Way, ...]]:
    """For each tunnel by name, what its own packets go through; given in order of coming up."""
    edges = sorted(_edges(standing), key=lambda edge: (edge.by_default, edge.age))
    outer_of: dict[str, set[str]] = {tunnel.name: set() for tunnel in standing}
    found: dict[str, list[Way]] = {tunnel.name: [] for tunnel in standing}
    for edge in edges:
        if edge.inner in _all_around(edge.outer.name, outer_of):
            continue
        outer_of[edge.inner].add(edge.outer.name)
        table = edge.outer.routing.table or 0
        found[edge.inner].append(
            Way(
                family=edge.family,
                table=table,
                by_default=edge.by_default,
                mtu=edge.outer.mtu,
            )
        )
    return {name: tuple(them) for name, them in found.items()}


def _edges(standing: Sequence[Standing]) -> Iterator[_Edge]:
    for age, inner in enumerate(reversed(standing)):
        if not inner.routing.rules:  # without a mark of its own it follows everybody's rules
            continue
        for outer in standing:
            if outer is inner:
                continue
            kinds = dict.fromkeys(_kinds(inner, outer))
            yield from (_Edge(by_default, age, inner.name, outer, it) for it, by_default in kinds)


def _kinds(inner: Standing, outer: Standing) -> Iterator[tuple[int, bool]]:
    """Family and by_default of each way in which servers of `inner` lie in ranges of `outer`.

    The outer's own server is reached directly: through the tunnel to itself it may not be.
    """
    for endpoint in inner.endpoints - outer.endpoints:
        if outer.subnets.has(endpoint):
            yield endpoint.version, False
        elif endpoint.version in outer.defaults and not outer.beside.has(endpoint):
            yield endpoint.version, True


def _all_around(name: str, outer_of: Mapping[str, set[str]]) -> set[str]:
    """The tunnel, and every tunnel that its packets go through."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += outer_of[here]
    return found
