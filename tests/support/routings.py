"""Machines with a local network and tunnels, as values: the three situations, and worse ones."""

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network

from tests.support.fakes import a_tunnel
from tests.support.scenes import ATTACHED_HOME, HOME, connected_home
from wgdesk.domain.dns import DnsBackend, DnsState, DnsStatus
from wgdesk.domain.machine_routing import (
    MachineLink,
    MachineRoute,
    MachineRouting,
    MachineRule,
    RouteKind,
    RuleAction,
)
from wgdesk.domain.route_entries import TunnelFacts
from wgdesk.domain.routing import MAIN_TABLE, NOWHERE, Rule
from wgdesk.domain.snapshot import TunnelSnapshot

LOCAL_TABLE, DEFAULT_TABLE = 255, 253
ROUTER = ip_address("192.168.1.1")
OWN = ip_address("192.168.1.34")


def a_route(destination: str, link: str = "", **more) -> MachineRoute:
    return MachineRoute(
        destination=ip_network(destination), link=link, **{"table": MAIN_TABLE, **more}
    )


def a_rule(priority: int, table: int = MAIN_TABLE, family: int = 4, **more) -> MachineRule:
    return MachineRule(priority=priority, table=table, family=family, **more)


KERNEL_RULES = (
    a_rule(0, LOCAL_TABLE),
    a_rule(32766, MAIN_TABLE),
    a_rule(32767, DEFAULT_TABLE),
    a_rule(0, LOCAL_TABLE, 6),
    a_rule(32766, MAIN_TABLE, 6),
)
WLAN = MachineLink(
    name="wlan0",
    addresses=(ip_interface("192.168.1.34/24"), ip_interface("fe80::8d2/64")),
)
LOOPBACK = MachineLink(name="lo", addresses=(ip_interface("127.0.0.1/8"), ip_interface("::1/128")))


def _local(destination: str, link: str, kind: RouteKind, source: str | None = None) -> MachineRoute:
    own = ip_address(source) if source else None
    how = {"table": LOCAL_TABLE, "kind": kind, "protocol": "kernel", "source": own}
    scope = 254 if kind is RouteKind.LOCAL else 253
    return a_route(destination, link, scope=scope if own else 0, **how)


LAN_ROUTES = (
    a_route("0.0.0.0/0", "wlan0", gateway=ROUTER, source=OWN, metric=600, protocol="dhcp"),
    a_route("192.168.1.0/24", "wlan0", source=OWN, metric=600, protocol="kernel", scope=253),
    _local("127.0.0.0/8", "lo", RouteKind.LOCAL, "127.0.0.1"),
    _local("127.0.0.1/32", "lo", RouteKind.LOCAL, "127.0.0.1"),
    _local("127.255.255.255/32", "lo", RouteKind.BROADCAST, "127.0.0.1"),
    _local("192.168.1.34/32", "wlan0", RouteKind.LOCAL, "192.168.1.34"),
    _local("192.168.1.255/32", "wlan0", RouteKind.BROADCAST, "192.168.1.34"),
    a_route("fe80::/64", "wlan0", metric=1024, protocol="kernel"),
    _local("::1/128", "lo", RouteKind.LOCAL),
    _local("fe80::8d2/128", "wlan0", RouteKind.LOCAL),
    _local("ff00::/8", "wlan0", RouteKind.MULTICAST),
)
PUSHED = a_route("1.1.1.1/32", "wlan0", gateway=ROUTER, metric=600, protocol="dhcp")


def machine(*tunnels: TunnelSnapshot, routes: Iterable[MachineRoute] = ()) -> MachineRouting:
    """A laptop in a local network, with these tunnels up and these routes besides."""
    rules = [_as_machine_rule(rule) for tunnel in tunnels for rule in tunnel.rules]
    ordered = sorted((*KERNEL_RULES, *rules), key=lambda it: (it.family, it.priority))
    through = [
        a_route(str(route.destination), tunnel.name, table=route.table, protocol="static")
        for tunnel in tunnels
        for route in tunnel.routes
    ]
    own = [route for tunnel in tunnels for route in _own_routes(tunnel)]
    links = tuple(
        MachineLink(name=tunnel.name, kind="wireguard", addresses=tunnel.addresses)
        for tunnel in tunnels
    )
    tables = {route.table: tunnel.name for tunnel in tunnels for route in tunnel.routes}
    return MachineRouting(
        rules=tuple(ordered),
        routes=(*LAN_ROUTES, *routes, *own, *through),
        links=(LOOPBACK, WLAN, *links),
        table_names={**tables, 253: "default", 254: "main", 255: "local"},
    )


def _own_routes(tunnel: TunnelSnapshot) -> list[MachineRoute]:
    return [
        a_route(str(address.network), tunnel.name, protocol="kernel")
        for address in tunnel.addresses
        if address.network.prefixlen < address.max_prefixlen
    ]


def _as_machine_rule(rule: Rule) -> MachineRule:
    refuses = rule.table == NOWHERE
    return MachineRule(
        family=rule.family,
        priority=rule.priority,
        action=RuleAction.UNREACHABLE if refuses else RuleAction.LOOKUP,
        table=0 if refuses else rule.table,
        to=rule.to,
        fwmark=rule.fwmark,
        suppress_prefix_length=0 if rule.suppress_default else None,
        is_ours=True,
    )


def home() -> TunnelSnapshot:
    """All traffic, with a name server inside; the local network stays reachable."""
    dns = DnsStatus(
        backend=DnsBackend.RESOLVED,
        servers=(ip_address("10.8.0.1"),),
        state=DnsState.VERIFIED,
    )
    return replace(connected_home(), dns=dns)


def attached_home() -> TunnelSnapshot:
    """Two subnets."""
    return a_tunnel("attached_home", ATTACHED_HOME, handshake_unix_s=1_700_003_500)


def ipv4_home() -> TunnelSnapshot:
    """All of IPv4, and no IPv6 beside it."""
    text = HOME.replace(b"0.0.0.0/0, ::/0", b"0.0.0.0/0").replace(b", fd08::2/64", b"")
    tunnel = a_tunnel("home", text, handshake_unix_s=1_700_003_500)
    block = Rule(family=6, priority=5225, table=NOWHERE)
    return replace(tunnel, rules=(*tunnel.rules, block))


def facts_of(tunnel: TunnelSnapshot) -> TunnelFacts:
    endpoints = (peer.endpoint for peer in tunnel.device.peers if peer.endpoint is not None)
    return TunnelFacts(
        name=tunnel.name,
        fwmark=tunnel.device.fwmark,
        endpoints=tuple(endpoints),
        dns=tunnel.dns.servers if tunnel.dns is not None else (),
    )


def crowded(count: int) -> MachineRouting:
    """`attached_home` carries that many subnets."""
    many = [
        a_route(f"{11 + n // 65536}.{n // 256 % 256}.{n % 256}.0/24", "attached_home", table=51820)
        for n in range(count)
    ]
    return machine(attached_home(), routes=many)
