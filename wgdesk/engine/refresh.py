"""Keeps what depends on the machine's other links right while tunnels are up.

The local networks beside a full tunnel, the tunnels that a tunnel's own packets go through,
and an automatic MTU: looked at afresh, and only the difference is applied.
"""

import logging
from collections.abc import Sequence

from wgdesk.domain.device import SocketAddress
from wgdesk.domain.errors import EngineError
from wgdesk.domain.plan import Facts, Plan
from wgdesk.domain.profile import Endpoint
from wgdesk.domain.replan import Change, rules_change, standing_tunnel, with_mtu
from wgdesk.domain.state import Up
from wgdesk.domain.steps import ConfigureDevice, RaiseLink
from wgdesk.engine.ports import System
from wgdesk.engine.tunnel import Tunnel

_log = logging.getLogger(__name__)


async def refresh(tunnels: Sequence[Tunnel], system: System) -> tuple[Tunnel, ...]:
    """Look at every tunnel that is up, given in order of coming up; those that were changed.

    What the machine refuses is logged and stays as it was; the next time it is tried again.
    """
    changed = []
    for tunnel in tunnels:
        before = tunnel.plan
        try:
            await _refresh_one(tunnel, tunnels, system)
        except EngineError as error:
            _log.warning("%s could not follow a change of the network: %s", tunnel.name, error)
        if tunnel.plan is not before:
            changed.append(tunnel)
    return tuple(changed)


async def _refresh_one(tunnel: Tunnel, tunnels: Sequence[Tunnel], system: System) -> None:
    plan = _standing_plan(tunnel)
    if plan is None:
        return
    facts = await _facts(tunnel, plan, system)
    others = (_standing_plan(other) for other in tunnels if other is not tunnel)
    standing = [standing_tunnel(other) for other in others if other is not None]
    change = rules_change(plan, tunnel.profile, facts, tunnel.options, standing)
    if change is not None and _standing_plan(tunnel) is plan:
        plan = await _apply(tunnel, change, system)
        facts = await _facts(tunnel, plan, system)  # the way to the endpoints may be another
    wanted = with_mtu(plan, tunnel.profile, facts.path_mtu)
    if wanted is not plan and _standing_plan(tunnel) is plan:
        await system.do(RaiseLink(plan.name, wanted.mtu))
        if _standing_plan(tunnel) is plan:
            tunnel.plan = wanted


async def _apply(tunnel: Tunnel, change: Change, system: System) -> Plan:
    """Add, then remove. A `down` that comes meanwhile finds all that may stand in the plan."""
    tunnel.plan = change.both
    for step in change.add:
        await system.do(step)
        if _standing_plan(tunnel) is not change.both:  # it is being taken down, or was
            await system.undo(step)
            return change.both
    for step in change.remove:
        await system.undo(step)
    if _standing_plan(tunnel) is change.both:
        tunnel.plan = change.after
    return change.after


def _standing_plan(tunnel: Tunnel) -> Plan | None:
    return tunnel.plan if isinstance(tunnel.state, Up) else None


async def _facts(tunnel: Tunnel, plan: Plan, system: System) -> Facts:
    return await system.facts(
        tunnel.profile, _endpoints(plan), allow_lan=tunnel.options.allow_lan, mark=plan.fwmark
    )


def _endpoints(plan: Plan) -> dict[Endpoint, SocketAddress]:
    """The endpoints that the device was told, by the address itself."""
    configs = (step.config for step in plan.steps if isinstance(step, ConfigureDevice))
    found = (peer.endpoint for config in configs for peer in config.peers if peer.endpoint)
    return {Endpoint(str(it.address), it.port, it.scope): it for it in found}
