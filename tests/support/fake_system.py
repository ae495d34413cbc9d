"""A machine in memory: it does steps, remembers them, and fails where the test says."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.support.build import ENGINE, a_plan, some_facts
from wgdesk.domain.device import (
    DeviceConfig,
    DeviceUpdate,
    Engine,
    EngineKind,
    SocketAddress,
)
from wgdesk.domain.errors import EngineFailed, KernelRefused, WgdeskError
from wgdesk.domain.evidence import Evidence
from wgdesk.domain.explain import explain
from wgdesk.domain.plan import Facts, Plan
from wgdesk.domain.profile import Endpoint, Network, Profile
from wgdesk.domain.snapshot import DeviceSnapshot, ForeignLink
from wgdesk.domain.state import Broke, Lost
from wgdesk.domain.steps import (
    AddAddress,
    AddRoute,
    AddRule,
    Change,
    ConfigureDevice,
    CreateLink,
    LoadFirewall,
    RemoveAddress,
    RemoveRoute,
    RemoveRule,
    ReplaceDns,
    ReplaceFirewall,
    SetMtu,
    Step,
    UpdateDevice,
)
from wgdesk.engine.ports import NameService

REFUSED = KernelRefused("do the step", 1, "Operation not permitted")


@dataclass
class FakeSystem:
    """Implements ports.System.

    Attributes:
        standing: What is on the machine now, in the order it came.
        log: ("do" or "undo", step) for every call.
        fail_before: Steps that are refused; nothing of them happens.
        fail_after: Steps that break off when their effect is there already.
        stuck: Steps that cannot be undone.
        foreign_links: Names that another program has.
        unresolved: Raised by `resolve` while it is there.
        clear_error: Raised by `clear_strays` while it is there.
        forgotten: Tunnels whose ways were to be looked up anew.
        onlink: Networks on the links; None for those of `some_facts`.
        lost_steps: What others removed, though it stands.
        no_hooks: Raised by `check_hooks` while it is there.
        pause: Every `do` and every change waits for it, once it has begun.
        changes: Every change that was asked for, in order; `updates` those of devices.
        live: What the device has; as it was told where it is None.
        no_config: Raised by `read_config` while it is there.
        is_wayless: No way leads to any endpoint.
        is_blocking: A firewall drops what is sent to any; `tried` are those that were tried.
        link_packets: What went into any link.
        evidence: What asking an endpoint brings; `asked` are those that were asked.
    """

    engine: Engine = ENGINE
    names: NameService | None = None
    standing: list[Step] = field(default_factory=list)
    log: list[tuple[str, Step]] = field(default_factory=list)
    fail_before: set[Step | Change] = field(default_factory=set)
    fail_after: set[Step | Change] = field(default_factory=set)
    stuck: set[Step] = field(default_factory=set)
    foreign_links: set[str] = field(default_factory=set)
    unresolved: WgdeskError | None = None
    pause: Callable[[Step | Change], asyncio.Event | None] = lambda _step: None
    lose: Callable[[str, Broke | Lost], None] = lambda _name, _event: None
    disturb: Callable[[], None] = lambda: None
    lost_steps: list[Step] = field(default_factory=list)
    redone: list[Step] = field(default_factory=list)
    other_links: tuple[ForeignLink, ...] = ()
    forgotten: list[str] = field(default_factory=list)
    onlink: tuple[Network, ...] | None = None
    path_mtu: int | None = None
    closed: bool = False
    clear_error: WgdeskError | None = None
    no_hooks: WgdeskError | None = None
    changes: list[Change] = field(default_factory=list)
    updates: list[DeviceUpdate] = field(default_factory=list)
    live: DeviceConfig | None = None
    no_config: WgdeskError | None = None
    is_wayless: bool = False
    is_blocking: bool = False
    link_packets: int = 0
    evidence: Evidence | None = None
    asked: list[SocketAddress] = field(default_factory=list)
    tried: list[SocketAddress] = field(default_factory=list)

    async def do(self, step: Step) -> None:
        self.log.append(("do", step))
        if step in self.fail_before:
            raise REFUSED
        self.standing.append(step)
        gate = self.pause(step)
        if gate is not None:
            await gate.wait()
        if step in self.fail_after:
            raise EngineFailed("it broke off halfway")

    async def do_ahead(self, steps: Sequence[Step]) -> int:
        """Does none of them: every step is to go through `do`, where tests reach it."""
        return 0

    async def undo(self, step: Step) -> None:
        self.log.append(("undo", step))
        if step in self.stuck:
            raise REFUSED
        if step not in self.standing:
            return
        if isinstance(step, CreateLink):  # takes all that hangs on the link with it
            self.standing = [
                other
                for other in self.standing
                if isinstance(other, AddRule) or other.name != step.name
            ]
        else:
            self.standing.remove(step)

    async def change(self, change: Change) -> None:
        self.changes.append(change)
        if change in self.fail_before:
            raise REFUSED
        self._make(change)
        gate = self.pause(change)
        if gate is not None:
            await gate.wait()
        if change in self.fail_after:
            raise EngineFailed("it broke off halfway")

    async def change_ahead(self, changes: Sequence[Change]) -> int:
        """Makes none of them, as `do_ahead` does none."""
        return 0

    def _make(self, change: Change) -> None:
        """What stands as a step stays one; a device's update is kept to look at."""
        match change:
            case UpdateDevice(_, _, update):
                self.updates.append(update)
            case SetMtu():
                pass
            case RemoveAddress(name, address):
                self._drop(AddAddress(name, address))
            case RemoveRoute(name, route):
                self._drop(AddRoute(name, route))
            case RemoveRule(rule):
                self._drop(AddRule(rule))
            case ReplaceFirewall(before, after):
                self._drop(LoadFirewall(before) if before else None)
                self.standing += [LoadFirewall(after)] if after else []
            case ReplaceDns(before, after):
                self._drop(before)
                self.standing += [after] if after else []
            case _:
                self.standing.append(change)

    def _drop(self, step: Step | None) -> None:
        if step in self.standing:
            self.standing.remove(step)

    async def read_config(self, name: str, engine: Engine) -> DeviceConfig:
        if self.no_config is not None:
            raise self.no_config
        told = (it.config for it in self.standing if isinstance(it, ConfigureDevice))
        return self.live or next(told)

    async def resolve(self, profile: Profile) -> Mapping[Endpoint, SocketAddress]:
        if self.unresolved is not None:
            raise self.unresolved
        return some_facts(profile).endpoints

    async def facts(
        self,
        profile: Profile,
        endpoints: Mapping[Endpoint, SocketAddress],
        *,
        allow_lan: bool,
        mark: int | None = None,
    ) -> Facts:
        onlink = some_facts(profile).onlink_networks if self.onlink is None else self.onlink
        tables = {step.rule.table for step in self.standing if isinstance(step, AddRule)}
        marks = {step.rule.fwmark for step in self.standing if isinstance(step, AddRule)}
        return Facts(
            engine=self.engine,
            used_tables=frozenset(tables),
            used_marks=frozenset(mark for mark in marks if mark),
            onlink_networks=onlink if allow_lan else (),
            path_mtu=self.path_mtu,
            endpoints=endpoints,
        )

    async def check_hooks(self) -> None:
        if self.no_hooks is not None:
            raise self.no_hooks

    async def link_exists(self, name: str) -> bool:
        return name in self.foreign_links or name in self.links

    async def choose_engine(self) -> Engine:
        return self.engine

    def has_way(self, endpoint: SocketAddress, mark: int) -> bool:
        return not self.is_wayless

    def is_blocked(self, endpoint: SocketAddress, mark: int) -> bool:
        self.tried.append(endpoint)
        return self.is_blocking

    def sent_packets(self, name: str) -> int:
        return self.link_packets

    async def probe(self, endpoint: SocketAddress, mark: int) -> Evidence | None:
        self.asked.append(endpoint)
        return self.evidence

    async def forget_ways(self, name: str) -> None:
        self.forgotten.append(name)

    async def read(self, name: str, engine: Engine) -> DeviceSnapshot:
        if name not in self.links:
            raise EngineFailed("there is no such device")
        return DeviceSnapshot(listen_port=51820)

    async def adopt(self, plan: Plan, kind: EngineKind) -> Plan:
        link = CreateLink(plan.name, kind)
        if link not in self.standing:
            raise EngineFailed(f"the interface {plan.name} is not there any more")
        return plan

    async def missing(self, plan: Plan) -> tuple[Step, ...]:
        gone = [step for step in plan.steps if step in self.lost_steps]
        return tuple(gone)

    async def redo(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if step in self.fail_before:
                raise REFUSED
            self.redone.append(step)
            self.lost_steps = [other for other in self.lost_steps if other != step]
            if step not in self.standing:
                self.standing.append(step)

    async def inspect(self, name: str, known: Sequence[Plan]) -> tuple[Plan, Engine] | None:
        if name not in self.links:
            return None
        plan = a_plan(name)
        steps = tuple(step for step in plan.steps if step in self.standing)
        return replace(plan, steps=steps), self.engine

    async def own_links(self) -> tuple[str, ...]:
        return tuple(self.links)

    async def clear_strays(self, known: Sequence[Plan]) -> tuple[str, ...]:
        if self.clear_error is not None:
            raise self.clear_error
        kept = {step for plan in known for step in plan.steps}
        strays = [
            it for it in self.standing if isinstance(it, AddRule) and it not in kept | self.stuck
        ]
        self.standing = [it for it in self.standing if it not in strays]
        return tuple(map(explain, strays))

    async def other_tunnels(self) -> tuple[ForeignLink, ...]:
        return self.other_links

    def on_disturbed(self, told: Callable[[], None]) -> None:
        self.disturb = told

    def has_ipv6(self) -> bool:
        return True

    def on_lost(self, told: Callable[[str, Broke | Lost], None]) -> None:
        self.lose = told

    async def close(self) -> None:
        self.closed = True

    @property
    def links(self) -> list[str]:
        return [step.name for step in self.standing if isinstance(step, CreateLink)]
