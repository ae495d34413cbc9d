"""What the kernel's WireGuard is told and what it answers, as bytes. Pure.

Numbers from uapi/linux/wireguard.h. A configuration too big for one message is split:
only the first message replaces the peers, and only the first part of a peer replaces its
allowed IPs and carries its other values.
"""

import socket
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from enum import IntEnum
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Final

from wgdesk.domain.device import (
    DeviceConfig,
    DevicePeer,
    DeviceUpdate,
    PeerUpdate,
    SocketAddress,
)
from wgdesk.domain.keys import KEY_BYTES, PresharedKey, PrivateKey, PublicKey
from wgdesk.domain.profile import Network
from wgdesk.domain.snapshot import DeviceSnapshot, PeerSnapshot
from wgdesk.engine.attributes import (
    NLA_F_NESTED,
    decode_attributes,
    encode_attribute,
    encode_nest,
)
from wgdesk.engine.peer_memory import PeerMemory

FAMILY_NAME: Final = "wireguard"
CMD_GET_DEVICE: Final = 0
CMD_SET_DEVICE: Final = 1
_HEADER: Final = struct.Struct("=BBH")  # genlmsghdr: command, version, reserved
_VERSION: Final = 1


class _Device(IntEnum):
    IFNAME = 2
    PRIVATE_KEY = 3
    PUBLIC_KEY = 4
    FLAGS = 5
    LISTEN_PORT = 6
    FWMARK = 7
    PEERS = 8


class _Peer(IntEnum):
    PUBLIC_KEY = 1
    PRESHARED_KEY = 2
    FLAGS = 3
    ENDPOINT = 4
    KEEPALIVE = 5
    HANDSHAKE = 6
    RX = 7
    TX = 8
    ALLOWED_IPS = 9


class _Ip(IntEnum):
    FAMILY = 1
    ADDRESS = 2
    MASK = 3


_REPLACE_PEERS: Final = 1
_REMOVE_ME: Final = 1
_REPLACE_ALLOWED_IPS: Final = 2
_UPDATE_ONLY: Final = 4

# A nest's length has 16 bits, and the kernel took up to 65,200 bytes in one message. A part
# of 800 allowed IPs is at most 32,000 bytes, so a message never comes near the limit.
_MAX_PEERS_BYTES: Final = 60_000
_MAX_IPS_IN_PART: Final = 800

_SOCKADDR_IN: Final = struct.Struct("=H2s4s8x")
_SOCKADDR_IN6: Final = struct.Struct("=H2sI16sI")
_IP4: Final = struct.Struct("=HHHHH2xHH4sHHB3x")
_IP6: Final = struct.Struct("=HHHHH2xHH16sHHB3x")
_TIMESPEC: Final = struct.Struct("=qq")

IndexOf = Callable[[str], int]
NameOf = Callable[[int], str]


def encode_set(name: str, config: DeviceConfig, index_of: IndexOf) -> Iterator[bytes]:
    """The payloads that replace all of a device's configuration, in order.

    `index_of` gives the index of the link that a link-local endpoint is on.
    """
    ifname = encode_attribute(_Device.IFNAME, name.encode() + b"\0")
    start = _HEADER.pack(CMD_SET_DEVICE, _VERSION, 0) + ifname
    first = start + _device_values(config)
    for nest in _batched(_peer_parts(config.peers, index_of)):
        yield first + (encode_nest(_Device.PEERS, nest) if nest else b"")
        first = start


def encode_update(name: str, update: DeviceUpdate, index_of: IndexOf) -> Iterator[bytes]:
    """The payloads that change a device, in order; peers that go come first."""
    ifname = encode_attribute(_Device.IFNAME, name.encode() + b"\0")
    start = _HEADER.pack(CMD_SET_DEVICE, _VERSION, 0) + ifname
    first = start + _changed_values(update)
    for nest in _batched(_update_parts(update, index_of)):
        yield first + (encode_nest(_Device.PEERS, nest) if nest else b"")
        first = start


def encode_get(name: str) -> bytes:
    ifname = encode_attribute(_Device.IFNAME, name.encode() + b"\0")
    return _HEADER.pack(CMD_GET_DEVICE, _VERSION, 0) + ifname


def decode_device(
    payloads: Iterable[bytes], name_of: NameOf, memory: PeerMemory | None = None
) -> DeviceSnapshot:
    """Join the messages of one dump.

    A peer that did not fit comes again in the next message with only its remaining allowed
    IPs; a split inside the very first peer repeats the device's values as well. `memory` is
    of the same device.

    Raises:
        ValueError: The bytes make no sense.
    """
    device = DeviceSnapshot()
    nests: list[bytes] = []
    for payload in payloads:
        for kind, value in decode_attributes(payload[_HEADER.size :]):
            if kind == _Device.PEERS:
                nests.append(value)
            else:
                device = _with_value(device, kind, value)
    parts = (part for nest in nests for _, part in decode_attributes(nest))
    peers = (memory or PeerMemory()).decode(parts, partial(_decode_part, name_of=name_of))
    return replace(device, peers=tuple(_joined(peers)))


def decode_config(payloads: Sequence[bytes], name_of: NameOf) -> DeviceConfig:
    """The same as what another device would have to be told; it holds the keys.

    Raises:
        ValueError: The bytes make no sense.
    """
    seen = decode_device(payloads, name_of)
    private_key = bytes(KEY_BYTES)
    preshared: dict[PublicKey, PresharedKey] = {}
    for payload in payloads:
        for kind, value in decode_attributes(payload[_HEADER.size :]):
            if kind == _Device.PRIVATE_KEY:
                private_key = value
            elif kind == _Device.PEERS:
                preshared |= _preshared_keys(value)
    return DeviceConfig(
        private_key=PrivateKey(private_key) if any(private_key) else None,
        listen_port=seen.listen_port,
        fwmark=seen.fwmark,
        peers=tuple(
            DevicePeer(
                public_key=peer.public_key,
                preshared_key=preshared.get(peer.public_key),
                endpoint=peer.endpoint,
                keepalive_s=peer.keepalive_s or None,
                allowed_ips=peer.allowed_ips,
            )
            for peer in seen.peers
        ),
    )


def _preshared_keys(nest: bytes) -> dict[PublicKey, PresharedKey]:
    found = {}
    for _, item in decode_attributes(nest):
        values = dict(decode_attributes(item))
        value = values.get(_Peer.PRESHARED_KEY, b"")
        if any(value):
            found[PublicKey(values.get(_Peer.PUBLIC_KEY, b""))] = PresharedKey(value)
    return found


def _changed_values(update: DeviceUpdate) -> bytes:
    values = []
    if update.private_key is not None:
        values.append(encode_attribute(_Device.PRIVATE_KEY, update.private_key.raw))
    if update.listen_port is not None:
        port = struct.pack("=H", update.listen_port)
        values.append(encode_attribute(_Device.LISTEN_PORT, port))
    if update.fwmark is not None:
        values.append(encode_attribute(_Device.FWMARK, struct.pack("=I", update.fwmark)))
    return b"".join(values)


def _update_parts(update: DeviceUpdate, index_of: IndexOf) -> Iterator[bytes]:
    """A peer too big for one message keeps UPDATE_ONLY on every part, and nothing else."""
    for key in update.removed:
        removed = encode_attribute(_Peer.PUBLIC_KEY, key.raw) + _flags(_REMOVE_ME)
        yield encode_nest(0, removed)
    for peer in update.peers:
        public_key = encode_attribute(_Peer.PUBLIC_KEY, peer.public_key.raw)
        kept = 0 if peer.is_new else _UPDATE_ONLY
        flags = _flags(kept | (_REPLACE_ALLOWED_IPS if peer.replaces_ips else 0))
        head = public_key + flags + _peer_values(peer, index_of)
        for at in range(0, max(len(peer.allowed_ips), 1), _MAX_IPS_IN_PART):
            yield encode_nest(0, head + _ip_nest(peer.allowed_ips[at : at + _MAX_IPS_IN_PART]))
            head = public_key + _flags(kept)


def _flags(flags: int) -> bytes:
    return encode_attribute(_Peer.FLAGS, struct.pack("=I", flags)) if flags else b""


def _device_values(config: DeviceConfig) -> bytes:
    private_key = config.private_key.raw if config.private_key else bytes(KEY_BYTES)
    return b"".join(
        (
            encode_attribute(_Device.PRIVATE_KEY, private_key),
            encode_attribute(_Device.LISTEN_PORT, struct.pack("=H", config.listen_port)),
            encode_attribute(_Device.FWMARK, struct.pack("=I", config.fwmark)),
            encode_attribute(_Device.FLAGS, struct.pack("=I", _REPLACE_PEERS)),
        )
    )


def _batched(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Parts joined up to the size of a message; one empty batch where there are none."""
    batch: list[bytes] = []
    size = 0
    for part in parts:
        if batch and size + len(part) > _MAX_PEERS_BYTES:
            yield b"".join(batch)
            batch, size = [], 0
        batch.append(part)
        size += len(part)
    yield b"".join(batch)


def _peer_parts(peers: Iterable[DevicePeer], index_of: IndexOf) -> Iterator[bytes]:
    for peer in peers:
        key = encode_attribute(_Peer.PUBLIC_KEY, peer.public_key.raw)
        head = key + _flags(_REPLACE_ALLOWED_IPS) + _peer_values(peer, index_of)
        for at in range(0, max(len(peer.allowed_ips), 1), _MAX_IPS_IN_PART):
            yield encode_nest(0, head + _ip_nest(peer.allowed_ips[at : at + _MAX_IPS_IN_PART]))
            head = key


def _peer_values(peer: DevicePeer | PeerUpdate, index_of: IndexOf) -> bytes:
    values = []
    if peer.preshared_key is not None:
        values.append(encode_attribute(_Peer.PRESHARED_KEY, peer.preshared_key.raw))
    if peer.endpoint is not None:
        values.append(encode_attribute(_Peer.ENDPOINT, _sockaddr(peer.endpoint, index_of)))
    if peer.keepalive_s is not None:
        values.append(encode_attribute(_Peer.KEEPALIVE, struct.pack("=H", peer.keepalive_s)))
    return b"".join(values)


def _ip_nest(networks: Sequence[Network]) -> bytes:
    if not networks:
        return b""
    return encode_nest(_Peer.ALLOWED_IPS, b"".join(map(_ip, networks)))


def _ip(network: Network) -> bytes:
    """A nest of family, address and prefix length, packed in one go."""
    address, length = network.network_address.packed, network.prefixlen
    if network.version == 4:
        return _IP4.pack(
            *(_IP4.size, NLA_F_NESTED),
            *(6, _Ip.FAMILY, socket.AF_INET),
            *(8, _Ip.ADDRESS, address),
            *(5, _Ip.MASK, length),
        )
    return _IP6.pack(
        *(_IP6.size, NLA_F_NESTED),
        *(6, _Ip.FAMILY, socket.AF_INET6),
        *(20, _Ip.ADDRESS, address),
        *(5, _Ip.MASK, length),
    )


def _sockaddr(endpoint: SocketAddress, index_of: IndexOf) -> bytes:
    """sockaddr_in or sockaddr_in6: family and scope in host order, port in network order."""
    port = endpoint.port.to_bytes(2)
    packed = endpoint.address.packed
    if endpoint.address.version == 4:
        return _SOCKADDR_IN.pack(socket.AF_INET, port, packed)
    scope = index_of(endpoint.scope) if endpoint.scope else 0
    return _SOCKADDR_IN6.pack(socket.AF_INET6, port, 0, packed, scope)


def _with_value(device: DeviceSnapshot, kind: int, value: bytes) -> DeviceSnapshot:
    match kind:
        case (
            _Device.PRIVATE_KEY
        ):  # the private key: that there is one is all that leaves this function
            return replace(device, has_private_key=any(value))
        case _Device.PUBLIC_KEY:
            return replace(device, public_key=PublicKey(value))
        case _Device.LISTEN_PORT:
            return replace(device, listen_port=_unsigned(value))
        case _Device.FWMARK:
            return replace(device, fwmark=_unsigned(value))
        case _:
            return device


def _joined(parts: Iterable[PeerSnapshot]) -> list[PeerSnapshot]:
    peers: list[PeerSnapshot] = []
    for part in parts:
        if peers and peers[-1].public_key == part.public_key:
            joined = peers[-1].allowed_ips + part.allowed_ips
            peers[-1] = replace(peers[-1], allowed_ips=joined)
        else:
            peers.append(part)
    return peers


def _decode_part(part: bytes, name_of: NameOf) -> PeerSnapshot:
    return _decode_peer(dict(decode_attributes(part)), name_of)


def _decode_peer(values: dict[int, bytes], name_of: NameOf) -> PeerSnapshot:
    endpoint = values.get(_Peer.ENDPOINT)
    handshake = values.get(_Peer.HANDSHAKE, b"")
    seconds = _TIMESPEC.unpack(handshake)[0] if len(handshake) == _TIMESPEC.size else 0
    return PeerSnapshot(
        public_key=PublicKey(values.get(_Peer.PUBLIC_KEY, b"")),
        has_preshared_key=any(values.get(_Peer.PRESHARED_KEY, b"")),
        endpoint=_decode_sockaddr(endpoint, name_of) if endpoint else None,
        latest_handshake_unix_s=seconds,
        received_bytes=_unsigned(values.get(_Peer.RX, b"")),
        sent_bytes=_unsigned(values.get(_Peer.TX, b"")),
        keepalive_s=_unsigned(values.get(_Peer.KEEPALIVE, b"")),
        allowed_ips=tuple(
            _decode_ip(dict(decode_attributes(item)))
            for _, item in decode_attributes(values.get(_Peer.ALLOWED_IPS, b""))
        ),
    )


def _decode_ip(values: dict[int, bytes]) -> Network:
    try:
        return ip_network((values[_Ip.ADDRESS], values[_Ip.MASK][0]), strict=False)
    except LookupError as error:
        raise ValueError("an allowed IP is not whole") from error


def _decode_sockaddr(data: bytes, name_of: NameOf) -> SocketAddress | None:
    if len(data) == _SOCKADDR_IN.size:
        _, port, address4 = _SOCKADDR_IN.unpack(data)
        return SocketAddress(IPv4Address(address4), int.from_bytes(port))
    if len(data) == _SOCKADDR_IN6.size:
        _, port, _, address6, index = _SOCKADDR_IN6.unpack(data)
        scope = name_of(index) if index else ""
        return SocketAddress(IPv6Address(address6), int.from_bytes(port), scope)
    return None


def _unsigned(value: bytes) -> int:
    return int.from_bytes(value, sys.byteorder)
