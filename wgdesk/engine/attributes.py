"""Netlink messages and attributes as bytes. Pure.

Layouts from uapi/linux/netlink.h: a message is length, type, flags, sequence, port; an
attribute is length, type; both are padded to four bytes.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MESSAGE_HEADER: Final = struct.Struct("=IHHII")
ATTRIBUTE_HEADER: Final = struct.Struct("=HH")
MAX_ATTRIBUTE_BYTES: Final = 0xFFFF  # the length field has 16 bits

NLMSG_ERROR: Final = 2
NLMSG_DONE: Final = 3
NLM_F_REQUEST: Final = 0x1
NLM_F_ACK: Final = 0x4
NLM_F_DUMP_INTR: Final = 0x10
NLM_F_DUMP: Final = 0x300
NLA_F_NESTED: Final = 0x8000
_NLA_TYPE_MASK: Final = 0x3FFF


@dataclass(frozen=True, slots=True)
class Message:
    kind: int
    flags: int
    sequence: int
    payload: bytes

    def errno(self) -> int | None:
        """The positive errno of an ERROR or DONE message; 0 is success, None is neither kind."""
        if self.kind not in {NLMSG_ERROR, NLMSG_DONE}:
            return None
        if len(self.payload) < 4:
            return 0
        return -int(struct.unpack_from("=i", self.payload)[0])


def encode_message(kind: int, flags: int, sequence: int, payload: bytes) -> bytes:
    length = MESSAGE_HEADER.size + len(payload)
    return MESSAGE_HEADER.pack(length, kind, flags, sequence, 0) + payload


def decode_messages(data: bytes) -> Iterator[Message]:
    """The messages of one datagram.

    Raises:
        ValueError: A length does not fit the data.
    """
    at = 0
    while at + MESSAGE_HEADER.size <= len(data):
        length, kind, flags, sequence, _port = MESSAGE_HEADER.unpack_from(data, at)
        if length < MESSAGE_HEADER.size or at + length > len(data):
            raise ValueError("a netlink message is cut short")
        yield Message(kind, flags, sequence, data[at + MESSAGE_HEADER.size : at + length])
        at += _aligned(length)


def encode_attribute(kind: int, value: bytes) -> bytes:
    """One attribute, padded.

    Raises:
        ValueError: The value is longer than the length field can say.
    """
    length = ATTRIBUTE_HEADER.size + len(value)
    if length > MAX_ATTRIBUTE_BYTES:
        raise ValueError("a netlink attribute is too long")
    return ATTRIBUTE_HEADER.pack(length, kind) + value + b"\0" * (-length % 4)


def encode_nest(kind: int, value: bytes) -> bytes:
    return encode_attribute(kind | NLA_F_NESTED, value)


def decode_attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type (without its flag bits) and value of each attribute.

    Raises:
        ValueError: A length does not fit the data.
    """
    at = 0
    while at + ATTRIBUTE_HEADER.size <= len(data):
        length, kind = ATTRIBUTE_HEADER.unpack_from(data, at)
        if length < ATTRIBUTE_HEADER.size or at + length > len(data):
            raise ValueError("a netlink attribute is cut short")
        yield kind & _NLA_TYPE_MASK, data[at + ATTRIBUTE_HEADER.size : at + length]
        at += _aligned(length)


def _aligned(length: int) -> int:
    return (length + 3) & ~3
