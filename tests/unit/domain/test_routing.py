"""Allowed IPs as routes and rules."""

from ipaddress import ip_interface, ip_network

import pytest

from wgdesk.domain.errors import MarkTaken
from wgdesk.domain.explain import explain
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.profile import Interface, Network, Peer, Profile, Table, TableMode
from wgdesk.domain.routing import (
    FIRST_MARK,
    FIRST_TABLE,
    MAIN_TABLE,
    Route,
    RoutePlan,
    Rule,
    Way,
    lan_networks,
    narrowed_networks,
    plan_routing,
    routed_networks,
    with_rules,
)
from wgdesk.domain.steps import AddRule

HOME = ("10.9.0.0/24", "fd00:9::/64")
FULL = ("0.0.0.0/0", "::/0")


def networks(*texts: str) -> tuple[Network, ...]:
    return tuple(map(ip_network, texts))


def profile(*texts: str, **fields) -> Profile:
    peer = Peer(public_key=PublicKey(bytes([1]) * 32), allowed_ips=networks(*texts))
    return Profile(interface=Interface(**fields), peers=(peer,))


def planned(
    wanted: Profile,
    *,
    tables: frozenset[int] = frozenset(),
    marks: frozenset[int] = frozenset(),
    onlink: tuple[Network, ...] = (),
    ipv6: bool = True,
) -> RoutePlan:
    return plan_routing(
        wanted, used_tables=tables, used_marks=marks, onlink_networks=onlink, ipv6=ipv6
    )


def test_split_tunnel_has_its_own_table_asked_before_main():
    plan = planned(profile("10.9.0.0/24"))
    assert plan.routes == (Route(ip_network("10.9.0.0/24"), FIRST_TABLE),)
    assert plan.rules == (
        Rule(family=4, priority=5200, table=MAIN_TABLE, fwmark=FIRST_MARK),
        Rule(family=4, priority=5205, table=FIRST_TABLE, suppress_default=True),
    )
    assert (plan.table, plan.fwmark) == (FIRST_TABLE, FIRST_MARK)


def test_full_tunnel_has_a_last_rule_for_everything_else():
    plan = planned(profile(*FULL))
    priorities = [(rule.family, rule.priority) for rule in plan.rules]
    assert priorities == [(6, 5200), (6, 5205), (6, 5220), (4, 5200), (4, 5205), (4, 5220)]
    assert all(rule.fwmark is None for rule in plan.rules if rule.priority != 5200)
    assert not any(rule.suppress_default for rule in plan.rules if rule.priority == 5220)


def test_full_tunnel_leaves_the_networks_on_the_link_reachable():
    lan = networks("192.168.1.0/24", "fd00:1::/64")
    plan = planned(profile("0.0.0.0/0"), onlink=lan)
    wanted = Rule(family=4, priority=5210, table=MAIN_TABLE, to=lan[0], suppress_default=True)
    assert [rule for rule in plan.rules if rule.to] == [wanted]


def test_split_tunnel_needs_no_rule_for_the_link():
    plan = planned(profile("10.9.0.0/24"), onlink=networks("192.168.1.0/24"))
    assert not any(rule.to for rule in plan.rules)


def test_mixed_tunnel_is_full_in_one_family_only():
    plan = planned(profile("0.0.0.0/0", "fd00:9::/64"))
    assert {rule.family for rule in plan.rules if rule.priority == 5220} == {4}
    assert {rule.family for rule in plan.rules if rule.priority == 5205} == {4, 6}


def test_routes_come_longest_first_and_once():
    plan = planned(profile("0.0.0.0/0", "10.0.0.0/8", "10.9.0.1/32", "10.0.0.0/8"))
    assert [str(route.destination) for route in plan.routes] == [
        "10.9.0.1/32",
        "10.0.0.0/8",
        "0.0.0.0/0",
    ]


def test_used_tables_and_marks_are_stepped_over():
    tables = frozenset({FIRST_TABLE, FIRST_TABLE + 1})
    plan = planned(profile(*HOME), tables=tables, marks=frozenset({FIRST_MARK}))
    assert (plan.table, plan.fwmark) == (FIRST_TABLE + 2, FIRST_MARK + 1)
    assert {route.table for route in plan.routes} == {FIRST_TABLE + 2}


def test_mark_of_the_profile_is_used():
    plan = planned(profile(*FULL, fwmark=7), marks=frozenset({8}))
    assert plan.fwmark == 7
    assert {rule.fwmark for rule in plan.rules if rule.fwmark} == {7}


def test_ipv6_is_left_out_where_the_machine_has_none():
    plan = planned(profile(*FULL), ipv6=False)
    assert [str(route.destination) for route in plan.routes] == ["0.0.0.0/0"]
    assert {rule.family for rule in plan.rules} == {4}


@pytest.mark.parametrize("mark", [None, 0, 9])
def test_table_off_has_neither_routes_nor_rules(mark):
    table = Table(TableMode.OFF)
    assert planned(profile(*FULL, table=table, fwmark=mark)) == RoutePlan(fwmark=mark or 0)


def test_table_of_the_profile_has_routes_and_no_rules():
    plan = planned(profile(*FULL, table=Table(TableMode.NUMBER, 1234)))
    assert [route.table for route in plan.routes] == [1234, 1234]
    assert (plan.rules, plan.table, plan.fwmark) == ((), 1234, 0)


def test_no_allowed_ips_need_no_rules():
    assert planned(profile()) == RoutePlan()
    assert planned(profile("::/0"), ipv6=False) == RoutePlan()


def test_halves_of_a_family_are_its_default_route():
    halves = planned(profile("0.0.0.0/1", "128.0.0.0/1"), onlink=networks("192.168.1.0/24"))
    whole = planned(profile("0.0.0.0/0"), onlink=networks("192.168.1.0/24"))
    assert halves == whole
    assert [str(net) for net in routed_networks(profile("::/0", "::/1", "8000::/1"))] == [
        "::/1",
        "8000::/1",
        "::/0",
    ]


def test_mark_that_another_rule_goes_by_is_refused_where_rules_are_made():
    with pytest.raises(MarkTaken, match="0x1 is in use"):
        planned(profile(*HOME, fwmark=1), marks=frozenset({1}))
    own_table = profile(*HOME, fwmark=1, table=Table(TableMode.NUMBER, 1234))
    assert planned(own_table, marks=frozenset({1})).fwmark == 1


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.168.1.5/24", "192.168.1.0/24"),
        ("172.16.5.5/16", "172.16.0.0/16"),
        ("10.1.2.3/8", "10.1.2.0/24"),
        ("10.1.2.3/15", "10.1.2.0/24"),
        ("169.254.1.1/16", "169.254.0.0/16"),
        ("10.1.2.3/0", "10.1.2.0/24"),
        ("fd00:1::5/64", "fd00:1::/64"),
        ("fd00:1::5/8", "fd00:1::/64"),
        ("fe80::5/64", "fe80::/64"),
        ("203.0.113.5/24", None),
        ("172.32.0.1/16", None),
        ("2001:db8::1/64", None),
        ("192.168.1.5/32", None),
        ("fd00:1::5/128", None),
    ],
)
def test_lan_networks_are_private_and_not_too_wide(address, kept):
    found = lan_networks([ip_interface(address)])
    assert [str(network) for network in found] == ([kept] if kept else [])


def test_lan_networks_come_once():
    found = lan_networks([ip_interface("192.168.1.5/24"), ip_interface("192.168.1.6/24")])
    assert len(found) == 1


def ruled(
    wanted: Profile, onlink: tuple[Network, ...] = (), ways: tuple[Way, ...] = ()
) -> list[str]:
    plan = planned(wanted)
    plan = with_rules(plan, onlink, blocks_ipv6=True, ways=ways)
    return [explain(AddRule(rule)).removeprefix("ip ") for rule in plan.rules if rule.family == 6]


def test_ipv6_has_no_way_out_beside_a_tunnel_for_all_of_ipv4():
    assert ruled(profile("0.0.0.0/0"), onlink=networks("fe80::/64", "192.168.1.0/24")) == [
        "-6 rule add priority 5200 fwmark 0x77670001 lookup main",
        "-6 rule add priority 5224 to fe80::/64 lookup main suppress_prefixlength 0",
        "-6 rule add priority 5225 unreachable",
    ]


def test_ipv6_subnets_of_such_a_tunnel_are_carried():
    assert ruled(profile("0.0.0.0/0", "fd00:9::/64")) == [
        "-6 rule add priority 5200 fwmark 0x77670001 lookup main",
        "-6 rule add priority 5205 lookup 51820 suppress_prefixlength 0",
        "-6 rule add priority 5225 unreachable",
    ]


def test_ipv6_that_the_tunnel_carries_is_not_blocked():
    assert not [line for line in ruled(profile(*FULL)) if "unreachable" in line]


def test_packets_of_the_tunnel_go_through_others_before_main():
    ways = (
        Way(family=6, table=51830, by_default=False, mtu=1420),
        Way(family=6, table=51831, by_default=True, mtu=1420),
        Way(family=4, table=51832, by_default=True, mtu=1420),
    )
    assert ruled(profile("fd00:9::/64"), ways=ways)[:3] == [
        "-6 rule add priority 5190 fwmark 0x77670001 lookup 51830 suppress_prefixlength 0",
        "-6 rule add priority 5195 fwmark 0x77670001 lookup 51831",
        "-6 rule add priority 5200 fwmark 0x77670001 lookup main",
    ]


def test_packets_of_the_tunnel_have_their_way_in_a_family_that_it_does_not_carry():
    plan = planned(profile("10.9.0.0/24"))
    ruled = with_rules(plan, (), blocks_ipv6=False, sent_by=frozenset({6}))
    lines = [explain(AddRule(rule)) for rule in ruled.rules if rule.family == 6]
    assert lines == ["ip -6 rule add priority 5200 fwmark 0x77670001 lookup main"]


def test_tunnel_without_rules_stays_without():
    own_table = planned(profile(*FULL, table=Table(TableMode.NUMBER, 1234)))
    assert with_rules(own_table, networks("192.168.1.0/24"), blocks_ipv6=True) == own_table


def test_networks_that_claim_too_much_are_told_with_what_is_left_of_them():
    addresses = [ip_interface(text) for text in ("10.1.2.3/8", "192.168.1.5/24", "1.2.3.4/1")]
    (claimed,) = networks("10.0.0.0/8")
    (kept,) = networks("10.1.2.0/24")
    assert narrowed_networks(addresses) == {claimed: kept}
