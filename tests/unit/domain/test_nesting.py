"""Which tunnels go through which."""

from ipaddress import ip_address, ip_network

import pytest

from tests.support.build import a_profile
from wgdesk.domain.nesting import Standing, ways
from wgdesk.domain.profile import Table, TableMode
from wgdesk.domain.routing import Way, plan_routing

FULL4, FULL6 = "0.0.0.0/0", "::/0"


class Machine:
    """Tunnels in order of coming up, with tables 51820, 51821 and on."""

    def __init__(self) -> None:
        self.standing: list[Standing] = []

    def up(self, name, *allowed_ips, via, lan=(), table=None):
        routing = plan_routing(
            a_profile(*allowed_ips, table=table),
            used_tables=frozenset(range(51820, 51820 + len(self.standing))),
            used_marks=frozenset(),
            onlink_networks=tuple(map(ip_network, lan)),
            ipv6=True,
        )
        endpoints = frozenset({ip_address(via)})
        tunnel = Standing(name=name, routing=routing, mtu=1420, endpoints=endpoints)
        self.standing.append(tunnel)

    def found(self):
        return {
            name: [(way.table - 51820, way.by_default) for way in them]
            for name, them in ways(self.standing).items()
        }


@pytest.fixture
def machine():
    return Machine()


def test_server_in_the_subnets_of_another_tunnel_is_reached_through_it(machine):
    machine.up("company", "10.0.0.0/8", via="203.0.113.1")
    machine.up("lab", "172.16.0.0/12", via="10.5.5.5")
    assert machine.found() == {"company": [], "lab": [(0, False)]}
    assert ways(machine.standing)["lab"] == (
        Way(family=4, table=51820, by_default=False, mtu=1420),
    )


def test_full_tunnel_carries_the_packets_of_the_others_whoever_came_first(machine):
    machine.up("lab", "10.0.0.0/8", via="203.0.113.2")
    machine.up("home", FULL4, FULL6, via="203.0.113.1")
    machine.up("late", "172.16.0.0/12", via="2001:db8::5")
    assert machine.found() == {"lab": [(1, True)], "home": [], "late": [(1, True)]}
    assert ways(machine.standing)["late"][0].family == 6


def test_tunnels_to_one_server_do_not_carry_each_other(machine):
    machine.up("home", FULL4, via="203.0.113.1")
    machine.up("attached", "10.0.0.0/8", via="203.0.113.1")
    assert machine.found() == {"home": [], "attached": []}


def test_server_on_the_local_network_is_reached_directly(machine):
    machine.up("home", FULL4, via="203.0.113.1", lan=["192.168.1.0/24"])
    machine.up("shed", "10.0.0.0/8", via="192.168.1.9")
    assert machine.found()["shed"] == []


def test_server_in_subnets_counts_more_than_a_default_route(machine):
    machine.up("company", "10.0.0.0/8", via="203.0.113.1")
    machine.up("home", FULL4, via="10.1.1.1")
    assert machine.found() == {"company": [], "home": [(0, False)]}


def test_of_two_that_would_carry_each_other_the_later_is_inside(machine):
    machine.up("four", FULL4, via="2001:db8::1")
    machine.up("six", FULL6, via="203.0.113.1")
    assert machine.found() == {"four": [], "six": [(0, True)]}


def test_ring_of_three_is_broken(machine):
    machine.up("a", "10.1.0.0/16", via="10.2.0.1")
    machine.up("b", "10.2.0.0/16", via="10.3.0.1")
    machine.up("c", "10.3.0.0/16", via="10.1.0.1")
    assert machine.found() == {"a": [], "b": [(2, False)], "c": [(0, False)]}


def test_chain_of_three_goes_through_each_and_falls_back_to_the_next(machine):
    machine.up("outer", FULL4, via="203.0.113.1")
    machine.up("middle", "10.1.0.0/16", via="203.0.113.2")
    machine.up("inner", "10.2.0.0/16", via="10.1.0.1")
    found = machine.found()
    assert (found["outer"], found["middle"]) == ([], [(0, True)])
    assert found["inner"] == [(1, False), (0, True)]


def test_tunnel_without_rules_neither_carries_nor_is_carried_by_rules(machine):
    machine.up("own", "10.0.0.0/8", via="203.0.113.1", table=Table(TableMode.NUMBER, 77))
    machine.up("off", "10.0.0.0/8", via="203.0.113.1", table=Table(TableMode.OFF))
    machine.up("lab", "172.16.0.0/12", via="10.5.5.5")
    machine.up("home", FULL4, via="203.0.113.9")
    assert machine.found() == {"own": [], "off": [], "lab": [(3, True)], "home": []}
