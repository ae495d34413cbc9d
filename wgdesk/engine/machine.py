"""This machine: steps go to netlink and to the device that carries the tunnel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from errno import EEXIST
from functools import partial
from pathlib import Path
from typing import Final

from wgdesk.domain.device import DeviceConfig, Engine, EngineKind, SocketAddress
from wgdesk.domain.errors import EngineError, EngineFailed, EngineMissing, KernelRefused
from wgdesk.domain.evidence import Evidence
from wgdesk.domain.explain import explain
from wgdesk.domain.firewall import Firewall
from wgdesk.domain.plan import Facts, Plan
from wgdesk.domain.profile import Endpoint, Profile
from wgdesk.domain.routing import lan_networks, narrowed_networks
from wgdesk.domain.snapshot import DeviceSnapshot, ForeignLink
from wgdesk.domain.state import Broke, Lost
from wgdesk.domain.steps import (
    AddAddress,
    AddRoute,
    AddRule,
    ApplyDns,
    Change,
    ConfigureDevice,
    CreateLink,
    LoadFirewall,
    RaiseLink,
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
from wgdesk.engine import endpoint_probe, resolver, return_path
from wgdesk.engine.engine_program import build_text
from wgdesk.engine.foreign import guess_program
from wgdesk.engine.hooks import NoHooks
from wgdesk.engine.inspection import inspect
from wgdesk.engine.kernel_device import KernelDevice
from wgdesk.engine.launcher import Launcher, PlainLauncher
from wgdesk.engine.monitor import Monitor
from wgdesk.engine.netlink import Job, Netlink
from wgdesk.engine.ports import Device, FirewallLoader, HookRunner, NameService, is_taken
from wgdesk.engine.standing import own_links
from wgdesk.engine.survey import has_ipv6, has_ipv6_elsewhere, sent_packets
from wgdesk.engine.table_names import named_table
from wgdesk.engine.userspace_device import LINK_DELETED, TUN_PATH, UserspaceDevice

KERNEL: Final = Engine(EngineKind.KERNEL, "the kernel module answers")
USERSPACE: Final = Engine(EngineKind.USERSPACE, "the kernel has no WireGuard module")


Lasting = CreateLink | AddRule | LoadFirewall | ApplyDns
_LASTING: Final = (CreateLink, AddRule, LoadFirewall, ApplyDns)

ENGINE_LOGS_DIR: Final = Path("/run/wgdesk/engines")


class Machine:
    """Implements ports.System; made inside a running loop and closed by `close`."""

    def __init__(
        self,
        *,
        firewall: FirewallLoader | None = None,
        name_service: NameService | None = None,
        hooks: HookRunner | None = None,
        launcher: Launcher | None = None,
    ) -> None:
        """What is not given is left alone on this machine; engines start as plain processes."""
        self._firewall, self._name_service = firewall, name_service
        self._hooks = hooks or NoHooks()
        self._netlink = Netlink()
        self._kernel = KernelDevice(self._netlink)
        launcher = launcher or PlainLauncher(ENGINE_LOGS_DIR)
        self._userspace = UserspaceDevice(self._netlink, self._engine_ended, launcher)
        self._monitor = Monitor(self._link_vanished, self._disturbed)
        self._lost: Callable[[str, Broke | Lost], None] = lambda _name, _event: None
        self._told_disturbed: Callable[[], None] = lambda: None
        self._begun: set[Lasting] = set()

    @property
    def names(self) -> NameService | None:
        return self._name_service

    async def close(self) -> None:
        """Let go of the sockets; whoever wants tunnels down takes them down before."""
        self._monitor.close()
        self._userspace.close()
        if self._name_service is not None:
            await self._name_service.close()
        await self._hooks.close()
        await self._kernel.close()
        await self._netlink.close()

    async def do(self, step: Step) -> None:
        if not isinstance(step, _LASTING):
            await self._carry_out(step)  # vanishes with the link
            return
        if step in self._begun:
            raise KernelRefused(f"run {explain(step)}", EEXIST, "another tunnel has that already")
        self._begun.add(step)
        try:
            await self._carry_out(step)
        except EngineError as error:
            if not is_taken(error):
                raise
            if not await self._is_left_over(step):
                self._begun.discard(step)
                raise

    async def do_ahead(self, steps: Sequence[Step]) -> int:
        routes = [it for it in steps if isinstance(it, AddRoute)]
        if routes and steps[0] is routes[0]:
            return await self._netlink.add_routes(routes[0].name, [it.route for it in routes])
        jobs = []
        for step in steps:
            job = None if step in self._begun else self._find_job(step)
            if job is None:
                break
            jobs.append(job)
        number = await self._netlink.run_while_fine(jobs) if len(jobs) > 1 else 0
        self._begun.update(step for step in steps[:number] if isinstance(step, AddRule))
        return number

    async def undo(self, step: Step) -> None:
        if not isinstance(step, _LASTING) or step not in self._begun:
            return
        self._begun.discard(step)  # first, so that the end of a link is no surprise
        try:
            match step:
                case CreateLink(name, kind):
                    await self.device(kind).delete(name)
                case AddRule(rule):
                    await self._netlink.delete_rule(rule)
                case LoadFirewall(firewall) if self._firewall:
                    await self._firewall.unload(firewall)
                case ApplyDns() if self._name_service:
                    await self._name_service.revert(step)
        except EngineError:
            self._begun.add(step)
            raise

    async def change(self, change: Change) -> None:
        match change:
            case UpdateDevice(name, kind, update):
                await self.device(kind).update(name, update)
            case SetMtu(name, mtu):
                await self._netlink.raise_link(name, mtu)
            case RemoveAddress(name, address):
                await self._netlink.delete_address(name, address)
            case RemoveRoute(name, route):
                await self._netlink.delete_route(name, route)
            case RemoveRule(rule):
                await self.undo(AddRule(rule))
            case ReplaceFirewall(before, after):
                await self._replace_firewall(before, after)
            case ReplaceDns(before, after):
                if before is not None:
                    await self.undo(before)
                if after is not None:
                    await self.do(after)
            case _:
                await self.do(change)

    async def change_ahead(self, changes: Sequence[Change]) -> int:
        steps = [it for it in changes if isinstance(it, (AddAddress, AddRoute, AddRule))]
        if steps:
            return await self.do_ahead(steps)
        routes = [it for it in changes if isinstance(it, RemoveRoute)]
        jobs = [self._netlink.route_removal_job(it.name, it.route) for it in routes]
        return await self._netlink.run_while_fine(jobs) if len(jobs) > 1 else 0

    async def _replace_firewall(self, before: Firewall | None, after: Firewall | None) -> None:
        """A table of the same name is replaced at once, so that its rules are never missing."""
        places = {(it.family, it.nft_table) for it in (before, after) if it is not None}
        if self._firewall is not None and before and after and len(places) == 1:
            await self._firewall.load(after)
            self._begun.discard(LoadFirewall(before))
            self._begun.add(LoadFirewall(after))
            return
        if after is not None:
            await self.do(LoadFirewall(after))
        if before is not None:
            await self.undo(LoadFirewall(before))

    async def resolve(self, profile: Profile) -> Mapping[Endpoint, SocketAddress]:
        endpoints = (peer.endpoint for peer in profile.peers)
        return await resolver.resolve(endpoint for endpoint in endpoints if endpoint)

    async def facts(
        self,
        profile: Profile,
        endpoints: Mapping[Endpoint, SocketAddress],
        *,
        allow_lan: bool,
        mark: int | None = None,
    ) -> Facts:
        engine = await self.choose_engine()
        survey = await self._netlink.survey((it.address for it in endpoints.values()), mark)
        full = profile.is_full_tunnel()
        local_networks = lan_networks(survey.addresses)
        has_nft = self._firewall is not None and self._firewall.is_there()
        return Facts(
            engine=engine,
            used_tables=survey.tables,
            used_marks=survey.marks,
            onlink_networks=local_networks if allow_lan and full else (),
            local_networks=local_networks,
            path_mtu=survey.path_mtu,
            ipv6=has_ipv6(),
            named_table=named_table(profile),
            endpoints=endpoints,
            dns=await self._name_service.choose() if self._name_service else None,
            has_firewall=has_nft,
            lacks_nft=self._firewall is not None and not has_nft,
            ipv6_elsewhere=has_ipv6_elsewhere(),
            narrowed=narrowed_networks(survey.addresses) if allow_lan and full else {},
            strict_links=return_path.strict_links(survey.ways),
            marks_count=return_path.can_let_marks_count(),
        )

    async def check_hooks(self) -> None:
        await self._hooks.check()

    async def link_exists(self, name: str) -> bool:
        return self._netlink.has_link(name)

    def has_ipv6(self) -> bool:
        return has_ipv6()

    async def choose_engine(self) -> Engine:
        if await self._kernel.is_there():
            return KERNEL
        program = self._userspace.program()
        if program is None:
            raise EngineMissing("the kernel has no WireGuard module and wireguard-go is not there")
        if not TUN_PATH.exists():
            raise EngineMissing(f"the kernel has no WireGuard module and {TUN_PATH} is not there")
        return replace(USERSPACE, reason=f"{build_text(program)}; {USERSPACE.reason}")

    async def read(self, name: str, engine: Engine) -> DeviceSnapshot:
        return await self.device(engine.kind).read(name)

    async def read_config(self, name: str, engine: Engine) -> DeviceConfig:
        return await self.device(engine.kind).read_config(name)

    def has_way(self, endpoint: SocketAddress, mark: int) -> bool:
        return endpoint_probe.has_way(endpoint, mark)

    def is_blocked(self, endpoint: SocketAddress, mark: int) -> bool:
        return endpoint_probe.is_blocked(endpoint, mark)

    def sent_packets(self, name: str) -> int:
        return sent_packets(name)

    async def probe(self, endpoint: SocketAddress, mark: int) -> Evidence | None:
        return await endpoint_probe.probe(endpoint, mark)

    async def forget_ways(self, name: str) -> None:
        if CreateLink(name, EngineKind.USERSPACE) in self._begun:  # the kernel sees for itself
            await self._userspace.forget_ways(name)

    async def adopt(self, plan: Plan, kind: EngineKind) -> Plan:
        name, link = plan.name, CreateLink(plan.name, kind)
        self._begun.update(step for step in plan.steps if isinstance(step, _LASTING))
        is_there = not await self._netlink.missing(name, [link])
        if kind is EngineKind.USERSPACE:
            try:
                await self._userspace.adopt(name, is_marked=is_there)
            except EngineError:
                self._begun.discard(link)
                raise
        elif not is_there:
            self._begun.discard(link)  # gone, or made by somebody else meanwhile
        if not is_there:
            raise EngineFailed(f"the interface {name} is not there any more")
        if kind is EngineKind.KERNEL:
            self._kernel.adopt(name)
            return plan
        told = ConfigureDevice(name, kind, await self._userspace.read_config(name))
        at = plan.steps.index(link) + 1
        return replace(plan, steps=(*plan.steps[:at], told, *plan.steps[at:]))

    async def missing(self, plan: Plan) -> tuple[Step, ...]:
        found = await self._netlink.missing(plan.name, plan.steps)
        if self._firewall is None:
            return found
        tables = [step for step in plan.steps if isinstance(step, LoadFirewall)]
        gone = [step for step in tables if not await self._firewall.stands(step.firewall)]
        return (*gone, *found)

    async def redo(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if isinstance(step, _LASTING):
                self._begun.add(step)  # where it had been taken back already
            try:
                await self._carry_out(step)
            except EngineError as error:
                if not is_taken(error):
                    raise

    async def inspect(self, name: str, known: Sequence[Plan]) -> tuple[Plan, Engine] | None:
        rules = {rule for plan in known for rule in plan.routing.rules}
        for engine, device in ((KERNEL, self._kernel), (USERSPACE, self._userspace)):
            try:
                fwmark = (await device.read(name)).fwmark
            except EngineError:
                continue
            plan = await self._netlink.look(partial(inspect, name=name, fwmark=fwmark, known=rules))
            return None if plan is None else (plan, engine)
        return None

    async def own_links(self) -> tuple[str, ...]:
        return await self._netlink.look(own_links)

    async def clear_strays(self, known: Sequence[Plan]) -> tuple[str, ...]:
        kept = {rule for plan in known for rule in plan.routing.rules}
        cleared = []
        for rule in await self._netlink.own_rules():
            if rule not in kept:
                await self._netlink.delete_rule(rule)
                cleared.append(f"IPv{rule.family} rule {rule.priority}")
        if self._firewall is not None:
            tables = {plan.routing.table for plan in known}
            cleared += await self._firewall.clear_strays(it for it in tables if it)
        return tuple(cleared)

    async def other_tunnels(self) -> tuple[ForeignLink, ...]:
        names = await self._netlink.other_tunnels()
        return tuple(ForeignLink(name, guess_program(name)) for name in names)

    def on_lost(self, told: Callable[[str, Broke | Lost], None]) -> None:
        self._lost = told

    def on_disturbed(self, told: Callable[[], None]) -> None:
        self._told_disturbed = told

    async def _carry_out(self, step: Step) -> None:
        match step:
            case CreateLink(name, kind):
                await self.device(kind).create(name)
            case ConfigureDevice(name, kind, config):
                await self.device(kind).configure(name, config)
            case AddAddress(name, address):
                await self._netlink.add_address(name, address)
            case RaiseLink(name, mtu):
                await self._netlink.raise_link(name, mtu)
            case AddRoute(name, route):
                await self._netlink.add_route(name, route)
            case AddRule(rule):
                await self._netlink.add_rule(rule)
            case LoadFirewall(firewall) if self._firewall:
                return_path.let_marks_count()
                await self._firewall.load(firewall)
            case ApplyDns() if self._name_service:
                await self._name_service.apply(step)
            case RunHook():
                await self._hooks.run(step)

    def _find_job(self, step: Step) -> Job | None:
        """What the netlink thread has to do for it, for the steps that are many."""
        match step:
            case AddAddress(name, address):
                return self._netlink.address_job(name, address)
            case AddRule(rule):
                return self._netlink.rule_job(rule)
            case _:
                return None

    def device(self, kind: EngineKind) -> Device:
        return self._kernel if kind is EngineKind.KERNEL else self._userspace

    def _engine_ended(self, name: str, event: Broke | Lost) -> None:
        if CreateLink(name, EngineKind.USERSPACE) in self._begun:
            self._lost(name, event)

    def _link_vanished(self, name: str) -> None:
        # A userspace engine ends when its link does, and that tells more. Where there is a link, the
        # news is late: somebody took the one before it down.
        if CreateLink(name, EngineKind.KERNEL) in self._begun and not self._netlink.has_link(name):
            self._lost(name, Broke(LINK_DELETED))

    def _disturbed(self) -> None:
        for step in tuple(self._begun):
            if isinstance(step, CreateLink) and not self._netlink.has_link(step.name):
                self._link_vanished(step.name)
        self._told_disturbed()

    async def _is_left_over(self, step: Step) -> bool:
        """Whether a rule is there because a helper before this one ended without undoing it."""
        return isinstance(step, AddRule) and await self._netlink.has_own_rule(step.rule)
