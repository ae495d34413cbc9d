"""What is told of changes to a device, and what changes by itself and is not told."""

import asyncio
from dataclasses import replace

from tests.support.build import a_key, a_profile, networks
from tests.support.seen_tunnels import ALICE, until_settled
from tests.support.waiting import until
from wgdesk.domain.snapshot import DeviceSnapshot, PeerSnapshot
from wgdesk.domain.state import Lost
from wgdesk.engine import device_watch
from wgdesk.engine.device_watch import differences, settings_of

PEER = PeerSnapshot(public_key=a_key(), keepalive_s=25, allowed_ips=networks("10.0.0.0/8"))
DEVICE = DeviceSnapshot(public_key=a_key(), listen_port=5, fwmark=7, peers=(PEER,))


def told(now: DeviceSnapshot) -> tuple[str, ...]:
    return differences(settings_of(DEVICE), settings_of(now))


def test_what_changes_by_itself_is_no_difference():
    moved = replace(PEER, received_bytes=1, sent_bytes=2, latest_handshake_unix_s=3, endpoint=None)
    assert told(replace(DEVICE, peers=(moved,))) == ()


def test_each_setting_is_told():
    other = replace(PEER, public_key=a_key())
    assert told(replace(DEVICE, public_key=a_key())) == ("the private key",)
    assert told(replace(DEVICE, listen_port=6)) == ("the listening port is 6",)
    assert told(replace(DEVICE, fwmark=0)) == ("the mark is 0x0",)
    assert told(replace(DEVICE, peers=(PEER, other))) == ("1 peer added",)
    assert told(replace(DEVICE, peers=())) == ("1 peer removed",)
    for changed in ({"keepalive_s": 0}, {"allowed_ips": ()}, {"has_preshared_key": True}):
        assert told(replace(DEVICE, peers=(replace(PEER, **changed),))) == ("1 peer changed",)
    assert told(replace(DEVICE, fwmark=0, peers=())) == ("the mark is 0x0", "1 peer removed")


async def test_a_change_of_others_is_told_once(machine, monkeypatch):
    monkeypatch.setattr(device_watch, "PERIOD_S", 0.005)
    device = DEVICE

    async def read(_name, _engine):
        return device

    machine.system.read = read
    await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    await asyncio.sleep(0.05)
    assert tunnel.trouble == ()
    device = replace(DEVICE, fwmark=0)
    await until(lambda: tunnel.trouble)
    await asyncio.sleep(0.05)
    (sentence,) = tunnel.trouble
    assert "changed the WireGuard settings of this tunnel: the mark is 0x0." in sentence
    await machine.tunnels.close()


async def test_what_an_engine_that_was_started_anew_has_is_nobodys_change(machine, monkeypatch):
    monkeypatch.setattr(device_watch, "PERIOD_S", 0.005)
    device = DEVICE

    async def read(_name, _engine):
        return device

    machine.system.read = read
    await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    await asyncio.sleep(0.05)
    machine.system.lose("home", Lost("the userspace engine stopped"))
    device = replace(DEVICE, listen_port=6)
    await until_settled(machine)
    await asyncio.sleep(0.05)
    assert tunnel.trouble == ()
    device = replace(DEVICE, listen_port=7)
    await until(lambda: tunnel.trouble)
    await machine.tunnels.close()


async def test_what_is_being_changed_by_us_is_nobodys_change(machine, monkeypatch):
    monkeypatch.setattr(device_watch, "PERIOD_S", 0.005)
    device = DEVICE

    async def read(_name, _engine):
        return device

    machine.system.read = read
    await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    await asyncio.sleep(0.05)
    async with tunnel.turn:
        device = replace(DEVICE, fwmark=0)
        await asyncio.sleep(0.05)
        assert tunnel.trouble == ()
        device = DEVICE
    await asyncio.sleep(0.05)
    assert tunnel.trouble == ()
    await machine.tunnels.close()


async def test_a_first_look_that_met_a_change_of_ours_is_taken_again_soon(machine, monkeypatch):
    monkeypatch.setattr(device_watch, "PERIOD_S", 60)
    monkeypatch.setattr(device_watch, "SOON_S", 0.005)
    looked_at = asyncio.Event()
    may_answer = asyncio.Event()
    looks = 0

    async def read(_name, _engine):
        nonlocal looks
        looks += 1
        looked_at.set()
        await may_answer.wait()
        return DEVICE

    machine.system.read = read
    await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    await looked_at.wait()
    async with tunnel.turn:
        may_answer.set()
        await until(lambda: looks >= 2)
    await asyncio.sleep(0.05)  # seen at last, and then not for a minute
    seen = looks
    await asyncio.sleep(0.05)
    assert looks == seen
    await machine.tunnels.close()
