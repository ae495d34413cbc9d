"""What a profile says about itself."""

from ipaddress import ip_network

import pytest

from wgdesk.domain.keys import PublicKey
from wgdesk.domain.profile import Endpoint, Interface, Peer, Profile, Table, TableMode


def profile(*lists: tuple[str, ...], table: Table | None = None) -> Profile:
    peers = tuple(
        Peer(public_key=PublicKey(bytes([number]) * 32), allowed_ips=tuple(map(ip_network, texts)))
        for number, texts in enumerate(lists, 1)
    )
    return Profile(interface=Interface(table=table or Table()), peers=peers)


def test_allowed_ips_come_once_in_the_order_of_the_file():
    found = profile(("10.0.0.0/8", "::/0"), ("::/0", "10.0.0.0/9")).allowed_ips()
    assert [str(network) for network in found] == ["10.0.0.0/8", "::/0", "10.0.0.0/9"]


@pytest.mark.parametrize(
    ("texts", "table", "is_full"),
    [
        (("0.0.0.0/0",), Table(), True),
        (("10.0.0.0/8", "::/0"), Table(), True),
        (("0.0.0.0/1", "128.0.0.0/1"), Table(), True),
        (("0.0.0.0/1", "128.0.0.0/2"), Table(), False),
        (("0.0.0.0/1", "0.0.0.0/1"), Table(), False),
        (("8000::/1", "::/2", "4000::/2"), Table(), True),
        (("0.0.0.0/1", "8000::/1"), Table(), False),
        ((), Table(), False),
        (("0.0.0.0/0",), Table(TableMode.OFF), False),
        (("0.0.0.0/0",), Table(TableMode.NUMBER, 7), False),
    ],
)
def test_is_full_tunnel_when_all_traffic_of_a_family_is_routed(texts, table, is_full):
    assert profile(texts, table=table).is_full_tunnel() is is_full


@pytest.mark.parametrize(
    ("endpoint", "text"),
    [
        (Endpoint("vpn.example", 51820), "vpn.example:51820"),
        (Endpoint("192.0.2.1", 1), "192.0.2.1:1"),
        (Endpoint("2001:db8::1", 1), "[2001:db8::1]:1"),
        (Endpoint("fe80::1", 1, "eth0"), "[fe80::1%eth0]:1"),
    ],
)
def test_endpoint_is_written_as_wg_reads_it(endpoint, text):
    assert str(endpoint) == text
