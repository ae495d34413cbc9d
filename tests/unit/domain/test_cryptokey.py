from ipaddress import ip_address, ip_network

import pytest

from wgdesk.domain.cryptokey import peer_for
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.snapshot import PeerSnapshot


def a_peer(number, *networks):
    return PeerSnapshot(
        public_key=PublicKey(bytes([number] * 32)), allowed_ips=tuple(map(ip_network, networks))
    )


ALL = a_peer(1, "0.0.0.0/0", "fd00::/8")
HALL = a_peer(2, "10.0.0.0/8", "192.168.0.0/16")
DESK = a_peer(3, "10.1.0.0/16", "10.1.2.3/32")


@pytest.mark.parametrize(
    ("to", "peer"),
    [
        ("203.0.113.9", ALL),
        ("10.9.9.9", HALL),
        ("10.1.9.9", DESK),
        ("10.1.2.3", DESK),
        ("fd00::1", ALL),
        ("2001:db8::1", None),
    ],
)
def test_the_longest_allowed_ips_decide(to, peer):
    for peers in ((ALL, HALL, DESK), (DESK, HALL, ALL)):
        assert peer_for(peers, ip_address(to)) is peer
