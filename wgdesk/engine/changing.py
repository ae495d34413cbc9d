"""Makes the changes of a tunnel that is up: all of them or none."""

from collections.abc import Iterable
from itertools import groupby

from wgdesk.domain.errors import EngineError, RollbackIncomplete
from wgdesk.domain.explain import explain_change
from wgdesk.domain.plan import Plan
from wgdesk.domain.steps import Change, inverse
from wgdesk.engine.ports import System, is_taken
from wgdesk.engine.runner import to_the_end


async def make(changes: Iterable[Change], system: System, plan: Plan) -> None:
    """Make every change of the tunnel that stands as `plan` says, in order.

    When one fails or the caller is cancelled, those that were made are taken back, last first,
    the failed one included unless what it was to add is another's.

    Raises:
        EngineError: From the change that failed.
        RollbackIncomplete: Taking back failed too.
    """
    done: list[Change] = []
    try:
        for _, neighbours in groupby(changes, key=type):
            together = tuple(neighbours)
            done += together  # all of them, in case we are cancelled meanwhile
            number = await to_the_end(system.change_ahead(together))
            del done[len(done) - len(together) + number :]
            for change in together[number:]:
                done.append(change)
                await to_the_end(system.change(change))
    except BaseException as error:
        if is_taken(error):
            done.pop()
        left = await to_the_end(_take_back(done, system, plan)) if done else ()
        if left and isinstance(error, Exception):
            raise RollbackIncomplete(str(error), left) from error
        raise


async def _take_back(done: Iterable[Change], system: System, plan: Plan) -> tuple[str, ...]:
    """What could not be taken back, as the commands that would."""
    left: list[str] = []
    for change in reversed(tuple(done)):
        back = inverse(change)
        try:
            await system.change(back)
        except EngineError as error:
            if not is_taken(error):
                left += explain_change(back)
    if not left:
        left += await _put_back(plan, system)
    return tuple(left)


async def _put_back(plan: Plan, system: System) -> Iterable[str]:
    """What went with something else: with its last IPv4 address a link loses all IPv4 routes."""
    try:
        missing = await system.missing(plan)
        await system.redo(missing)
    except EngineError as error:
        return (f"what {plan.name} needs ({error})",)
    return ()
