"""A reader gives what the codec gives, in pieces, and makes nothing new of what is the same."""

import os
from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from tests.support.fakes import a_tunnel
from tests.support.scenes import ATTACHED_HOME, HOME, WORK, connected_home
from wgdesk.domain.device import SocketAddress
from wgdesk.domain.errors import InvalidRequest
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.snapshot import ForeignLink, MachineSnapshot, PeerSnapshot, TunnelSnapshot
from wgdesk.wire import codec
from wgdesk.wire.machine_reader import PIECE, MachineReader


def text_of(*tunnels: TunnelSnapshot, foreign=(), degraded=()) -> str:
    machine = MachineSnapshot(tunnels=tunnels, foreign=foreign, degraded=degraded)
    return codec.encode(codec.machine_json(machine))


def read(reader: MachineReader, text: str) -> MachineSnapshot:
    reading = reader.read(text)
    while True:
        try:
            next(reading)
        except StopIteration as end:
            return end.value


def a_peer(number: int = 0) -> PeerSnapshot:
    return PeerSnapshot(
        public_key=PublicKey(os.urandom(32)),
        endpoint=SocketAddress(ip_address("fe80::1"), 51820, "eth0") if number % 2 else None,
        latest_handshake_unix_s=number,
        received_bytes=number,
        keepalive_s=number % 60,
        allowed_ips=(ip_network(f"10.0.{number % 256}.0/24"),) if number % 3 else (),
    )


def crowd(count: int) -> TunnelSnapshot:
    tunnel = connected_home()
    peers = tuple(map(a_peer, range(count)))
    return replace(tunnel, device=replace(tunnel.device, peers=peers))


ODD = 'a"},{"public_key":"x"}],"routes":[],"peers":[{"public_key":'


@pytest.mark.parametrize(
    "tunnels",
    [
        (),
        (connected_home(),),
        (crowd(0),),
        (crowd(0), a_tunnel("work", WORK), a_tunnel("attached_home", ATTACHED_HOME)),
        (a_tunnel("work", WORK), replace(crowd(0), id="empty"), a_tunnel("home", HOME)),
        (crowd(2 * PIECE + 1), a_tunnel("work", WORK)),
        (replace(connected_home(), cause=ODD, notices=(ODD, ODD)),),
    ],
)
def test_reader_reads_what_the_codec_reads(tunnels):
    text = text_of(*tunnels, foreign=(ForeignLink(ODD, "wg-quick"),), degraded=(ODD,))
    reader, wanted = MachineReader(), codec.machine_from(codec.decode(text))
    assert read(reader, text) == wanted
    assert read(reader, text) == wanted


def test_crowd_is_read_in_pieces():
    assert sum(1 for _ in MachineReader().read(text_of(crowd(3 * PIECE)))) == 3


def test_peer_and_tunnel_whose_text_is_the_same_stay_the_same_objects():
    reader, tunnel = MachineReader(), crowd(5)
    before = read(reader, text_of(tunnel, a_tunnel("work", WORK)))
    changed = replace(tunnel.device.peers[3], received_bytes=9_999)
    peers = (*tunnel.device.peers[:3], changed, tunnel.device.peers[4])
    tunnel = replace(tunnel, device=replace(tunnel.device, peers=peers))
    after = read(reader, text_of(tunnel, a_tunnel("work", WORK)))
    assert after.tunnels[1] is before.tunnels[1]
    pairs = zip(before.tunnels[0].device.peers, after.tunnels[0].device.peers, strict=True)
    assert [one is other for one, other in pairs] == [True, True, True, False, True]
    assert after.tunnels[0].device.peers[3] == changed


def test_reader_forgets_peers_that_went():
    reader = MachineReader()
    read(reader, text_of(crowd(50)))
    read(reader, text_of(connected_home()))
    assert len(reader._known) == 1


def test_answer_that_is_written_otherwise_is_read_as_a_whole():
    text = text_of(connected_home()).replace('"routes":', '"routes" : ')
    assert read(MachineReader(), text).tunnels[0].device == connected_home().device


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"received":', '"receive":'),
        ('"public_key":"HI', '"public_key":"H'),
        ('"keepalive":25', '"keepalive":25x'),
        ('"v":1', '"v":2'),
        ('"allowed_ips":["0.0.0.0/0"', '"allowed_ips":["0.0.0.0/99"'),
        ('"allowed_ips":["0.0.0.0/0"', '"allowed_ips":[["0.0.0.0/0"]'),
    ],
)
def test_answer_that_makes_no_sense_is_refused(old, new):
    text = text_of(connected_home())
    assert old in text
    with pytest.raises(InvalidRequest):
        read(MachineReader(), text.replace(old, new, 1))
