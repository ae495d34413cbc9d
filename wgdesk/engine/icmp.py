"""What comes back when a packet does not arrive, and the ping that asks whether a host is there."""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import ip_address
from typing import Final

from wgdesk.domain.profile import Address

# uapi/linux/in.h, in6.h and errqueue.h
RECVERR: Final = {
    4: (socket.IPPROTO_IP, 11),  # IP_RECVERR
    6: (socket.IPPROTO_IPV6, 25),  # IPV6_RECVERR
}
_MSG_ERRQUEUE: Final = 0x2000
_EXTENDED_ERROR: Final = struct.Struct("=IBBBBII")  # errno, origin, type, code, pad, info, data
_ICMP_ORIGINS: Final = frozenset({2, 3})  # SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ICMP6
_ADDRESS_AT: Final = {4: slice(4, 8), 6: slice(8, 24)}  # in sockaddr_in and sockaddr_in6
_ROOM_BYTES: Final = 512
_READS: Final = 16  # at a time; whoever sends more keeps nobody waiting

# RFC 792, RFC 1812 and RFC 4443, by IP version: (type, code).
_PORT_UNREACHABLE: Final = {4: {(3, 2), (3, 3)}, 6: {(1, 4)}}
_PROHIBITED: Final = {4: {(3, 9), (3, 10), (3, 13)}, 6: {(1, 1), (1, 5), (1, 6)}}
_TOO_BIG: Final = {4: {(3, 4)}, 6: {(2, 0)}}
_ECHO: Final = {4: (8, 0), 6: (128, 0)}
_ECHO_REPLY: Final = {4: (0, 0), 6: (129, 0)}
_ECHO_HEAD: Final = struct.Struct("!BBHHH")  # type, code, checksum, identifier, sequence


class Verdict(Enum):
    """What an ICMP error says of a packet."""

    NOBODY_LISTENS = auto()
    PROHIBITED = auto()
    NO_HOST = auto()


@dataclass(frozen=True, slots=True)
class IcmpError:
    """What became of a packet, and who says so; None where the kernel does not tell who."""

    verdict: Verdict
    source: Address | None


def read_errors(sock: socket.socket, version: int) -> Iterator[IcmpError]:
    """Those that wait in the socket's error queue; `version` is 4 or 6."""
    for _ in range(_READS):
        try:
            _, ancillary, _, _ = sock.recvmsg(_ROOM_BYTES, _ROOM_BYTES, _MSG_ERRQUEUE)
        except OSError:  # nothing is there, or an error that came in meanwhile and is next
            return
        for level, kind, data in ancillary:
            if (level, kind) == RECVERR[version] and (error := decode_error(data, version)):
                yield error


def decode_error(data: bytes, version: int) -> IcmpError | None:
    """A `struct sock_extended_err` and the sender's address; None where it is no refusal."""
    if len(data) < _EXTENDED_ERROR.size:
        return None
    _, origin, *what, _, _, _ = _EXTENDED_ERROR.unpack_from(data)
    kind = what[0], what[1]
    if origin not in _ICMP_ORIGINS or kind in _TOO_BIG[version]:
        return None
    raw = data[_EXTENDED_ERROR.size :][_ADDRESS_AT[version]]
    is_whole = len(raw) == {4: 4, 6: 16}[version] and any(raw)
    return IcmpError(_verdict(kind, version), ip_address(raw) if is_whole else None)


def _verdict(kind: tuple[int, int], version: int) -> Verdict:
    if kind in _PORT_UNREACHABLE[version]:
        return Verdict.NOBODY_LISTENS
    return Verdict.PROHIBITED if kind in _PROHIBITED[version] else Verdict.NO_HOST


def echo_request(version: int, token: bytes, sequence: int) -> bytes:
    """A ping; the kernel sets what is 0 where the socket is one for pings."""
    kind, code = _ECHO[version]
    bare = _ECHO_HEAD.pack(kind, code, 0, 0, sequence) + token
    checksum = _checksum(bare) if version == 4 else 0  # the kernel's work in IPv6
    return _ECHO_HEAD.pack(kind, code, checksum, 0, sequence) + token


def is_echo_reply(data: bytes, version: int, token: bytes, *, is_raw: bool) -> bool:
    """Whether it answers the request with this token; raw IPv4 comes with its IP header."""
    if is_raw and version == 4:
        data = data[(data[0] & 0x0F) * 4 :] if data else b""
    return tuple(data[:2]) == _ECHO_REPLY[version] and data[_ECHO_HEAD.size :] == token


def open_ping(version: int) -> tuple[socket.socket, bool] | None:
    """A socket for pings, and whether it is a raw one; None where neither is allowed.

    Systemd opens ping sockets to everybody (`net.ipv4.ping_group_range`), the bare kernel to
    nobody; raw ones need CAP_NET_RAW, which the helper's unit does not have.
    """
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    protocol = socket.IPPROTO_ICMP if version == 4 else socket.IPPROTO_ICMPV6
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            flags = kind | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
            return socket.socket(family, flags, protocol), kind is socket.SOCK_RAW
        except OSError:
            continue
    return None


def _checksum(data: bytes) -> int:
    """RFC 1071."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(word for (word,) in struct.iter_unpack("!H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
