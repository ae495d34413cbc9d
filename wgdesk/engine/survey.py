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
from wgdesk.domain.routing import (
    INNER_DEFAULT_PRIORITY,
    INNER_SUBNET_PRIORITY,
    KERNEL_TABLES,
    MAIN_TABLE,
    TRANSPORT_PRIORITY,
)
from wgdesk.engine.route_messages import Hop
from wgdesk.engine.route_socket import RouteSocket

_IFF_UP: Final = 0x1
_IFF_LOOPBACK: Final = 0x8
_ENGINE_SOCKETS: Final = Path("/var/run/wireguard")
_IPV6_LINKS: Final = Path("/proc/sys/net/ipv6/conf")
_IPV6_SWITCHES: Final = tuple(_IPV6_LINKS / which / "disable_ipv6" for which in ("all", "default"))
_LINK_COUNTERS: Final = Path("/proc/thread-self/net/dev")
_SENT_PACKETS_AT: Final = 9  # eight counters of what came in are before those of what went out
_INNER_PRIORITIES: Final = frozenset({INNER_SUBNET_PRIORITY, INNER_DEFAULT_PRIORITY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The machine as far as routes go.

    Attributes:
        addresses: Of links that are up and are neither loopback nor WireGuard.
        path_mtu: Bytes; None where no route leads anywhere.
        ways: Names of the links towards the endpoints.
    """

    tables: frozenset[int]
    marks: frozenset[int]
    addresses: tuple[InterfaceAddress, ...]
    path_mtu: int | None
    ways: tuple[str, ...]


def take_survey(
    route: Any, raw: RouteSocket, endpoints: Sequence[Address], mark: int | None = None
) -> Survey:
    """Look around; takes about a millisecond on a desktop. `route` is an IPRoute socket.

    `mark` is that of the packets that go to the endpoints, None for a tunnel still to come.
    """
    rules = tuple(route.get_rules(family=socket.AF_UNSPEC))
    links = {link["index"]: link for link in route.get_links()}
    hops = _hops(raw, endpoints, _transport_mark(rules) if mark is None else mark)
    mtus = (mtu for hop in hops if (mtu := _mtu_of(hop, links)) is not None)
    ways = {links[hop.link].get_attr("IFLA_IFNAME"): None for hop in hops if hop.link in links}
    return Survey(
        tables=(raw.tables() | frozenset(map(_table, rules))) - KERNEL_TABLES,
        marks=frozenset(mark for rule in rules if (mark := rule.get_attr("FRA_FWMARK"))),
        addresses=tuple(_addresses(route, links)),
        path_mtu=min(mtus, default=None),
        ways=tuple(ways),
    )


def has_ipv6() -> bool:
    """Whether new links may have IPv6 addresses."""
    try:
        return all(switch.read_text().strip() == "0" for switch in _IPV6_SWITCHES)
    except OSError:
        return False


def has_ipv6_elsewhere() -> bool:
    """Whether any link, of now or to come, may have IPv6 addresses."""
    switches = _IPV6_LINKS.glob("*/disable_ipv6")
    return any(_reads(it) == "0" for it in switches if it.parent.name != "lo")


def sent_packets(name: str) -> int:
    """What the link called `name` has been given to send since it was made; 0 without one."""
    for line in _LINK_COUNTERS.read_text(encoding="utf-8", errors="replace").split("\n"):
        link, _, counters = line.partition(":")
        if link.strip() == name:
            return int(counters.split()[_SENT_PACKETS_AT])
    return 0


def _reads(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:  # a link that went meanwhile
        return ""


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
    """A mark whose packets go by `main` only, so that no tunnel that is up counts; or 0."""
    direct: list[int] = []
    nested: set[int] = set()
    for rule in rules:
        mark = rule.get_attr("FRA_FWMARK") or 0
        if rule.get_attr("FRA_PRIORITY") in _INNER_PRIORITIES:
            nested.add(mark)
        elif rule.get_attr("FRA_PRIORITY") == TRANSPORT_PRIORITY and _table(rule) == MAIN_TABLE:
            direct.append(mark)
    return next((mark for mark in direct if mark not in nested), 0)


def _table(rule: Any) -> int:
    return int(rule.get_attr("FRA_TABLE") or rule["table"])


def _hops(raw: RouteSocket, endpoints: Sequence[Address], mark: int) -> tuple[Hop, ...]:
    """The ways to the endpoints, else the default way."""
    found = tuple(hop for hop in raw.hops(endpoints, mark) if hop is not None)
    if found:
        return found
    default = raw.default_hop()
    return (default,) if default is not None else ()


def _mtu_of(hop: Hop, links: dict[int, Any]) -> int | None:
    if hop.mtu:
        return hop.mtu
    link = links.get(hop.link)
    return int(link.get_attr("IFLA_MTU")) if link is not None else None
