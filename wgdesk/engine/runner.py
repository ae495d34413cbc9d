"""Carries a plan out, or takes it back. What was begun is always brought to an end."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from itertools import groupby
from typing import Any, TypeVar

from wgdesk.domain.errors import EngineError, RollbackIncomplete
from wgdesk.domain.explain import explain_undo
from wgdesk.domain.plan import Plan, way_down
from wgdesk.domain.steps import RunHook, Step
from wgdesk.engine.diary import Deed, clause, silent_deed
from wgdesk.engine.ports import System, is_taken

T = TypeVar("T")

_log = logging.getLogger(__name__)


async def carry_out(plan: Plan, system: System, deed: Deed | None = None) -> None:
    """Do every step, in order; `deed` hears of each.

    When a step fails or the caller is cancelled, what was done is undone, last first, the
    failed step included unless it is another's, before the first error propagates.

    Raises:
        EngineError: From the step that failed.
        RollbackIncomplete: Undoing failed too.
    """
    deed = deed or silent_deed()
    done: list[Step] = []
    try:
        for _, neighbours in groupby(plan.steps, key=type):
            steps = tuple(neighbours)
            done += steps  # all of them, in case we are cancelled meanwhile
            number = await to_the_end(system.do_ahead(steps))
            del done[len(done) - len(steps) + number :]
            deed.did(*steps[:number])
            for step in steps[number:]:
                done.append(step)
                deed.did(step)
                await to_the_end(system.do(step))
    except BaseException as error:
        if is_taken(error):
            done.pop()
        left = await to_the_end(_take_back(done, system, deed))
        if left and isinstance(error, Exception):
            raise RollbackIncomplete(str(error), left) from error
        raise
    finally:
        deed.end()


async def lower(plan: Plan, system: System, deed: Deed | None = None) -> None:
    """Undo a plan that was carried out; goes on past what fails, a command included.

    Raises:
        RollbackIncomplete: Names what is left.
    """
    deed = deed or silent_deed()
    left = await to_the_end(_leave(plan, system, deed))
    deed.end()
    if left:
        raise RollbackIncomplete(f"{plan.name} was not taken down fully", left)


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` to its end even when cancelled meanwhile; the cancellation comes after it.

    A job on the netlink thread cannot be called back, so leaving it would leave its effect
    behind as well.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        task.exception()  # seen; the cancellation is what counts
        raise cancelled
    return task.result()


async def _leave(plan: Plan, system: System, deed: Deed) -> tuple[str, ...]:
    await _run_hooks(plan.pre_down, system, deed)
    left = await _take_back(plan.steps, system, deed)
    await _run_hooks(plan.post_down, system, deed)
    return left


async def _run_hooks(steps: Iterable[RunHook], system: System, deed: Deed) -> None:
    """A command that fails keeps nothing up; its own words are not for the log."""
    for step in steps:
        deed.did(step)
        try:
            await system.do(step)
        except EngineError as error:
            _log.warning("%s goes down all the same: %s", step.name, error)
            deed.failed(f"It goes down all the same: {clause(error)}.")


async def _take_back(steps: Iterable[Step], system: System, deed: Deed) -> tuple[str, ...]:
    """What could not be undone, as the commands that would."""
    left: list[str] = []
    for step in way_down(steps):
        deed.undid(step)
        try:
            await system.undo(step)
        except EngineError as error:
            left.append(explain_undo(step))
            deed.failed(f"It is left as it is: {clause(error)}.")
    return tuple(left)
