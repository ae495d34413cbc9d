"""Rules and routes in the words of `ip rule` and `ip route`."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from tests.support.routings import OWN, ROUTER, a_route, a_rule, home, machine
from wgdesk.domain.machine_routing import RouteKind, RuleAction
from wgdesk.domain.routing_lines import route_line, routing_lines, rule_line

NET = ip_network("10.0.0.0/8")


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (a_rule(0, 255), "0:\tfrom all lookup local"),
        (a_rule(5220, 51820), "5220:\tfrom all lookup 51820"),
        (a_rule(5200, fwmark=0x77670001), "5200:\tfrom all fwmark 0x77670001 lookup main"),
        (
            a_rule(5210, to=ip_network("192.168.1.0/24"), suppress_prefix_length=0),
            "5210:\tfrom all to 192.168.1.0/24 lookup main suppress_prefixlength 0",
        ),
        (
            a_rule(32765, 51820, fwmark=0xCA6C, is_inverted=True),
            "32765:\tnot from all fwmark 0xca6c lookup 51820",
        ),
        (
            a_rule(9, fwmark=0x80000, fwmask=0xFF0000, source=NET, input_link="eth0"),
            "9:\tfrom 10.0.0.0/8 fwmark 0x80000/0xff0000 iif eth0 lookup main",
        ),
        (
            a_rule(8, output_link="eth1", selects_more="uidrange 0-99"),
            "8:\tfrom all oif eth1 uidrange 0-99 lookup main",
        ),
        (a_rule(7, action=RuleAction.GOTO, goto=32766), "7:\tfrom all goto 32766"),
        (a_rule(6, 0, action=RuleAction.UNREACHABLE), "6:\tfrom all unreachable"),
    ],
)
def test_rule(rule, line):
    assert rule_line(rule) == line


@pytest.mark.parametrize(
    ("route", "line"),
    [
        (
            a_route("0.0.0.0/0", "wlan0", gateway=ROUTER, source=OWN, metric=600, protocol="dhcp"),
            "default via 192.168.1.1 dev wlan0 proto dhcp src 192.168.1.34 metric 600",
        ),
        (
            a_route("10.8.0.1/32", "home", protocol="boot", scope=253),
            "10.8.0.1 dev home scope link",
        ),
        (
            a_route("127.0.0.0/8", "lo", kind=RouteKind.LOCAL, protocol="kernel", scope=254),
            "local 127.0.0.0/8 dev lo proto kernel scope host",
        ),
        (
            a_route("::/0", kind=RouteKind.UNREACHABLE, metric=1024),
            "unreachable default metric 1024",
        ),
        (
            a_route("172.17.0.0/16", "docker0", is_linkdown=True, is_dead=True),
            "172.17.0.0/16 dev docker0 dead linkdown",
        ),
        (
            a_route("0.0.0.0/0", "eth0", gateway=ip_address("fe80::1"), selects_more="tos 0x10"),
            "default tos 0x10 via inet6 fe80::1 dev eth0",
        ),
    ],
)
def test_route(route, line):
    assert route_line(route) == line


def test_lines_are_rules_and_then_tables_in_the_order_in_which_they_are_asked():
    lines = list(routing_lines(machine(home())))
    four = [line for line in lines if line.family == 4]
    assert [line.family for line in lines] == sorted(line.family for line in lines)
    assert list(dict.fromkeys(line.table for line in four)) == [
        None,
        255,
        254,
        51820,
    ]


def test_tables_that_no_rule_asks_come_last():
    routing = machine(routes=[a_route("10.0.0.0/8", "eth0", table=7)])
    four = [line for line in routing_lines(routing) if line.family == 4]
    assert four[-1].table == 7
    assert len(list(routing_lines(routing))) == len(routing.rules) + len(routing.routes)


def test_line_knows_what_it_is_made_of():
    routing = machine()
    made_of = {id(line.made_of) for line in routing_lines(routing)}
    assert made_of == set(map(id, (*routing.rules, *routing.routes)))
    assert replace(routing.rules[0]) is not routing.rules[0]
