"""Keeps what depends on the machine's other links right while tunnels are up.

The local networks beside a full tunnel, the tunnels that a tunnel's own packets go through,
and an automatic MTU: looked at afresh, and only the difference is applied.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from wgdesk.domain.device import Engine, SocketAddress
from wgdesk.domain.errors import EngineError
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.nesting import Others, Standing
from wgdesk.domain.plan import Facts, Plan
from wgdesk.domain.profile import Endpoint
from wgdesk.domain.replan import Change, rules_change, standing_tunnel, with_mtu
from wgdesk.domain.state import Up
from wgdesk.domain.steps import ConfigureDevice, CreateLink, RaiseLink, Step
from wgdesk.engine.diary import Diary, clause
from wgdesk.engine.ports import System
from wgdesk.engine.tunnel import Tunnel

FOLLOWED: Final = "The network of this machine changed, or its tunnels did; followed:"

_log = logging.getLogger(__name__)

Note = Callable[[Tunnel, Plan], None]


class Refresh:
    """One look at every tunnel that is up, in order of coming up.

    Args:
        note: Writes down what may stand, before it does.
        diary: Hears what is done.
    """

    def __init__(self, tunnels: Iterable[Tunnel], system: System, note: Note, diary: Diary) -> None:
        in_order = sorted(tunnels, key=lambda tunnel: tunnel.since_unix_s)
        self._tunnels, self._system, self._note = tuple(in_order), system, note
        self._diary = diary

    async def run(self) -> Sequence[Tunnel]:
        """Those that were changed.

        What the machine refuses is logged and stays as it was; the next look tries again.
        """
        changed = []
        for tunnel in self._tunnels:
            before = tunnel.plan
            try:
                await self._follow(tunnel)
            except EngineError as error:
                _log.warning("%s could not follow a change of the network: %s", tunnel.name, error)
                text = f"A change of the network could not be followed: {clause(error)}."
                self._diary.write(tunnel, LogKind.ERROR, text)
            if tunnel.plan is not before:
                changed.append(tunnel)
        return changed

    async def _follow(self, tunnel: Tunnel) -> None:
        plan = _plan_of(tunnel)
        if plan is None:
            return
        facts = await self._facts(tunnel, plan)
        others = await others_of(tunnel, self._tunnels, self._system)
        change = rules_change(plan, tunnel.profile, facts, tunnel.options, others)
        if change is not None and _plan_of(tunnel) is plan:
            plan = await self._apply(tunnel, plan, change)
            facts = await self._facts(tunnel, plan)  # the way to the servers may be another
        wanted = with_mtu(plan, tunnel.profile, facts.path_mtu)
        if wanted is not plan and _plan_of(tunnel) is plan:
            link = RaiseLink(plan.name, wanted.mtu)
            await self._system.do(link)
            self._now(tunnel, plan, wanted)
            self._tell(tunnel, (link,))

    async def _apply(self, tunnel: Tunnel, before: Plan, change: Change) -> Plan:
        """Add, then remove. A `down` that comes meanwhile finds all that may stand in the plan."""
        tunnel.plan = change.both
        self._note(tunnel, change.both)
        try:
            for step in change.add:
                await self._system.do(step)
        except EngineError:
            await self._undo(change.add)
            self._now(tunnel, change.both, before)
            raise
        if _plan_of(tunnel) is not change.both:  # it is being taken down, or was
            await self._undo(change.add)
            return change.both
        await self._undo(change.remove)
        if change.leads_elsewhere:
            await self._system.forget_ways(tunnel.name)
        self._now(tunnel, change.both, change.after)
        self._tell(tunnel, change.add, change.remove)
        return change.after

    def _tell(self, tunnel: Tunnel, done: Iterable[Step], undone: Iterable[Step] = ()) -> None:
        self._diary.write(tunnel, LogKind.STATE, FOLLOWED)
        deed = self._diary.deed(tunnel)
        deed.did(*done)
        deed.undid(*undone)
        deed.end()

    async def _undo(self, steps: Iterable[Step]) -> None:
        for step in steps:
            await self._system.undo(step)

    def _now(self, tunnel: Tunnel, before: Plan, after: Plan) -> None:
        if _plan_of(tunnel) is before:
            tunnel.plan = after
            self._note(tunnel, after)

    async def _facts(self, tunnel: Tunnel, plan: Plan) -> Facts:
        found = await endpoints_of(plan, self._system)
        endpoints = {Endpoint(str(it.address), it.port, it.scope): it for it in found}
        return await self._system.facts(
            tunnel.profile, endpoints, allow_lan=tunnel.options.allow_lan, mark=plan.fwmark
        )


async def others_of(tunnel: Tunnel, tunnels: Sequence[Tunnel], system: System) -> Others:
    """Those of `tunnels`, in order of coming up, that stand beside one of them."""
    at = tunnels.index(tunnel)
    parts = tunnels[:at], tunnels[at + 1 :]
    earlier, later = ([plan for it in part if (plan := _plan_of(it))] for part in parts)
    return Others(
        earlier=await all_standing(earlier, system), later=await all_standing(later, system)
    )


async def all_standing(plans: Iterable[Plan], system: System) -> tuple[Standing, ...]:
    """Tunnels as others see them that may go through them."""
    found = [standing_tunnel(plan, await endpoints_of(plan, system)) for plan in plans]
    return tuple(found)


async def endpoints_of(plan: Plan, system: System) -> Sequence[SocketAddress]:
    """Where its peers are: what the device was told, else what it knows."""
    for step in plan.steps:
        if isinstance(step, ConfigureDevice):
            return [peer.endpoint for peer in step.config.peers if peer.endpoint]
    for step in plan.steps:
        if isinstance(step, CreateLink):
            try:
                device = await system.read(plan.name, Engine(step.kind, ""))
            except EngineError:
                return ()
            return [peer.endpoint for peer in device.peers if peer.endpoint]
    return ()


def _plan_of(tunnel: Tunnel) -> Plan | None:
    return tunnel.plan if isinstance(tunnel.state, Up) else None
