"""Where a packet goes; tests/ns compares the same with `ip route get`."""

from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network

import pytest

from wgdesk.domain.machine_routing import (
    MachineLink,
    MachineRoute,
    MachineRouting,
    MachineRule,
    RouteKind,
    RuleAction,
)
from wgdesk.domain.where import decide

MAIN, LOCAL, HOME = 254, 255, 51820
MARK = 0x77670001


def route(to, link="", table=MAIN, **more):
    for name in ("gateway", "source"):
        if name in more:
            more[name] = ip_address(more[name])
    return MachineRoute(destination=ip_network(to), table=table, link=link, **more)


def rule(priority, table=0, family=4, **more):
    for name in ("to", "source"):
        if name in more:
            more[name] = ip_network(more[name])
    return MachineRule(family=family, priority=priority, table=table, **more)


KERNEL_RULES = (
    rule(0, LOCAL),
    rule(32766, MAIN),
    rule(32767, 253),
    rule(0, LOCAL, 6),
    rule(32766, MAIN, 6),
)
ETHERNET = MachineLink(
    name="eth0",
    addresses=tuple(map(ip_interface, ("192.168.1.5/24", "192.168.1.6/24", "fd01::5/64"))),
    passive=frozenset({ip_address("192.168.1.6")}),
)
TUNNEL = MachineLink(name="home", addresses=(ip_interface("10.8.0.2/24"),))
PLAIN_ROUTES = (
    route("127.0.0.0/8", "lo", LOCAL, kind=RouteKind.LOCAL, source="127.0.0.1"),
    route("192.168.1.5/32", "eth0", LOCAL, kind=RouteKind.LOCAL, source="192.168.1.5"),
    route("192.168.1.255/32", "eth0", LOCAL, kind=RouteKind.BROADCAST, source="192.168.1.5"),
    route("0.0.0.0/0", "eth0", gateway="192.168.1.1"),
    route("192.168.1.0/24", "eth0", source="192.168.1.5", scope=253),
    route("fd01::/64", "eth0"),
    route("fd01::5/128", "eth0", LOCAL, kind=RouteKind.LOCAL),
    route("::/0", "eth0", gateway="fe80::1"),
)
TUNNEL_RULES = (
    rule(5200, MAIN, fwmark=MARK, is_ours=True),
    rule(5205, HOME, suppress_prefix_length=0, is_ours=True),
    rule(5210, MAIN, to="192.168.1.0/24", suppress_prefix_length=0, is_ours=True),
    rule(5220, HOME, is_ours=True),
    rule(5225, family=6, action=RuleAction.UNREACHABLE, is_ours=True),
)
TUNNEL_ROUTES = (route("0.0.0.0/0", "home", HOME, scope=253),)


def machine(*rules, routes=(), links=(ETHERNET, TUNNEL)):
    ordered = sorted((*KERNEL_RULES, *rules), key=lambda it: (it.family, it.priority))
    return MachineRouting(rules=tuple(ordered), routes=(*PLAIN_ROUTES, *routes), links=tuple(links))


PLAIN = machine()
FULL = machine(*TUNNEL_RULES, routes=TUNNEL_ROUTES)


@pytest.mark.parametrize(
    ("routing", "to", "mark", "link", "source", "priority"),
    [
        (PLAIN, "203.0.113.9", 0, "eth0", "192.168.1.5", 32766),
        (PLAIN, "192.168.1.9", 0, "eth0", "192.168.1.5", 32766),
        (PLAIN, "192.168.1.5", 0, "lo", "192.168.1.5", 0),
        (PLAIN, "192.168.1.255", 0, "eth0", "192.168.1.5", 0),
        (PLAIN, "127.1.2.3", 0, "lo", "127.0.0.1", 0),
        (PLAIN, "0.0.0.0", 0, "lo", "127.0.0.1", 0),  # noqa: S104  # nobody binds to it
        (PLAIN, "fd01::9", 0, "eth0", "fd01::5", 32766),
        (PLAIN, "fd01::5", 0, "lo", "fd01::5", 0),
        (PLAIN, "2001:db8::1", 0, "eth0", "fd01::5", 32766),
        (FULL, "203.0.113.9", 0, "home", "10.8.0.2", 5220),
        (FULL, "203.0.113.9", MARK, "eth0", "192.168.1.5", 5200),
        (FULL, "192.168.1.9", 0, "eth0", "192.168.1.5", 5210),
    ],
)
def test_decides_for_a_machine_as_people_have_it(routing, to, mark, link, source, priority):
    found = decide(routing, ip_address(to), mark=mark)
    assert (found.link, str(found.source), found.rule.priority) == (link, source, priority)
    assert found.refusal is None


def test_tells_the_rules_that_matched_and_did_not_decide():
    found = decide(FULL, ip_address("203.0.113.9"))
    assert [it.priority for it in found.passed] == [0, 5205]
    assert found.route == TUNNEL_ROUTES[0]


def test_tells_the_gateway():
    assert decide(PLAIN, ip_address("203.0.113.9")).gateway == ip_address("192.168.1.1")


def test_a_rule_that_refuses_is_the_whole_answer():
    found = decide(FULL, ip_address("2001:db8::1"))
    assert (found.refusal, found.route, found.link) == (RouteKind.UNREACHABLE, None, "")
    assert found.rule.priority == 5225


@pytest.mark.parametrize("kind", [RouteKind.BLACKHOLE, RouteKind.UNREACHABLE, RouteKind.PROHIBIT])
def test_a_route_that_refuses_is_not_suppressed(kind):
    routing = machine(
        rule(10, 7, suppress_prefix_length=0), routes=(route("0.0.0.0/0", table=7, kind=kind),)
    )
    found = decide(routing, ip_address("203.0.113.9"))
    assert (found.refusal, found.rule.priority, found.link) == (kind, 10, "")
    assert found.route is not None


def test_a_throw_goes_on_with_the_next_rule():
    routes = (route("0.0.0.0/0", "home", 7), route("203.0.113.0/24", table=7, kind=RouteKind.THROW))
    routing = machine(rule(10, 7), routes=routes)
    assert decide(routing, ip_address("203.0.113.9")).link == "eth0"
    assert decide(routing, ip_address("203.0.114.9")).link == "home"


def test_nothing_at_all_has_no_rule():
    found = decide(MachineRouting(rules=KERNEL_RULES), ip_address("203.0.113.9"))
    assert (found.rule, found.route, found.refusal) == (None, None, RouteKind.UNREACHABLE)


def test_the_smaller_metric_decides_between_equal_prefixes_and_the_longer_prefix_before_it():
    routes = (
        route("203.0.113.0/24", "home", metric=9),
        route("203.0.113.0/24", "eth0", metric=8),
        route("203.0.113.0/25", "home", metric=10),
    )
    routing = machine(routes=routes)
    assert decide(routing, ip_address("203.0.113.200")).link == "eth0"
    assert decide(routing, ip_address("203.0.113.9")).link == "home"


def test_the_first_of_two_equal_routes_decides():
    routes = (route("fd00::/8", "eth0", metric=1), route("fd00::/8", "home", metric=1))
    assert decide(machine(routes=routes), ip_address("fd00::9")).link == "eth0"
    found = decide(machine(routes=routes[::-1]), ip_address("fd00::9"))
    assert (found.link, found.alternatives) == ("home", ())


def test_the_other_ways_of_a_route_are_told():
    routes = tuple(route("203.0.113.0/24", link, is_multipath=True) for link in ("eth0", "home"))
    found = decide(machine(routes=routes), ip_address("203.0.113.9"))
    assert (found.route, found.alternatives) == (routes[0], routes[1:])


@pytest.mark.parametrize(
    ("change", "is_passed_over"),
    [
        ({"is_linkdown": True}, False),
        ({"is_linkdown": True, "is_dead": True}, True),
        ({"selects_more": "tos 0x10"}, True),
    ],
)
def test_routes_that_do_not_count_are_passed_over(change, is_passed_over):
    routing = machine(routes=(replace(route("203.0.113.0/24", "home"), **change),))
    found = decide(routing, ip_address("203.0.113.9"))
    assert found.link == ("eth0" if is_passed_over else "home")


def test_goto_skips_what_is_between_and_without_a_target_does_nothing():
    routes = (route("0.0.0.0/0", "home", 7),)
    between = rule(20, 7)
    jump = rule(10, action=RuleAction.GOTO, goto=30)
    with_target = machine(jump, between, rule(30, action=RuleAction.NOP), routes=routes)
    found = decide(with_target, ip_address("203.0.113.9"))
    assert found.link == "eth0"
    assert [it.priority for it in found.passed] == [0, 10, 30]
    assert decide(machine(jump, between, routes=routes), ip_address("203.0.113.9")).link == "home"


@pytest.mark.parametrize(
    ("selector", "is_taken"),
    [
        ({"fwmark": 5}, True),
        ({"fwmark": 5, "fwmask": 0x4}, True),
        ({"fwmark": 6}, False),
        ({"fwmark": 6, "fwmask": 0xC}, True),
        ({"to": "203.0.113.0/24"}, True),
        ({"to": "203.0.112.0/24"}, False),
        ({"source": "192.168.1.0/24"}, True),
        ({"source": "10.0.0.0/8"}, False),
        ({"source": "0.0.0.0/0"}, True),
        ({"input_link": "lo"}, True),
        ({"input_link": "eth0"}, False),
        ({"output_link": "eth0"}, False),
        ({"fwmark": 6, "is_inverted": True}, True),
        ({"fwmark": 5, "is_inverted": True}, False),
        ({"fwmark": 5, "selects_more": "dport 53"}, False),
        ({"fwmark": 6, "is_inverted": True, "selects_more": "dport 53"}, True),
        ({"fwmark": 5, "is_inverted": True, "selects_more": "dport 53"}, False),
    ],
)
def test_a_rule_takes_the_packets_that_fit_all_of_it(selector, is_taken):
    routing = machine(rule(10, 7, **selector), routes=(route("0.0.0.0/0", "home", 7),))
    found = decide(routing, ip_address("203.0.113.9"), mark=5, source=ip_address("192.168.1.5"))
    assert found.link == ("home" if is_taken else "eth0")
    is_unknown = not is_taken and "selects_more" in selector
    assert [it.priority for it in found.unjudged] == ([10] if is_unknown else [])


@pytest.mark.parametrize(("network", "link"), [("192.168.1.0/24", "eth0"), ("0.0.0.0/1", "home")])
def test_without_a_source_a_rule_sees_zeros(network, link):
    routing = machine(rule(10, 7, source=network), routes=(route("0.0.0.0/0", "home", 7),))
    assert decide(routing, ip_address("203.0.113.9")).link == link


def test_without_a_source_no_ipv6_rule_for_one_matches():
    routing = machine(rule(10, 7, 6, source="::/1"), routes=(route("::/0", "home", 7),))
    assert decide(routing, ip_address("2001:db8::1")).link == "eth0"


def test_a_source_that_is_not_the_machines_goes_nowhere():
    found = decide(PLAIN, ip_address("203.0.113.9"), source=ip_address("192.168.1.77"))
    assert (found.rule, found.refusal) == (None, RouteKind.UNREACHABLE)
    assert decide(PLAIN, ip_address("203.0.113.9"), source=ip_address("fd01::9")).link == "eth0"


def test_an_address_with_a_scope_leaves_by_that_link():
    routes = (route("fe80::/64", "home"), route("fe80::/64", "eth0"))
    routing = machine(
        rule(5, 7, 6, output_link="home"), routes=(*routes, route("fe80::/10", "home", 7))
    )
    assert decide(routing, ip_address("fe80::7%eth0")).link == "eth0"
    found = decide(routing, ip_address("fe80::7%home"))
    assert (found.link, found.rule.priority) == ("home", 5)


@pytest.mark.parametrize("to", ["224.0.0.5", "255.255.255.255"])
def test_with_a_source_groups_and_everybody_are_on_its_link(to):
    found = decide(FULL, ip_address(to), source=ip_address("192.168.1.5"))
    assert (found.link, found.rule, found.source) == ("eth0", None, ip_address("192.168.1.5"))
    assert decide(FULL, ip_address(to)).link == "home"


def test_what_is_for_many_goes_to_no_gateway_unless_its_route_is_for_such():
    groups = machine(routes=(route("224.0.0.0/4", "home", gateway="10.8.0.1"),))
    assert decide(groups, ip_address("224.0.0.5")).gateway == ip_address("10.8.0.1")
    assert decide(PLAIN, ip_address("224.0.0.5")).gateway is None
    assert decide(PLAIN, ip_address("255.255.255.255")).gateway is None


@pytest.mark.parametrize(
    ("link", "more", "source"),
    [
        (TUNNEL, {}, "10.8.0.2"),
        (replace(TUNNEL, addresses=()), {}, "192.168.1.5"),
        (replace(TUNNEL, scopes={ip_address("10.8.0.2"): 253}), {}, "192.168.1.5"),
        (replace(TUNNEL, scopes={ip_address("10.8.0.2"): 253}), {"scope": 253}, "10.8.0.2"),
        (replace(TUNNEL, passive=frozenset({ip_address("10.8.0.2")})), {}, "192.168.1.5"),
        (TUNNEL, {"source": "192.168.1.6"}, "192.168.1.6"),
    ],
)
def test_the_source_is_the_links_own_else_anothers(link, more, source):
    routing = machine(routes=(route("203.0.113.0/24", "home", **more),), links=(ETHERNET, link))
    assert decide(routing, ip_address("203.0.113.9")).source == ip_address(source)


def test_the_source_is_rather_on_the_gateways_network():
    link = replace(TUNNEL, addresses=tuple(map(ip_interface, ("10.8.0.2/24", "10.9.0.2/24"))))
    routing = machine(routes=(route("203.0.113.0/24", "home", gateway="10.9.0.1"),), links=(link,))
    assert decide(routing, ip_address("203.0.113.9")).source == ip_address("10.9.0.2")


@pytest.mark.parametrize(
    ("addresses", "passive", "to", "source"),
    [
        (("fd01::5/64", "fe80::5/64"), (), "2001:db8::1", "fd01::5"),
        (("fd01::5/64", "fd02::5/64"), (), "2001:db8::1", None),
        (("fd01::5/64", "fd02::5/64"), ("fd01::5",), "2001:db8::1", "fd02::5"),
        (("fe80::5/64",), (), "2001:db8::1", None),
        (("fd01::5/64", "fe80::5/64"), (), "ff02::1", "fe80::5"),
        (("fd01::5/64", "fe80::5/64"), (), "ff0e::1", "fd01::5"),
        ((), (), "2001:db8::1", None),
    ],
)
def test_an_ipv6_source_is_told_where_there_is_one_only(addresses, passive, to, source):
    link = MachineLink(
        name="eth0",
        addresses=tuple(map(ip_interface, addresses)),
        passive=frozenset(map(ip_address, passive)),
    )
    routing = machine(routes=(route("ff00::/8", "eth0", LOCAL),), links=(link,))
    found = decide(routing, ip_address(to))
    assert found.link == "eth0"
    assert found.source == (source and ip_address(source))
