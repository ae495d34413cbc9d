"""The view as values: words of every line and answer, and what is made once only."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from tests.support.routings import (
    PUSHED,
    ROUTER,
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
from wgdesk.domain.route_entries import TunnelFacts
from wgdesk.ui.marks import Tone
from wgdesk.ui.picture import Picture, TunnelRow
from wgdesk.ui.routes_view import (
    MOST_ENDPOINTS,
    MOST_SHOWN,
    RoutesRequest,
    RoutesView,
    read_routes,
    tunnel_facts,
)
from wgdesk.ui.where_words import answer_lines


def view_of(*tunnels, routing: MachineRouting | None = None, asked=(), facts=None) -> RoutesView:
    return read_routes(
        RoutesRequest(
            routing=routing or machine(*tunnels),
            tunnels=facts or tuple(map(facts_of, tunnels)),
            addresses=tuple(map(ip_address, asked)),
        )
    )


def lines_of(view: RoutesView, title: str) -> list[tuple[str, str, str, str]]:
    (group,) = (it for it in view.groups if it.title == title)
    return [(it.destination, it.through, it.table, it.reason) for it in group.rows]


def tones_of(view: RoutesView, title: str) -> list[Tone | None]:
    (group,) = (it for it in view.groups if it.title == title)
    return [it.tone for it in group.rows]


def answers_of(view: RoutesView) -> list[str]:
    return [it.text for it in answer_lines(view.answers, view.request.routing.table_names)]


def with_rules(routing: MachineRouting, *rules) -> MachineRouting:
    ordered = sorted((*rules, *routing.rules), key=lambda it: (it.family, it.priority))
    return replace(routing, rules=tuple(ordered))


def with_link(routing: MachineRouting, name: str, kind: str) -> MachineRouting:
    return replace(routing, links=(*routing.links, MachineLink(name=name, kind=kind)))


def test_tunnel_of_everything():
    assert lines_of(view_of(home()), "Goes through home") == [
        ("everything else (0.0.0.0/0)", "home", "51820 (home)", "rule 5220"),
        ("everything else (::/0)", "home", "51820 (home)", "rule 5220"),
        ("DNS 10.8.0.1", "home", "51820 (home)", "rule 5220"),
    ]


def test_what_stays_local():
    assert lines_of(view_of(attached_home()), "Stays local") == [
        ("192.168.1.0/24", "wlan0", "main", "rule 32766"),
        (
            "WireGuard packets to 203.0.113.7:51820",
            "wlan0 via 192.168.1.1",
            "main",
            "rule 5200, mark 0x77670001",
        ),
        ("addresses of one link (fe80::/64)", "wlan0", "main", "rule 32766"),
        ("this machine itself", "lo", "local", "rule 0"),
    ]


def test_this_machine_reaches_itself_by_loopback_whatever_link_comes_first():
    known = machine()
    local = next(it for it in known.routes if it.kind is RouteKind.LOCAL)
    first = replace(local, destination=ip_network("10.9.0.2/32"), link="wlan0")
    routing = replace(known, routes=(first, *known.routes))
    lines = lines_of(view_of(routing=routing), "Stays local")
    assert ("this machine itself", "lo", "local", "rule 0") in lines


def test_blocked():
    lines = lines_of(view_of(ipv4_home()), "Blocked")
    assert lines == [("all IPv6 (::/0)", "nowhere", "–", "rule 5225")]  # noqa: RUF001


def test_what_is_not_used_says_why():
    routes = [PUSHED, replace(PUSHED, protocol="ra"), replace(PUSHED, protocol="static")]
    routes = [
        replace(route, destination=ip_network(f"9.9.9.{number}/32"))
        for number, route in enumerate(routes)
    ]
    view = view_of(home(), routing=machine(home(), routes=routes))
    title = "Not used while home is connected"
    assert [line[3] for line in lines_of(view, title)] == [
        "rule 5220 decides first",
        "pushed by the network (DHCP), ignored: would bypass the tunnel",
        "pushed by a router, ignored: would bypass the tunnel",
        "ignored: would bypass the tunnel",
    ]
    amber = Tone.ATTENTION
    assert tones_of(view, title) == [Tone.QUIET, amber, amber, Tone.QUIET]


def test_local_network_that_is_cut_off_is_amber():
    wide = a_route("192.168.0.0/16", "attached_home", table=51820)
    view = view_of(attached_home(), routing=machine(attached_home(), routes=[wide]))
    title = "Not used while attached_home is connected"
    (line,) = lines_of(view, title)
    assert line[3] == "rule 5205 decides first: attached_home takes this network too"
    assert tones_of(view, title) == [Tone.ATTENTION]


def test_spare_route():
    cable = a_route("0.0.0.0/0", "eth0", gateway=ROUTER, metric=100)
    (line,) = lines_of(view_of(routing=machine(routes=[cable])), "Not used now")
    assert line[0] == "default (0.0.0.0/0)"
    assert line[3] == "eth0 via 192.168.1.1 is preferred (metric 100)"


def test_another_program_s_tunnel_and_rules():
    routing = with_link(machine(routes=[a_route("10.99.0.0/16", "wg0")]), "wg0", "wireguard")
    rules = (
        a_rule(5300, 52, fwmark=0x80000, fwmask=0xFF0000),
        a_rule(5301, 0, action=RuleAction.GOTO, goto=32766, source=ip_network("10.0.0.0/8")),
        a_rule(5302, 0, action=RuleAction.PROHIBIT, input_link="eth7"),
    )
    view = view_of(routing=with_rules(routing, *rules))
    lines = lines_of(view, "Goes through wg0, another program's tunnel")
    assert lines == [("10.99.0.0/16", "wg0", "main", "rule 32766")]
    lines = lines_of(view, "Other programs' rules, for some packets only")
    assert [line[:2] for line in lines] == [
        ("from all fwmark 0x80000/0xff0000", "as table 52 says"),
        ("from 10.0.0.0/8", "as from rule 32766 on"),
        ("from all iif eth7", "nowhere"),
    ]


def test_name_server_past_its_tunnel_is_amber():
    dns = replace(home().dns, servers=(ip_address("192.168.1.1"),))
    view = view_of(replace(home(), dns=dns))
    lines = lines_of(view, "Stays local")
    number = [line[0] for line in lines].index("DNS 192.168.1.1 of home")
    assert tones_of(view, "Stays local")[number] is Tone.ATTENTION


def test_more_peers_than_are_told():
    facts = (TunnelFacts(name="home", more_endpoints=9_996),)
    lines = lines_of(view_of(home(), facts=facts), "Stays local")
    assert "WireGuard packets to 9996 other peers" in [line[0] for line in lines]


def test_lines_of_ip_stand_behind_each_line():
    group = view_of(home()).groups[0]
    assert group.rows[0].lines == "default dev home proto static\n5220: from all lookup 51820"


def test_keys_tell_lines_apart_and_stay_with_them():
    one, other = view_of(home()), view_of(home(), routing=machine(home(), routes=[PUSHED]))
    keys = [row.key for group in other.groups for row in group.rows]
    assert len(set(keys)) == len(keys)
    assert {row.key for group in one.groups for row in group.rows} < set(keys)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (
            "1.1.1.1",
            (
                "Goes through home, from 10.8.0.2. "
                "Decided by rule 5220 and the route to 0.0.0.0/0 in table 51820 (home)."
            ),
        ),
        (
            "192.168.1.20",
            (
                "Stays local: link wlan0, from 192.168.1.34. "
                "Decided by rule 5210, “local network stays reachable”."
            ),
        ),
        (
            "192.168.1.34",
            (
                "Stays on this machine: it is one of its own addresses. "
                "Decided by rule 0 and the route to 192.168.1.34/32 in table local."
            ),
        ),
    ],
)
def test_answer_beside_a_full_tunnel(asked, text):
    assert answers_of(view_of(home(), asked=[asked])) == [text]


def test_answer_names_a_route_that_the_network_pushed():
    routing = machine(home(), routes=[PUSHED])
    (text,) = answers_of(view_of(home(), routing=routing, asked=["1.1.1.1"]))
    assert text.startswith("Goes through home")
    assert text.endswith("The network wanted it to go past the tunnel; that is ignored.")


def test_answers_in_no_tunnel():
    first, second = answers_of(view_of(asked=["1.1.1.1", "2001:db8::1"]))
    assert first == (
        "1.1.1.1: Goes in no tunnel: link wlan0, router 192.168.1.1, from 192.168.1.34. "
        "Decided by rule 32766 and the route to 0.0.0.0/0 in table main."
    )
    assert second == "2001:db8::1: Goes nowhere: this machine has no route to it."


def test_answers_that_refuse():
    hole = a_route("198.51.100.0/24", kind=RouteKind.BLACKHOLE)
    view = view_of(ipv4_home(), asked=["2001:db8::1"])
    blocked = "Goes nowhere: it is blocked on this machine. Decided by rule 5225."
    assert answers_of(view) == [blocked]
    (text,) = answers_of(view_of(routing=machine(routes=[hole]), asked=["198.51.100.1"]))
    assert text.startswith("Goes nowhere: it is dropped without a word. Decided by rule 32766")


def test_answer_through_another_program_s_tunnel():
    routing = with_link(machine(routes=[a_route("10.99.0.0/16", "wg0")]), "wg0", "wireguard")
    (text,) = answers_of(view_of(routing=routing, asked=["10.99.0.1"]))
    assert text.startswith("Goes through wg0, another program's tunnel")


def test_answer_owns_up_to_rules_that_nobody_can_judge():
    rule = a_rule(100, 7, selects_more="uidrange 1000-1000")
    (text,) = answers_of(view_of(routing=with_rules(machine(), rule), asked=["1.1.1.1"]))
    assert text.endswith("Some programs' packets may go another way (rule 100).")


def test_line_that_decides_is_shown_though_there_are_thousands():
    view = view_of(attached_home(), routing=crowded(5_000), asked=["11.0.200.9"])
    group = view.groups[0]
    assert [row.destination for row in group.rows if row.is_deciding] == ["11.0.200.0/24"]
    assert len(group.rows) == MOST_SHOWN + 1
    assert group.hidden == 5_004 - len(group.rows)


def test_one_line_more_is_shown_rather_than_counted():
    for count, hidden in ((MOST_SHOWN - 3, 0), (MOST_SHOWN - 2, 2)):
        group = view_of(attached_home(), routing=crowded(count)).groups[0]
        assert group.hidden == hidden
        assert len(group.rows) + hidden == count + 4


def test_groups_are_made_once_for_the_same_routing():
    before = view_of(home())
    asked = replace(before.request, addresses=(ip_address("1.1.1.1"),))
    assert read_routes(asked, before).routes is before.routes
    other = replace(asked, tunnels=())
    assert read_routes(other, before).routes is not before.routes
    anew = replace(asked, routing=replace(asked.routing))
    assert read_routes(anew, before).routes is not before.routes


def test_lines_of_everything_are_made_where_they_are_wanted():
    before = view_of(home())
    assert before.lines == ()
    wanted = read_routes(replace(before.request, wants_lines=True), before)
    routing = before.request.routing
    assert len(wanted.lines) == len(routing.rules) + len(routing.routes)
    again = replace(wanted.request, addresses=(ip_address("1.1.1.1"),))
    assert read_routes(again, wanted).lines is wanted.lines


def test_facts_of_the_picture_change_with_what_matters_only():
    def facts(tunnel):
        return tunnel_facts(Picture(rows=(TunnelRow(name="home", tunnel=tunnel),)))

    (peer,) = home().device.peers
    busy = replace(home(), device=replace(home().device, peers=(replace(peer, sent_bytes=1),)))
    assert facts(home()) == facts(busy)
    assert facts(replace(home(), dns=None)) != facts(home())
    many = replace(home(), device=replace(home().device, peers=(peer,) * 50))
    (found,) = facts(many)
    assert (len(found.endpoints), MOST_ENDPOINTS) == (1, 4)
