"""rtnetlink's route messages as bytes. Pure.

Layouts and numbers from uapi/linux/rtnetlink.h. Written by hand because profiles may have
20,000 routes and machines more, and a general library takes a tenth of a millisecond each.
"""

import socket
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wgdesk.domain.profile import Address
from wgdesk.domain.routing import Route
from wgdesk.engine.attributes import (
    NLM_F_DUMP,
    NLM_F_REQUEST,
    decode_attributes,
    encode_attribute,
    encode_message,
)

RTM_NEWROUTE: Final = 24
RTM_DELROUTE: Final = 25
RTM_GETROUTE: Final = 26

_NLM_F_EXCL: Final = 0x200
_NLM_F_CREATE: Final = 0x400
ADDED: Final = NLM_F_REQUEST | _NLM_F_CREATE | _NLM_F_EXCL

# family, destination's and source's length, tos, table, protocol, scope, type, flags
_RTMSG: Final = struct.Struct("=BBBBBBBBI")
_U32: Final = struct.Struct("=I")
_RTA_DST: Final = 1
_RTA_OIF: Final = 4
_RTA_METRICS: Final = 8
_RTA_TABLE: Final = 15
_RTA_MARK: Final = 16
_RTAX_MTU: Final = 2
_UNICAST: Final = 1
_SCOPE_LINK: Final = 253  # IPv6 has no scopes
_FAMILIES: Final = {4: socket.AF_INET, 6: socket.AF_INET6}


_ANYWHERE: Final[dict[int, bytes]] = {socket.AF_INET: bytes(4), socket.AF_INET6: bytes(16)}

Place = tuple[int, int, bytes]  # table, prefix length, address


@dataclass(frozen=True, slots=True)
class Hop:
    """Which link a packet takes, and the MTU (bytes) that the route itself says, if it does."""

    link: int
    mtu: int | None


def encode_routes(
    kind: int, flags: int, routes: Iterable[Route], *, link: int, protocol: int, sequence: int
) -> Iterator[bytes]:
    """A whole message for each route through `link`, numbered from `sequence` on."""
    way = encode_attribute(_RTA_OIF, _U32.pack(link))
    heads: dict[tuple[int, int], bytes] = {}
    tables: dict[int, bytes] = {}
    for number, route in enumerate(routes, sequence):
        network = route.destination
        shape = network.version, network.prefixlen
        head = heads.get(shape)
        if head is None:
            head = heads[shape] = _head(*shape, protocol)
        tail = tables.get(route.table)
        if tail is None:
            tail = tables[route.table] = way + encode_attribute(_RTA_TABLE, _U32.pack(route.table))
        destination = encode_attribute(_RTA_DST, network.network_address.packed)
        yield encode_message(kind, flags, number, head + destination + tail)


def encode_questions(addresses: Sequence[Address], mark: int, sequence: int) -> Iterator[bytes]:
    """A whole message for each address that asks which way a packet with that mark takes."""
    end = encode_attribute(_RTA_MARK, _U32.pack(mark)) if mark else b""
    for number, address in enumerate(addresses, sequence):
        head = _RTMSG.pack(_FAMILIES[address.version], address.max_prefixlen, 0, 0, 0, 0, 0, 0, 0)
        payload = head + encode_attribute(_RTA_DST, address.packed) + end
        yield encode_message(RTM_GETROUTE, NLM_F_REQUEST, number, payload)


def encode_dump(version: int, sequence: int) -> bytes:
    payload = _RTMSG.pack(_FAMILIES[version], 0, 0, 0, 0, 0, 0, 0, 0)
    return encode_message(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, sequence, payload)


def decode_hop(payload: bytes) -> Hop | None:
    """The first link of an answer; None where it has none.

    Raises:
        ValueError: The bytes make no sense.
    """
    values = dict(decode_attributes(payload[_RTMSG.size :]))
    link = values.get(_RTA_OIF, b"")
    if len(link) != _U32.size:
        return None
    metrics = dict(decode_attributes(values.get(_RTA_METRICS, b"")))
    mtu = metrics.get(_RTAX_MTU, b"")
    return Hop(_U32.unpack(link)[0], _U32.unpack(mtu)[0] if len(mtu) == _U32.size else None)


def decode_table(payload: bytes) -> int:
    """The table that a route is in.

    Raises:
        ValueError: The bytes make no sense.
    """
    for kind, value in decode_attributes(payload[_RTMSG.size :]):
        if kind == _RTA_TABLE and len(value) == _U32.size:
            return int(_U32.unpack(value)[0])
    return payload[4]


def decode_place(payload: bytes) -> tuple[Place, int]:
    """What a route leads to, and by which link; 0 where by none.

    Raises:
        ValueError: The bytes make no sense.
    """
    table, destination, link = payload[4], b"", 0
    for kind, value in decode_attributes(payload[_RTMSG.size :]):
        if kind == _RTA_TABLE:
            table = int.from_bytes(value, sys.byteorder)
        elif kind == _RTA_DST:
            destination = value
        elif kind == _RTA_OIF:
            link = int.from_bytes(value, sys.byteorder)
    return (table, payload[1], destination or _ANYWHERE[payload[0]]), link


def place_of(route: Route) -> Place:
    network = route.destination
    return route.table, network.prefixlen, network.network_address.packed


def is_default(payload: bytes) -> bool:
    """Whether it leads everywhere by a link: length 0, and no refusal."""
    return payload[1] == 0 and payload[7] == _UNICAST


def _head(version: int, length: int, protocol: int) -> bytes:
    scope = _SCOPE_LINK if version == 4 else 0
    return _RTMSG.pack(_FAMILIES[version], length, 0, 0, 0, protocol, scope, _UNICAST, 0)
