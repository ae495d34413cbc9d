"""A helper that lives in the test's own process and does what the test says."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address

from wgdesk.client.backend import Hello, KnownApproval
from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.claim import Claim
from wgdesk.domain.conf import read_profile
from wgdesk.domain.device import Engine, EngineKind, SocketAddress
from wgdesk.domain.errors import AlreadyUp, AuthRequired, NoSuchTunnel, UpOtherwise, WgdeskError
from wgdesk.domain.explain import explain
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.log_line import LogLine, LogPage
from wgdesk.domain.machine_routing import MachineRouting
from wgdesk.domain.plan import Facts, Plan, plan_up
from wgdesk.domain.profile import Endpoint, Peer, Profile
from wgdesk.domain.render import digest, public_digest
from wgdesk.domain.snapshot import (
    CheckOutcome,
    DeviceSnapshot,
    ForeignTunnel,
    Lifecycle,
    MachineSnapshot,
    PeerSnapshot,
    SyncOutcome,
    TunnelSnapshot,
    UpOutcome,
)
from wgdesk.domain.system_profile import SystemProfile, Withheld
from wgdesk.domain.unit_name import boot_unit
from wgdesk.wire.names import API_VERSION
from wgdesk.wire.options import decode_options

ENGINE = Engine(EngineKind.KERNEL, "the kernel module answers")
STARTED_UNIX_S = 1_700_000_000
USER_UID = 1000


class FakeBackend:
    """Implements wgdesk.client.backend.Backend without a bus, a helper or a network.

    Attributes:
        calls: Every call, as (method, name or id), in order.
        errors: Raised by the method of that name for as long as it is in here.
        handshake_unix_s: What `up` gives every peer at once; 0 leaves them waiting.
        delay_s: How long each call takes.
        options: What the last `up` was told.
        system_files: By name, what is in /etc/wireguard.
        names_are_hidden: Those are told only where a password dialog may appear.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.errors: dict[str, WgdeskError] = {}
        self.handshake_unix_s = 0
        self.delay_s = 0.0
        self.options: dict[str, str] = {}
        facts = {"version": "0.1.0", "engine": "kernel", "engine_reason": ENGINE.reason}
        self.greeting = Hello(API_VERSION, facts)
        self.here = True
        self.closed = False
        self.approved: tuple[KnownApproval, ...] = ()
        self.options: dict[str, str] = {}
        self.system_files: dict[str, bytes] = {}
        self.names_are_hidden = False
        self.boot: tuple[BootCopy, ...] = ()
        self._machine = MachineSnapshot()
        self._ids = itertools.count(1)
        self._watchers: list[asyncio.Queue[MachineSnapshot | None]] = []
        self.log_lines: tuple[LogLine, ...] = ()
        self.log_source = "the fake"
        self.machine_routing = MachineRouting()
        self._log_news: list[asyncio.Event] = []
        self._routing_news: list[asyncio.Event] = []
        self._greeting_news: list[asyncio.Event] = []

    async def hello(self) -> Hello:
        await self._called("hello")
        return self.greeting

    async def greetings(self) -> AsyncIterator[Hello | None]:
        async for _ in self._follow(self._greeting_news):
            if not self.here:
                yield None
                continue
            await asyncio.sleep(self.delay_s)
            yield self.greeting

    async def check(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> CheckOutcome:
        await self._called("check", name)
        profile = read_profile(text)
        return CheckOutcome(
            digest="0" * 64, needs_approval=False, takes_over=self._rivals(name, profile)
        )

    async def up(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> UpOutcome:
        await self._called("up", name)
        self.options = dict(options or {})
        profile = read_profile(text)
        same = [tunnel.lifecycle for tunnel in self._machine.tunnels if tunnel.name == name]
        if same and same != [Lifecycle.FAILED]:
            told = [
                tunnel.profile_digest for tunnel in self._machine.tunnels if tunnel.name == name
            ]
            if told != [public_digest(profile)]:
                raise UpOtherwise
            raise AlreadyUp(f"“{name}” is up already")
        took_over = self._rivals(name, profile)
        wanted = decode_options(self.options)
        plan = plan_up(name, profile, _facts(profile), wanted)
        tunnel = _snapshot(f"id{next(self._ids)}", profile, plan, self.handshake_unix_s)
        tunnel = replace(tunnel, hooks=wanted.hooks)
        kept = tuple(old for old in self._machine.tunnels if old.name not in (*took_over, name))
        self.show((*kept, tunnel))
        return UpOutcome(
            id=tunnel.id,
            name=name,
            engine=ENGINE,
            lines=tuple(f"[#] {explain(step)}" for step in plan.steps),
            took_over=took_over,
            notices=plan.notices,
        )

    async def sync(
        self, tunnel_id: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> SyncOutcome:
        await self._called("sync", tunnel_id)
        old = next((it for it in self._machine.tunnels if it.id == tunnel_id), None)
        if old is None:
            raise NoSuchTunnel
        profile = read_profile(text)
        if public_digest(profile) == old.profile_digest:
            return SyncOutcome(id=tunnel_id, name=old.name)
        plan = plan_up(old.name, profile, _facts(profile))
        new = _snapshot(tunnel_id, profile, plan, old.latest_handshake_unix_s)
        self.show(tuple(new if it is old else it for it in self._machine.tunnels))
        line = f"[#] ip link set mtu {plan.mtu} dev {old.name}"
        return SyncOutcome(id=tunnel_id, name=old.name, lines=(line,), changed=("the MTU",))

    async def down(self, tunnel_id: str) -> None:
        await self._called("down", tunnel_id)
        self.show(tuple(old for old in self._machine.tunnels if old.id != tunnel_id))

    async def tunnels(self) -> MachineSnapshot:
        await self._called("tunnels")
        return self._machine

    async def approvals(self) -> tuple[KnownApproval, ...]:
        await self._called("approvals")
        return self.approved

    async def revoke(self, digest: str) -> None:
        await self._called("revoke", digest)
        self.approved = tuple(it for it in self.approved if it.digest != digest)

    async def system_profiles(self, *, may_ask: bool = False) -> tuple[str, ...]:
        await self._called("system_profiles", "may ask" if may_ask else "")
        if self.names_are_hidden and not may_ask:
            raise AuthRequired
        return tuple(sorted(self.system_files))

    async def read_system_profiles(self, names: Sequence[str]) -> tuple[SystemProfile, ...]:
        await self._called("read_system_profiles", ", ".join(names))
        return tuple(self._system_profile(name) for name in names)

    def _system_profile(self, name: str) -> SystemProfile:
        content = self.system_files.get(name)
        if content is None:
            return SystemProfile(name, withheld=Withheld.ABSENT)
        return SystemProfile(name, content)

    async def boot_copies(self) -> tuple[BootCopy, ...]:
        await self._called("boot_copies")
        return self.boot

    async def set_boot(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> None:
        await self._called("set_boot", name)
        profile = read_profile(text)
        copy = BootCopy(
            name=name,
            owner_uid=USER_UID,
            digest=digest(profile),
            when_unix_s=STARTED_UNIX_S,
            unit=boot_unit(name),
            is_enabled=True,
            options=decode_options(options or {}),
            commands=len(profile.interface.hooks),
        )
        self.boot = (*(it for it in self.boot if it.name != name), copy)

    async def clear_boot(self, name: str) -> None:
        await self._called("clear_boot", name)
        self.boot = tuple(it for it in self.boot if it.name != name)

    async def status(self, tunnel_id: str) -> TunnelSnapshot:
        await self._called("status", tunnel_id)
        for tunnel in self._machine.tunnels:
            if tunnel.id == tunnel_id:
                return tunnel
        raise NoSuchTunnel

    async def changes(self) -> AsyncIterator[MachineSnapshot | None]:
        await asyncio.sleep(self.delay_s)
        queue: asyncio.Queue[MachineSnapshot | None] = asyncio.Queue()
        self._watchers.append(queue)
        try:
            yield self._machine if self.here else None
            while True:
                yield await queue.get()
        finally:
            self._watchers.remove(queue)

    async def log(self, after: int = 0) -> LogPage:
        await self._called("log")
        return self._log_page(after)

    async def log_changes(self, after: int = 0) -> AsyncIterator[LogPage | None]:
        source = ""
        async for _ in self._follow(self._log_news):
            if not self.here:
                yield None
                continue
            page = self._log_page(0 if source not in ("", self.log_source) else after)
            yield page
            source, after = page.source, page.last

    async def routing(self) -> MachineRouting:
        await self._called("routing")
        return self.machine_routing

    async def routing_changes(self) -> AsyncIterator[MachineRouting | None]:
        async for _ in self._follow(self._routing_news):
            yield self.machine_routing if self.here else None

    async def close(self) -> None:
        self.closed = True

    @staticmethod
    async def _follow(watchers: list[asyncio.Event]) -> AsyncIterator[None]:
        """Once now, and once after every set of an event that is on the list meanwhile."""
        news = asyncio.Event()
        watchers.append(news)
        try:
            while True:
                yield
                await news.wait()
                news.clear()
        finally:
            watchers.remove(news)

    def _log_page(self, after: int) -> LogPage:
        last = self.log_lines[-1].number if self.log_lines else 0
        lines = tuple(line for line in self.log_lines if line.number > after)
        return LogPage(lines, self.log_source, last)

    # What a test scripts.

    def write_log(self, *lines: LogLine) -> None:
        self.log_lines += lines
        for news in self._log_news:
            news.set()

    def route(self, routing: MachineRouting) -> None:
        """Make this the machine's routing and tell whoever watches."""
        self.machine_routing = routing
        for news in self._routing_news:
            news.set()

    def show(
        self,
        tunnels: tuple[TunnelSnapshot, ...],
        others: tuple[ForeignTunnel, ...] | None = None,
    ) -> None:
        """Make this the truth and tell whoever watches."""
        kept = self._machine.others if others is None else others
        self._machine = replace(self._machine, tunnels=tunnels, others=kept)
        self._tell(self._machine)

    def show_machine(self, machine: MachineSnapshot) -> None:
        """As `show`, the whole of it."""
        self._machine = machine
        self._tell(machine)

    def shake_hands(
        self, name: str, at_unix_s: int, *, received: int = 92, sent: int = 148
    ) -> None:
        """Let every peer of `name` have answered at that time; the counters grow."""
        self.alter(
            name,
            lambda peer: replace(
                peer,
                latest_handshake_unix_s=at_unix_s,
                received_bytes=peer.received_bytes + received,
                sent_bytes=peer.sent_bytes + sent,
            ),
        )

    def alter(self, name: str, change: Callable[[PeerSnapshot], PeerSnapshot]) -> None:
        """Apply `change` to every peer of `name`."""
        self.show(
            tuple(
                replace(
                    tunnel,
                    device=replace(tunnel.device, peers=tuple(map(change, tunnel.device.peers))),
                )
                if tunnel.name == name
                else tunnel
                for tunnel in self._machine.tunnels
            )
        )

    def break_down(self, name: str, cause: str) -> None:
        """Let the tunnel fail while it is up."""
        self.show(
            tuple(
                replace(old, lifecycle=Lifecycle.FAILED, cause=cause, since_unix_s=0)
                if old.name == name
                else old
                for old in self._machine.tunnels
            )
        )

    def restart_as(self, greeting: Hello) -> None:
        """Another version of the helper takes its place, as in an update; tunnels stay."""
        self.greeting = greeting
        self._tell(self._machine)
        self._tell_greeting()

    def vanish(self) -> None:
        """The helper goes away; `come_back` ends it."""
        self.here = False
        self._tell(None)
        self._tell_greeting()

    def come_back(self) -> None:
        self.here = True
        self._tell(self._machine)
        self._tell_greeting()

    async def _called(self, method: str, what: str = "") -> None:
        self.calls.append((method, what))
        await asyncio.sleep(self.delay_s)
        if method in self.errors:
            raise self.errors[method]

    def _tell(self, machine: MachineSnapshot | None) -> None:
        for queue in self._watchers:
            queue.put_nowait(machine)

    def _tell_greeting(self) -> None:
        for news in self._greeting_news:
            news.set()

    def _rivals(self, name: str, profile: Profile) -> tuple[str, ...]:
        mine = Claim(profile)
        return tuple(
            tunnel.name
            for tunnel in self._machine.tunnels
            if tunnel.name != name and mine.meets(Claim(_routed_as(tunnel)))
        )


def _routed_as(tunnel: TunnelSnapshot) -> Profile:
    networks = tuple(route.destination for route in tunnel.routes)
    return Profile(peers=(Peer(public_key=PublicKey(bytes(32)), allowed_ips=networks),))


def a_tunnel(
    name: str, text: bytes, *, tunnel_id: str = "", handshake_unix_s: int = 0
) -> TunnelSnapshot:
    """The snapshot of `text` brought up as `name`, without a backend."""
    profile = read_profile(text)
    plan = plan_up(name, profile, _facts(profile))
    return _snapshot(tunnel_id or f"id-{name}", profile, plan, handshake_unix_s)


def _facts(profile: Profile) -> Facts:
    endpoints = {peer.endpoint: _resolved(peer.endpoint) for peer in profile.peers if peer.endpoint}
    return Facts(engine=ENGINE, endpoints=endpoints)


def _resolved(endpoint: Endpoint) -> SocketAddress:
    try:
        return SocketAddress(ip_address(endpoint.host), endpoint.port, endpoint.scope)
    except ValueError:
        return SocketAddress(ip_address("192.0.2.1"), endpoint.port)


def _snapshot(
    tunnel_id: str, profile: Profile, plan: Plan, handshake_unix_s: int
) -> TunnelSnapshot:
    key = profile.interface.private_key
    peers = tuple(
        PeerSnapshot(
            public_key=peer.public_key,
            has_preshared_key=peer.preshared_key is not None,
            endpoint=_resolved(peer.endpoint) if peer.endpoint else None,
            latest_handshake_unix_s=handshake_unix_s,
            keepalive_s=peer.keepalive_s or 0,
            allowed_ips=peer.allowed_ips,
        )
        for peer in profile.peers
    )
    return TunnelSnapshot(
        id=tunnel_id,
        name=plan.name,
        owner_uid=USER_UID,
        lifecycle=Lifecycle.UP,
        engine=ENGINE,
        since_unix_s=STARTED_UNIX_S,
        device=DeviceSnapshot(
            public_key=key.public() if key else None,
            has_private_key=key is not None,
            listen_port=profile.interface.listen_port or 51820,
            fwmark=plan.fwmark,
            peers=peers,
        ),
        addresses=profile.interface.addresses,
        mtu=plan.mtu,
        routes=plan.routing.routes,
        rules=plan.routing.rules,
        full_tunnel=profile.is_full_tunnel(),
        notices=plan.notices,
        profile_digest=public_digest(profile),
    )
