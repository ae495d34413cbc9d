"""Routing as JSON."""

from dataclasses import fields, replace
from ipaddress import ip_address, ip_interface, ip_network
from pathlib import Path

import pytest

from wgdesk.domain.errors import InvalidRequest
from wgdesk.domain.machine_routing import (
    MachineLink,
    MachineRoute,
    MachineRouting,
    MachineRule,
    RouteKind,
    RuleAction,
)
from wgdesk.wire import routing_codec
from wgdesk.wire.codec import decode
from wgdesk.wire.routing_codec import encode_routing, routing_from

ROUTE = MachineRoute(
    destination=ip_network("10.0.0.0/8"),
    table=254,
    link="eth0",
    gateway=ip_address("fe80::1"),
    source=ip_address("192.168.1.5"),
    metric=100,
    kind=RouteKind.MULTICAST,
    protocol="dhcp",
    is_linkdown=True,
    is_dead=True,
    scope=253,
    is_multipath=True,
    selects_more="tos 0x10",
)
RULE = MachineRule(
    family=6,
    priority=10,
    action=RuleAction.GOTO,
    table=7,
    goto=20,
    source=ip_network("fd00::/8"),
    to=ip_network("fd01::/16"),
    fwmark=0,
    fwmask=0xFF,
    input_link="lo",
    output_link="eth0",
    is_inverted=True,
    suppress_prefix_length=0,
    selects_more="dport 53",
    is_ours=True,
)
LINK = MachineLink(
    name="eth0",
    is_up=False,
    kind="veth",
    addresses=(ip_interface("192.168.1.5/24"), ip_interface("fd00::5/64")),
    passive=frozenset({ip_address("fd00::5")}),
    scopes={ip_address("192.168.1.5"): 253},
)


def travelled(routing):
    told = [(str(route.destination), route) for route in routing.routes]
    return routing_from(decode(encode_routing(routing, told)))


@pytest.mark.parametrize("value", [ROUTE, RULE, LINK])
def test_the_examples_leave_no_member_at_its_default(value):
    same = [it.name for it in fields(value) if getattr(value, it.name) == it.default]
    assert same == []


def test_all_of_it_comes_back():
    least = MachineRoute(destination=ip_network("::/0"), table=254)
    routing = MachineRouting(
        rules=(RULE, MachineRule(family=4, priority=0, table=255)),
        routes=(ROUTE, least),
        links=(LINK, MachineLink(name="lo")),
        table_names={254: "main", 51820: "home"},
        is_cut=True,
    )
    assert travelled(routing) == routing


def test_routes_alike_share_an_entry_and_keep_their_order():
    other = replace(ROUTE, metric=1)
    told = [
        ("10.0.0.0/8", ROUTE),
        ("11.0.0.0/8", ROUTE),
        ("12.0.0.0/8", other),
        ("13.0.0.0/8", ROUTE),
    ]
    text = encode_routing(MachineRouting(), told)
    assert [entry["to"] for entry in decode(text)["routes"]] == [
        ["10.0.0.0/8", "11.0.0.0/8"],
        ["12.0.0.0/8"],
        ["13.0.0.0/8"],
    ]
    found = routing_from(decode(text)).routes
    assert found == tuple(replace(route, destination=ip_network(to)) for to, route in told)


@pytest.mark.parametrize("more", [0, 1])
def test_more_routes_than_there_may_be_are_cut_off(monkeypatch, more):
    monkeypatch.setattr(routing_codec, "MAX_ROUTES", 3)
    endless = iter([("10.0.0.0/8", ROUTE)] * (3 + more))
    found = routing_from(decode(encode_routing(MachineRouting(), endless)))
    assert (len(found.routes), found.is_cut) == (3, bool(more))


@pytest.mark.parametrize(
    "document",
    [
        {"v": 1},
        {"v": 1, "links": [], "rules": [], "tables": {}, "cut": False, "routes": [{"to": ["x"]}]},
        {"v": 1, "links": [{}], "rules": [], "tables": {}, "cut": False, "routes": []},
        {"v": 1, "links": [], "rules": 5, "tables": {}, "cut": False, "routes": []},
    ],
)
def test_what_has_another_shape_is_refused(document):
    with pytest.raises(InvalidRequest):
        routing_from(document)


def test_every_member_is_in_the_page_for_scripts():
    page = (Path(__file__).parents[3] / "docs" / "bus.md").read_text()
    head = MachineRouting(rules=(RULE,), links=(LINK,))
    told = decode(encode_routing(head, [("10.0.0.0/8", ROUTE)]))
    parts = [told, *told["links"], *told["rules"], *told["routes"]]
    members = {member for part in parts for member in part} - {"v"}
    assert [it for it in sorted(members) if f"`{it}`" not in page] == []
