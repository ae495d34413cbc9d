"""Every step of an `up` is made to fail once, in every way."""

import asyncio
import errno
from dataclasses import replace

import pytest

from tests.support.build import a_plan
from tests.support.fake_system import REFUSED, FakeSystem
from wgdesk.domain.errors import EngineFailed, KernelRefused, NameConflict, RollbackIncomplete
from wgdesk.domain.profile import Hook, HookKind
from wgdesk.domain.steps import AddRule, CreateLink, RunHook
from wgdesk.engine.runner import carry_out, lower, to_the_end

PLAN = a_plan()
STEPS = range(len(PLAN.steps))


@pytest.fixture
def system():
    return FakeSystem()


async def test_carry_out_does_every_step_in_order(system):
    await carry_out(PLAN, system)
    assert system.standing == list(PLAN.steps)


@pytest.mark.parametrize("number", STEPS)
async def test_carry_out_leaves_nothing_when_a_step_is_refused(system, number):
    system.fail_before = {PLAN.steps[number]}
    with pytest.raises(KernelRefused) as caught:
        await carry_out(PLAN, system)
    assert caught.value is REFUSED
    assert system.standing == []


@pytest.mark.parametrize("number", STEPS)
async def test_carry_out_leaves_nothing_when_a_step_breaks_off_halfway(system, number):
    system.fail_after = {PLAN.steps[number]}
    with pytest.raises(EngineFailed):
        await carry_out(PLAN, system)
    assert system.standing == []


@pytest.mark.parametrize("number", STEPS)
async def test_carry_out_leaves_nothing_when_cancelled_during_a_step(system, number):
    reached, gate = asyncio.Event(), asyncio.Event()

    def pause(step):
        if step != PLAN.steps[number]:
            return None
        reached.set()
        return gate

    system.pause = pause
    task = asyncio.create_task(carry_out(PLAN, system))
    await reached.wait()
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()  # the step cannot be called back
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert system.standing == []


@pytest.mark.parametrize(
    "taken",
    [NameConflict("home", "another program"), KernelRefused("add", errno.EEXIST, "File exists")],
)
async def test_carry_out_leaves_alone_what_was_there_before_the_step(system, monkeypatch, taken):
    anothers = PLAN.steps[-1]
    system.standing.append(anothers)

    async def refuse(step):
        if step == anothers:
            raise taken
        await FakeSystem.do(system, step)

    monkeypatch.setattr(system, "do", refuse)
    with pytest.raises(type(taken)):
        await carry_out(PLAN, system)
    assert system.standing == [anothers]


async def test_carry_out_undoes_last_first(system):
    system.fail_before = {PLAN.steps[-1]}
    with pytest.raises(KernelRefused):
        await carry_out(PLAN, system)
    undone = [step for kind, step in system.log if kind == "undo"]
    assert undone == [
        step for step in reversed(PLAN.steps) if isinstance(step, (AddRule, CreateLink))
    ]


async def test_carry_out_goes_on_undoing_and_names_what_is_left(system):
    rules = [step for step in PLAN.steps if isinstance(step, AddRule)]
    system.fail_before, system.stuck = {rules[-1]}, {rules[0]}
    with pytest.raises(RollbackIncomplete) as caught:
        await carry_out(PLAN, system)
    assert caught.value.cause == str(REFUSED)
    assert caught.value.left == ("ip -6 rule delete priority 5200 fwmark 0x77670001 lookup main",)
    assert caught.value.__cause__ is REFUSED
    assert system.standing == [rules[0]]


async def test_lower_takes_everything_down_rules_first(system):
    await carry_out(PLAN, system)
    system.log.clear()
    await lower(PLAN, system)
    assert system.standing == []
    assert isinstance(system.log[-1][1], CreateLink)


async def test_lower_goes_on_past_a_step_that_is_stuck(system):
    await carry_out(PLAN, system)
    link = PLAN.steps[0]
    system.stuck = {link}
    with pytest.raises(RollbackIncomplete) as caught:
        await lower(PLAN, system)
    assert caught.value.left == ("ip link delete dev home",)
    assert not any(isinstance(step, AddRule) for step in system.standing)


async def test_to_the_end_gives_the_result():
    assert await to_the_end(asyncio.sleep(0, "result")) == "result"


async def test_to_the_end_waits_through_several_cancellations():
    gate, ended = asyncio.Event(), []

    async def work():
        await gate.wait()
        ended.append(True)

    task = asyncio.create_task(to_the_end(work()))
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.sleep(0)
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True]


async def test_carry_out_undoes_what_went_ahead_and_nothing_more(system, monkeypatch):
    async def ahead(self, steps):
        self.standing += steps[:1]
        return 1

    monkeypatch.setattr(FakeSystem, "do_ahead", ahead)
    rules = [step for step in PLAN.steps if isinstance(step, AddRule)]
    system.fail_before = {rules[2]}
    with pytest.raises(KernelRefused):
        await carry_out(PLAN, system)
    assert system.standing == []
    undone = [step for what, step in system.log if what == "undo" and isinstance(step, AddRule)]
    assert undone == [rules[2], rules[1], rules[0]]


def hook(kind, number=1):
    return RunHook("home", Hook(kind, f"touch {number}"), number)


HOOKED = replace(
    PLAN,
    steps=(PLAN.steps[0], hook(HookKind.PRE_UP), *PLAN.steps[1:], hook(HookKind.POST_UP)),
    pre_down=(hook(HookKind.PRE_DOWN), hook(HookKind.PRE_DOWN, 2)),
    post_down=(hook(HookKind.POST_DOWN),),
)


async def test_lower_runs_commands_first_and_last(system):
    await carry_out(HOOKED, system)
    system.log.clear()
    await lower(HOOKED, system)
    assert [step for kind, step in system.log if kind == "do"] == [
        *HOOKED.pre_down,
        *HOOKED.post_down,
    ]
    kinds = [kind for kind, _ in system.log]
    assert kinds == ["do"] * 2 + ["undo"] * (len(kinds) - 3) + ["do"]


async def test_a_command_that_fails_keeps_nothing_up(system, caplog):
    await carry_out(HOOKED, system)
    system.fail_before = {*HOOKED.pre_down, *HOOKED.post_down}
    await lower(HOOKED, system)
    assert system.links == []
    assert len(caplog.records) == 3
    assert "touch" not in caplog.text


@pytest.mark.parametrize("kind", [HookKind.PRE_UP, HookKind.POST_UP])
async def test_a_command_that_fails_undoes_the_up_without_those_of_a_down(system, kind):
    (failing,) = (it for it in HOOKED.steps if isinstance(it, RunHook) and it.hook.kind is kind)
    system.fail_before = {failing}
    with pytest.raises(KernelRefused):
        await carry_out(HOOKED, system)
    assert system.links == []
    assert not any(isinstance(step, AddRule) for step in system.standing)
    ran = {step.hook.kind for what, step in system.log if isinstance(step, RunHook)}
    assert ran <= {HookKind.PRE_UP, HookKind.POST_UP}
