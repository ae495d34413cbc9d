"""From a tunnel that is up to what an edited profile asks for, without taking it down. Pure.

What is new is put in place before what is old goes, so nothing passes by meanwhile: name
servers last, and between the rules for the tunnel's own packets and all others the device.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from wgdesk.domain.address_changes import AddressChanges, address_changes
from wgdesk.domain.device import DeviceConfig
from wgdesk.domain.device_changes import Told, device_changes
from wgdesk.domain.dns import DnsChoice
from wgdesk.domain.firewall import Firewall
from wgdesk.domain.nesting import Others
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.plan import NO_OTHERS, TUNNEL_OVERHEAD_BYTES, Facts, Plan, plan_up
from wgdesk.domain.profile import Profile
from wgdesk.domain.routing import FIRST_MARK, FIRST_TABLE
from wgdesk.domain.steps import (
    AddAddress,
    AddRoute,
    AddRule,
    ApplyDns,
    Change,
    ConfigureDevice,
    LoadFirewall,
    RemoveAddress,
    RemoveRoute,
    RemoveRule,
    ReplaceDns,
    ReplaceFirewall,
    RunHook,
    SetMtu,
    Step,
    UpdateDevice,
)

HOOKS_CHANGED: Final = (
    "Commands are not run when a profile is applied to a tunnel that is up;"
    " those that changed count from its next start."
)
ENDPOINT_STAYS: Final = (
    "A tunnel that is up cannot forget where a peer was: an endpoint that is gone from the"
    " profile is used until the next start."
)
# Tables and marks are chosen from the first on, so one of ours is never far away.
_FARTHEST: Final = 4096

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """The way to `plan`, in order; undone last first.

    Attributes:
        changes: Empty where everything is as asked for already.
        plan: What stands afterwards.
        notices: Sentences about what was edited and has no effect yet.
    """

    changes: tuple[Change, ...]
    plan: Plan
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Current:
    """A tunnel that is up.

    Attributes:
        plan: What stands.
        profile: What it was made from.
        live: What its device has now, keys included.
    """

    plan: Plan
    profile: Profile
    live: DeviceConfig = field(repr=False)


def plan_sync(
    current: Current,
    profile: Profile,
    facts: Facts,
    options: TunnelOptions,
    others: Others = NO_OTHERS,
) -> SyncPlan:
    """Say how the tunnel becomes what `profile` asks for.

    Args:
        current: Before.
        profile: Its lists of allowed IPs are whole (see `merged`).
        facts: Of now; the tunnel's own table and mark count as used.
        options: Of now.
        others: The tunnels beside it.

    Raises:
        EndpointUnresolved: A new endpoint is missing from the facts.
    """
    before, standing = current.profile, current.plan
    facts = _facts_for(standing, before, facts)
    wanted = plan_up(standing.name, profile, facts, options, others)
    plan = _without_hooks(wanted, standing)
    told = Told(profile=before, config=_told(standing), fwmark=standing.fwmark)
    found = device_changes(current.live, told, profile, plan.fwmark, facts.endpoints)
    device: tuple[Change, ...] = ()
    if found is not None:
        device = (UpdateDevice(plan.name, facts.engine.kind, *found),)
    return SyncPlan(
        changes=tuple(_changes(standing, plan, device)),
        plan=plan,
        notices=tuple(_notices(before, profile)),
    )


def both(current: Plan, sync: SyncPlan) -> Plan:
    """All that may stand while the change is under way, so that whoever finds it can remove it."""
    steps = dict.fromkeys((*sync.plan.steps, *_lasting(current)))
    return replace(sync.plan, steps=tuple(steps))


def summary(changes: Iterable[Change]) -> tuple[str, ...]:
    """What was changed, in a few words each."""
    found: Counter[str] = Counter()
    for change in changes:
        match change:
            case UpdateDevice(_, _, update):
                found["the private key"] += update.private_key is not None
                found["the listening port"] += update.listen_port is not None
                found["the mark"] += update.fwmark is not None
                found["peers added"] += sum(peer.is_new for peer in update.peers)
                found["peers changed"] += sum(not peer.is_new for peer in update.peers)
                found["peers removed"] += len(update.removed)
            case AddAddress() | RemoveAddress():
                found["addresses"] += 1
            case AddRoute() | RemoveRoute() | AddRule() | RemoveRule():
                found["routes"] += 1
            case SetMtu():
                found["the MTU"] += 1
            case ReplaceDns():
                found["the name servers"] += 1
            case ReplaceFirewall():
                found["the firewall rules"] += 1
    return tuple(_counted(text, count) for text, count in found.items() if count)


def _counted(text: str, count: int) -> str:
    if not text.startswith("peers"):
        return text
    return f"{count} {text if count > 1 else text.replace('peers', 'peer')}"


def _facts_for(current: Plan, before: Profile, facts: Facts) -> Facts:
    """The facts with which a plan keeps the table, the mark and the rest that it found itself."""
    routing = current.routing
    used_tables, used_marks = facts.used_tables, facts.used_marks
    if routing.rules and routing.table is not None:
        used_tables = _all_but(used_tables, FIRST_TABLE, routing.table)
        used_marks = _all_but(used_marks, FIRST_MARK, routing.fwmark)
    path_mtu = facts.path_mtu
    if path_mtu is None and before.interface.mtu is None:
        path_mtu = current.mtu + TUNNEL_OVERHEAD_BYTES
    dns = next((step for step in current.steps if isinstance(step, ApplyDns)), None)
    choice = facts.dns if dns is None else DnsChoice(dns.backend, "it is told already")
    return replace(
        facts, used_tables=used_tables, used_marks=used_marks, path_mtu=path_mtu, dns=choice
    )


def _all_but(used: frozenset[int], first: int, own: int) -> frozenset[int]:
    """Numbers that count as used so that `own` is the next that is free."""
    before = range(first, own) if own - first < _FARTHEST else range(0)
    return (used | frozenset(before)) - {own}


def _without_hooks(plan: Plan, current: Plan) -> Plan:
    """Nothing is run now, and a `down` takes back what the `up` did."""
    steps = tuple(step for step in plan.steps if not isinstance(step, RunHook))
    return replace(plan, steps=steps, pre_down=current.pre_down, post_down=current.post_down)


def _told(plan: Plan) -> DeviceConfig | None:
    found = (step.config for step in plan.steps if isinstance(step, ConfigureDevice))
    return next(found, None)


def _changes(current: Plan, plan: Plan, device: tuple[Change, ...]) -> Iterator[Change]:
    name = plan.name
    addresses = _addresses(current, plan)
    new_routes, old_routes = _added_and_gone(AddRoute, current.steps, plan.steps)
    new_rules, old_rules = _added_and_gone(AddRule, current.steps, plan.steps)
    had, has = _firewall(current), _firewall(plan)
    if had != has and has is not None:
        yield ReplaceFirewall(had, has)
    yield from addresses.first
    yield from (step for step in new_rules if step.rule.fwmark is not None)
    yield from device
    if plan.mtu != current.mtu:
        yield SetMtu(name, plan.mtu, current.mtu)
    yield from new_routes
    yield from (step for step in new_rules if step.rule.fwmark is None)
    yield from (RemoveRule(step.rule) for step in reversed(old_rules))
    yield from (RemoveRoute(name, step.route) for step in old_routes)
    yield from addresses.last
    if _dns(current) != _dns(plan):
        yield ReplaceDns(_dns(current), _dns(plan))
    if had is not None and has is None:
        yield ReplaceFirewall(had, None)


def _addresses(current: Plan, plan: Plan) -> AddressChanges:
    before = [step.address for step in current.steps if isinstance(step, AddAddress)]
    after = [step.address for step in plan.steps if isinstance(step, AddAddress)]
    return address_changes(plan.name, before, after, plan.routing.routes)


def _added_and_gone(
    kind: type[S], before: Iterable[Step], after: Iterable[Step]
) -> tuple[list[S], list[S]]:
    old = dict.fromkeys(step for step in before if isinstance(step, kind))
    new = dict.fromkeys(step for step in after if isinstance(step, kind))
    return [step for step in new if step not in old], [step for step in old if step not in new]


def _firewall(plan: Plan) -> Firewall | None:
    found = (step.firewall for step in plan.steps if isinstance(step, LoadFirewall))
    return next(found, None)


def _dns(plan: Plan) -> ApplyDns | None:
    return next((step for step in plan.steps if isinstance(step, ApplyDns)), None)


def _lasting(plan: Plan) -> Iterator[Step]:
    staying = (AddAddress, AddRoute, AddRule, LoadFirewall, ApplyDns)
    return (step for step in plan.steps if isinstance(step, staying))


def _notices(before: Profile, profile: Profile) -> Iterator[str]:
    if before.interface.hooks != profile.interface.hooks:
        yield HOOKS_CHANGED
    had = {peer.public_key for peer in before.peers if peer.endpoint is not None}
    if any(peer.public_key in had and peer.endpoint is None for peer in profile.peers):
        yield ENDPOINT_STAYS
