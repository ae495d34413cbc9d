"""Puts one tunnel in place, takes it away, mends it; and notes ahead what it is about to do."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from wgdesk.domain.device import SocketAddress
from wgdesk.domain.errors import (
    EngineError,
    EngineFailed,
    RollbackIncomplete,
    StateNotSaved,
    TableTaken,
)
from wgdesk.domain.explain import explain_undo
from wgdesk.domain.nesting import Others
from wgdesk.domain.plan import Facts, Plan, plan_up, way_down
from wgdesk.domain.profile import Endpoint
from wgdesk.domain.steps import AddRule, ApplyDns, CreateLink, LoadFirewall, RunHook
from wgdesk.engine import runner
from wgdesk.engine.diary import Diary
from wgdesk.engine.journal import Journal
from wgdesk.engine.ports import System
from wgdesk.engine.record import Record, Stage
from wgdesk.engine.refresh import Refresh, all_standing
from wgdesk.engine.tunnel import Tunnel

Clock = Callable[[], float]
# What does not vanish with the link, and what was run once and for all.
STAYING: Final = (AddRule, LoadFirewall, RunHook)

_log = logging.getLogger(__name__)


class Placing:
    """Changes the machine for one tunnel at a time.

    Args:
        live: The plans of all tunnels that have something on the machine.
        diary: Hears what is done.
        clock: Gives Unix seconds.
    """

    def __init__(
        self,
        system: System,
        journal: Journal,
        clock: Clock,
        live: Callable[[], Iterable[Plan]],
        diary: Diary,
    ) -> None:
        self._system, self._journal, self._clock, self._live = system, journal, clock, live
        self._diary = diary
        # Free table numbers and marks are looked up and then taken: one tunnel at a time.
        self.allotting = asyncio.Lock()
        self._rising: dict[str, Plan] = {}  # what is taken and does not all stand yet

    async def put(self, tunnel: Tunnel, endpoints: Mapping[Endpoint, SocketAddress]) -> None:
        """Carry the profile's plan out, all of it or nothing; raises EngineError."""
        async with self.allotting:
            facts = await self._system.facts(
                tunnel.profile, endpoints, allow_lan=tunnel.options.allow_lan
            )
            facts = self.without_taken(facts)
            others = Others(earlier=await all_standing(self._live(), self._system))
            plan = plan_up(tunnel.name, tunnel.profile, facts, tunnel.options, others)
            self.refuse_private_table(plan)
            tunnel.engine = facts.engine
            # Half an `up` is only ever taken back: a note of 20,000 routes would be in vain.
            self.note(tunnel, replace(plan, steps=way_down(plan.steps)[::-1]), Stage.RISING)
            self._rising[tunnel.id] = plan
        # For the note at the end; meanwhile an engine works off what it is told.
        text = asyncio.ensure_future(asyncio.to_thread(getattr, tunnel, "bare_text"))
        try:  # outside of the lock: a command of it may take its time
            await self._carry_out(tunnel, plan)
        finally:
            del self._rising[tunnel.id]
            await asyncio.wait((text,))
        tunnel.plan, tunnel.trouble = plan, ()
        tunnel.since_unix_s = int(self._clock())
        # Failing that, a helper that is killed from here on leaves it down, not half up.
        self._note_if_possible(tunnel, plan, Stage.UP)

    async def take_away(self, tunnel: Tunnel) -> None:
        """Undo all that stands; raises RollbackIncomplete, and then the rest is kept in mind."""
        if tunnel.plan is not None:
            self._note_if_possible(tunnel, tunnel.plan, Stage.FALLING)
            try:
                await runner.lower(tunnel.plan, self._system, self._diary.deed(tunnel))
            except RollbackIncomplete as error:
                self._keep_what_is_left(tunnel, tunnel.plan, error)
                raise
            self._unnote(tunnel)
        tunnel.plan, tunnel.engine, tunnel.since_unix_s = None, None, 0

    async def mend(self, tunnel: Tunnel) -> None:
        """Start its engine anew and put back all that went with it; its rules still stand.

        Name servers that are refused now are the watch's business, which tries again.
        """
        plan = tunnel.plan
        if plan is None:
            raise EngineFailed("nothing of it is known any more")
        gone = tuple(step for step in plan.steps if not isinstance(step, STAYING))
        link = next(step for step in gone if isinstance(step, CreateLink))
        names = tuple(step for step in gone if isinstance(step, ApplyDns))
        rest = tuple(step for step in gone if step is not link and step not in names)
        deed = self._diary.deed(tunnel)
        await runner.to_the_end(self._system.undo(link))
        deed.did(link)
        await runner.to_the_end(self._system.do(link))
        deed.did(*rest, *names)
        deed.end()
        await runner.to_the_end(self._system.redo(rest))
        try:
            await runner.to_the_end(self._system.redo(names))
        except EngineError as error:
            _log.warning("%s: %s", tunnel.name, error)
        # Another one that says the same: the new device has a port of its own, which nobody set.
        tunnel.plan = replace(plan)

    async def refresh(self, tunnels: Iterable[Tunnel]) -> Sequence[Tunnel]:
        """Follow a change of the network, or of our other tunnels; those that were changed."""
        async with self.allotting:
            return await Refresh(tunnels, self._system, self._note_up, self._diary).run()

    def note(self, tunnel: Tunnel, plan: Plan, stage: Stage) -> None:
        """Write down what is about to stand; raises StateNotSaved."""
        if tunnel.engine is None:
            return
        self._journal.write(
            Record(
                id=tunnel.id,
                owner_uid=tunnel.owner_uid,
                name=tunnel.name,
                stage=stage,
                # What is to go needs no profile, and 10,000 peers take a tenth of a second.
                profile_text=tunnel.bare_text if stage is Stage.UP else "",
                options=tunnel.options,
                engine=tunnel.engine,
                plan=plan,
                since_unix_s=tunnel.since_unix_s,
            )
        )

    async def _carry_out(self, tunnel: Tunnel, plan: Plan) -> None:
        try:
            await runner.carry_out(plan, self._system, self._diary.deed(tunnel))
        except RollbackIncomplete as error:
            self._keep_what_is_left(tunnel, plan, error)
            raise
        except BaseException:
            self._unnote(tunnel)
            tunnel.engine = None
            raise

    def _keep_what_is_left(self, tunnel: Tunnel, plan: Plan, error: RollbackIncomplete) -> None:
        """For another `down`, of this helper or the next: the rest may be others' by then."""
        left = tuple(step for step in plan.steps if explain_undo(step) in error.left)
        tunnel.plan = replace(plan, steps=left, pre_down=(), post_down=())
        self._note_if_possible(tunnel, tunnel.plan, Stage.FALLING)

    def without_taken(self, facts: Facts) -> Facts:
        """What is about to be used counts as used."""
        taken = [plan.routing for plan in self._rising.values()]
        tables = {it.table for it in taken if it.table is not None}
        return replace(
            facts,
            used_tables=facts.used_tables | tables,
            used_marks=facts.used_marks | {it.fwmark for it in taken if it.rules},
        )

    def refuse_private_table(self, plan: Plan) -> None:
        """A table that the profile names must not be one that another tunnel's rules lead to."""
        table = plan.routing.table
        standing = (*self._live(), *self._rising.values())
        private = {it.routing.table for it in standing if it.routing.rules}
        if table is not None and table in private:
            raise TableTaken(table)

    def _note_if_possible(self, tunnel: Tunnel, plan: Plan, stage: Stage) -> None:
        try:
            self.note(tunnel, plan, stage)
        except StateNotSaved as error:
            _log.warning("%s: %s", tunnel.name, error)

    def _note_up(self, tunnel: Tunnel, plan: Plan) -> None:
        self._note_if_possible(tunnel, plan, Stage.UP)

    def _unnote(self, tunnel: Tunnel) -> None:
        try:
            self._journal.remove(tunnel.name)
        except StateNotSaved as error:
            _log.warning("%s: %s", tunnel.name, error)
