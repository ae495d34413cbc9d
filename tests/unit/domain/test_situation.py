"""Routing at a glance."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.support.routings import (
    ROUTER,
    a_route,
    attached_home,
    crowded,
    facts_of,
    home,
    ipv4_home,
    machine,
)
from wgdesk.domain.machine_routing import MachineLink, MachineRouting, RouteKind
from wgdesk.domain.route_entries import TunnelFacts
from wgdesk.domain.route_groups import RouteGroups
from wgdesk.domain.situation import Exit, Situation, Way, situation

HOME, WLAN = Exit(Way.TUNNEL, "home"), Exit(Way.LINK, "wlan0")


def situation_of(*tunnels, routing: MachineRouting | None = None) -> Situation:
    facts = [facts_of(tunnel) for tunnel in tunnels]
    return situation(RouteGroups(routing or machine(*tunnels), facts))


def test_the_three_situations():
    none, full, split = situation_of(), situation_of(home()), situation_of(attached_home())
    assert (none.exit_v4, none.exit_v6, none.shares) == (WLAN, Exit(), ())
    assert (full.exit_v4, full.exit_v6, full.shares) == (HOME, HOME, ())
    assert split.exit_v4 == WLAN
    assert [(it.tunnel, len(it.networks)) for it in split.shares] == [("attached_home", 2)]
    assert all(it.is_local_reachable for it in (none, full, split))


def test_ipv6_beside_a_tunnel_of_ipv4():
    blocked = situation_of(ipv4_home())
    assert (blocked.exit_v4, blocked.exit_v6) == (HOME, Exit(Way.BLOCKED))
    assert not blocked.is_local_reachable
    tunnel = replace(ipv4_home(), rules=tuple(r for r in ipv4_home().rules if r.family == 4))
    default = a_route("::/0", "wlan0", gateway=ip_address("fe80::1"))
    leaking = situation_of(tunnel, routing=machine(tunnel, routes=[default]))
    assert (leaking.exit_v4, leaking.exit_v6) == (HOME, WLAN)


def test_two_halves_are_the_whole():
    halves = [a_route(text, "attached_home", table=51820) for text in ("0.0.0.0/1", "128.0.0.0/1")]
    found = situation_of(attached_home(), routing=machine(attached_home(), routes=halves))
    assert found.exit_v4 == Exit(Way.TUNNEL, "attached_home")


@pytest.mark.parametrize("kind", [RouteKind.UNREACHABLE, RouteKind.UNICAST])
def test_a_few_routes_and_the_kernel_s_last_word_are_no_way_out(kind):
    route = a_route("::/0", "lo", kind=RouteKind.UNREACHABLE, protocol="kernel")
    if kind is RouteKind.UNICAST:
        route = a_route("2001:db8::/32", "eth0", gateway=ip_address("fe80::1"))
    assert situation_of(routing=machine(routes=[route])).exit_v6 == Exit()


def test_another_program_s_tunnel_as_the_way_out():
    routing = machine(routes=[a_route("0.0.0.0/0", "wg0", metric=1)])
    links = (*routing.links, MachineLink(name="wg0", kind="wireguard"))
    assert situation_of(routing=replace(routing, links=links)).exit_v4 == Exit(Way.FOREIGN, "wg0")


def test_tunnel_without_routes_is_idle():
    found = situation(RouteGroups(machine(), [TunnelFacts(name="lab")]))
    assert (found.idle, found.exit_v4) == (("lab",), WLAN)
    assert situation_of(attached_home()).idle == ()


def test_thousands_of_subnets_are_counted():
    found = situation_of(attached_home(), routing=crowded(5_000))
    (share,) = found.shares
    assert len(share.networks) + share.more == 5_002


def test_subnets_beside_a_full_tunnel_are_told():
    other = replace(attached_home(), name="lab")
    rules = tuple(replace(rule, table=7, priority=5190) for rule in other.rules)
    routes = tuple(replace(route, table=7) for route in other.routes)
    other = replace(other, rules=rules, routes=routes)
    found = situation_of(home(), other)
    assert found.exit_v4 == HOME
    assert [share.tunnel for share in found.shares] == ["lab"]
    assert ROUTER not in [it.network_address for it in found.shares[0].networks]
