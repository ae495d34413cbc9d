"""What a plan has to know about the machine's links, routes and rules.

Runs on the netlink thread. Messages are pyroute2's; values leave.
"""

import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_interface
from pathlib import Path
from typing import Any, Final

from wgdesk.domain.profile import Address, InterfaceAddress
from wgdesk.domain.routing import MAIN_TABLE, TRANSPORT_PRIORITY

_KERNEL_TABLES: Final = frozenset({0, 253, 254, 255})  # rtnetlink.h: unspec, default, main, local
_IFF_UP: Final = 0x1
_IFF_LOOPBACK: Final = 0x8
_ENGINE_SOCKETS: Final = Path("/var/run/wireguard")
_IPV6_SWITCHES: Final = tuple(
    Path(f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6") for which in ("all", "default")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The machine as far as routes go.

    Attributes:
        addresses: Of links that are up and are neither loopback nor WireGuard.
        path_mtu: Bytes; None where no route leads to any endpoint.
    """

    tables: frozenset[int]
    marks: frozenset[int]
    addresses: tuple[InterfaceAddress, ...]
    path_mtu: int | None


def take_survey(route: Any, endpoints: Sequence[Address]) -> Survey:
    """Ask an IPRoute socket; takes about a millisecond on a desktop."""
    rules = tuple(route.get_rules(family=socket.AF_UNSPEC))
    links = {link["index"]: link for link in route.get_links()}
    return Survey(
        tables=frozenset(_tables(route, rules)) - _KERNEL_TABLES,
        marks=frozenset(mark for rule in rules if (mark := rule.get_attr("FRA_FWMARK"))),
        addresses=tuple(_addresses(route, links)),
        path_mtu=_path_mtu(route, endpoints, links, _transport_mark(rules)),
    )


def has_ipv6() -> bool:
    """Whether new links may have IPv6 addresses."""
    try:
        return all(switch.read_text().strip() == "0" for switch in _IPV6_SWITCHES)
    except OSError:
        return False


def _tables(route: Any, rules: Iterable[Any]) -> Iterator[int]:
    for rule in rules:
        yield rule.get_attr("FRA_TABLE") or rule["table"]
    for message in route.get_routes(family=socket.AF_UNSPEC):
        yield message.get_attr("RTA_TABLE") or message["table"]


def _addresses(route: Any, links: dict[int, Any]) -> Iterator[InterfaceAddress]:
    physical = {index for index, link in links.items() if _is_physical(link)}
    for message in route.get_addr():
        if message["index"] in physical:
            text = message.get_attr("IFA_LOCAL") or message.get_attr("IFA_ADDRESS")
            yield ip_interface((text, message["prefixlen"]))


def _is_physical(link: Any) -> bool:
    name = link.get_attr("IFLA_IFNAME")
    info = link.get_attr("IFLA_LINKINFO")
    kind = info.get_attr("IFLA_INFO_KIND") if info else None
    is_tunnel = kind == "wireguard" or os.path.lexists(_ENGINE_SOCKETS / f"{name}.sock")
    return bool(link["flags"] & _IFF_UP) and not link["flags"] & _IFF_LOOPBACK and not is_tunnel


def _transport_mark(rules: Iterable[Any]) -> int:
    """A mark whose packets go by `main`, so that a full tunnel that is up does not count; or 0."""
    for rule in rules:
        table = rule.get_attr("FRA_TABLE") or rule["table"]
        if rule.get_attr("FRA_PRIORITY") == TRANSPORT_PRIORITY and table == MAIN_TABLE:
            return int(rule.get_attr("FRA_FWMARK") or 0)
    return 0


def _path_mtu(
    route: Any, endpoints: Sequence[Address], links: dict[int, Any], mark: int
) -> int | None:
    ways = (_way_to(route, endpoint, mark) for endpoint in endpoints)
    found = [mtu for way in ways if way is not None and (mtu := _mtu_of(way, links)) is not None]
    if not found:
        way = _default_way(route)
        found = [mtu for mtu in (_mtu_of(way, links),) if mtu] if way is not None else []
    return min(found, default=None)


def _way_to(route: Any, endpoint: Address, mark: int) -> Any | None:
    family = socket.AF_INET if endpoint.version == 4 else socket.AF_INET6
    words = {"mark": mark} if mark else {}
    try:
        return next(iter(route.route("get", family=family, dst=str(endpoint), **words)), None)
    except Exception as error:  # pyroute2's own class may not be named outside its door
        if getattr(error, "code", None) is None:
            raise
        return None  # unreachable, as before a network is there


def _default_way(route: Any) -> Any | None:
    for message in route.get_default_routes(family=socket.AF_INET):
        return message
    return None


def _mtu_of(way: Any, links: dict[int, Any]) -> int | None:
    metrics = way.get_attr("RTA_METRICS")
    mtu = metrics.get_attr("RTAX_MTU") if metrics else None
    if mtu:
        return int(mtu)
    link = links.get(way.get_attr("RTA_OIF"))
    return int(link.get_attr("IFLA_MTU")) if link is not None else None
