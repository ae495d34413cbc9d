import struct
import sys

import pytest

from wgdesk.engine.attributes import (
    NLMSG_DONE,
    NLMSG_ERROR,
    Message,
    decode_attributes,
    decode_messages,
    encode_attribute,
    encode_message,
    encode_nest,
)

LITTLE = pytest.mark.skipif(sys.byteorder != "little", reason="the bytes are little-endian")


@LITTLE
def test_attribute_is_padded_and_its_length_is_not():
    assert encode_attribute(2, b"wg0\0x") == bytes.fromhex("0900 0200 77673000 78000000")


@LITTLE
def test_nest_carries_the_flag_the_kernel_insists_on():
    assert encode_nest(8, b"") == bytes.fromhex("0400 0880")


def test_attributes_come_back_without_flags_and_padding():
    data = encode_attribute(3, b"abcde") + encode_nest(8, encode_attribute(1, b"x"))
    found = list(decode_attributes(data))
    assert found[0] == (3, b"abcde")
    assert found[1][0] == 8
    assert list(decode_attributes(found[1][1])) == [(1, b"x")]


def test_attribute_is_refused_when_it_is_too_long():
    assert len(encode_attribute(1, bytes(0xFFFF - 4))) == 0x10000
    with pytest.raises(ValueError, match="too long"):
        encode_attribute(1, bytes(0xFFFF - 3))


@pytest.mark.parametrize("length", [0, 3, 9])
def test_attribute_with_a_false_length_is_refused(length):
    with pytest.raises(ValueError, match="cut short"):
        list(decode_attributes(struct.pack("=HH", length, 1) + bytes(4)))


def test_messages_of_one_datagram_come_apart():
    data = encode_message(16, 2, 7, b"abcd") + encode_message(NLMSG_DONE, 2, 7, bytes(4))
    assert list(decode_messages(data)) == [
        Message(16, 2, 7, b"abcd"),
        Message(NLMSG_DONE, 2, 7, bytes(4)),
    ]


@pytest.mark.parametrize("length", [0, 15, 21])
def test_message_with_a_false_length_is_refused(length):
    with pytest.raises(ValueError, match="cut short"):
        list(decode_messages(struct.pack("=IHHII", length, 16, 0, 1, 0) + bytes(4)))


@pytest.mark.parametrize(
    ("kind", "payload", "number"),
    [
        (NLMSG_ERROR, struct.pack("=i", -22), 22),
        (NLMSG_ERROR, struct.pack("=i", 0), 0),
        (NLMSG_DONE, struct.pack("=i", -4), 4),
        (NLMSG_DONE, b"", 0),
        (30, struct.pack("=i", -22), None),
    ],
)
def test_message_tells_its_errno(kind, payload, number):
    assert Message(kind, 0, 1, payload).errno() == number
