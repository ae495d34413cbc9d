"""Sums over a tunnel's peers, and the rule that decides about a route."""

from dataclasses import replace
from ipaddress import ip_network

import pytest

from wgdesk.domain.keys import PublicKey
from wgdesk.domain.routing import MAIN_TABLE, Route, Rule
from wgdesk.domain.snapshot import DeviceSnapshot, Lifecycle, PeerSnapshot, TunnelSnapshot


def tunnel(*peers: PeerSnapshot) -> TunnelSnapshot:
    return TunnelSnapshot(
        id="1", name="x", owner_uid=1, lifecycle=Lifecycle.UP, device=DeviceSnapshot(peers=peers)
    )


def peer(number: int, received: int, sent: int, handshake: int) -> PeerSnapshot:
    return PeerSnapshot(
        public_key=PublicKey(bytes([number]) * 32),
        received_bytes=received,
        sent_bytes=sent,
        latest_handshake_unix_s=handshake,
    )


def test_tunnel_sums_bytes_and_takes_the_newest_handshake():
    found = tunnel(peer(1, 1, 20, 7), peer(2, 300, 4000, 5))
    assert (found.received_bytes, found.sent_bytes) == (301, 4020)
    assert found.latest_handshake_unix_s == 7


def test_tunnel_without_peers_has_nothing():
    found = tunnel()
    assert (found.received_bytes, found.sent_bytes, found.latest_handshake_unix_s) == (0, 0, 0)


TABLE = 51820
TRANSPORT = Rule(family=4, priority=5200, table=MAIN_TABLE, fwmark=7)
SUBNETS = Rule(family=4, priority=5205, table=TABLE, suppress_default=True)
LAN = Rule(family=4, priority=5210, table=MAIN_TABLE, to=ip_network("192.168.1.0/24"))
REST = Rule(family=4, priority=5220, table=TABLE)


@pytest.mark.parametrize(
    ("destination", "table", "rule"),
    [
        ("10.0.0.0/8", TABLE, SUBNETS),
        ("0.0.0.0/0", TABLE, REST),
        ("::/0", TABLE, None),
        ("10.0.0.0/8", 7, None),
        ("10.0.0.0/8", MAIN_TABLE, None),
    ],
    ids=["subnet", "default", "other family", "other table", "main table"],
)
def test_find_rule_gives_the_first_that_leads_to_the_route(destination, table, rule):
    ruled = replace(tunnel(), rules=(REST, LAN, SUBNETS, TRANSPORT))
    assert ruled.find_rule(Route(ip_network(destination), table)) == rule


@pytest.mark.parametrize(
    ("networks", "families"),
    [
        (("0.0.0.0/0", "::/0", "10.0.0.0/8"), (4, 6)),
        (("::/0", "10.0.0.0/8"), (6,)),
        (("0.0.0.0/1",), ()),
    ],
)
def test_full_families_are_those_with_a_default_route(networks, families):
    routes = tuple(Route(ip_network(network), TABLE) for network in networks)
    assert replace(tunnel(), routes=routes, full_tunnel=True).full_families == families
    assert replace(tunnel(), routes=routes, full_tunnel=False).full_families == ()
