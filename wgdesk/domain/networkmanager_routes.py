"""Which destinations NetworkManager sends through a tunnel, said by allowed IPs and Table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wgdesk.domain.conf_addresses import parse_allowed_ip
from wgdesk.domain.conf_report import BadValue
from wgdesk.domain.conf_values import parse_table
from wgdesk.domain.names import printable
from wgdesk.domain.networkmanager_values import FAMILIES, WIREGUARD, Section, Settings, section
from wgdesk.domain.profile import Network, Table, TableMode

_MAIN_TABLES: Final = (0, 254)  # not set, and main: where NetworkManager puts routes anyway
_SHOWN: Final = 6

AllowedIps = tuple[Network, ...]


@dataclass(frozen=True, slots=True)
class Routing:
    """Of the whole profile.

    Attributes:
        allowed_ips: For each peer, in the order of the peers.
        unsaid: What differs from NetworkManager, in sentences.
    """

    table: Table
    allowed_ips: tuple[AllowedIps, ...]
    unsaid: tuple[str, ...]


def decide_routing(settings: Settings, peers: Sequence[AllowedIps]) -> Routing:
    """The allowed IPs that have the same destinations go through it.

    wg-quick makes a route for every allowed IP, or none at all. NetworkManager may leave some
    out and have others; to whom a packet goes is decided by the most specific allowed IP either
    way, so each of its own routes can be given to the peer that would get it.
    """
    static, unsaid = _static_routes(settings)
    routed = [tuple(net for net in nets if _is_routed(settings, net)) for nets in peers]
    for route in static:
        owner = _owner(peers, route)
        if owner is None:
            unsaid.append(f"Its route to {route} is not kept: no peer takes it.")
        elif not any(_contains(net, route) for net in routed[owner]):
            routed[owner] += (route,)
    table, said = _table(settings, any(net.version == 4 for nets in peers for net in nets))
    unsaid += said
    if not any(routed):
        return Routing(Table(TableMode.OFF) if any(peers) else table, tuple(peers), tuple(unsaid))
    if [set(nets) for nets in routed] != [set(nets) for nets in peers]:
        unsaid.append(_narrowed([str(net) for nets in routed for net in nets]))
    return Routing(table, tuple(routed), tuple(unsaid))


def _narrowed(nets: Sequence[str]) -> str:
    shown, more = ", ".join(nets[:_SHOWN]), len(nets) - _SHOWN
    if more > 0:
        return (
            f"NetworkManager sends only {shown} and {more} more through it, "
            "so these are its allowed IPs now."
        )
    return f"NetworkManager sends only {shown} through it, so these are its allowed IPs now."


def _is_routed(settings: Settings, network: Network) -> bool:
    if not section(settings, WIREGUARD).flag("peer-routes", default=True):
        return False
    family = section(settings, FAMILIES[network.version])
    return network.prefixlen > 0 or not family.flag("never-default", default=False)


def _static_routes(settings: Settings) -> tuple[list[Network], list[str]]:
    found: list[Network] = []
    unsaid: list[str] = []
    for name in FAMILIES.values():
        for route in section(settings, name).sections("route-data"):
            text = f"{route.text('dest')}/{route.number('prefix', -1)}"
            network = _plain_route(route, text)
            if network is not None:
                found.append(network)
            else:
                unsaid.append(f"Its route {printable(text)} is not kept.")
    return found, unsaid


def _plain_route(route: Section, text: str) -> Network | None:
    """None for one that throws packets away, and for one that is none."""
    if route.text("type") not in ("", "unicast"):
        return None
    try:
        return parse_allowed_ip(text).network
    except BadValue:
        return None


def _owner(peers: Sequence[AllowedIps], route: Network) -> int | None:
    """The peer that packets to there go to; None for nobody."""
    around = [
        (net.prefixlen, -number)
        for number, nets in enumerate(peers)
        for net in nets
        if _contains(net, route)
    ]
    return -max(around)[1] if around else None


def _contains(outer: Network, inner: Network) -> bool:
    return (
        outer.version == inner.version
        and outer.prefixlen <= inner.prefixlen
        and inner.network_address in outer
    )


def _table(settings: Settings, has_ipv4: bool) -> tuple[Table, list[str]]:  # noqa: FBT001
    numbers = {name: section(settings, name).number("route-table") for name in FAMILIES.values()}
    own = {name: number for name, number in numbers.items() if number not in _MAIN_TABLES}
    if not own:
        return Table(), []
    used = numbers["ipv4"] if has_ipv4 else numbers["ipv6"]
    try:
        table = parse_table(str(used))
    except BadValue:  # the system's own, which routes go into anyway
        table = Table()
    unsaid = [
        f"Its {name.replace('ip', 'IP')} routes stand in the routing table {number} there."
        for name, number in own.items()
        if number != table.number
    ]
    return table, unsaid
