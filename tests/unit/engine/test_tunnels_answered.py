"""What the tunnels tell of one that nobody answers, from its device to its snapshot."""

from dataclasses import replace
from ipaddress import ip_address

from tests.support.build import a_profile
from tests.support.seen_tunnels import ALICE, NOW_S
from tests.support.waiting import until
from wgdesk.domain.device import SocketAddress
from wgdesk.domain.evidence import Evidence
from wgdesk.domain.finding import Finding
from wgdesk.domain.snapshot import DeviceSnapshot, PeerSnapshot
from wgdesk.engine import answer_watch, device_watch


async def test_silence_is_found_told_and_seen_in_the_snapshot(machine, monkeypatch):
    monkeypatch.setattr(answer_watch, "REKEY_TIMEOUT_S", 0)
    monkeypatch.setattr(device_watch, "PERIOD_S", 0.005)
    machine.system.evidence = Evidence(is_alive=True)
    profile = a_profile()
    (told,) = profile.peers
    peer = PeerSnapshot(
        public_key=told.public_key,
        endpoint=SocketAddress(ip_address("192.0.2.2"), 51820),
        sent_bytes=148,
    )

    async def read(_name, _engine):
        return DeviceSnapshot(peers=(peer,))

    machine.system.read = read
    outcome = await machine.tunnels.up(ALICE, "home", profile)
    changes = len(machine.seen)
    await until(lambda: len(machine.seen) > changes)
    snapshot = await machine.tunnels.snapshot(outcome.id)
    assert (snapshot.finding, snapshot.is_answered) == (Finding.UDP_BLOCKED, False)
    peer = replace(peer, latest_handshake_unix_s=NOW_S, received_bytes=92)
    await until(lambda: len(machine.seen) > changes + 1)
    snapshot = await machine.tunnels.snapshot(outcome.id)
    assert (snapshot.finding, snapshot.is_answered) == (None, True)
    await machine.tunnels.down(outcome.id)
    await machine.tunnels.close()
    assert machine.system.asked == [peer.endpoint]
