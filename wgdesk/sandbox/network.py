r"""The sandbox's geography: who has which address, as lines for `ip -batch`.

    machine --- internet --- home   (WireGuard server, two home subnets)
                        \--- work   (WireGuard server)

All public addresses are from the documentation ranges (RFC 5737, RFC 3849). Nothing
translates addresses, so a page that tells which address it was asked from also tells
which way the question came.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_interface
from typing import Final

MACHINE: Final = "machine"
INTERNET: Final = "internet"
HOME: Final = "home"
WORK: Final = "work"
PLACES: Final = (
    INTERNET,
    HOME,
    WORK,
)  # those with a namespace of their own; the machine is the world's first


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """A wire from a place to the internet, which routes between all of them.

    Attributes:
        gateways: The internet's addresses on this wire, in the order of `addresses`.
    """

    place: str
    device: str
    addresses: tuple[str, ...]
    gateways: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A WireGuard server and what lies behind it.

    Attributes:
        hosts: Addresses inside the site, where its page answers.
        tunnel: The server's own addresses in the tunnel.
    """

    place: str
    interface: str
    endpoint: str
    port: int
    hosts: tuple[str, ...]
    tunnel: tuple[str, ...]


UPLINKS: Final = (
    Uplink(
        place=MACHINE,
        device="lan0",
        addresses=("192.168.77.20/24", "2001:db8:77::20/64"),
        gateways=("192.168.77.1", "2001:db8:77::1"),
    ),
    Uplink(
        place=HOME,
        device="wan0",
        addresses=("203.0.113.10/25", "2001:db8:10::10/64"),
        gateways=("203.0.113.1", "2001:db8:10::1"),
    ),
    Uplink(
        place=WORK,
        device="wan0",
        addresses=("203.0.113.140/25", "2001:db8:20::140/64"),
        gateways=("203.0.113.129", "2001:db8:20::1"),
    ),
)
HOME_SITE: Final = Site(
    place=HOME,
    interface="wghome",
    endpoint="203.0.113.10",
    port=51820,
    hosts=("192.168.50.10", "192.168.51.10"),
    tunnel=("10.50.0.1/24", "fd00:50::1/64"),
)
WORK_SITE: Final = Site(
    place=WORK,
    interface="wgwork",
    endpoint="203.0.113.140",
    port=51821,
    hosts=("172.16.60.10",),
    tunnel=("10.60.0.1/24", "fd00:60::1/64"),
)
SITES: Final = (HOME_SITE, WORK_SITE)

HOME_SUBNETS: Final = ("192.168.50.0/24", "192.168.51.0/24")
INTERNET_HOST: Final = "198.51.100.80"
INTERNET_HOST_6: Final = "2001:db8:80::80"
MACHINE_ADDRESS: Final = "192.168.77.20"
HOME_PAGE: Final = f"http://{HOME_SITE.hosts[0]}/"
WORK_PAGE: Final = f"http://{WORK_SITE.hosts[0]}/"
INTERNET_PAGE: Final = f"http://{INTERNET_HOST}/"


def wanted(addresses: Iterable[str], *, ipv6: bool) -> tuple[str, ...]:
    """Leave IPv6 out where the kernel has none."""
    return tuple(each for each in addresses if ipv6 or ":" not in each)


def wire_lines() -> list[str]:
    """For the world's first namespace: the other places, and a wire to each."""
    lines = [f"netns add {place}" for place in PLACES]
    for uplink in UPLINKS:
        at = "" if uplink.place == MACHINE else f"netns {uplink.place} "
        far = f"peer name {uplink.place} netns {INTERNET}"
        lines.append(f"link add {uplink.device} {at}type veth {far}")
    return lines


def place_lines(place: str, *, ipv6: bool) -> list[str]:
    """For one namespace: its addresses and the way out."""
    lines = ["link set lo up"]
    if place == INTERNET:
        lines += _router_lines(ipv6=ipv6)
    for uplink in UPLINKS:
        if uplink.place == place:
            lines += _uplink_lines(uplink, ipv6=ipv6)
    for site in SITES:
        if site.place == place:
            lines += [f"address add {host}/32 dev lo" for host in site.hosts]
    return lines


def _uplink_lines(uplink: Uplink, *, ipv6: bool) -> list[str]:
    addresses = wanted(uplink.addresses, ipv6=ipv6)
    lines = [_address_line(address, uplink.device) for address in addresses]
    lines.append(f"link set {uplink.device} up")
    lines += [f"route add default via {gate}" for gate in wanted(uplink.gateways, ipv6=ipv6)]
    return lines


def _router_lines(*, ipv6: bool) -> list[str]:
    hosts = wanted((f"{INTERNET_HOST}/32", f"{INTERNET_HOST_6}/128"), ipv6=ipv6)
    lines = [_address_line(host, "lo") for host in hosts]
    for uplink in UPLINKS:
        pairs = zip(uplink.addresses, uplink.gateways, strict=True)
        gates = [f"{gate}/{address.partition('/')[2]}" for address, gate in pairs]
        lines += [_address_line(gate, uplink.place) for gate in wanted(gates, ipv6=ipv6)]
        lines.append(f"link set {uplink.place} up")
    for site in SITES:
        lines += _way_back_lines(site, ipv6=ipv6)
    return lines


def _way_back_lines(site: Site, *, ipv6: bool) -> list[str]:
    """Routes to the people inside a site's tunnel, by the site's public address."""
    uplink = next(each for each in UPLINKS if each.place == site.place)
    pairs = zip(site.tunnel, uplink.addresses, strict=True)
    return [
        f"route add {ip_interface(inside).network} via {ip_interface(outside).ip}"
        for inside, outside in pairs
        if ipv6 or ":" not in inside
    ]


def _address_line(address: str, device: str) -> str:
    # Without nodad an IPv6 address is unusable for the first second.
    return f"address add {address} dev {device}" + (" nodad" if ":" in address else "")
