"""What others remove is put back and told; whoever goes on removing it is left to it."""

import asyncio

from tests.support.build import a_profile
from tests.support.seen_tunnels import ALICE, NOW_S, SeenTunnels
from tests.support.waiting import until
from wgdesk.domain.health import Light, health
from wgdesk.domain.steps import AddRule, CreateLink
from wgdesk.engine import tending
from wgdesk.engine.tending import GAVE_UP, REPAIRS, TOLD


async def a_tunnel(machine: SeenTunnels):
    await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    rule = next(step for step in machine.system.standing if isinstance(step, AddRule))
    return tunnel, rule


async def test_what_is_missing_is_put_back_and_told(machine):
    tunnel, rule = await a_tunnel(machine)
    machine.system.lost_steps = [rule]
    machine.system.disturb()
    await until(lambda: tunnel.trouble)
    assert machine.system.redone == [rule]
    (notice,) = (await machine.tunnels.snapshot(tunnel.id)).notices
    assert notice.startswith("Another program removed what this tunnel needs; it was put back: ip ")


async def test_nothing_is_told_where_nothing_is_missing(machine):
    tunnel, _ = await a_tunnel(machine)
    seen = len(machine.seen)
    machine.system.disturb()
    await asyncio.sleep(0.01)
    assert (tunnel.trouble, machine.system.redone, len(machine.seen)) == ((), [], seen)


async def test_a_link_that_is_gone_is_not_put_back_here(machine):
    tunnel, rule = await a_tunnel(machine)
    link = CreateLink("home", machine.system.engine.kind)
    machine.system.lost_steps = [link, rule]
    machine.system.disturb()
    await asyncio.sleep(0.01)
    assert (tunnel.trouble, machine.system.redone) == ((), [])


async def test_whoever_removes_it_again_and_again_is_left_to_it(machine):
    tunnel, rule = await a_tunnel(machine)
    for _ in range(REPAIRS + 3):
        machine.system.lost_steps = [rule]
        machine.system.disturb()
        await asyncio.sleep(0.01)
    assert len(machine.system.redone) == REPAIRS
    assert GAVE_UP in tunnel.trouble
    snapshot = await machine.tunnels.snapshot(tunnel.id)
    assert snapshot.lacks == GAVE_UP
    assert health(snapshot, NOW_S).light is Light.INCOMPLETE
    machine.system.lost_steps = []  # they put it back themselves
    machine.system.disturb()
    await until(lambda: GAVE_UP not in tunnel.trouble)
    assert (await machine.tunnels.snapshot(tunnel.id)).lacks == ""


async def test_what_cannot_be_put_back_is_told(machine):
    tunnel, rule = await a_tunnel(machine)
    machine.system.lost_steps, machine.system.fail_before = [rule], {rule}
    machine.system.disturb()
    await until(lambda: tunnel.trouble)
    assert "cannot be put back" in tunnel.trouble[0]
    assert (await machine.tunnels.snapshot(tunnel.id)).lacks == tunnel.trouble[0]


async def test_what_cannot_be_put_back_is_tried_once_for_each_change_beside_another_tunnel(machine):
    await machine.tunnels.up(ALICE, "work", a_profile("10.88.0.0/24"))
    await machine.tunnels.up(ALICE, "home", a_profile("10.77.0.0/24"))
    tunnel = next(it for it in machine.tunnels.list() if it.name == "home")
    rule = next(step for step in tunnel.plan.steps if isinstance(step, AddRule))
    await asyncio.sleep(0.01)
    machine.system.lost_steps, machine.system.fail_before = [rule], {rule}
    machine.system.disturb()
    await until(lambda: tunnel.trouble)
    await asyncio.sleep(0.05)
    assert GAVE_UP not in tunnel.trouble
    machine.system.fail_before = set()
    machine.system.disturb()
    await until(lambda: machine.system.redone)


async def test_a_failure_is_told_no_longer_once_all_stands_again(machine):
    tunnel, rule = await a_tunnel(machine)
    machine.system.lost_steps, machine.system.fail_before = [rule], {rule}
    machine.system.disturb()
    await until(lambda: tunnel.trouble)
    machine.system.fail_before = set()
    machine.system.disturb()
    await until(lambda: machine.system.redone)
    await until(lambda: "it was put back" in tunnel.trouble[-1])
    assert len(tunnel.trouble) == 1
    machine.system.lost_steps, machine.system.fail_before = [rule], {rule}
    machine.system.disturb()
    await until(lambda: len(tunnel.trouble) == 2)
    machine.system.lost_steps = []  # somebody else put it back
    machine.system.disturb()
    await until(lambda: len(tunnel.trouble) == 1)


async def test_that_a_tunnel_is_left_alone_outlives_many_notices(machine):
    tunnel, rule = await a_tunnel(machine)
    for number in range(2 * TOLD):
        if number == 1:
            tunnel.trouble = (*tunnel.trouble, GAVE_UP)
        machine.tunnels._tending._tell(tunnel, f"Notice {number}.")
    assert len(tunnel.trouble) == TOLD
    assert tunnel.trouble[-1] == f"Notice {2 * TOLD - 1}."
    machine.system.lost_steps = [rule]
    machine.system.disturb()
    await asyncio.sleep(0.01)
    assert machine.system.redone == []


async def test_changes_that_come_during_a_look_are_looked_at_too(machine):
    tunnel, rule = await a_tunnel(machine)
    machine.system.disturb()
    machine.system.lost_steps = [rule]
    machine.system.disturb()
    await until(lambda: tunnel.trouble)
    assert machine.system.redone == [rule]


async def test_a_tunnel_that_is_being_changed_keeps_no_other_waiting(machine, monkeypatch):
    monkeypatch.setattr(tending, "LATER_S", 0.01)
    await machine.tunnels.up(ALICE, "work", a_profile("10.88.0.0/24"))
    (busy,) = machine.tunnels.list()
    await machine.tunnels.up(ALICE, "home", a_profile("10.77.0.0/24"))
    (other,) = (it for it in machine.tunnels.list() if it is not busy)
    rules = [
        next(step for step in it.plan.steps if isinstance(step, AddRule)) for it in (busy, other)
    ]
    async with busy.turn:
        machine.system.lost_steps = list(rules)
        machine.system.disturb()
        await until(lambda: other.trouble)
        assert not busy.trouble
    await until(lambda: busy.trouble)
