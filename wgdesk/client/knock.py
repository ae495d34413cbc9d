"""Gives an idle tunnel a reason to shake hands.

WireGuard says nothing until there is something to send, so a tunnel without keepalive would
wait for its first handshake for ever. One empty datagram into the tunnel is reason enough.
"""

import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from wgdesk.domain.profile import Address, Network
from wgdesk.domain.snapshot import TunnelSnapshot

DISCARD_PORT: Final = 9
# RFC 7600 and RFC 6666: addresses that are nobody's, for tunnels that take everything.
_NOBODY: Final[dict[int, Address]] = {4: IPv4Address("192.0.0.8"), 6: IPv6Address("100::1")}


def knock(tunnel: TunnelSnapshot) -> None:
    """Send an empty datagram to every peer that never answered; failures do not matter."""
    if tunnel.counters is not None and tunnel.was_answered:
        return
    for peer in tunnel.device.peers:
        # Where NetworkManager looks host names up, it does not tell what it found.
        has_way = peer.endpoint is not None or tunnel.counters is not None
        if has_way and not peer.latest_handshake_unix_s and peer.allowed_ips:
            _send_through(tunnel.name, _address_in(peer.allowed_ips[0]))


def _address_in(network: Network) -> Address:
    if network.prefixlen == 0:
        return _NOBODY[network.version]
    if network.num_addresses == 1:
        return network.network_address
    return network.network_address + 1


def _send_through(link_name: str, address: Address) -> None:
    """By this link and no other: where it is not to be seen, as in the demo, nothing is sent.

    An ordinary user may bind a socket to a link since Linux 5.7.
    """
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, link_name.encode())
        sock.sendto(b"", (str(address), DISCARD_PORT))
