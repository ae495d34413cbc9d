"""The machine's routing in the groups that a person thinks in."""

from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network

import pytest

from tests.support.routings import (
    PUSHED,
    ROUTER,
    WLAN,
    a_route,
    a_rule,
    attached_home,
    crowded,
    facts_of,
    home,
    ipv4_home,
    machine,
)
from wgdesk.domain.machine_routing import MachineLink, MachineRouting, RouteKind, RuleAction
from wgdesk.domain.profile import Network
from wgdesk.domain.route_entries import Entry, Place, TunnelFacts, What, Why
from wgdesk.domain.route_groups import MOST_ENTRIES, RouteGroups
from wgdesk.domain.snapshot import TunnelSnapshot
from wgdesk.domain.where import decide


def groups_of(*tunnels: TunnelSnapshot, routing: MachineRouting | None = None) -> RouteGroups:
    return RouteGroups(routing or machine(*tunnels), [facts_of(it) for it in tunnels])


def brief(groups: RouteGroups) -> dict[str, list[str]]:
    return {
        f"{group.place} {group.name}".strip(): [_brief(entry) for entry in group.entries]
        for group in groups.groups
    }


def _brief(entry: Entry) -> str:
    words = [entry.what.value, str(entry.destination)]
    words += [str(entry.rule.priority)] if entry.rule else []
    words += [entry.why.value] if entry.why else []
    return " ".join(words)


LAN = "network 192.168.1.0/24"


def test_no_tunnel():
    assert brief(groups_of()) == {
        "local": [f"{LAN} 32766", "link-local fe80::/64 32766", "machine None 0"],
        "elsewhere": ["rest 0.0.0.0/0 32766"],
    }


def test_everything_through_a_tunnel():
    assert brief(groups_of(home())) == {
        "tunnel home": ["rest 0.0.0.0/0 5220", "rest ::/0 5220", "dns 10.8.0.1/32 5220"],
        "local": [f"{LAN} 5210", "packets 203.0.113.7/32 5200", "machine None 0"],
        "unused home": ["rest 0.0.0.0/0 5220 rule"],
    }


def test_only_two_subnets():
    assert brief(groups_of(attached_home())) == {
        "tunnel attached_home": [
            "network 192.168.50.0/24 5205",
            "network 192.168.51.0/24 5205",
            "own 10.8.0.0/24 32766",
            "own fd08::/64 32766",
        ],
        "local": [
            f"{LAN} 32766",
            "packets 203.0.113.7/32 5200",
            "link-local fe80::/64 32766",
            "machine None 0",
        ],
        "elsewhere": ["rest 0.0.0.0/0 32766"],
    }


def test_full_tunnel_with_nothing_beside_it_has_everything():
    tunnel = replace(ipv4_home(), rules=tuple(r for r in ipv4_home().rules if r.to is None))
    routing = replace(machine(tunnel), links=())
    routes = tuple(r for r in routing.routes if str(r.destination) != "192.168.1.0/24")
    found = brief(groups_of(tunnel, routing=replace(routing, routes=routes)))
    assert found["tunnel home"] == ["everything 0.0.0.0/0 5220"]


def test_ipv6_that_a_tunnel_does_not_carry_is_blocked_and_its_default_is_not_used():
    default = a_route("::/0", "wlan0", gateway=ip_address("fe80::1"), protocol="ra")
    tunnel = ipv4_home()
    found = brief(groups_of(tunnel, routing=machine(tunnel, routes=[default])))
    assert found["blocked"] == ["rest ::/0 5225"]
    assert "rest ::/0 5225 rule" in found["unused home"]


@pytest.mark.parametrize(
    ("protocol", "is_pushed"), [("dhcp", True), ("ra", True), ("static", False), ("", False)]
)
def test_route_past_a_full_tunnel_is_named(protocol, is_pushed):
    tunnel, route = home(), replace(PUSHED, protocol=protocol)
    groups = groups_of(tunnel, routing=machine(tunnel, routes=[route]))
    (entry,) = (e for g in groups.groups for e in g.entries if e.why is Why.BYPASS)
    assert (str(entry.destination), entry.rule.priority) == ("1.1.1.1/32", 5220)
    assert entry.is_pushed is is_pushed
    assert groups.is_pushed(ip_address("1.1.1.1")) is is_pushed
    assert not groups.is_pushed(ip_address("1.1.1.2"))


def test_pushed_route_beside_a_split_tunnel_is_used_like_any_other():
    tunnel = attached_home()
    found = brief(groups_of(tunnel, routing=machine(tunnel, routes=[PUSHED])))
    assert found["elsewhere"] == ["rest 0.0.0.0/0 32766", "network 1.1.1.1/32 32766"]
    assert not [name for name in found if name.startswith("unused")]


def test_local_network_inside_a_tunnel_s_subnet_is_cut_off():
    tunnel = attached_home()
    wide = a_route("192.168.0.0/16", "attached_home", table=51820)
    found = brief(groups_of(tunnel, routing=machine(tunnel, routes=[wide])))
    assert found["unused attached_home"] == [f"{LAN} 5205 cut-off"]
    assert LAN not in " ".join(found["local"])


def test_network_that_claims_half_the_world_keeps_what_its_rule_leaves_it():
    link = replace(WLAN, addresses=(ip_interface("10.0.0.5/1"),))
    claimed = a_route("0.0.0.0/1", "wlan0", protocol="kernel")
    tunnel = home()
    routing = machine(tunnel, routes=[claimed])
    rules = tuple(
        replace(rule, to=ip_network("10.0.0.0/24")) if rule.to else rule for rule in routing.rules
    )
    routing = replace(routing, rules=rules, links=(link, *routing.links[2:]))
    found = brief(groups_of(tunnel, routing=routing))
    assert "network 10.0.0.0/24 5210" in found["local"]
    assert "network 0.0.0.0/1 5220 too-wide" in found["unused home"]


def test_second_way_out_is_a_spare_one():
    cable = a_route("0.0.0.0/0", "eth0", gateway=ROUTER, metric=100)
    groups = groups_of(routing=machine(routes=[cable]))
    (spare,) = (g for g in groups.groups if g.place is Place.SPARE)
    (entry,) = spare.entries
    assert (entry.route.link, entry.why, entry.instead.link) == ("wlan0", Why.METRIC, "eth0")


def test_ways_of_one_route_are_all_in_use():
    ways = [a_route("10.5.0.0/16", link, gateway=ROUTER, is_multipath=True) for link in ("a", "b")]
    groups = groups_of(routing=machine(routes=ways))
    (group,) = (g for g in groups.groups if g.place is Place.ELSEWHERE)
    assert [it.route.link for it in group.entries if it.what is What.NETWORK] == ["a", "b"]
    assert Place.SPARE not in [g.place for g in groups.groups]


def test_route_for_some_packets_only_is_not_told_as_one_that_another_is_preferred_to():
    some = a_route("0.0.0.0/0", "eth0", gateway=ROUTER, selects_more="tos 0x10")
    assert brief(groups_of(routing=machine(routes=[some]))) == brief(groups_of())


def test_another_program_s_tunnel_is_named_as_such():
    routing = machine(routes=[a_route("10.99.0.0/16", "wg0"), a_route("10.98.0.0/16", "docker0")])
    links = (
        *routing.links,
        MachineLink(name="wg0", kind="wireguard"),
        MachineLink(name="docker0", kind="bridge"),
    )
    found = brief(groups_of(routing=replace(routing, links=links)))
    assert found["foreign wg0"] == ["network 10.99.0.0/16 32766"]
    assert "network 10.98.0.0/16 32766" in found["local"]


def test_wg_quick_s_rules_are_understood():
    rules = (
        a_rule(32764, 254, suppress_prefix_length=0),
        a_rule(32765, 51821, fwmark=51821, is_inverted=True),
    )
    routing = machine(routes=[a_route("0.0.0.0/0", "wg0", table=51821)])
    ordered = tuple(sorted((*routing.rules, *rules), key=lambda it: (it.family, it.priority)))
    links = (*routing.links, MachineLink(name="wg0", kind="wireguard"))
    found = brief(groups_of(routing=replace(routing, rules=ordered, links=links)))
    assert found["foreign wg0"] == ["rest 0.0.0.0/0 32765"]
    assert found["unused wg0"] == ["rest 0.0.0.0/0 32765 rule"]
    assert f"{LAN} 32764" in found["local"]


def test_rules_of_others_that_look_at_some_packets_only_are_told_by_themselves():
    marked = a_rule(5300, 52, fwmark=0x80000, fwmask=0xFF0000)
    routing = machine(home())
    routing = replace(routing, rules=(marked, *routing.rules))
    found = brief(groups_of(home(), routing=routing))
    assert found["special"] == ["some None 5300"]


def test_name_server_that_is_asked_past_its_tunnel_is_told_where_it_goes():
    dns = replace(home().dns, servers=(ip_address("192.168.1.1"),))
    tunnel = replace(home(), dns=dns)
    assert "dns 192.168.1.1/32 5210" in brief(groups_of(tunnel))["local"]


def test_packets_of_a_tunnel_inside_another_go_through_that():
    outer, inner = home(), attached_home()
    rule = a_rule(5195, 51820, fwmark=0x5)
    routing = machine(outer)
    routing = replace(routing, rules=(rule, *routing.rules))
    facts = (
        TunnelFacts(name="home"),
        TunnelFacts(name="inner", fwmark=5, endpoints=(inner.device.peers[0].endpoint,)),
    )
    found = brief(RouteGroups(routing, facts))
    assert "packets 203.0.113.7/32 5195" in found["tunnel home"]


def test_more_endpoints_than_are_told_are_counted():
    facts = (TunnelFacts(name="home", more_endpoints=9_996),)
    groups = RouteGroups(machine(home()), facts)
    (entry,) = (e for g in groups.groups for e in g.entries if e.what is What.MORE_PACKETS)
    assert entry.count == 9_996


def test_refusing_routes_are_blocked_and_the_kernel_s_own_last_word_is_not_told():
    last = a_route("::/0", "lo", kind=RouteKind.UNREACHABLE, protocol="kernel", metric=4294967295)
    hole = a_route("198.51.100.0/24", kind=RouteKind.BLACKHOLE)
    found = brief(groups_of(routing=machine(routes=[hole, last])))
    assert found["blocked"] == ["network 198.51.100.0/24 32766"]


def test_broadcast_and_multicast_are_left_out():
    routes = [a_route("224.0.0.0/4", "wlan0"), a_route("ff05::/16", "wlan0")]
    found = brief(groups_of(routing=machine(routes=routes)))
    told = " ".join(text for texts in found.values() for text in texts)
    assert [text for text in ("255", "224", "ff0") if text in told] == []


def test_thousands_of_subnets_are_counted_and_the_one_that_decides_is_still_found():
    tunnel = attached_home()
    groups = groups_of(tunnel, routing=crowded(5_000))
    group = groups.groups[0]
    assert len([e for e in group.entries if e.what is What.NETWORK]) <= MOST_ENTRIES
    assert len(group.entries) + group.more == 5_000 + 4
    address = ip_address("11.0.200.9")
    entry = groups.find_entry(address, decide(groups.routing, address))
    assert entry.destination == ip_network("11.0.200.0/24")


def test_default_route_is_told_among_thousands_of_subnets():
    routing = crowded(500)
    default = a_route("::/0", "attached_home", table=51820)
    rules = (*routing.rules, a_rule(5220, 51820, 6))
    ordered = tuple(sorted(rules, key=lambda it: (it.family, it.priority)))
    routing = replace(routing, routes=(*routing.routes, default), rules=ordered)
    found = brief(groups_of(attached_home(), routing=routing))
    assert found["tunnel attached_home"][0] == "rest ::/0 5220"


@pytest.mark.parametrize(
    ("text", "what", "destination"),
    [
        ("1.1.1.1", What.REST, "0.0.0.0/0"),
        ("192.168.1.20", What.NETWORK, "192.168.1.0/24"),
        ("192.168.1.34", What.MACHINE, None),
        ("10.8.0.1", What.DNS, "10.8.0.1/32"),
    ],
)
def test_entry_that_tells_of_a_decision(text, what, destination):
    groups, address = groups_of(home()), ip_address(text)
    entry = groups.find_entry(address, decide(groups.routing, address))
    wanted: Network | None = ip_network(destination) if destination else None
    assert (entry.what, entry.destination) == (what, wanted)


def test_no_entry_where_there_is_no_way():
    groups, address = groups_of(), ip_address("2001:db8::1")
    assert groups.find_entry(address, decide(groups.routing, address)) is None


def test_rule_that_refuses_a_network_is_blocked():
    refusing = a_rule(100, 0, action=RuleAction.PROHIBIT, to=ip_network("203.0.113.0/24"))
    routing = machine()
    routing = replace(routing, rules=(refusing, *routing.rules))
    assert brief(groups_of(routing=routing))["blocked"] == ["network 203.0.113.0/24 100"]
