"""Which peer of a tunnel takes a packet. Pure.

WireGuard's cryptokey routing: the longest of all peers' allowed IPs decides, and no two
peers have the same one (the WireGuard paper, section 2).
"""

from collections.abc import Iterable

from wgdesk.domain.profile import Address
from wgdesk.domain.snapshot import PeerSnapshot


def peer_for(peers: Iterable[PeerSnapshot], address: Address) -> PeerSnapshot | None:
    """None where nobody has it: the tunnel drops the packet."""
    found: PeerSnapshot | None = None
    longest = -1
    for peer in peers:
        for network in peer.allowed_ips:
            if network.prefixlen > longest and address in network:
                found, longest = peer, network.prefixlen
    return found
