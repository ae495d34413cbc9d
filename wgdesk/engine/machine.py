"""This machine: steps go to netlink and to the device that carries the tunnel."""

from collections.abc import Callable, Mapping, Sequence
from errno import EEXIST
from typing import Final

from wgdesk.domain.device import Engine, EngineKind, SocketAddress
from wgdesk.domain.errors import EngineError, EngineMissing, KernelRefused
from wgdesk.domain.explain import explain
from wgdesk.domain.plan import Facts
from wgdesk.domain.profile import Endpoint, Profile
from wgdesk.domain.routing import lan_networks
from wgdesk.domain.snapshot import DeviceSnapshot
from wgdesk.domain.steps import (
    AddAddress,
    AddRoute,
    AddRule,
    ApplyDns,
    ConfigureDevice,
    CreateLink,
    LoadFirewall,
    RaiseLink,
    RunHook,
    Step,
)
from wgdesk.engine import resolver
from wgdesk.engine.hooks import NoHooks
from wgdesk.engine.kernel_device import KernelDevice
from wgdesk.engine.link_monitor import LinkMonitor
from wgdesk.engine.netlink import Job, Netlink
from wgdesk.engine.ports import Device, FirewallLoader, HookRunner, NameService, is_taken
from wgdesk.engine.survey import has_ipv6
from wgdesk.engine.userspace_device import TUN_PATH, UserspaceDevice

KERNEL: Final = Engine(EngineKind.KERNEL, "the kernel module answers")
USERSPACE: Final = Engine(EngineKind.USERSPACE, "the kernel has no WireGuard module")


Lasting = CreateLink | AddRule | LoadFirewall | ApplyDns
_LASTING: Final = (CreateLink, AddRule, LoadFirewall, ApplyDns)


class Machine:
    """Implements ports.System; made inside a running loop and closed by `close`."""

    def __init__(
        self,
        *,
        firewall: FirewallLoader | None = None,
        name_service: NameService | None = None,
        hooks: HookRunner | None = None,
    ) -> None:
        """What is not given is left alone on this machine."""
        self._firewall, self._name_service = firewall, name_service
        self._hooks = hooks or NoHooks()
        self._netlink = Netlink()
        self._kernel = KernelDevice(self._netlink)
        self._userspace = UserspaceDevice(self._netlink, self._engine_ended)
        self._monitor = LinkMonitor(self._link_vanished, self._links_missed)
        self._told: Callable[[str, str], None] = lambda _name, _why: None
        self._begun: set[Lasting] = set()

    async def close(self) -> None:
        """Let go of the sockets; whoever wants tunnels down takes them down before."""
        self._monitor.close()
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

    async def resolve(self, profile: Profile) -> Mapping[Endpoint, SocketAddress]:
        endpoints = (peer.endpoint for peer in profile.peers)
        return await resolver.resolve(endpoint for endpoint in endpoints if endpoint)

    async def facts(
        self,
        profile: Profile,
        endpoints: Mapping[Endpoint, SocketAddress],
        *,
        allow_lan: bool,
    ) -> Facts:
        engine = await self.choose_engine()
        survey = await self._netlink.survey(found.address for found in endpoints.values())
        full = profile.is_full_tunnel()
        return Facts(
            engine=engine,
            used_tables=survey.tables,
            used_marks=survey.marks,
            onlink_networks=lan_networks(survey.addresses) if allow_lan and full else (),
            path_mtu=survey.path_mtu,
            ipv6=has_ipv6(),
            endpoints=endpoints,
            dns=await self._name_service.choose() if self._name_service else None,
            has_firewall=self._firewall is not None and self._firewall.is_there(),
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
        if self._userspace.find_program() is None:
            raise EngineMissing("the kernel has no WireGuard module and wireguard-go is not there")
        if not TUN_PATH.exists():
            raise EngineMissing(f"the kernel has no WireGuard module and {TUN_PATH} is not there")
        return USERSPACE

    async def read(self, name: str, engine: Engine) -> DeviceSnapshot:
        return await self.device(engine.kind).read(name)

    async def clear_leftovers(self) -> tuple[str, ...]:
        return await self._netlink.clear_leftovers()

    def on_lost(self, told: Callable[[str, str], None]) -> None:
        self._told = told

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
            case AddRoute(name, route):
                return self._netlink.route_job(name, route)
            case AddRule(rule):
                return self._netlink.rule_job(rule)
            case _:
                return None

    def device(self, kind: EngineKind) -> Device:
        return self._kernel if kind is EngineKind.KERNEL else self._userspace

    def _engine_ended(self, name: str, why: str) -> None:
        if CreateLink(name, EngineKind.USERSPACE) in self._begun:
            self._told(name, why)

    def _link_vanished(self, name: str) -> None:
        # A userspace engine ends when its link does, and that tells more.
        if CreateLink(name, EngineKind.KERNEL) in self._begun:
            self._told(name, "the interface was deleted by another program")

    def _links_missed(self) -> None:
        for step in tuple(self._begun):
            if isinstance(step, CreateLink) and not self._netlink.has_link(step.name):
                self._link_vanished(step.name)

    async def _is_left_over(self, step: Step) -> bool:
        """Whether a rule is there because a helper before this one ended without undoing it."""
        return isinstance(step, AddRule) and await self._netlink.has_own_rule(step.rule)
