from ipaddress import ip_address

import pytest

from tests.support.build import a_key, networks
from wgdesk.domain.device import (
    DeviceConfig,
    DevicePeer,
    DeviceUpdate,
    PeerUpdate,
    SocketAddress,
)
from wgdesk.domain.keys import PresharedKey, PrivateKey
from wgdesk.domain.snapshot import DeviceSnapshot, PeerSnapshot
from wgdesk.engine import uapi


def test_set_names_everything_and_ends_with_an_empty_line():
    private_key, preshared, key = PrivateKey.generate(), PresharedKey.generate(), a_key()
    config = DeviceConfig(
        private_key=private_key,
        listen_port=51820,
        fwmark=0xCA6C,
        peers=(
            DevicePeer(
                public_key=key,
                preshared_key=preshared,
                endpoint=SocketAddress(ip_address("2001:db8::1"), 5),
                keepalive_s=25,
                allowed_ips=networks("10.0.0.0/8", "::/0"),
            ),
        ),
    )
    assert uapi.encode_set(config).decode() == (
        "set=1\n"
        f"private_key={private_key.raw.hex()}\nlisten_port=51820\nfwmark=51820\nreplace_peers=true\n"
        f"public_key={key.raw.hex()}\npreshared_key={preshared.raw.hex()}\n"
        "endpoint=[2001:db8::1]:5\npersistent_keepalive_interval=25\n"
        "replace_allowed_ips=true\nallowed_ip=10.0.0.0/8\nallowed_ip=::/0\n\n"
    )


def test_update_names_only_what_changes_and_removes_first():
    gone, kept, new = a_key(), a_key(), a_key()
    update = DeviceUpdate(
        fwmark=0,
        removed=(gone,),
        peers=(
            PeerUpdate(
                public_key=kept,
                preshared_key=PresharedKey(bytes(32)),
                keepalive_s=0,
                allowed_ips=networks("10.1.0.0/16"),
            ),
            PeerUpdate(public_key=new, is_new=True, replaces_ips=True),
        ),
    )
    assert uapi.encode_update(update).decode() == (
        "set=1\nfwmark=0\n"
        f"public_key={gone.raw.hex()}\nremove=true\n"
        f"public_key={kept.raw.hex()}\nupdate_only=true\npreshared_key={'0' * 64}\n"
        "persistent_keepalive_interval=0\nallowed_ip=10.1.0.0/16\n"
        f"public_key={new.raw.hex()}\nreplace_allowed_ips=true\n\n"
    )


def test_set_of_nothing_clears_the_key():
    text = uapi.encode_set(DeviceConfig()).decode()
    assert text == (
        f"set=1\nprivate_key={'0' * 64}\nlisten_port=0\nfwmark=0\nreplace_peers=true\n\n"
    )


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        (b"errno=0\n\n", 0),
        (b"errno=-98\n\n", 98),
        (b"errno=98\n\n", 98),
        (b"listen_port=1\nerrno=0\n\n", 0),
        (b"listen_port=1\n\n", None),
        (b"errno=x\n\n", None),
        (b"", None),
    ],
)
def test_errno_is_read_with_either_sign(answer, number):
    assert uapi.decode_errno(answer) == number


def test_decode_reads_peers_in_any_order_of_their_lines():
    private_key, one, two = PrivateKey.generate(), a_key(), a_key()
    answer = (
        f"private_key={private_key.raw.hex()}\nlisten_port=51820\nfwmark=7\n"
        f"public_key={one.raw.hex()}\npreshared_key={'0' * 64}\nprotocol_version=1\n"
        "last_handshake_time_sec=0\nlast_handshake_time_nsec=0\ntx_bytes=148\nrx_bytes=92\n"
        "persistent_keepalive_interval=0\n"
        f"public_key={two.raw.hex()}\nallowed_ip=fd00::/64\nendpoint=[fe80::1%eth0]:9\n"
        f"preshared_key={'0' * 63}1\nallowed_ip=10.0.0.1/32\nlast_handshake_time_sec=5\n"
        "errno=0\n\n"
    )
    assert uapi.decode_device(answer.encode()) == DeviceSnapshot(
        public_key=private_key.public(),
        has_private_key=True,
        listen_port=51820,
        fwmark=7,
        peers=(
            PeerSnapshot(public_key=one, sent_bytes=148, received_bytes=92),
            PeerSnapshot(
                public_key=two,
                has_preshared_key=True,
                endpoint=SocketAddress(ip_address("fe80::1"), 9, "eth0"),
                latest_handshake_unix_s=5,
                allowed_ips=networks("fd00::/64", "10.0.0.1/32"),
            ),
        ),
    )


def test_decode_takes_a_key_of_zeros_for_none():
    device = uapi.decode_device(f"private_key={'0' * 64}\nerrno=0\n\n".encode())
    assert device == DeviceSnapshot()


@pytest.mark.parametrize(
    "answer", [b"public_key=00\n", b"private_key=zz\n", b"listen_port=x\n", b"\xff=1\n"]
)
def test_decode_refuses_what_makes_no_sense(answer):
    with pytest.raises(ValueError, match=r"\w"):
        uapi.decode_device(answer)
