"""What has to change beside a tunnel that is up when the machine around it changed. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from wgdesk.domain.device import SocketAddress
from wgdesk.domain.nesting import Others, Standing
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.plan import Facts, Plan, choose_mtu, nested
from wgdesk.domain.profile import Profile
from wgdesk.domain.steps import AddRule, RaiseLink, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From one plan to another of the same tunnel.

    Attributes:
        both: All that may stand while the change is being made.
        add: Before anything is removed, so that nothing passes by meanwhile.
        after: What stands then.
    """

    both: Plan
    add: tuple[AddRule, ...]
    remove: tuple[AddRule, ...]
    after: Plan

    @property
    def leads_elsewhere(self) -> bool:
        """Whether the tunnel's own packets go another way than before."""
        return any(step.rule.fwmark is not None for step in (*self.add, *self.remove))


def rules_change(
    plan: Plan,
    profile: Profile,
    facts: Facts,
    options: TunnelOptions,
    others: Others,
) -> Change | None:
    """The rules for local networks and for other tunnels, as they have to be now; None if they are.

    Args:
        plan: What stands.
        profile: Of the same tunnel, as the plan was made from.
        facts: Of now.
        options: Of the same tunnel.
        others: Our other tunnels.
    """
    routing, _ = nested(plan.name, profile, plan.routing, facts, options, others)
    before = tuple(step for step in plan.steps if isinstance(step, AddRule))
    wanted = tuple(map(AddRule, routing.rules))
    add = tuple(step for step in wanted if step not in before)
    remove = tuple(step for step in before if step not in wanted)
    if not add and not remove:
        return None
    return Change(
        both=replace(plan, steps=tuple(_with_rules(plan.steps, (*before, *add)))),
        add=add,
        remove=remove,
        after=replace(plan, routing=routing, steps=tuple(_with_rules(plan.steps, wanted))),
    )


def with_mtu(plan: Plan, profile: Profile, path_mtu: int | None) -> Plan:
    """The plan with the MTU (bytes) that the path asks for; the same plan where it has that.

    Where no path is known, as while a network is being changed, it stays.
    """
    mtu = plan.mtu if path_mtu is None else choose_mtu(profile, path_mtu)
    if mtu == plan.mtu:
        return plan
    steps = (replace(it, mtu=mtu) if isinstance(it, RaiseLink) else it for it in plan.steps)
    return replace(plan, mtu=mtu, steps=tuple(steps))


def standing_tunnel(plan: Plan, endpoints: Iterable[SocketAddress]) -> Standing:
    """A tunnel as others see it that may go through it."""
    return Standing(
        name=plan.name,
        routing=plan.routing,
        mtu=plan.mtu,
        endpoints=frozenset(it.address for it in endpoints),
    )


def _with_rules(steps: Sequence[Step], rules: Sequence[AddRule]) -> Iterator[Step]:
    """The steps with these rules where the first rule was; a tunnel without rules gets none."""
    placed = False
    for step in steps:
        if not isinstance(step, AddRule):
            yield step
        elif not placed:
            placed = True
            yield from rules
