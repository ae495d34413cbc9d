"""What every engine.ports.Device does: the same checks for the kernel and for wireguard-go.

No plugin of pytest is needed: the virtual machine has none.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest

from tests.support.build import a_device_peer, a_key, networks
from wgdesk.domain.device import (
    DeviceConfig,
    DevicePeer,
    DeviceUpdate,
    EngineKind,
    PeerUpdate,
    SocketAddress,
)
from wgdesk.domain.errors import EngineError, NameConflict
from wgdesk.domain.keys import PresharedKey, PrivateKey
from wgdesk.domain.snapshot import DeviceSnapshot
from wgdesk.engine.launcher import Launcher
from wgdesk.engine.machine import Machine
from wgdesk.engine.ports import Device

NAME = "wgconf0"
Check = Callable[[Device], Awaitable[None]]


def run(
    check: Check, kind: EngineKind, *, delete: bool = True, launcher: Launcher | None = None
) -> None:
    """One check on a device of its own; the link is gone afterwards, unless it is to stay.

    Args:
        launcher: Of the userspace engine that is looked at; None for the one that is installed.
    """

    async def everything() -> None:
        machine = Machine(launcher=launcher)
        try:
            device = machine.device(kind)
            await device.create(NAME)
            try:
                await check(device)
            finally:
                if delete:
                    await device.delete(NAME)
            assert await machine.link_exists(NAME) is not delete
        finally:
            await machine.close()

    asyncio.run(everything())


def a_full_config() -> DeviceConfig:
    one = DevicePeer(
        public_key=a_key(),
        preshared_key=PresharedKey.generate(),
        endpoint=SocketAddress(ip_address("192.0.2.7"), 51820),
        keepalive_s=25,
        allowed_ips=networks("10.7.0.0/16", "fd07::/64", "0.0.0.0/0"),
    )
    two = DevicePeer(
        public_key=a_key(), endpoint=SocketAddress(ip_address("2001:db8::7"), 1), allowed_ips=()
    )
    return DeviceConfig(
        private_key=PrivateKey.generate(), listen_port=45_678, fwmark=0x77670001, peers=(one, two)
    )


def assert_is(snapshot: DeviceSnapshot, config: DeviceConfig) -> None:
    """Compare all that is configured; neither peers nor allowed IPs have an order to keep."""
    assert config.private_key is not None
    assert snapshot.public_key == config.private_key.public()
    assert snapshot.has_private_key
    assert (snapshot.listen_port, snapshot.fwmark) == (config.listen_port, config.fwmark)
    found = {peer.public_key: peer for peer in snapshot.peers}
    assert found.keys() == {peer.public_key for peer in config.peers}
    for peer in config.peers:
        seen = found[peer.public_key]
        assert seen.has_preshared_key is (peer.preshared_key is not None)
        assert seen.endpoint == peer.endpoint
        assert seen.keepalive_s == (peer.keepalive_s or 0)
        assert set(seen.allowed_ips) == set(peer.allowed_ips)
        assert seen.latest_handshake_unix_s == 0


def assert_config_is(found: DeviceConfig, config: DeviceConfig) -> None:
    """The same, keys included."""
    assert found.private_key == config.private_key
    assert (found.listen_port, found.fwmark) == (config.listen_port, config.fwmark)
    peers = {peer.public_key: peer for peer in found.peers}
    assert peers.keys() == {peer.public_key for peer in config.peers}
    for peer in config.peers:
        seen = peers[peer.public_key]
        assert set(seen.allowed_ips) == set(peer.allowed_ips)
        assert replace(seen, allowed_ips=()) == replace(peer, allowed_ips=())


async def check_new_device_is_empty(device: Device) -> None:
    snapshot = await device.read(NAME)
    assert (snapshot.public_key, snapshot.has_private_key) == (None, False)
    assert (snapshot.fwmark, snapshot.peers) == (0, ())


async def check_configuration_reads_back(device: Device) -> None:
    config = a_full_config()
    await device.configure(NAME, config)
    assert_is(await device.read(NAME), config)


async def check_configuration_replaces_the_one_before(device: Device) -> None:
    first, second = a_full_config(), a_full_config()
    kept = replace(first.peers[0], allowed_ips=networks("10.9.0.0/16"), keepalive_s=None)
    second = replace(second, peers=(kept, *second.peers[1:]))
    await device.configure(NAME, first)
    await device.configure(NAME, second)
    assert_is(await device.read(NAME), second)


async def check_configuration_of_nothing_clears(device: Device) -> None:
    await device.configure(NAME, a_full_config())
    await device.configure(NAME, DeviceConfig())
    snapshot = await device.read(NAME)
    assert (snapshot.public_key, snapshot.has_private_key) == (None, False)
    assert (snapshot.fwmark, snapshot.peers) == (0, ())


async def check_config_reads_back_with_its_keys(device: Device) -> None:
    config = a_full_config()
    await device.configure(NAME, config)
    found = await device.read_config(NAME)
    assert_config_is(found, config)


async def check_update_changes_what_it_says_and_nothing_else(device: Device) -> None:
    config = a_full_config()
    one, two = config.peers
    await device.configure(NAME, config)
    new = a_device_peer("10.8.0.0/16")
    update = DeviceUpdate(
        listen_port=45_679,
        removed=(two.public_key,),
        peers=(
            PeerUpdate(
                public_key=one.public_key,
                preshared_key=PresharedKey(bytes(32)),
                keepalive_s=0,
                allowed_ips=networks("10.99.0.0/16"),
            ),
            PeerUpdate(
                public_key=new.public_key,
                is_new=True,
                allowed_ips=new.allowed_ips,
                replaces_ips=True,
            ),
        ),
    )
    await device.update(NAME, update)
    changed = replace(
        one,
        preshared_key=None,
        keepalive_s=None,
        allowed_ips=(*one.allowed_ips, *networks("10.99.0.0/16")),
    )
    wanted = replace(config, listen_port=45_679, peers=(changed, new))
    assert_config_is(await device.read_config(NAME), wanted)


async def check_update_moves_allowed_ips_and_replaces_lists(device: Device) -> None:
    config = a_full_config()
    one, two = config.peers
    await device.configure(NAME, config)
    await device.update(
        NAME,
        DeviceUpdate(
            fwmark=0,
            private_key=PrivateKey.generate(),
            peers=(
                PeerUpdate(public_key=two.public_key, allowed_ips=networks("0.0.0.0/0")),
                PeerUpdate(
                    public_key=one.public_key,
                    endpoint=SocketAddress(ip_address("2001:db8::9"), 9),
                    allowed_ips=networks("10.7.0.0/17"),
                    replaces_ips=True,
                ),
            ),
        ),
    )
    found = await device.read_config(NAME)
    assert found.private_key not in (None, config.private_key)
    peers = {peer.public_key: peer for peer in found.peers}
    assert peers[two.public_key].allowed_ips == networks("0.0.0.0/0")
    assert peers[one.public_key].allowed_ips == networks("10.7.0.0/17")
    assert peers[one.public_key].preshared_key == one.preshared_key
    assert str(peers[one.public_key].endpoint) == "[2001:db8::9]:9"
    assert (found.listen_port, found.fwmark) == (config.listen_port, 0)


async def check_update_of_a_peer_that_is_not_there_makes_none(device: Device) -> None:
    config = a_full_config()
    await device.configure(NAME, config)
    stranger = PeerUpdate(
        public_key=a_key(),
        keepalive_s=5,
        allowed_ips=tuple(ip_network((IPv4Address("10.0.0.0") + n, 32)) for n in range(2_000)),
        replaces_ips=True,
    )
    await device.update(NAME, DeviceUpdate(removed=(a_key(),), peers=(stranger,)))
    assert_is(await device.read(NAME), config)


async def check_update_with_16384_allowed_ips(device: Device) -> None:
    config = a_full_config()
    await device.configure(NAME, config)
    many = tuple(ip_network((IPv4Address("10.16.0.0") + number, 32)) for number in range(16_384))
    peer = config.peers[1]
    change = PeerUpdate(public_key=peer.public_key, allowed_ips=many, replaces_ips=True)
    await device.update(NAME, DeviceUpdate(peers=(change,)))
    wanted = replace(config, peers=(config.peers[0], replace(peer, allowed_ips=many)))
    assert_is(await device.read(NAME), wanted)


async def check_peer_with_16384_allowed_ips(device: Device) -> None:
    four = tuple(ip_network((IPv4Address("10.0.0.0") + number, 32)) for number in range(8_192))
    six = tuple(ip_network((IPv6Address("fd00::") + number, 128)) for number in range(8_192))
    config = replace(a_full_config(), peers=(replace(a_device_peer(), allowed_ips=four + six),))
    await device.configure(NAME, config)
    assert_is(await device.read(NAME), config)


async def check_10000_peers(device: Device) -> None:
    peers = tuple(
        a_device_peer(f"{IPv4Address('10.0.0.0') + number}/32", f"fd00::{number:x}/128")
        for number in range(10_000)
    )
    config = replace(a_full_config(), peers=peers)
    await device.configure(NAME, config)
    assert_is(await device.read(NAME), config)


async def check_second_link_of_that_name_is_a_conflict(device: Device) -> None:
    config = a_full_config()
    await device.configure(NAME, config)
    with pytest.raises(NameConflict):
        await device.create(NAME)
    assert_is(await device.read(NAME), config)


async def check_delete_twice_is_a_success(device: Device) -> None:
    await device.delete(NAME)
    await device.delete(NAME)
    with pytest.raises(EngineError):
        await device.read(NAME)
    await device.create(NAME)


CHECKS: tuple[Check, ...] = (
    check_new_device_is_empty,
    check_configuration_reads_back,
    check_configuration_replaces_the_one_before,
    check_configuration_of_nothing_clears,
    check_second_link_of_that_name_is_a_conflict,
    check_delete_twice_is_a_success,
    check_config_reads_back_with_its_keys,
    check_update_changes_what_it_says_and_nothing_else,
    check_update_moves_allowed_ips_and_replaces_lists,
    check_update_of_a_peer_that_is_not_there_makes_none,
    check_update_with_16384_allowed_ips,
    check_peer_with_16384_allowed_ips,
    check_10000_peers,
)


def title(check: Check) -> str:
    return check.__name__.removeprefix("check_")
