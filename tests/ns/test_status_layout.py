"""`wgdesk status` beside `wg show` on the same device."""

import time
from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from tests.labs.server_end import HOME4, HOME_SUBNETS
from wgdesk.cli.terminal import Paint
from wgdesk.cli.text import device_lines
from wgdesk.domain.device import SocketAddress
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.snapshot import DeviceSnapshot, Lifecycle, PeerSnapshot, TunnelSnapshot

USERSPACE = {"WG_QUICK_USERSPACE_IMPLEMENTATION": "wireguard-go"}
IDLE_KEYS = [PublicKey(bytes([number]) * 32).base64() for number in (8, 9)]


def tunnel_from_dump(name, text):
    """The snapshot of what `wg show NAME dump` tells."""
    first, *rest = (line.split("\t") for line in text.splitlines())
    private, public, port, fwmark = first
    device = DeviceSnapshot(
        public_key=PublicKey.parse(public),
        has_private_key=private != "(none)",
        listen_port=int(port),
        fwmark=0 if fwmark == "off" else int(fwmark, 16),
        peers=tuple(peer_from_dump(fields) for fields in rest),
    )
    return TunnelSnapshot(id="1", name=name, owner_uid=0, lifecycle=Lifecycle.UP, device=device)


def peer_from_dump(fields):
    key, preshared, endpoint, allowed, handshake, received, sent, keepalive = fields
    host, _, port = endpoint.rpartition(":")
    return PeerSnapshot(
        public_key=PublicKey.parse(key),
        has_preshared_key=preshared != "(none)",
        endpoint=SocketAddress(ip_address(host.strip("[]")), int(port)) if host else None,
        latest_handshake_unix_s=int(handshake),
        received_bytes=int(received),
        sent_bytes=int(sent),
        keepalive_s=0 if keepalive == "off" else int(keepalive),
        allowed_ips=tuple(map(ip_network, allowed.split(","))) if allowed != "(none)" else (),
    )


def dump(host):
    """wireguard-go tells its peers in another order each time."""
    first, *rest = host.run(["wg", "show", "home", "dump"]).stdout.splitlines()
    return "\n".join([first, *sorted(rest)])


@pytest.fixture
def device(two_hosts, tmp_path):
    """A tunnel with one peer that answered and two that never will."""
    server = two_hosts.wireguard()
    client = server.add_client(preshared=True)
    path = tmp_path / "home.conf"
    path.write_text(server.profile(client, allowed_ips=HOME_SUBNETS))
    path.chmod(0o600)
    two_hosts.user.run(["wg-quick", "up", str(path)], env=USERSPACE)
    quiet = ["allowed-ips", "10.99.0.0/16,fd99::/64", "endpoint", "[2001:db8::7]:7"]
    peers = ["peer", IDLE_KEYS[0], *quiet, "persistent-keepalive", "1", "peer", IDLE_KEYS[1]]
    two_hosts.user.run(["wg", "set", "home", "fwmark", "0xca6c", *peers])
    assert two_hosts.source_seen_by(HOME4) == client.address4
    return two_hosts.user


@pytest.mark.parametrize("colour", ["always", "never"])
def test_status_prints_what_wg_show_prints(device, colour):
    paint = Paint(is_on=colour == "always")
    # Peers that never answered come in no order that could be relied on: one of them is left.
    device.run(["wg", "set", "home", "peer", IDLE_KEYS[1], "remove"])
    for _ in range(20):
        before, now_unix_s = dump(device), int(time.time())
        shown = device.run(["wg", "show", "home"], env={"WG_COLOR_MODE": colour}).stdout
        if (before, now_unix_s) == (dump(device), int(time.time())):
            break
    ours = device_lines(tunnel_from_dump("home", before), now_unix_s, paint)
    assert "\n".join(ours) == shown.removeprefix("\x1b[0m").rstrip("\n")


def test_status_of_a_peer_without_anything_is_as_short_as_wgs(device):
    device.run(["wg", "set", "home", "peer", IDLE_KEYS[0], "remove"])
    tunnel = tunnel_from_dump("home", dump(device))
    lonely = [peer for peer in tunnel.device.peers if str(peer.public_key) == IDLE_KEYS[1]]
    alone = replace(tunnel, device=replace(tunnel.device, peers=tuple(lonely)))
    shown = device.run(["wg", "show", "home"]).stdout
    ours = list(device_lines(alone, int(time.time()), Paint()))
    assert shown.endswith("\n".join(ours[-2:]) + "\n")
