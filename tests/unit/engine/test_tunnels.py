import asyncio
import re
from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.support.build import a_profile
from tests.support.seen_tunnels import ALICE, BOB, NOW_S, SUBNET, until_settled
from wgdesk.domain.device import Engine, EngineKind
from wgdesk.domain.dns import DnsBackend, DnsConfig
from wgdesk.domain.errors import (
    AlreadyUp,
    Busy,
    EndpointUnresolved,
    EngineFailed,
    HooksUnavailable,
    InvalidName,
    NameConflict,
    NoSuchTunnel,
    RollbackIncomplete,
)
from wgdesk.domain.health import Light, health
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.profile import Hook, HookKind
from wgdesk.domain.snapshot import DeviceSnapshot, Lifecycle
from wgdesk.domain.state import Broke, Lost
from wgdesk.domain.steps import AddRule, ApplyDns, CreateLink, RunHook


async def test_up_answers_what_was_done(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    assert re.fullmatch("[0-9a-f]{32}", outcome.id)
    assert outcome.name == "home"
    assert outcome.engine == machine.system.engine
    assert outcome.lines[0] == "[#] wireguard-go home"
    assert len(outcome.lines) == len(machine.system.standing)
    assert machine.seen == [("home", Lifecycle.RISING), ("home", Lifecycle.UP)]


async def test_snapshot_tells_the_plan_and_the_device(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    snapshot = await machine.tunnels.snapshot(outcome.id)
    assert (snapshot.owner_uid, snapshot.lifecycle, snapshot.full_tunnel) == (
        ALICE,
        Lifecycle.UP,
        True,
    )
    assert snapshot.since_unix_s == NOW_S
    assert snapshot.device.listen_port == 51820
    assert [str(address) for address in snapshot.addresses] == ["10.9.0.2/32", "fd09::2/128"]
    assert snapshot.mtu == 1420
    assert len(snapshot.routes) == 2
    assert len(snapshot.rules) == 8


async def test_snapshot_still_has_the_state_when_the_device_does_not_answer(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    machine.system.standing.clear()
    snapshot = await machine.tunnels.snapshot(outcome.id)
    assert (snapshot.lifecycle, snapshot.device) == (Lifecycle.UP, DeviceSnapshot())
    assert snapshot.lacks == "Its engine does not answer."
    assert health(snapshot, NOW_S).light is Light.INCOMPLETE


async def test_snapshot_of_a_tunnel_that_is_gone_says_so(machine):
    with pytest.raises(NoSuchTunnel):
        await machine.tunnels.snapshot("nothing")


async def test_down_leaves_nothing(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    await machine.tunnels.down(outcome.id)
    assert machine.system.standing == []
    assert machine.tunnels.list() == ()
    assert machine.seen[-2:] == [("home", Lifecycle.FALLING), ("home", None)]


async def test_down_of_a_tunnel_that_is_gone_is_a_success(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    for _ in range(2):
        await machine.tunnels.down(outcome.id)
    await machine.tunnels.down("nothing")


async def test_up_twice_is_refused_politely(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    standing = list(machine.system.standing)
    with pytest.raises(AlreadyUp, match="“home” is up already"):
        await machine.tunnels.up(ALICE, "home", a_profile())
    assert machine.system.standing == standing


async def test_up_is_refused_while_the_tunnel_is_being_changed(machine):
    reached, gate = machine.hold("home")
    first = asyncio.create_task(machine.tunnels.up(ALICE, "home", a_profile()))
    await reached.wait()
    with pytest.raises(Busy):
        await machine.tunnels.up(ALICE, "home", a_profile())
    gate.set()
    await first


async def test_up_refuses_another_users_name_without_saying_whose(machine):
    await machine.tunnels.up(ALICE, "home", a_profile(SUBNET))
    with pytest.raises(NameConflict, match="belongs to another user") as caught:
        await machine.tunnels.up(BOB, "home", a_profile("10.88.0.0/24"))
    assert str(ALICE) not in str(caught.value)


async def test_up_refuses_the_name_of_another_programs_link(machine):
    machine.system.foreign_links.add("wg0")
    await machine.tunnels.up(ALICE, "home", a_profile())
    with pytest.raises(NameConflict, match="belongs to another program"):
        await machine.tunnels.up(ALICE, "wg0", a_profile())
    assert machine.states() == {"home": Lifecycle.UP, "wg0": Lifecycle.FAILED}


async def test_up_refuses_a_name_that_no_interface_can_have(machine):
    with pytest.raises(InvalidName):
        await machine.tunnels.up(ALICE, "../etc", a_profile())
    assert machine.tunnels.list() == ()


async def test_up_that_fails_leaves_nothing_and_is_listed_with_its_reason(machine):
    machine.system.unresolved = EndpointUnresolved("vpn.example.org", "no answer in 10 s")
    with pytest.raises(EndpointUnresolved):
        await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    snapshot = await machine.tunnels.snapshot(tunnel.id)
    assert snapshot.lifecycle is Lifecycle.FAILED
    assert snapshot.cause == "the endpoint “vpn.example.org” has no address: no answer in 10 s"
    machine.system.unresolved = None
    await machine.tunnels.up(ALICE, "home", a_profile())
    assert machine.states() == {"home": Lifecycle.UP}


async def test_down_of_a_failed_tunnel_removes_it_from_the_list(machine):
    machine.system.unresolved = EndpointUnresolved("vpn.example.org", "no answer in 10 s")
    with pytest.raises(EndpointUnresolved):
        await machine.tunnels.up(ALICE, "home", a_profile())
    await machine.tunnels.down(machine.tunnels.list()[0].id)
    assert machine.tunnels.list() == ()
    assert machine.seen[-1] == ("home", None)


async def test_down_of_a_failed_tunnel_undoes_only_what_was_left_of_it(machine):
    home = await machine.tunnels.up(ALICE, "home", a_profile())
    rule = next(step for step in machine.system.standing if isinstance(step, AddRule))
    machine.system.stuck = {rule}
    with pytest.raises(RollbackIncomplete):
        await machine.tunnels.down(home.id)
    assert machine.states() == {"home": Lifecycle.FAILED}
    machine.system.stuck = set()
    await machine.tunnels.up(BOB, "home", a_profile(SUBNET, addresses=()))
    await machine.tunnels.down(home.id)
    assert machine.system.links == ["home"]
    assert rule not in machine.system.standing


async def test_down_during_up_takes_back_what_was_done(machine):
    reached, gate = machine.hold("home")
    rising = asyncio.create_task(machine.tunnels.up(ALICE, "home", a_profile()))
    await reached.wait()
    falling = asyncio.create_task(machine.tunnels.down(machine.tunnels.list()[0].id))
    await asyncio.sleep(0)
    assert machine.states() == {"home": Lifecycle.FALLING}
    gate.set()
    await falling
    with pytest.raises(Busy, match="taken down again"):
        await rising
    assert machine.system.standing == []
    assert machine.tunnels.list() == ()


async def test_tunnel_goes_on_rising_when_its_caller_is_gone(machine):
    reached, gate = machine.hold("home")
    caller = asyncio.create_task(machine.tunnels.up(ALICE, "home", a_profile()))
    await reached.wait()
    caller.cancel()
    gate.set()
    await until_settled(machine)
    assert machine.states() == {"home": Lifecycle.UP}


async def test_lost_link_fails_the_tunnel_and_removes_its_rules(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    machine.system.lose("home", Broke("the interface was deleted by another program"))
    await until_settled(machine)
    snapshot = await machine.tunnels.snapshot(outcome.id)
    assert snapshot.lifecycle is Lifecycle.FAILED
    assert snapshot.cause == "the interface was deleted by another program"
    assert (snapshot.engine, snapshot.since_unix_s, snapshot.rules) == (None, 0, ())
    assert machine.system.standing == []
    await machine.tunnels.down(outcome.id)
    assert machine.tunnels.list() == ()


async def test_lost_engine_is_started_anew_and_its_rules_stay(machine, caplog):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    rules = [step for step in machine.system.standing if isinstance(step, AddRule)]
    machine.system.lose("home", Lost("the userspace engine stopped"))
    assert machine.states() == {"home": Lifecycle.MENDING}
    assert (await machine.tunnels.snapshot(outcome.id)).cause == "the userspace engine stopped"
    await until_settled(machine)
    assert machine.states() == {"home": Lifecycle.UP}
    assert machine.system.links == ["home"]
    assert not any(isinstance(step, AddRule) for step in machine.system.redone)
    undone = [step for what, step in machine.system.log if what == "undo"]
    assert undone == [CreateLink("home", EngineKind.USERSPACE)]
    assert [it for it in machine.system.standing if isinstance(it, AddRule)] == rules
    assert "home: the userspace engine stopped; it is started anew" in caplog.text


async def test_name_servers_that_are_refused_do_not_fail_a_mended_tunnel(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    names = ApplyDns("home", DnsBackend.RESOLVED, DnsConfig(servers=(ip_address("10.0.0.1"),)))
    tunnel.plan = replace(tunnel.plan, steps=(*tunnel.plan.steps, names))
    machine.system.fail_before = {names}
    machine.system.lose("home", Lost("the userspace engine stopped"))
    await until_settled(machine)
    assert machine.states() == {"home": Lifecycle.UP}
    machine.system.fail_before = set()
    machine.system.lose("home", Lost("the userspace engine stopped"))
    await until_settled(machine)
    assert machine.system.redone[-1] == names


async def test_lost_engine_that_cannot_be_started_again_fails_the_tunnel(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    machine.system.fail_before = {CreateLink("home", EngineKind.USERSPACE)}
    machine.system.lose("home", Lost("the userspace engine stopped"))
    await until_settled(machine)
    assert machine.states() == {"home": Lifecycle.FAILED}
    assert machine.system.standing == []
    assert "Operation not permitted" in (await machine.tunnels.snapshot(outcome.id)).cause


async def test_engine_that_stops_again_and_again_is_given_up(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    for _ in range(11):
        assert machine.states() == {"home": Lifecycle.UP}
        machine.system.lose("home", Lost("the userspace engine stopped"))
        await until_settled(machine)
    assert machine.states() == {"home": Lifecycle.FAILED}
    assert "10 times in a minute" in (await machine.tunnels.snapshot(outcome.id)).cause


async def test_down_while_it_is_mended_ends_it(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    reached, gate = machine.hold("home")
    machine.system.lose("home", Lost("the userspace engine stopped"))
    await reached.wait()
    down = asyncio.create_task(machine.tunnels.down(outcome.id))
    await asyncio.sleep(0)
    gate.set()
    await down
    assert machine.system.standing == []
    assert machine.tunnels.list() == ()


async def test_loss_while_rising_counts_once_it_is_up(machine):
    reached, gate = machine.hold("home")
    rising = asyncio.create_task(machine.tunnels.up(ALICE, "home", a_profile()))
    await reached.wait()
    machine.system.lose("home", Broke("the engine ended"))
    gate.set()
    with pytest.raises(EngineFailed, match="the engine ended"):
        await rising
    await until_settled(machine)
    assert machine.states() == {"home": Lifecycle.FAILED}
    assert machine.system.standing == []


async def test_loss_of_a_link_that_is_not_ours_is_nothing(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    machine.system.lose("eth0", Broke("unplugged"))
    assert machine.states() == {"home": Lifecycle.UP}


async def test_down_that_leaves_something_says_so_and_can_be_tried_again(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    rule = machine.system.standing[-1]
    machine.system.stuck = {rule}
    with pytest.raises(RollbackIncomplete, match="left behind: ip -4 rule delete"):
        await machine.tunnels.down(outcome.id)
    assert machine.states() == {"home": Lifecycle.FAILED}
    assert machine.system.standing == [rule]
    machine.system.stuck = set()
    await machine.tunnels.down(outcome.id)
    assert (machine.system.standing, machine.tunnels.list()) == ([], ())


async def test_up_that_leaves_something_is_cleaned_up_by_the_next_one(machine):
    machine.system.fail_after = {CreateLink("home", EngineKind.USERSPACE)}
    machine.system.stuck = machine.system.fail_after
    with pytest.raises(RollbackIncomplete):
        await machine.tunnels.up(ALICE, "home", a_profile())
    machine.system.fail_after = machine.system.stuck = set()
    await machine.tunnels.up(ALICE, "home", a_profile())
    assert machine.states() == {"home": Lifecycle.UP}


async def test_bug_in_the_machine_leaves_the_tunnel_failed_and_tells_no_detail(machine, caplog):
    async def broken(_profile):
        raise ZeroDivisionError("a detail")

    machine.system.resolve = broken
    with pytest.raises(ZeroDivisionError):
        await machine.tunnels.up(ALICE, "home", a_profile())
    snapshot = await machine.tunnels.snapshot(machine.tunnels.list()[0].id)
    assert snapshot.cause == "a bug in the helper"
    assert "ZeroDivisionError" in caplog.text


async def test_check_tells_what_an_up_would_meet(machine):
    profile = a_profile()
    await machine.tunnels.up(ALICE, "home", profile)
    free = await machine.tunnels.check(ALICE, "work", a_profile())
    assert (free.takes_over, free.conflicts) == (("home",), ())
    again = await machine.tunnels.check(ALICE, "home", profile)
    assert again.conflicts == ("“home” is up already",)
    edited = await machine.tunnels.check(ALICE, "home", a_profile())
    assert edited.conflicts == ("“home” is up already, as another text of its profile says",)
    others = await machine.tunnels.check(BOB, "work", a_profile())
    assert others.takes_over == ()
    assert others.conflicts == ("another user's tunnel carries the same traffic",)
    machine.system.foreign_links.add("wg0")
    foreign = await machine.tunnels.check(ALICE, "wg0", a_profile(SUBNET))
    assert foreign.conflicts == (
        "an interface named “wg0” exists already and belongs to another program",
    )
    assert machine.states() == {"home": Lifecycle.UP}


@pytest.mark.parametrize("kind", list(EngineKind))
async def test_close_leaves_everything_up(machine, kind):
    machine.system.engine = Engine(kind, "the test says so")
    await machine.tunnels.up(ALICE, "home", a_profile())
    standing = list(machine.system.standing)
    await machine.tunnels.close()
    assert machine.system.standing == standing
    assert machine.system.closed


AS_ROOT = TunnelOptions(hooks=HookMode.ROOT)


def hooked():
    profile = a_profile()
    listed = tuple(Hook(kind, f"touch {kind}") for kind in reversed(HookKind))
    return replace(profile, interface=replace(profile.interface, hooks=listed))


def ran(machine):
    return [step.hook.kind for what, step in machine.system.log if isinstance(step, RunHook)]


async def test_commands_run_with_the_tunnel(machine):
    outcome = await machine.tunnels.up(ALICE, "home", hooked(), AS_ROOT)
    assert ran(machine) == [HookKind.PRE_UP, HookKind.POST_UP]
    snapshot = await machine.tunnels.snapshot(outcome.id)
    assert snapshot.hooks is HookMode.ROOT
    assert not any("not run" in notice for notice in snapshot.notices)
    await machine.tunnels.down(outcome.id)
    assert ran(machine) == list(HookKind)


@pytest.mark.parametrize("mode", [HookMode.IGNORE, HookMode.ME])
async def test_commands_that_are_not_for_root_are_remembered_and_left_alone(machine, mode):
    outcome = await machine.tunnels.up(ALICE, "home", hooked(), TunnelOptions(hooks=mode))
    snapshot = await machine.tunnels.snapshot(outcome.id)
    assert snapshot.hooks is mode
    await machine.tunnels.down(outcome.id)
    assert ran(machine) == []


async def test_commands_that_cannot_be_run_are_refused_before_anything_is_changed(machine):
    before = await machine.tunnels.up(ALICE, "other", a_profile())
    machine.system.log.clear()
    machine.system.no_hooks = HooksUnavailable("the test says so")
    with pytest.raises(HooksUnavailable):
        await machine.tunnels.up(ALICE, "home", hooked(), AS_ROOT)
    assert machine.system.log == []
    assert machine.tunnels.find(before.id).lifecycle is Lifecycle.UP
    checked = await machine.tunnels.check(ALICE, "home", hooked(), AS_ROOT)
    assert any("cannot be run as root" in conflict for conflict in checked.conflicts)
    await machine.tunnels.up(ALICE, "home", a_profile(), AS_ROOT)
