from ipaddress import IPv4Address, ip_network

import pytest

from wgdesk.domain.conf import parse
from wgdesk.domain.demo_profile import DemoAnswer, demo_text, read_answer
from wgdesk.domain.keys import PrivateKey, PublicKey
from wgdesk.domain.profile_errors import DemoRefused

KEY = PrivateKey(b"\x40" * 32).public()
GOOD = DemoAnswer(KEY, 12912, IPv4Address("192.168.4.7"))


@pytest.mark.parametrize("end", ["\n", "", "\r\n"])
def test_understands_a_place(end):
    assert read_answer("demo", f"OK:{KEY}:12912:192.168.4.7{end}".encode()) == GOOD


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"ERROR\n", "full"),
        (b"", "without an answer"),
        (b"HTTP/1.1 400 Bad Request\r\n", "no demo server"),
        (b"SSH-2.0-\xff\xfe", "no demo server"),
        (b"OK\n", "makes no sense"),
        (f"OK:{KEY}:0:192.168.4.7\n".encode(), "makes no sense"),
        (f"OK:{KEY}:65536:192.168.4.7\n".encode(), "makes no sense"),
        (f"OK:{KEY}:+1:192.168.4.7\n".encode(), "makes no sense"),
        (f"OK:{KEY}:12912:fd00\n".encode(), "makes no sense"),
        (f"OK:{KEY}:12912:192.168.4.7:x\n".encode(), "makes no sense"),
        (b"OK:short:12912:192.168.4.7\n", "makes no sense"),
        (f"OK:{KEY}:12912:192.168.1.7\n".encode(), "not one of 192.168.4.0/24"),
        (f"OK:{KEY}:12912:8.8.8.8\n".encode(), "not one of 192.168.4.0/24"),
    ],
)
def test_says_why_there_is_no_place(line, why):
    with pytest.raises(DemoRefused, match=why) as caught:
        read_answer("demo.example", line)
    assert "demo.example" in str(caught.value)


@pytest.mark.parametrize("all_traffic", [True, False])
def test_the_profile_is_right(all_traffic):
    private_key = PrivateKey.generate()
    text = demo_text(private_key, "demo.example", GOOD, all_traffic=all_traffic)
    document = parse(text)
    assert document.problems == ()
    (peer,) = document.profile.peers
    assert peer.public_key == PublicKey(KEY.raw)
    assert str(peer.endpoint) == "demo.example:12912"
    assert str(document.profile.interface.addresses[0]) == "192.168.4.7/24"
    assert document.profile.is_full_tunnel() == all_traffic
    assert bool(document.profile.interface.dns_servers) == all_traffic
    if not all_traffic:
        assert peer.allowed_ips == (ip_network("192.168.4.0/24"),)
