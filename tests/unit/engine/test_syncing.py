"""An edited profile on a tunnel that is up: all of it or nothing, whatever breaks off."""

import asyncio
import logging
from dataclasses import replace
from ipaddress import ip_address, ip_interface

import pytest

from tests.support.build import a_key, a_profile, networks, some_facts
from tests.support.fake_system import REFUSED
from tests.support.seen_tunnels import ALICE, BOB, SUBNET, until_settled
from wgdesk.domain.errors import (
    AlreadyUp,
    Busy,
    EngineFailed,
    KernelRefused,
    NoSuchTunnel,
    RollbackIncomplete,
    RoutesTaken,
    TableTaken,
    TakeOverFailed,
    UpOtherwise,
)
from wgdesk.domain.keys import PresharedKey, PrivateKey
from wgdesk.domain.options import DEFAULT_OPTIONS, HookMode, TunnelOptions
from wgdesk.domain.plan import plan_up
from wgdesk.domain.profile import Endpoint, Peer, Table, TableMode
from wgdesk.domain.render import public_digest
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.domain.steps import AddAddress, AddRule, ConfigureDevice, RemoveRule
from wgdesk.engine.journal import FolderJournal
from wgdesk.engine.record import Stage
from wgdesk.engine.tunnels import Tunnels


def edited(profile, *allowed_ips):
    """Another address, an MTU, a peer more, and other allowed IPs of the first."""
    peer = replace(profile.peers[0], allowed_ips=networks(*(allowed_ips or ("10.5.0.0/16",))))
    other = Peer(
        public_key=a_key(), endpoint=Endpoint("192.0.2.7", 7), allowed_ips=networks("10.6.0.0/16")
    )
    interface = replace(profile.interface, addresses=(ip_interface("10.9.0.9/24"),), mtu=1300)
    return replace(profile, interface=interface, peers=(peer, other))


def standing(machine):
    """What is on the machine, less the device's configuration, in no order."""
    return {step for step in machine.system.standing if not isinstance(step, ConfigureDevice)}


def wanted(profile):
    """What an `up` of it would leave there, less what a sync does not touch."""
    plan = plan_up("home", profile, some_facts(profile))
    return {step for step in plan.steps if not isinstance(step, ConfigureDevice)}


async def test_sync_leaves_what_an_up_would_have_left_and_never_touches_the_link(machine):
    profile = a_profile(SUBNET)
    up = await machine.tunnels.up(ALICE, "home", profile)
    after = edited(profile)
    outcome = await machine.tunnels.sync(up.id, after, DEFAULT_OPTIONS)
    raised = {it for it in standing(machine) if type(it).__name__ == "RaiseLink"}
    expected = {it for it in wanted(after) if type(it).__name__ != "RaiseLink"}
    assert standing(machine) - raised == expected
    assert outcome.id == up.id
    assert "[#] ip link set mtu 1300 dev home" in outcome.lines
    assert "1 peer added" in outcome.changed
    assert [verb for verb, _ in machine.system.log if verb == "undo"] == []
    snapshot = await machine.tunnels.snapshot(up.id)
    assert (snapshot.mtu, snapshot.lifecycle) == (1300, Lifecycle.UP)
    assert [str(address) for address in snapshot.addresses] == ["10.9.0.9/24"]


async def test_sync_of_the_same_profile_changes_nothing(machine):
    profile = a_profile(SUBNET)
    up = await machine.tunnels.up(ALICE, "home", profile)
    outcome = await machine.tunnels.sync(up.id, profile, DEFAULT_OPTIONS)
    assert (outcome.lines, outcome.changed) == ((), ())
    assert machine.system.changes == []


async def test_down_after_a_sync_leaves_nothing(machine):
    profile = a_profile(SUBNET)
    up = await machine.tunnels.up(ALICE, "home", profile)
    await machine.tunnels.sync(up.id, edited(profile, "0.0.0.0/0"), DEFAULT_OPTIONS)
    await machine.tunnels.down(up.id)
    assert machine.system.standing == []


async def changes_of(machine, profile, after):
    """The changes that the sync makes, found by making them."""
    up = await machine.tunnels.up(ALICE, "home", profile)
    await machine.tunnels.sync(up.id, after, DEFAULT_OPTIONS)
    changes = tuple(machine.system.changes)
    await machine.tunnels.down(up.id)
    machine.system.changes.clear()
    return changes


@pytest.mark.parametrize("how", ["fail_before", "fail_after"])
async def test_change_that_fails_leaves_the_tunnel_as_it_was(machine, how):
    profile = a_profile(SUBNET)
    after = edited(profile, "0.0.0.0/0", "::/0")
    changes = await changes_of(machine, profile, after)
    assert len(changes) > 10
    for change in changes:
        up = await machine.tunnels.up(ALICE, "home", profile)
        before = standing(machine)
        setattr(machine.system, how, {change})
        with pytest.raises(KernelRefused if how == "fail_before" else EngineFailed):
            await machine.tunnels.sync(up.id, after, DEFAULT_OPTIONS)
        setattr(machine.system, how, set())
        assert standing(machine) == before, change
        tunnel = machine.tunnels.find(up.id)
        assert tunnel.lifecycle is Lifecycle.UP
        assert tunnel.profile == profile
        await machine.tunnels.down(up.id)
        assert machine.system.standing == []


async def test_cancelled_sync_is_taken_back(machine):
    profile = a_profile(SUBNET)
    after = edited(profile)
    changes = await changes_of(machine, profile, after)
    up = await machine.tunnels.up(ALICE, "home", profile)
    before = standing(machine)
    reached, gate = asyncio.Event(), asyncio.Event()

    def pause(change):
        if change != changes[-1]:
            return None
        reached.set()
        return gate

    machine.system.pause = pause
    task = asyncio.create_task(machine.tunnels.sync(up.id, after, DEFAULT_OPTIONS))
    await reached.wait()
    task.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert standing(machine) == before
    assert machine.states() == {"home": Lifecycle.UP}


async def test_what_cannot_be_taken_back_is_named_and_a_down_still_finds_it(machine):
    profile = a_profile(SUBNET)
    after = edited(profile, "0.0.0.0/0")
    changes = await changes_of(machine, profile, after)
    rule = next(it for it in changes if isinstance(it, AddRule))
    up = await machine.tunnels.up(ALICE, "home", profile)
    machine.system.fail_before = {changes[-1], RemoveRule(rule.rule)}
    with pytest.raises(RollbackIncomplete, match="left behind: ip -6 rule delete"):
        await machine.tunnels.sync(up.id, after, DEFAULT_OPTIONS)
    assert rule in machine.system.standing
    await machine.tunnels.down(up.id)
    assert machine.system.standing == []


async def test_down_waits_for_a_sync_and_then_takes_all_of_it(machine):
    profile = a_profile(SUBNET)
    up = await machine.tunnels.up(ALICE, "home", profile)
    reached, gate = asyncio.Event(), asyncio.Event()

    def pause(change):
        reached.set()
        return gate

    machine.system.pause = pause
    sync = asyncio.create_task(machine.tunnels.sync(up.id, edited(profile), DEFAULT_OPTIONS))
    await reached.wait()
    down = asyncio.create_task(machine.tunnels.down(up.id))
    await asyncio.sleep(0.01)
    assert not down.done()
    gate.set()
    async with asyncio.timeout(5):
        await sync
        await down
    assert machine.system.standing == []
    assert machine.tunnels.list() == ()


async def test_sync_is_refused_where_nothing_is_up(machine):
    with pytest.raises(NoSuchTunnel):
        await machine.tunnels.sync("nothing", a_profile(), DEFAULT_OPTIONS)
    reached, gate = machine.hold("home")
    up = asyncio.create_task(machine.tunnels.up(ALICE, "home", a_profile()))
    await reached.wait()
    (tunnel,) = machine.tunnels.list()
    with pytest.raises(Busy):
        await machine.tunnels.sync(tunnel.id, a_profile(), DEFAULT_OPTIONS)
    gate.set()
    await up


async def test_sync_to_another_users_routes_is_refused(machine):
    await machine.tunnels.up(BOB, "theirs", a_profile("10.5.0.0/24"))
    profile = a_profile(SUBNET, addresses=("10.9.1.2/32",))
    up = await machine.tunnels.up(ALICE, "home", profile)
    with pytest.raises(RoutesTaken):
        await machine.tunnels.sync(up.id, edited(profile), DEFAULT_OPTIONS)
    assert machine.system.changes == []


async def test_routes_that_a_sync_is_about_to_take_are_taken_for_others(machine):
    profile = a_profile(SUBNET, addresses=("10.9.1.2/32",))
    up = await machine.tunnels.up(ALICE, "home", profile)
    reached, gate = asyncio.Event(), asyncio.Event()

    def pause(_change):
        reached.set()
        return gate

    machine.system.pause = pause
    sync = asyncio.create_task(machine.tunnels.sync(up.id, edited(profile), DEFAULT_OPTIONS))
    await reached.wait()
    theirs = a_profile("10.5.0.0/24", addresses=("10.9.2.2/32",))
    other = asyncio.create_task(machine.tunnels.up(BOB, "theirs", theirs))
    await asyncio.wait((other,), timeout=1)
    gate.set()
    with pytest.raises(RoutesTaken):
        await other
    await sync
    await machine.tunnels.sync(up.id, profile, DEFAULT_OPTIONS)
    await machine.tunnels.up(BOB, "theirs", theirs)  # a wish that is over holds nothing


async def test_own_tunnels_make_room_and_come_back_where_it_fails(machine):
    profile = a_profile(SUBNET)
    await machine.tunnels.up(ALICE, "work", a_profile("10.5.1.0/24", addresses=("10.9.3.3/32",)))
    up = await machine.tunnels.up(ALICE, "home", profile)
    machine.system.fail_before = {AddAddress("home", ip_interface("10.9.0.9/24"))}
    with pytest.raises(TakeOverFailed, match="“work” is up again"):
        await machine.tunnels.sync(up.id, edited(profile), DEFAULT_OPTIONS)
    await until_settled(machine)
    assert machine.states() == {"work": Lifecycle.UP, "home": Lifecycle.UP}
    machine.system.fail_before = set()
    outcome = await machine.tunnels.sync(up.id, edited(profile), DEFAULT_OPTIONS)
    assert outcome.took_over == ("work",)
    assert machine.states() == {"home": Lifecycle.UP}


async def test_table_of_another_tunnel_is_refused(machine):
    await machine.tunnels.up(ALICE, "work", a_profile("10.7.0.0/16", addresses=("10.9.4.4/32",)))
    profile = a_profile(SUBNET)
    up = await machine.tunnels.up(ALICE, "home", profile)
    table = Table(TableMode.NUMBER, 51820)
    after = replace(profile, interface=replace(profile.interface, table=table))
    with pytest.raises(TableTaken):
        await machine.tunnels.sync(up.id, after, DEFAULT_OPTIONS)


async def test_up_with_other_content_says_so_and_names_the_way(machine):
    profile = a_profile(SUBNET)
    await machine.tunnels.up(ALICE, "home", profile)
    with pytest.raises(UpOtherwise) as caught:
        await machine.tunnels.up(ALICE, "home", edited(profile))
    assert "wgdesk sync" in caught.value.remedy


async def test_up_with_another_key_is_other_content_too(machine):
    profile = a_profile(SUBNET)
    await machine.tunnels.up(ALICE, "home", profile)
    key = PrivateKey(bytes([9]) * 32)
    rekeyed = replace(profile, interface=replace(profile.interface, private_key=key))
    peer = replace(profile.peers[0], preshared_key=PresharedKey(bytes([8]) * 32))
    for other in (rekeyed, replace(profile, peers=(peer,))):
        with pytest.raises(UpOtherwise):
            await machine.tunnels.up(ALICE, "home", other)
    with pytest.raises(AlreadyUp) as caught:
        await machine.tunnels.up(ALICE, "home", profile)
    assert not isinstance(caught.value, UpOtherwise)


async def test_up_with_other_options_says_so_and_names_the_way(machine):
    profile = a_profile(SUBNET)
    await machine.tunnels.up(ALICE, "home", profile)
    with pytest.raises(AlreadyUp, match="with other options; take it down first") as caught:
        await machine.tunnels.up(ALICE, "home", profile, TunnelOptions(use_dns=False))
    assert not isinstance(caught.value, UpOtherwise)


async def test_options_of_the_commands_stay_as_the_up_had_them(machine):
    profile = a_profile(SUBNET)
    up = await machine.tunnels.up(ALICE, "home", profile)
    options = TunnelOptions(allow_lan=False, hooks=HookMode.ROOT)
    await machine.tunnels.sync(up.id, profile, options)
    assert machine.tunnels.find(up.id).options == TunnelOptions(allow_lan=False)


async def test_digest_follows_the_profile_as_it_was_given(machine):
    profile = a_profile(SUBNET)
    up = await machine.tunnels.up(ALICE, "home", profile)
    first = (await machine.tunnels.snapshot(up.id)).profile_digest
    peer = replace(profile.peers[0], allowed_ips=networks("10.6.0.0/16"), removed_ips=())
    given = replace(profile, peers=(peer,))
    await machine.tunnels.sync(up.id, given, DEFAULT_OPTIONS)
    second = (await machine.tunnels.snapshot(up.id)).profile_digest
    assert (first, second) == (public_digest(profile), public_digest(given))
    assert set(machine.tunnels.find(up.id).profile.peers[0].allowed_ips) == set(
        networks(SUBNET, "10.6.0.0/16")
    )


async def test_only_endpoints_that_changed_are_looked_up(machine):
    profile = a_profile(SUBNET)
    up = await machine.tunnels.up(ALICE, "home", profile)
    asked = []
    resolve = machine.system.resolve

    async def listen(which):
        asked.extend(peer.endpoint for peer in which.peers if peer.endpoint)
        return await resolve(which)

    machine.system.resolve = listen
    await machine.tunnels.sync(up.id, edited(profile), DEFAULT_OPTIONS)
    assert [str(endpoint) for endpoint in asked] == ["192.0.2.7:7"]
    config = machine.tunnels.find(up.id).plan
    told = next(step.config for step in config.steps if isinstance(step, ConfigureDevice))
    assert [peer.endpoint.address for peer in told.peers] == [
        ip_address("192.0.2.2"),
        ip_address("192.0.2.7"),
    ]


async def test_journal_knows_at_every_moment_all_that_may_stand(machine, tmp_path):
    journal = FolderJournal(tmp_path)
    tunnels = Tunnels(machine.system, lambda: 1.0, journal)
    profile = a_profile(SUBNET)
    up = await tunnels.up(ALICE, "home", profile)
    seen = []

    def look(_change):
        (record,) = journal.read()
        noted = set(record.plan.steps)
        there = {it for it in machine.system.standing if type(it).__name__ in LASTING}
        seen.append((record.stage, there <= noted))

    machine.system.pause = look
    await tunnels.sync(up.id, edited(profile, "0.0.0.0/0"), DEFAULT_OPTIONS)
    assert set(seen) == {(Stage.FALLING, True)}
    (record,) = journal.read()
    assert record.stage is Stage.UP
    assert record.plan.mtu == 1300
    assert "10.9.0.9/24" in record.profile_text


LASTING = ("AddAddress", "AddRoute", "AddRule", "LoadFirewall", "ApplyDns")


async def test_no_key_reaches_the_log(machine, caplog):
    profile = a_profile(SUBNET)
    up = await machine.tunnels.up(ALICE, "home", profile)
    with caplog.at_level(logging.DEBUG):
        machine.system.fail_before = {AddAddress("home", ip_interface("10.9.0.9/24"))}
        with pytest.raises(KernelRefused) as caught:
            await machine.tunnels.sync(up.id, edited(profile), DEFAULT_OPTIONS)
    assert caught.value is REFUSED
    assert profile.interface.private_key.base64() not in caplog.text
