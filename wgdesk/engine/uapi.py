"""The userspace engines' text protocol: requests and answers. Pure.

https://www.wireguard.com/xplatform/#configuration-protocol, with what wireguard-go really
does: its errno is negative, and it takes one request per connection.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Final

from wgdesk.domain.device import (
    DeviceConfig,
    DevicePeer,
    DeviceUpdate,
    PeerUpdate,
    SocketAddress,
)
from wgdesk.domain.keys import PresharedKey, PrivateKey, PublicKey
from wgdesk.domain.snapshot import DeviceSnapshot, PeerSnapshot
from wgdesk.engine.peer_memory import PeerMemory

GET: Final = b"get=1\n\n"
END_OF_ANSWER: Final = b"\n\n"
_NEW_PEER: Final = b"\npublic_key="


def encode_set(config: DeviceConfig) -> bytes:
    """The request that replaces all of a device's configuration."""
    return ("\n".join(("set=1", *_device_lines(config))) + "\n\n").encode("ascii")


def encode_update(update: DeviceUpdate) -> bytes:
    """The request that changes a device; peers that go come first."""
    return ("\n".join(("set=1", *_update_lines(update))) + "\n\n").encode("ascii")


def encode_endpoints(device: DeviceSnapshot) -> bytes:
    """The request that tells every peer's endpoint anew and leaves all else as it is."""
    lines = ["set=1"]
    for peer in device.peers:
        if peer.endpoint is not None:
            lines += (f"public_key={peer.public_key.raw.hex()}", "update_only=true")
            lines.append(f"endpoint={peer.endpoint}")
    return ("\n".join(lines) + "\n\n").encode("ascii")


def decode_errno(answer: bytes) -> int | None:
    """The positive errno an answer ends with; 0 is success, None where it has none."""
    last = answer.rstrip(b"\n").rpartition(b"\n")[2]
    key, _, value = last.partition(b"=")
    try:
        return abs(int(value)) if key == b"errno" else None
    except ValueError:
        return None


def decode_device(answer: bytes, memory: PeerMemory | None = None) -> DeviceSnapshot:
    """The answer to `GET`; the private key does not leave this function.

    `memory` is of the same device.

    Raises:
        ValueError: The text makes no sense.
    """
    device = DeviceSnapshot()
    head, *parts = (b"\n" + answer.partition(b"errno=")[0]).split(_NEW_PEER)
    for key, value in _pairs(head):
        device = _with_value(device, key, value)
    peers = (memory or PeerMemory()).decode(parts, _decode_part)
    return replace(device, peers=tuple(peers))


def decode_config(answer: bytes) -> DeviceConfig:
    """The answer to `GET` as what another engine would have to be told; it holds the keys.

    Raises:
        ValueError: The text makes no sense.
    """
    seen = decode_device(answer)
    device: dict[str, str] = {}
    preshared: dict[PublicKey, PresharedKey] = {}
    key: PublicKey | None = None
    for name, value in _pairs(answer):
        if name == "public_key":
            key = PublicKey(bytes.fromhex(value))
        elif key is None:
            device[name] = value
        elif name == "preshared_key" and value.strip("0"):
            preshared[key] = PresharedKey(bytes.fromhex(value))
    private = device.get("private_key", "")
    return DeviceConfig(
        private_key=PrivateKey(bytes.fromhex(private)) if private.strip("0") else None,
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


def _device_lines(config: DeviceConfig) -> Iterator[str]:
    yield f"private_key={config.private_key.raw.hex() if config.private_key else '0' * 64}"
    yield f"listen_port={config.listen_port}"
    yield f"fwmark={config.fwmark}"
    yield "replace_peers=true"
    for peer in config.peers:
        yield from _peer_lines(peer)


def _update_lines(update: DeviceUpdate) -> Iterator[str]:
    if update.private_key is not None:
        yield f"private_key={update.private_key.raw.hex()}"
    if update.listen_port is not None:
        yield f"listen_port={update.listen_port}"
    if update.fwmark is not None:
        yield f"fwmark={update.fwmark}"
    for key in update.removed:
        yield f"public_key={key.raw.hex()}"
        yield "remove=true"
    for peer in update.peers:
        yield f"public_key={peer.public_key.raw.hex()}"
        if not peer.is_new:
            yield "update_only=true"  # it must come first
        yield from _peer_values(peer)
        if peer.replaces_ips:
            yield "replace_allowed_ips=true"
        for network in peer.allowed_ips:
            yield f"allowed_ip={network}"


def _peer_lines(peer: DevicePeer) -> Iterator[str]:
    yield f"public_key={peer.public_key.raw.hex()}"
    yield from _peer_values(peer)
    yield "replace_allowed_ips=true"
    for network in peer.allowed_ips:
        yield f"allowed_ip={network}"


def _peer_values(peer: DevicePeer | PeerUpdate) -> Iterator[str]:
    if peer.preshared_key is not None:
        yield f"preshared_key={peer.preshared_key.raw.hex()}"
    if peer.endpoint is not None:
        yield f"endpoint={peer.endpoint}"
    if peer.keepalive_s is not None:
        yield f"persistent_keepalive_interval={peer.keepalive_s}"


def _pairs(answer: bytes) -> Iterator[tuple[str, str]]:
    for line in answer.decode("ascii").splitlines():
        key, equals, value = line.partition("=")
        if equals and key != "errno":
            yield key, value


def _with_value(device: DeviceSnapshot, key: str, value: str) -> DeviceSnapshot:
    match key:
        case "private_key":
            private_key = PrivateKey(bytes.fromhex(value))
            public_key = None if private_key.is_zero else private_key.public()
            return replace(device, has_private_key=not private_key.is_zero, public_key=public_key)
        case "listen_port":
            return replace(device, listen_port=int(value))
        case "fwmark":
            return replace(device, fwmark=int(value))
        case _:
            return device


def _decode_part(part: bytes) -> PeerSnapshot:
    return _decode_peer(_pairs(b"public_key=" + part))


def _decode_peer(lines: Iterable[tuple[str, str]]) -> PeerSnapshot:
    lines = list(lines)
    values = dict(lines)
    endpoint = values.get("endpoint")
    return PeerSnapshot(
        public_key=PublicKey(bytes.fromhex(values["public_key"])),
        has_preshared_key=bool(values.get("preshared_key", "").strip("0")),
        endpoint=_decode_endpoint(endpoint) if endpoint else None,
        latest_handshake_unix_s=int(values.get("last_handshake_time_sec", 0)),
        received_bytes=int(values.get("rx_bytes", 0)),
        sent_bytes=int(values.get("tx_bytes", 0)),
        keepalive_s=int(values.get("persistent_keepalive_interval", 0)),
        allowed_ips=tuple(
            ip_network(value, strict=False) for key, value in lines if key == "allowed_ip"
        ),
    )


def _decode_endpoint(text: str) -> SocketAddress:
    host, _, port = text.rpartition(":")
    address, _, scope = host.strip("[]").partition("%")
    return SocketAddress(ip_address(address), int(port), scope)
