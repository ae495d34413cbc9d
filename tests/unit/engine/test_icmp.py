"""What the kernel tells of a packet that did not arrive, and the ping's bytes."""

import struct
from ipaddress import ip_address

import pytest

from wgdesk.engine.icmp import IcmpError, Verdict, decode_error, echo_request, is_echo_reply

TOKEN = bytes(range(16))
SOURCES = {4: ip_address("192.0.2.9"), 6: ip_address("2001:db8::9")}


def told(version, kind, code, *, origin=None, source=None):
    """A `struct sock_extended_err` and a socket address behind it."""
    head = struct.pack("=IBBBBII", 111, origin or version // 2, kind, code, 0, 0, 0)
    raw = (source or SOURCES[version]).packed
    address = (
        struct.pack("=HH", 2, 0) + raw if version == 4 else struct.pack("=HHI", 10, 0, 0) + raw
    )
    return head + address + bytes(8)


@pytest.mark.parametrize(
    ("version", "kind", "code", "verdict"),
    [
        (4, 3, 3, Verdict.NOBODY_LISTENS),
        (4, 3, 2, Verdict.NOBODY_LISTENS),
        (4, 3, 13, Verdict.PROHIBITED),
        (4, 3, 10, Verdict.PROHIBITED),
        (4, 3, 9, Verdict.PROHIBITED),
        (4, 3, 0, Verdict.NO_HOST),
        (4, 3, 1, Verdict.NO_HOST),
        (4, 11, 0, Verdict.NO_HOST),
        (6, 1, 4, Verdict.NOBODY_LISTENS),
        (6, 1, 1, Verdict.PROHIBITED),
        (6, 1, 6, Verdict.PROHIBITED),
        (6, 1, 0, Verdict.NO_HOST),
        (6, 1, 3, Verdict.NO_HOST),
    ],
)
def test_error_is_taken_for_what_it_means(version, kind, code, verdict):
    assert decode_error(told(version, kind, code), version) == IcmpError(verdict, SOURCES[version])


@pytest.mark.parametrize(
    ("data", "version"),
    [
        (told(4, 3, 4), 4),  # fragmentation needed
        (told(6, 2, 0), 6),  # packet too big
        (told(4, 3, 3, origin=1), 4),  # the machine's own words
        (told(4, 3, 3)[:15], 4),
        (b"", 6),
    ],
)
def test_what_is_no_refusal_is_none(data, version):
    assert decode_error(data, version) is None


@pytest.mark.parametrize("data", [told(4, 3, 3)[:16], told(4, 3, 3, source=ip_address(0))])
def test_error_of_nobody_in_particular_has_no_source(data):
    assert decode_error(data, 4) == IcmpError(Verdict.NOBODY_LISTENS, None)


def test_ping_has_the_checksum_of_rfc_1071():
    request = echo_request(4, TOKEN, 1)
    total = sum(word for (word,) in struct.iter_unpack("!H", request))
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF
    assert (request[0], request[8:]) == (8, TOKEN)
    assert echo_request(6, TOKEN, 1)[:4] == bytes([128, 0, 0, 0])


@pytest.mark.parametrize(
    ("data", "version", "is_raw", "is_reply"),
    [
        (bytes([0, 0]) + bytes(6) + TOKEN, 4, False, True),
        (b"\x46" + bytes(23) + bytes([0, 0]) + bytes(6) + TOKEN, 4, True, True),
        (bytes([129, 0]) + bytes(6) + TOKEN, 6, True, True),
        (echo_request(4, TOKEN, 1), 4, False, False),  # our own, seen by a raw socket
        (bytes([0, 0]) + bytes(6) + TOKEN[::-1], 4, False, False),
        (bytes([3, 1]) + bytes(6) + TOKEN, 4, False, False),
        (b"", 4, True, False),
        (b"\x4f", 4, True, False),
    ],
)
def test_reply_is_known_by_its_token(data, version, is_raw, is_reply):
    assert is_echo_reply(data, version, TOKEN, is_raw=is_raw) is is_reply
