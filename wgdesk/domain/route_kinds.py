"""What single routes and links are to a person. Pure."""

from ipaddress import IPv4Network, IPv6Network
from typing import Final

from wgdesk.domain.machine_routing import MachineLink, MachineRoute, RouteKind
from wgdesk.domain.profile import Address, Network
from wgdesk.domain.reach import REFUSING
from wgdesk.domain.route_entries import What

# As `ip -details link` calls what carries packets inside other packets; "tun" is OpenVPN's,
# Tailscale's and wireguard-go's.
TUNNEL_KINDS: Final = frozenset(
    {"wireguard", "amneziawg", "tun", "ppp", "xfrm", "vti", "gre", "ipip", "sit"}
)
_LINK_LOCAL_BITS, _LINK_LOCAL_START = 10, 0xFE80 >> 6  # fe80::/10
_FIRST_FOR_MANY: Final = {4: 224 << 24, 6: 0xFF << 120}  # multicast, and 4's reserved rest
HERE: Final = frozenset({RouteKind.LOCAL, RouteKind.ANYCAST})
_FOR_ALL: Final = frozenset({RouteKind.BROADCAST, RouteKind.MULTICAST})
KERNEL: Final = "kernel"


def collapsed(route: MachineRoute) -> What | None:
    """Routes that are told together."""
    if route.kind in HERE:
        return What.MACHINE
    network = route.destination
    if network.version == 6 and network.prefixlen >= _LINK_LOCAL_BITS:
        start = int(network.network_address) >> (128 - _LINK_LOCAL_BITS)
        return What.LINK_LOCAL if start == _LINK_LOCAL_START else None
    return None


def is_noise(route: MachineRoute) -> bool:
    """What the kernel keeps for itself: to all hosts, to groups of them, and its own last word."""
    network = route.destination
    if route.kind in _FOR_ALL or int(network.network_address) >= _FIRST_FOR_MANY[network.version]:
        return True
    is_default = route.destination.prefixlen == 0
    return route.kind in REFUSING and route.protocol == KERNEL and is_default


def is_connected(route: MachineRoute, link: MachineLink | None) -> bool:
    """Whether it leads to the network that an address of its link lies in."""
    if route.gateway is not None or link is None:
        return False
    return any(address.network == route.destination for address in link.addresses)


def is_same_way(one: MachineRoute | None, other: MachineRoute) -> bool:
    return one is not None and (one.link, one.gateway) == (other.link, other.gateway)


def is_other_way(one: MachineRoute, other: MachineRoute) -> bool:
    """Whether both are ways of one route, between which the kernel chooses."""
    are_ways = one.is_multipath and other.is_multipath
    mine = (one.table, one.destination, one.metric)
    return are_ways and mine == (other.table, other.destination, other.metric)


def narrower(one: Network, other: Network | None) -> Network:
    if other is None or other.prefixlen < one.prefixlen:
        return one
    return other


def everything(family: int) -> Network:
    return IPv4Network("0.0.0.0/0") if family == 4 else IPv6Network("::/0")


def as_network(address: Address) -> Network:
    return IPv4Network(address) if address.version == 4 else IPv6Network(int(address))
