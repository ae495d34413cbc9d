"""Several tunnels at once: who stands beside whom, and who makes room."""

import asyncio
from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.support.build import a_profile
from tests.support.seen_tunnels import ALICE, BOB, SUBNET
from wgdesk.domain.device import EngineKind
from wgdesk.domain.errors import (
    Busy,
    EndpointUnresolved,
    EngineFailed,
    HooksNotApproved,
    KernelRefused,
    RoutesTaken,
    TableTaken,
    TakeOverFailed,
)
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.profile import Table, TableMode
from wgdesk.domain.routing import FIRST_TABLE
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.domain.steps import AddRule, CreateLink
from wgdesk.engine.conflicts import LOOKUPS_TAKEN
from wgdesk.engine.tunnel import Tunnel


async def test_two_tunnels_whose_routes_do_not_meet_are_up_at_once(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    outcome = await machine.tunnels.up(ALICE, "attached", a_profile(SUBNET))
    assert outcome.took_over == ()
    assert machine.states() == {"home": Lifecycle.UP, "attached": Lifecycle.UP}
    tables = {step.rule.table for step in machine.system.standing if isinstance(step, AddRule)}
    assert tables == {254, 51820, 51821}


async def test_up_at_the_same_time_never_shares_a_table(machine):
    await asyncio.gather(
        *(
            machine.tunnels.up(ALICE, f"t{number}", a_profile(f"10.{number}.0.0/16"))
            for number in range(8)
        )
    )
    plans = [tunnel.plan for tunnel in machine.tunnels.list()]
    assert len({plan.routing.table for plan in plans}) == 8
    assert len({plan.fwmark for plan in plans}) == 8


async def test_up_takes_over_from_own_tunnels_whose_routes_meet(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    await machine.tunnels.up(ALICE, "attached", a_profile(SUBNET))
    outcome = await machine.tunnels.up(ALICE, "work", a_profile())
    assert outcome.took_over == ("home",)
    assert machine.states() == {"attached": Lifecycle.UP, "work": Lifecycle.UP}
    assert machine.system.links == ["attached", "work"]


async def test_up_leaves_tunnels_alone_that_have_no_rules_of_their_own(machine):
    await machine.tunnels.up(ALICE, "bare", a_profile(table=Table(TableMode.OFF)))
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    assert outcome.took_over == ()


async def test_up_refuses_routes_of_another_users_tunnel(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    half = a_profile("0.0.0.0/1", "128.0.0.0/1", addresses=())
    subnet = a_profile(SUBNET, addresses=())
    for wanted in (a_profile(), half, subnet):
        with pytest.raises(RoutesTaken, match="another user's tunnel"):
            await machine.tunnels.up(BOB, "work", wanted)
    assert machine.states() == {"home": Lifecycle.UP}


async def test_up_refuses_the_private_table_of_another_tunnel(machine):
    await machine.tunnels.up(ALICE, "home", a_profile(SUBNET))
    table = Table(TableMode.NUMBER, FIRST_TABLE)
    with pytest.raises(TableTaken, match="table 51820 belongs to another tunnel"):
        await machine.tunnels.up(ALICE, "work", a_profile("198.51.100.0/24", table=table))
    assert machine.system.links == ["home"]


async def test_tunnel_is_not_given_back_where_somebody_took_its_place_meanwhile(machine):
    await machine.tunnels.up(ALICE, "home", a_profile(SUBNET, addresses=()))
    reached, gate = machine.hold("work")
    machine.system.fail_after = {CreateLink("work", EngineKind.USERSPACE)}
    rising = asyncio.create_task(machine.tunnels.up(ALICE, "work", a_profile(SUBNET, addresses=())))
    await reached.wait()
    other_net = a_profile("10.78.0.0/24", addresses=())
    theirs = asyncio.create_task(machine.tunnels.up(BOB, "home", other_net))
    await asyncio.sleep(0)
    gate.set()
    with pytest.raises(EngineFailed, match="broke off halfway"):
        await rising
    assert (await theirs).name == "home"
    assert [tunnel.owner_uid for tunnel in machine.tunnels.list() if tunnel.is_live] == [BOB]


async def test_up_that_fails_after_taking_over_brings_the_old_one_back(machine):
    home = await machine.tunnels.up(ALICE, "home", a_profile())
    machine.system.fail_before = {CreateLink("work", EngineKind.USERSPACE)}
    with pytest.raises(TakeOverFailed, match="Operation not permitted; “home” is up again"):
        await machine.tunnels.up(ALICE, "work", a_profile())
    assert machine.states() == {"home": Lifecycle.UP, "work": Lifecycle.FAILED}
    assert machine.system.links == ["home"]
    assert machine.tunnels.find(home.id) is not None


async def test_up_that_fails_twice_over_leaves_both_failed(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    machine.system.fail_before = {
        CreateLink(name, EngineKind.USERSPACE) for name in ("home", "work")
    }
    with pytest.raises(KernelRefused):
        await machine.tunnels.up(ALICE, "work", a_profile())
    assert machine.states() == {"home": Lifecycle.FAILED, "work": Lifecycle.FAILED}
    assert machine.system.standing == []


async def test_up_keeps_the_old_tunnel_when_the_new_endpoint_has_no_address(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    machine.seen.clear()
    machine.system.unresolved = EndpointUnresolved("vpn.example.org", "no answer in 10 s")
    with pytest.raises(EndpointUnresolved):
        await machine.tunnels.up(ALICE, "work", a_profile())
    assert ("home", Lifecycle.FALLING) not in machine.seen
    assert machine.states()["home"] is Lifecycle.UP


async def test_down_during_a_take_over_brings_the_old_one_back(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    reached, gate = machine.hold("work")
    rising = asyncio.create_task(machine.tunnels.up(ALICE, "work", a_profile()))
    await reached.wait()
    (work,) = (tunnel for tunnel in machine.tunnels.list() if tunnel.name == "work")
    falling = asyncio.create_task(machine.tunnels.down(work.id))
    gate.set()
    await falling
    with pytest.raises(Busy):
        await rising
    assert machine.states() == {"home": Lifecycle.UP}
    assert machine.system.links == ["home"]


async def test_an_up_that_takes_its_time_holds_up_no_other_and_shares_no_number(machine):
    reached, gate = machine.hold("home")
    slow = asyncio.create_task(machine.tunnels.up(ALICE, "home", a_profile(SUBNET)))
    await reached.wait()
    quick = await machine.tunnels.up(BOB, "work", a_profile("10.88.0.0/24", addresses=()))
    gate.set()
    await slow
    plans = {tunnel.name: tunnel.plan for tunnel in machine.tunnels.list()}
    assert quick.name == "work"
    assert plans["home"].routing.table != plans["work"].routing.table
    assert plans["home"].fwmark != plans["work"].fwmark


async def test_a_tunnel_that_may_not_return_stays_down(machine):
    asked = []

    def refuse(tunnel):
        asked.append((tunnel.owner_uid, tunnel.name))
        raise HooksNotApproved("withdrawn")

    machine.tunnels.on_return(refuse)
    await machine.tunnels.up(ALICE, "home", a_profile())
    machine.system.fail_before = {CreateLink("work", EngineKind.USERSPACE)}
    with pytest.raises(KernelRefused):
        await machine.tunnels.up(ALICE, "work", a_profile())
    assert asked == [(ALICE, "home")]
    assert machine.system.standing == []


def with_dns(profile, *search):
    interface = replace(profile.interface, dns_servers=(ip_address("10.9.0.1"),), dns_search=search)
    return replace(profile, interface=interface)


@pytest.mark.parametrize(
    ("theirs", "mine"), [((), ()), (("example.net",), ()), ((), ("corp.net",))]
)
async def test_up_refuses_to_take_another_users_name_lookups(machine, theirs, mine):
    await machine.tunnels.up(ALICE, "home", with_dns(a_profile(SUBNET), *theirs))
    wanted = with_dns(a_profile("198.51.100.0/24", addresses=()), *mine)
    nowhere = replace(wanted, interface=replace(wanted.interface, table=Table(TableMode.OFF)))
    for profile in (wanted, nowhere):
        with pytest.raises(RoutesTaken, match="which name servers are asked"):
            await machine.tunnels.up(BOB, "work", profile)
    outcome = await machine.tunnels.check(BOB, "work", wanted)
    assert outcome.conflicts == (LOOKUPS_TAKEN,)
    await machine.tunnels.up(BOB, "work", wanted, TunnelOptions(use_dns=False))


async def test_domains_of_two_users_stand_side_by_side(machine):
    await machine.tunnels.up(ALICE, "home", with_dns(a_profile(SUBNET), "example.net"))
    other = with_dns(a_profile("198.51.100.0/24", addresses=()), "example.org")
    await machine.tunnels.up(BOB, "work", other)
    assert set(machine.states().values()) == {Lifecycle.UP}


async def test_name_lookups_that_a_sync_is_about_to_take_are_taken_for_others(machine):
    up = await machine.tunnels.up(ALICE, "home", a_profile(SUBNET))
    home = machine.tunnels.find(up.id)
    wanted = with_dns(a_profile("198.51.100.0/24", addresses=()))
    becoming = Tunnel(ALICE, "home", with_dns(home.profile), home.options)
    with home.wishing(becoming), pytest.raises(RoutesTaken, match="which name servers are asked"):
        await machine.tunnels.up(BOB, "work", wanted)
    await machine.tunnels.up(BOB, "work", wanted)
