"""What a host receives on one link, by a packet socket of its own; nothing needs installing."""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from tests.labs.namespaces import Host

# linux/if_ether.h and if_packet.h
ETH_P_ALL: Final = 0x0003
ETH_P_IP: Final = 0x0800
ETH_P_IPV6: Final = 0x86DD
PACKET_OUTGOING: Final = 4
_BUFFER_BYTES: Final = 1 << 22
_SO_RCVBUFFORCE: Final = 33


@dataclass(frozen=True, slots=True)
class Seen:
    """One packet. `port` is the destination's, 0 where the protocol has none."""

    destination: IPv4Address | IPv6Address
    protocol: int
    port: int


class Capture:
    """Listens from the moment it is made; `take` gives what came since it was asked last."""

    def __init__(self, host: Host, link: str = "eth0") -> None:
        with host.enter():
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER_BYTES)
            self._socket.bind((link, ETH_P_ALL))
        self._socket.settimeout(0)

    def take(self) -> list[Seen]:
        return list(self._received())

    def datagrams_to(self, port: int) -> list[str]:
        """Where UDP packets to that port went, sorted, each once; takes all the rest as well."""
        return sorted(
            {str(it.destination) for it in self.take() if (it.protocol, it.port) == (17, port)}
        )

    def close(self) -> None:
        self._socket.close()

    def _received(self) -> Iterator[Seen]:
        while True:
            try:
                data, origin = self._socket.recvfrom(1 << 16)
            except BlockingIOError:
                return
            _, kind, packet_type = origin[:3]
            if packet_type != PACKET_OUTGOING and kind in (ETH_P_IP, ETH_P_IPV6):
                yield read_ipv4(data) if kind == ETH_P_IP else read_ipv6(data)


def read_ipv4(data: bytes) -> Seen:
    length = (data[0] & 0x0F) * 4
    is_first = struct.unpack_from("!H", data, 6)[0] & 0x1FFF == 0
    return Seen(
        ip_address(data[16:20]), data[9], _port(data[9], data[length:] if is_first else b"")
    )


def read_ipv6(data: bytes) -> Seen:
    """Packets with extension headers are seen as of that header's number."""
    return Seen(ip_address(data[24:40]), data[6], _port(data[6], data[40:]))


def _port(protocol: int, payload: bytes) -> int:
    if protocol not in (socket.IPPROTO_TCP, socket.IPPROTO_UDP) or len(payload) < 4:
        return 0
    return int(struct.unpack_from("!H", payload, 2)[0])
