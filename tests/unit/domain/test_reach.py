"""The sweep over all addresses says of each what the decision for one address says."""

import random
from ipaddress import ip_address, ip_network
from itertools import pairwise

import pytest

from tests.support.routings import ROUTER, a_route, a_rule, machine
from wgdesk.domain.machine_routing import MachineRouting, RouteKind, RuleAction
from wgdesk.domain.reach import LAST, Reach
from wgdesk.domain.where import decide

TABLES = (254, 255, 1)


def odd_machine(chance: random.Random) -> MachineRouting:
    """Rules of every kind over few networks, so that they meet all the time."""

    def network():
        start = chance.choice((0, 1 << 30, 1 << 31, chance.getrandbits(32), 0x0A000001))
        return ip_network((start, chance.choice((0, 1, 2, 3, 8, 30, 31, 32))), strict=False)

    rules = [
        a_rule(
            chance.randint(0, 6),
            chance.choice(TABLES),
            action=chance.choice([RuleAction.LOOKUP] * 5 + list(RuleAction)),
            goto=chance.randint(0, 7),
            source=chance.choice((None, None, None, network())),
            to=chance.choice((None, None, network())),
            fwmark=chance.choice((None, None, 0, 1)),
            fwmask=chance.choice((0xFFFFFFFF, 2)),
            input_link=chance.choice(("", "", "lo", "x")),
            output_link=chance.choice(("", "", "", "x")),
            is_inverted=chance.random() < 0.2,
            suppress_prefix_length=chance.choice((None, None, 0, 8)),
            selects_more=chance.choice(("", "", "ipproto tcp")),
        )
        for _ in range(chance.randint(1, 7))
    ]
    routes = [
        a_route(
            str(network()),
            chance.choice("abc"),
            table=chance.choice(TABLES),
            metric=chance.randint(0, 2),
            kind=chance.choice([RouteKind.UNICAST] * 5 + list(RouteKind)),
            is_dead=chance.random() < 0.1,
            selects_more=chance.choice(("", "", "", "tos 0x10")),
        )
        for _ in range(chance.randint(0, 12))
    ]
    rules.sort(key=lambda rule: rule.priority)
    return MachineRouting(rules=tuple(rules), routes=tuple(routes))


@pytest.mark.parametrize("seed", range(200))
def test_sweep_agrees_with_the_decision_for_every_address(seed):
    chance = random.Random(seed)  # noqa: S311  # no secret
    routing = odd_machine(chance)
    reach = Reach(routing, 4)
    edges = {edge for span in reach for edge in (span.first - 1, span.first, span.last)}
    points = edges | {span.last + 1 for span in reach} | {chance.getrandbits(32), LAST[4]}
    # 0.0.0.0 is the machine itself to the kernel, whatever its routes say.
    for point in (it for it in points if 0 < it <= LAST[4]):
        found, span = decide(routing, ip_address(point)), reach.at(point)
        told = (span.rule, span.route) if span else (None, None)
        assert told == (found.rule, found.route), ip_address(point)


def test_spans_follow_each_other_and_never_overlap():
    spans = list(Reach(machine(), 4))
    assert all(one.last < other.first for one, other in pairwise(spans))
    assert (spans[0].first, spans[-1].last) == (0, LAST[4])


def test_ipv6_is_swept_by_itself():
    routing = machine(routes=[a_route("2000::/3", "eth0"), a_route("2001:db8::/32", "eth1")])
    reach = Reach(routing, 6)
    at = {text: reach.at(int(ip_address(text))) for text in ("2001:db8::1", "2001:db9::1", "::2")}
    links = {text: span.route.link if span else None for text, span in at.items()}
    assert links == {"2001:db8::1": "eth1", "2001:db9::1": "eth0", "::2": None}


def test_spans_within_a_network_are_those_that_share_an_address_with_it():
    routing = machine(
        routes=[a_route("10.0.0.0/8", "eth0", gateway=ROUTER), a_route("10.1.0.0/16", "eth1")]
    )
    found = Reach(routing, 4).within(ip_network("10.0.0.0/15"))
    assert [span.route.link for span in found] == ["eth0", "eth1"]


def test_span_that_ends_before_a_network_is_not_within_it():
    reach = Reach(machine(routes=[a_route("2001:db8::/32", "eth1")]), 6)
    assert list(reach.within(ip_network("2001:db9::/32"))) == []
