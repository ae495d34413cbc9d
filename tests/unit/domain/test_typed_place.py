from ipaddress import ip_address, ip_network

import pytest

from wgdesk.domain.conf import parse
from wgdesk.domain.conf_report import BadValue
from wgdesk.domain.server_pair import ServerWish, make_pair
from wgdesk.domain.typed_place import typed_host, typed_name_server, typed_network, typed_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("vpn.example", ("vpn.example", 7)),
        (" vpn.example:443 ", ("vpn.example", 443)),
        ("192.0.2.1", ("192.0.2.1", 7)),
        ("2001:db8::1", ("2001:db8::1", 7)),
        ("[2001:db8::1]", ("2001:db8::1", 7)),
        ("[2001:db8::1]:443", ("2001:db8::1", 443)),
        ("fe80::1%eth0", ("fe80::1%eth0", 7)),
        ("[fe80::1%eth0]:443", ("fe80::1%eth0", 443)),
    ],
)
def test_place_is_one_that_a_profile_can_have(text, place):
    assert typed_place(text, 7) == place
    host, port = place
    device = parse(make_pair(ServerWish(host=host, port=port)).devices[0].content)
    assert str(device.profile.peers[0].endpoint).removesuffix(f":{port}").strip("[]") == host


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "[]",
        ":",
        "[",
        "a b",
        "a:b",
        "a:0",
        "a:70000",
        "1.2.3",
        "http://a/",
        "a\nPostUp = b",
    ],
)
def test_no_place(text):
    with pytest.raises(BadValue):
        typed_place(text, 7)


def test_host_has_no_port():
    assert typed_host("[2001:db8::1]") == "2001:db8::1"
    with pytest.raises(BadValue, match="the port does not belong here"):
        typed_host("vpn.example:443")


def test_network():
    assert typed_network("10.1.2.3/16") == ip_network("10.1.0.0/16")
    assert typed_network(" fd00::1 ") == ip_network("fd00::1/128")
    for text in ("", "+10.0.0.0/8", "x", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "10.0.0.0/8, ::/0"):
        with pytest.raises(BadValue):
            typed_network(text)


def test_name_server():
    assert typed_name_server("9.9.9.9 ") == ip_address("9.9.9.9")
    for text in ("", "dns.example", "9.9.9.9:53", "fe80::1%eth0"):
        with pytest.raises(BadValue):
            typed_name_server(text)
