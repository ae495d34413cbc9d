import struct
from ipaddress import ip_address, ip_network
from itertools import chain

import pytest

from tests.support.build import a_device_peer, a_key, networks
from wgdesk.domain.device import (
    DeviceConfig,
    DevicePeer,
    DeviceUpdate,
    PeerUpdate,
    SocketAddress,
)
from wgdesk.domain.keys import PresharedKey, PrivateKey, PublicKey
from wgdesk.domain.snapshot import DeviceSnapshot, PeerSnapshot
from wgdesk.engine.attributes import decode_attributes, encode_attribute, encode_nest
from wgdesk.engine.wg_messages import (
    decode_config,
    decode_device,
    encode_get,
    encode_set,
    encode_update,
)

LINKS = {"eth0": 3}
NAMES = {3: "eth0"}
HEADER_BYTES = 4
DEVICE_FLAGS, DEVICE_PEERS = 5, 8
PEER_KEY, PEER_PSK, PEER_FLAGS, PEER_ENDPOINT, PEER_KEEPALIVE, PEER_IPS = 1, 2, 3, 4, 5, 9


def encoded(config, name="wg0"):
    return list(encode_set(name, config, LINKS.__getitem__))


def attributes(payload):
    return dict(decode_attributes(payload[HEADER_BYTES:]))


def peer_parts(payload):
    nest = attributes(payload).get(DEVICE_PEERS, b"")
    return [dict(decode_attributes(value)) for _, value in decode_attributes(nest)]


def allowed_ips(part):
    for _, value in decode_attributes(part.get(PEER_IPS, b"")):
        found = dict(decode_attributes(value))
        yield ip_network((found[2], found[3][0]))


def read_back(payloads):
    """What the kernel would answer: the same layout, with the peers' flags taken as read."""
    return decode_device(payloads, NAMES.__getitem__)


def test_set_of_nothing_clears_key_port_mark_and_peers():
    (payload,) = encoded(DeviceConfig())
    assert payload[:HEADER_BYTES] == bytes([1, 1, 0, 0])
    assert attributes(payload) == {
        2: b"wg0\0",
        3: bytes(32),
        6: bytes(2),
        7: bytes(4),
        DEVICE_FLAGS: struct.pack("=I", 1),
    }


def test_set_carries_every_value_of_a_peer():
    preshared = PresharedKey.generate()
    peer = DevicePeer(
        public_key=a_key(),
        preshared_key=preshared,
        endpoint=SocketAddress(ip_address("192.0.2.1"), 51820),
        keepalive_s=25,
        allowed_ips=networks("10.0.0.0/8"),
    )
    (payload,) = encoded(DeviceConfig(peers=(peer,)))
    (part,) = peer_parts(payload)
    assert part[PEER_KEY] == peer.public_key.raw
    assert part[PEER_PSK] == preshared.raw
    assert part[PEER_FLAGS] == struct.pack("=I", 2)
    assert part[PEER_ENDPOINT] == struct.pack("=H", 2) + bytes.fromhex("ca6c c0000201") + bytes(8)
    assert part[PEER_KEEPALIVE] == struct.pack("=H", 25)
    assert list(allowed_ips(part)) == [ip_network("10.0.0.0/8")]


def test_set_gives_a_link_local_endpoint_the_index_of_its_link():
    endpoint = SocketAddress(ip_address("fe80::1"), 0x1234, "eth0")
    (payload,) = encoded(DeviceConfig(peers=(DevicePeer(public_key=a_key(), endpoint=endpoint),)))
    raw = peer_parts(payload)[0][PEER_ENDPOINT]
    expected = struct.pack("=H", 10) + b"\x12\x34" + bytes(4)
    assert raw == expected + ip_address("fe80::1").packed + struct.pack("=I", 3)


def test_set_marks_every_list_as_nested():
    (payload,) = encoded(DeviceConfig(peers=(a_device_peer("10.0.0.0/8"),)))
    for kind in (DEVICE_PEERS, PEER_IPS, 0):
        assert struct.pack("=H", kind | 0x8000) in payload


def test_set_splits_the_allowed_ips_of_one_peer():
    ips = tuple(ip_network((0x0A000000 + number, 32)) for number in range(16_384))
    peer = DevicePeer(public_key=a_key(), keepalive_s=5, allowed_ips=ips)
    payloads = encoded(DeviceConfig(peers=(peer,)))
    parts = [part for payload in payloads for part in peer_parts(payload)]
    assert tuple(chain.from_iterable(map(allowed_ips, parts))) == ips
    assert {PEER_FLAGS, PEER_KEEPALIVE} <= parts[0].keys()
    assert all(part.keys() == {PEER_KEY, PEER_IPS} for part in parts[1:])
    assert all(len(payload) < 0xFFFF for payload in payloads)


def test_set_splits_between_peers_and_replaces_peers_only_once():
    peers = tuple(a_device_peer(f"fd00::{number:x}/128") for number in range(2_000))
    payloads = encoded(DeviceConfig(peers=peers, listen_port=5, fwmark=6))
    assert len(payloads) > 1
    assert [DEVICE_FLAGS in attributes(payload) for payload in payloads] == [
        True,
        *[False] * (len(payloads) - 1),
    ]
    assert all(attributes(payload).keys() == {2, DEVICE_PEERS} for payload in payloads[1:])
    assert [peer.public_key for peer in read_back(payloads).peers] == [
        peer.public_key for peer in peers
    ]


def test_get_names_the_link():
    assert encode_get("wg0")[:HEADER_BYTES] == bytes([0, 1, 0, 0])
    assert attributes(encode_get("wg0")) == {2: b"wg0\0"}


def test_decode_reads_a_whole_device():
    private_key, key = PrivateKey.generate(), a_key()
    peer = b"".join(
        (
            encode_attribute(1, key.raw),
            encode_attribute(2, bytes(31) + b"\1"),
            encode_attribute(
                4,
                struct.pack("=H", 10)
                + bytes.fromhex("ca6c")
                + bytes(4)
                + ip_address("fe80::9").packed
                + struct.pack("=I", 3),
            ),
            encode_attribute(5, struct.pack("=H", 25)),
            encode_attribute(6, struct.pack("=qq", 1_700_000_000, 5)),
            encode_attribute(0, b""),  # padding before 64-bit values
            encode_attribute(7, struct.pack("=Q", 1 << 40)),
            encode_attribute(8, struct.pack("=Q", 148)),
            encode_attribute(10, struct.pack("=I", 1)),
        )
    )
    payload = bytes([0, 1, 0, 0]) + b"".join(
        (
            encode_attribute(6, struct.pack("=H", 51820)),
            encode_attribute(7, struct.pack("=I", 0xCA6C)),
            encode_attribute(2, b"wg0\0"),
            encode_attribute(3, private_key.raw),
            encode_attribute(4, private_key.public().raw),
            encode_nest(8, encode_nest(0, peer)),
        )
    )
    assert read_back([payload]) == DeviceSnapshot(
        public_key=private_key.public(),
        has_private_key=True,
        listen_port=51820,
        fwmark=0xCA6C,
        peers=(
            PeerSnapshot(
                public_key=key,
                has_preshared_key=True,
                endpoint=SocketAddress(ip_address("fe80::9"), 51820, "eth0"),
                latest_handshake_unix_s=1_700_000_000,
                received_bytes=1 << 40,
                sent_bytes=148,
                keepalive_s=25,
            ),
        ),
    )


def part(key: PublicKey, *ips: str) -> bytes:
    items = b"".join(
        encode_nest(
            0,
            encode_attribute(1, struct.pack("=H", 2))
            + encode_attribute(2, ip_network(text).network_address.packed)
            + encode_attribute(3, bytes([ip_network(text).prefixlen])),
        )
        for text in ips
    )
    return encode_nest(0, encode_attribute(1, key.raw) + encode_nest(9, items))


def test_decode_joins_a_peer_that_was_split():
    one, two = a_key(), a_key()
    header = bytes([0, 1, 0, 0])
    port = encode_attribute(6, struct.pack("=H", 7))
    payloads = [
        header + port + encode_nest(8, part(one, "10.0.0.1/32")),
        # inside the very first peer the device's values are repeated
        header + port + encode_nest(8, part(one, "10.0.0.2/32") + part(two, "10.1.0.0/16")),
        header + encode_nest(8, part(two, "10.2.0.0/16")),
    ]
    device = read_back(payloads)
    assert device.listen_port == 7
    assert [(peer.public_key, peer.allowed_ips) for peer in device.peers] == [
        (one, networks("10.0.0.1/32", "10.0.0.2/32")),
        (two, networks("10.1.0.0/16", "10.2.0.0/16")),
    ]


def test_decode_says_no_key_where_there_is_none():
    device = read_back([bytes([0, 1, 0, 0]) + encode_attribute(2, b"wg0\0")])
    assert device == DeviceSnapshot()


@pytest.mark.parametrize(
    "broken",
    [
        encode_nest(8, encode_nest(0, encode_attribute(1, bytes(31)))),
        encode_nest(8, encode_nest(0, b"")),
        encode_nest(8, part(PublicKey(bytes(32)))[:-4] + encode_nest(9, encode_nest(0, b""))),
        b"\2\0\1\0",
    ],
)
def test_decode_refuses_what_makes_no_sense(broken):
    with pytest.raises(ValueError, match=r"\w"):
        read_back([bytes([0, 1, 0, 0]) + broken])


def test_no_private_key_is_in_what_is_decoded():
    private_key = PrivateKey.generate()
    payloads = encoded(DeviceConfig(private_key=private_key))
    device = read_back(payloads)
    assert device.has_private_key
    assert private_key.base64() not in repr(device)


REMOVE_ME, REPLACE_IPS, UPDATE_ONLY = 1, 2, 4


def updates(update):
    return list(encode_update("wg0", update, LINKS.__getitem__))


def flags(part):
    return struct.unpack("=I", part.get(PEER_FLAGS, bytes(4)))[0]


def test_update_of_nothing_says_nothing_but_the_name():
    (payload,) = updates(DeviceUpdate())
    assert attributes(payload) == {2: b"wg0\0"}


def test_update_says_only_what_changes_and_removes_first():
    gone, kept = a_key(), a_key()
    update = DeviceUpdate(
        listen_port=7, removed=(gone,), peers=(PeerUpdate(public_key=kept, keepalive_s=0),)
    )
    (payload,) = updates(update)
    assert attributes(payload).keys() == {2, 6, DEVICE_PEERS}
    first, second = peer_parts(payload)
    assert (first[PEER_KEY], flags(first)) == (gone.raw, REMOVE_ME)
    assert second.keys() == {PEER_KEY, PEER_FLAGS, PEER_KEEPALIVE}
    assert (flags(second), second[PEER_KEEPALIVE]) == (UPDATE_ONLY, bytes(2))


def test_parts_of_a_peer_that_is_changed_never_make_it_and_replace_only_once():
    many = tuple(ip_network((0x0A000000 + number, 32)) for number in range(5_000))
    change = PeerUpdate(public_key=a_key(), keepalive_s=9, allowed_ips=many, replaces_ips=True)
    payloads = updates(DeviceUpdate(fwmark=1, peers=(change,)))
    assert len(payloads) > 1
    assert [7 in attributes(payload) for payload in payloads] == [True] + [False] * (
        len(payloads) - 1
    )
    parts = [part for payload in payloads for part in peer_parts(payload)]
    assert [flags(part) for part in parts] == [
        UPDATE_ONLY | REPLACE_IPS,
        *[UPDATE_ONLY] * (len(parts) - 1),
    ]
    assert [PEER_KEEPALIVE in part for part in parts] == [True] + [False] * (len(parts) - 1)
    assert tuple(chain.from_iterable(map(allowed_ips, parts))) == many


def test_new_peer_may_be_made_by_every_part_of_it():
    many = tuple(ip_network((0x0A000000 + number, 32)) for number in range(2_000))
    new = PeerUpdate(public_key=a_key(), is_new=True, allowed_ips=many, replaces_ips=True)
    parts = [part for it in updates(DeviceUpdate(peers=(new,))) for part in peer_parts(it)]
    assert [flags(part) for part in parts] == [REPLACE_IPS, *[0] * (len(parts) - 1)]


def test_config_reads_back_with_its_keys():
    peer = DevicePeer(
        public_key=a_key(),
        preshared_key=PresharedKey.generate(),
        endpoint=SocketAddress(ip_address("fe80::1"), 5, "eth0"),
        keepalive_s=25,
        allowed_ips=networks("10.0.0.0/8", "fd00::/8"),
    )
    config = DeviceConfig(
        private_key=PrivateKey.generate(), listen_port=7, fwmark=9, peers=(peer, a_device_peer())
    )
    assert decode_config(encoded(config), NAMES.__getitem__) == config
    assert decode_config(encoded(DeviceConfig()), NAMES.__getitem__) == DeviceConfig()
