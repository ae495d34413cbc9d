"""Sums over a tunnel's peers."""

from wgdesk.domain.keys import PublicKey
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
