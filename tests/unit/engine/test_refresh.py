"""Rules and MTU follow the machine while a tunnel is up; only the difference is applied."""

import asyncio

from tests.support.build import a_profile, networks
from tests.support.seen_tunnels import ALICE
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.profile import Endpoint
from wgdesk.domain.routing import INNER_SUBNET_PRIORITY, with_rules
from wgdesk.domain.steps import AddRule, RaiseLink

OLD, NEW = networks("192.168.1.0/24", "192.168.7.0/24")


def lans(machine):
    rules = [step.rule for step in machine.system.standing if isinstance(step, AddRule)]
    return {rule.to for rule in rules if rule.to is not None}


async def up(machine, name="home", profile=None, options=None):
    outcome = await machine.tunnels.up(
        ALICE, name, profile or a_profile(), options or TunnelOptions()
    )
    return machine.tunnels.find(outcome.id)


async def test_networks_that_came_are_added_before_those_that_went_are_removed(machine):
    machine.system.onlink = (OLD,)
    tunnel = await up(machine)
    machine.system.log.clear()
    machine.system.onlink = (NEW,)
    await machine.tunnels.refresh()
    done = [(verb, step.rule.to) for verb, step in machine.system.log]
    assert done == [("do", NEW), ("undo", OLD)]
    assert lans(machine) == {NEW}
    assert {rule.to for rule in tunnel.plan.routing.rules if rule.to} == {NEW}
    await machine.tunnels.down(tunnel.id)
    assert machine.system.standing == []


async def test_nothing_is_done_where_nothing_changed(machine):
    tunnel = await up(machine)
    plan, seen = tunnel.plan, len(machine.seen)
    machine.system.log.clear()
    await machine.tunnels.refresh()
    assert (machine.system.log, tunnel.plan, len(machine.seen)) == ([], plan, seen)


async def test_local_networks_stay_out_where_they_are_not_allowed(machine):
    machine.system.onlink = (OLD,)
    await up(machine, options=TunnelOptions(allow_lan=False))
    machine.system.onlink = (NEW,)
    await machine.tunnels.refresh()
    assert lans(machine) == set()


async def test_mtu_follows_the_path_and_stays_while_there_is_none(machine):
    machine.system.path_mtu = 1500
    tunnel = await up(machine)
    machine.system.path_mtu = 1400
    await machine.tunnels.refresh()
    assert tunnel.plan.mtu == 1320
    assert machine.system.standing[-1] == RaiseLink("home", 1320)
    assert [step.mtu for step in tunnel.plan.steps if isinstance(step, RaiseLink)] == [1320]
    machine.system.path_mtu = None
    await machine.tunnels.refresh()
    assert tunnel.plan.mtu == 1320


async def test_rule_that_is_refused_is_tried_again_and_everything_goes_in_the_end(machine):
    machine.system.onlink = ()
    tunnel = await up(machine)
    machine.system.onlink = (NEW,)
    ruled = with_rules(tunnel.plan.routing, (NEW,), blocks_ipv6=False)
    machine.system.fail_before = {AddRule(rule) for rule in ruled.rules if rule.to == NEW}
    await machine.tunnels.refresh()
    assert lans(machine) == set()
    machine.system.fail_before = set()
    await machine.tunnels.refresh()
    assert lans(machine) == {NEW}
    await machine.tunnels.down(tunnel.id)
    assert machine.system.standing == []


async def test_down_that_comes_in_the_middle_leaves_nothing(machine):
    machine.system.onlink = ()
    tunnel = await up(machine)
    machine.system.onlink = (NEW,)
    reached, gate = asyncio.Event(), asyncio.Event()

    def pause(step):
        if isinstance(step, AddRule) and step.rule.to == NEW:
            reached.set()
            return gate
        return None

    machine.system.pause = pause
    refreshing = asyncio.ensure_future(machine.tunnels.refresh())
    await reached.wait()
    falling = asyncio.ensure_future(machine.tunnels.down(tunnel.id))
    await asyncio.sleep(0.01)
    gate.set()
    await asyncio.gather(refreshing, falling)
    assert machine.system.standing == []


async def test_tunnel_that_comes_up_around_another_is_gone_through_and_let_go_again(machine):
    inner = await up(
        machine, "inner", a_profile("10.77.0.0/24", endpoint=Endpoint("10.5.0.1", 51820))
    )
    outer = await up(machine, "outer", a_profile("10.5.0.0/16"))
    await machine.tunnels.refresh()
    (rule,) = (it for it in inner.plan.routing.rules if it.priority == INNER_SUBNET_PRIORITY)
    assert (rule.table, rule.fwmark) == (outer.plan.routing.table, inner.plan.fwmark)
    assert AddRule(rule) in machine.system.standing
    assert machine.system.forgotten == ["inner"]
    await machine.tunnels.down(outer.id)
    await machine.tunnels.refresh()
    assert AddRule(rule) not in machine.system.standing
    assert machine.system.forgotten == ["inner", "inner"]
