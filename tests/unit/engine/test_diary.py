"""What is told of a tunnel's life, to whom, and in which lines."""

from dataclasses import replace

import pytest

from tests.support.build import ENGINE, a_key, a_profile, networks
from tests.support.records import a_record
from tests.support.seen_tunnels import ALICE, BOB, until_settled
from tests.support.waiting import until
from wgdesk.domain.device import DeviceUpdate, EngineKind, PeerUpdate
from wgdesk.domain.errors import EngineError, RoutesTaken
from wgdesk.domain.explain import explain, explain_undo
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.plan import way_down
from wgdesk.domain.state import Broke, Lost
from wgdesk.domain.steps import AddAddress, AddRule, SetMtu, UpdateDevice
from wgdesk.engine.diary import MOST_LINES, PUT_BACK, Deed, Diary
from wgdesk.engine.refresh import FOLLOWED

UP = f"Up, through wireguard-go: {ENGINE.reason}."
DONE, STATE, ERROR = LogKind.DONE, LogKind.STATE, LogKind.ERROR


def done(*lines):
    return [(DONE, f"[#] {line}") for line in lines]


async def test_an_up_and_a_down_are_told_step_by_step(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    plan = tunnel.plan
    await machine.tunnels.down(outcome.id)
    assert machine.lines() == [
        (STATE, "Coming up."),
        *done(*map(explain, plan.steps)),
        (STATE, UP),
        *((LogKind.NOTICE, text) for text in plan.notices),
        (STATE, "Going down."),
        *done(*map(explain_undo, way_down(plan.steps))),
        (STATE, "Down."),
    ]
    assert {entry.owner_uid for entry in machine.entries} == {ALICE}


async def test_an_up_that_fails_tells_how_far_it_came_and_what_was_taken_back(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    steps = tunnel.plan.steps
    await machine.tunnels.down(tunnel.id)
    machine.entries.clear()
    failing = next(step for step in steps if isinstance(step, AddAddress))
    machine.system.fail_before = {failing}
    with pytest.raises(EngineError) as refused:
        await machine.tunnels.up(ALICE, "home", a_profile())
    came = steps[: steps.index(failing) + 1]
    assert machine.lines() == [
        (STATE, "Coming up."),
        *done(*map(explain, came)),
        *done(*map(explain_undo, way_down(came))),
        (ERROR, f"Not brought up: {refused.value}."),
    ]


async def test_what_cannot_be_undone_is_told(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    rule = next(step for step in tunnel.plan.steps if isinstance(step, AddRule))
    machine.system.stuck = {rule}
    with pytest.raises(EngineError):
        await machine.tunnels.down(outcome.id)
    texts = [text for kind, text in machine.lines() if kind is ERROR]
    assert texts[0].startswith("It is left as it is: the kernel refused to")
    assert texts[1].startswith("Down, for it failed: ")


async def test_what_is_refused_before_it_is_begun_is_told_to_who_asked(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    with pytest.raises(RoutesTaken) as refused:
        await machine.tunnels.up(BOB, "work", a_profile())
    (entry,) = (it for it in machine.entries if it.owner_uid == BOB)
    assert (entry.tunnel, entry.kind, entry.text) == (
        "work",
        ERROR,
        f"Not brought up: {refused.value}.",
    )


async def test_room_that_is_made_is_told_on_both_sides(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    await machine.tunnels.up(ALICE, "work", a_profile())
    assert (STATE, "Makes room for “work”, whose routes meet its own.") in machine.lines()
    assert (STATE, "Room was made for it by home.") in machine.lines("work")


async def test_a_tunnel_that_made_room_in_vain_tells_why_it_is_back(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    link = replace(tunnel.plan.steps[0], name="work")
    machine.system.fail_before = {link}
    with pytest.raises(EngineError):
        await machine.tunnels.up(ALICE, "work", a_profile())
    assert (STATE, "Comes back: “work” did not come up.") in machine.lines()


async def test_an_engine_that_ends_and_is_started_anew_is_told(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    machine.entries.clear()
    machine.system.lose("home", Lost("the userspace engine stopped: it was killed"))
    await until_settled(machine)
    lines = machine.lines()
    assert lines[0] == (
        ERROR,
        "Its engine ended and is started anew: the userspace engine stopped: it was killed.",
    )
    assert lines[-1] == (STATE, "Up again.")


async def test_a_tunnel_that_breaks_tells_why(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    machine.entries.clear()
    machine.system.lose("home", Broke("somebody deleted the link"))
    await until_settled(machine)
    lines = machine.lines()
    assert lines[0] == (ERROR, "Cannot stay up: somebody deleted the link.")
    assert lines[-1] == (ERROR, "Down, for it failed: somebody deleted the link.")


async def test_a_repair_is_told(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    rule = next(step for step in tunnel.plan.steps if isinstance(step, AddRule))
    machine.entries.clear()
    machine.system.lost_steps = [rule]
    machine.system.disturb()
    await until(lambda: len(machine.entries) == 2)
    assert machine.lines() == [(LogKind.REPAIR, PUT_BACK), *done(explain(rule))]


async def test_what_cannot_be_put_back_is_told_once_however_often_it_is_tried(machine):
    await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    rule = next(step for step in tunnel.plan.steps if isinstance(step, AddRule))
    machine.entries.clear()
    machine.system.fail_before = {rule}
    for _ in range(3):
        seen = len(machine.seen)
        machine.system.lost_steps = [rule]
        machine.system.disturb()
        await until(lambda before=seen: len(machine.seen) > before)
    assert [kind for kind, _ in machine.lines()] == [ERROR]


async def test_a_sync_is_told_in_lines_and_in_words(machine):
    outcome = await machine.tunnels.up(ALICE, "home", a_profile())
    (tunnel,) = machine.tunnels.list()
    machine.entries.clear()
    profile = tunnel.profile
    edited = replace(profile, interface=replace(profile.interface, mtu=1300))
    synced = await machine.tunnels.sync(outcome.id, edited, tunnel.options)
    assert machine.lines() == [
        *((DONE, line) for line in synced.lines),
        (STATE, "As its profile says now; changed: the MTU."),
    ]


def told(deed_work):
    lines = []
    deed = Deed(lambda _kind, text: lines.append(text))
    deed_work(deed)
    deed.end()
    return lines


def test_a_long_deed_is_cut_and_says_how_much_is_left_out():
    steps = [SetMtu("home", 1300 + number, 1400) for number in range(MOST_LINES + 5)]
    lines = told(lambda deed: deed.changed(steps))
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "[#] … and 5 more"
    assert len(told(lambda deed: deed.changed(steps[:MOST_LINES]))) == MOST_LINES


def test_peers_are_told_by_the_beginnings_of_their_keys_and_not_all_of_10_000():
    keys = [a_key() for _ in range(MOST_LINES + 50)]
    peers = tuple(
        PeerUpdate(public_key=key, allowed_ips=networks("10.0.0.0/8"), is_new=True) for key in keys
    )
    update = DeviceUpdate(removed=(a_key(),), peers=peers)
    change = UpdateDevice("home", EngineKind.KERNEL, update, DeviceUpdate())
    lines = told(lambda deed: deed.changed([change]))
    gone, first = update.removed[0].base64(), keys[0].base64()
    assert lines[0] == f"[#] wg set home peer {gone[:8]}… remove"
    assert lines[1] == f"[#] wg set home peer {first[:8]}… allowed-ips 10.0.0.0/8"
    assert lines[-1] == "[#] … and 51 more"
    assert len(lines) == MOST_LINES + 1


async def test_a_diary_that_nobody_listens_to_takes_every_line():
    Diary().write(a_record(), DONE, "text")


async def test_a_change_of_the_network_that_is_followed_is_told_with_its_lines(machine):
    await machine.tunnels.up(ALICE, "home", a_profile("0.0.0.0/0"))
    (tunnel,) = machine.tunnels.list()
    before = set(tunnel.plan.steps)
    machine.entries.clear()
    machine.system.onlink = networks("192.168.5.0/24")
    await machine.tunnels.refresh()
    after = set(tunnel.plan.steps)
    lines = machine.lines()
    assert lines[0] == (STATE, FOLLOWED)
    assert {text for kind, text in lines[1:] if kind is DONE} == {
        *(f"[#] {explain(step)}" for step in after - before),
        *(f"[#] {explain_undo(step)}" for step in before - after),
    }
    assert len(lines) > 1
    machine.entries.clear()
    await machine.tunnels.refresh()
    assert machine.lines() == []
