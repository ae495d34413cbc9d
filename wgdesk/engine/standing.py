"""What of a plan stands on this machine, and what stands here that no plan knows of.

Runs on the netlink thread. Links carry our alias, routes and rules our protocol number, so
nothing of anybody else is met.
"""

import os
import socket
from collections.abc import Iterable, Iterator
from ipaddress import ip_interface, ip_network
from pathlib import Path
from typing import Any, Final

from wgdesk.domain.profile import InterfaceAddress
from wgdesk.domain.routing import Route, Rule
from wgdesk.domain.steps import AddAddress, AddRoute, AddRule, CreateLink, RaiseLink, Step
from wgdesk.engine.route_socket import RouteSocket

PROTOCOL: Final = 119
# Links carry it; 119 is "w". Neither RTPROT_* in uapi/linux/rtnetlink.h nor iproute2's
# rt_protos has it, so nobody takes our routes and rules for their own.
ALIAS: Final = "wgdesk"  # tells our links from others' in `ip link`
# A new link has its group from the first moment, its alias only a moment later.
GROUP: Final = 0x7767  # "wg"
WIREGUARD_KIND: Final = "wireguard"
ENGINE_SOCKETS: Final = Path("/var/run/wireguard")

_IFF_UP: Final = 0x1
_FAMILIES: Final = {4: socket.AF_INET, 6: socket.AF_INET6}
_VERSIONS: Final = {socket.AF_INET: 4, socket.AF_INET6: 6}
_EVERYTHING: Final = {4: "0.0.0.0/0", 6: "::/0"}


def is_ours(link: Any) -> bool:
    """Whether a link message is about a link of ours."""
    alias = link.get_attr("IFLA_IFALIAS")
    if alias is not None:
        return bool(alias == ALIAS)
    return link.get_attr("IFLA_GROUP") == GROUP and kind_of(link) == WIREGUARD_KIND


def kind_of(link: Any) -> str | None:
    info = link.get_attr("IFLA_LINKINFO")
    kind = info.get_attr("IFLA_INFO_KIND") if info else None
    return str(kind) if kind else None


def own_links(route: Any) -> tuple[str, ...]:
    """Names of the links that bear our mark."""
    return tuple(str(it.get_attr("IFLA_IFNAME")) for it in route.get_links() if is_ours(it))


def other_tunnels(route: Any) -> tuple[str, ...]:
    """Names of WireGuard links that other programs made, whichever engine carries them."""
    found = []
    for link in route.get_links():
        name = str(link.get_attr("IFLA_IFNAME"))
        is_engine = os.path.lexists(ENGINE_SOCKETS / f"{name}.sock")
        if not is_ours(link) and (kind_of(link) == WIREGUARD_KIND or is_engine):
            found.append(name)
    return tuple(found)


def find_missing(
    route: Any, raw: RouteSocket, name: str, steps: Iterable[Step]
) -> tuple[Step, ...]:
    """Those steps whose effect is not there; without the link, all that hangs on it."""
    steps = tuple(steps)
    link = next((it for it in route.get_links() if it.get_attr("IFLA_IFNAME") == name), None)
    there: set[object] = set(own_rules(route))
    if link is not None and is_ours(link):
        there |= {CreateLink}
        there |= {RaiseLink} if link["flags"] & _IFF_UP else set()
        there |= set(_addresses(route, link["index"]))
        routes = [step.route for step in steps if isinstance(step, AddRoute)]
        there |= set(raw.standing(link["index"], routes))
    return tuple(step for step in steps if _effect(step) not in there | {None})


def own_rules(route: Any) -> Iterator[Rule]:
    """Every rule of our protocol number, both families."""
    for family in _VERSIONS:
        for message in route.get_rules(family=family):
            if message.get_attr("FRA_PROTOCOL") == PROTOCOL:
                yield read_rule(message)


def own_routes(route: Any, index: int) -> Iterator[Route]:
    """Every route of our protocol number that leads to this link."""
    for family in _VERSIONS:
        for message in route.get_routes(family=family):
            if message.get_attr("RTA_OIF") == index and message["proto"] == PROTOCOL:
                yield _read_route(message)


def read_rule(message: Any) -> Rule:
    to = message.get_attr("FRA_DST")
    return Rule(
        family=_VERSIONS[message["family"]],
        priority=message.get_attr("FRA_PRIORITY") or 0,
        table=message.get_attr("FRA_TABLE") or message["table"],
        fwmark=message.get_attr("FRA_FWMARK"),
        to=ip_network((to, message["dst_len"])) if to else None,
        suppress_default=message.get_attr("FRA_SUPPRESS_PREFIXLEN") == 0,
    )


def own_addresses(route: Any, index: int) -> tuple[InterfaceAddress, ...]:
    """The addresses of a link, less the one that IPv6 makes up by itself."""
    found = _addresses(route, index)
    return tuple(it for it in found if not it.ip.is_link_local)


def _addresses(route: Any, index: int) -> Iterator[InterfaceAddress]:
    for message in route.get_addr(index=index):
        if message["index"] == index:
            text = message.get_attr("IFA_LOCAL") or message.get_attr("IFA_ADDRESS")
            yield ip_interface((text, message["prefixlen"]))


def _read_route(message: Any) -> Route:
    version = _VERSIONS[message["family"]]
    text = message.get_attr("RTA_DST")
    whole = _EVERYTHING[version] if text is None else f"{text}/{message['dst_len']}"
    return Route(ip_network(whole), message.get_attr("RTA_TABLE") or message["table"])


def _effect(step: Step) -> object:
    """What is there once the step is done; None for what cannot be seen here."""
    match step:
        case CreateLink():
            return CreateLink
        case RaiseLink():
            return RaiseLink
        case AddAddress(_, address):
            return address
        case AddRoute(_, route):
            return route
        case AddRule(rule):
            return rule
        case _:
            return None
