"""An engine that only remembers: what the helper reaches, without a network."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from wgdesk.domain.device import Engine, EngineKind
from wgdesk.domain.errors import EngineMissing, NoSuchTunnel, WgdeskError
from wgdesk.domain.machine_routing import MachineRouting
from wgdesk.domain.options import DEFAULT_OPTIONS, TunnelOptions
from wgdesk.domain.profile import Hook, Profile
from wgdesk.domain.snapshot import (
    CheckOutcome,
    ForeignLink,
    Lifecycle,
    SyncOutcome,
    TunnelSnapshot,
    UpOutcome,
)
from wgdesk.engine.diary import Entry
from wgdesk.wire.routing_codec import encode_routing

ENGINE = Engine(EngineKind.USERSPACE, "the test says so")


@dataclass
class FakeTunnel:
    id: str
    name: str
    owner_uid: int
    lifecycle: Lifecycle = Lifecycle.UP
    full_tunnel: bool = False
    options: TunnelOptions = DEFAULT_OPTIONS
    root_hooks: tuple[Hook, ...] = ()


class FakeRouting:
    """Implements wgdesk.helper.service.RoutingView.

    Attributes:
        text: What it reads.
        watches: How often somebody asked to be told.
    """

    def __init__(self) -> None:
        self.text = encode_routing(MachineRouting(), ())
        self.watches = 0
        self.tell: Callable[[], None] = lambda: None

    async def read(self) -> str:
        return self.text

    def watch(self) -> None:
        self.watches += 1

    def on_change(self, told: Callable[[], None], /) -> None:
        self.tell = told


class FakeTunnels:
    """Implements wgdesk.helper.service.Tunnels.

    Attributes:
        error: Raised by the next `up`.
        engine: None stands for a machine without WireGuard.
        write: Takes a line, as the engine's diary does.
        recovered: Whether what a former helper left was taken over.
        is_open: Cleared, it keeps every `up` waiting.
    """

    def __init__(self) -> None:
        self.tunnels: dict[str, FakeTunnel] = {}
        self.routing = FakeRouting()
        self.error: BaseException | None = None
        self.engine: Engine | None = ENGINE
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.options: TunnelOptions | None = None
        self.recovered = False
        self.profile: Profile | None = None
        self.no_hooks: WgdeskError | None = None
        self.write: Callable[[Entry], None] = lambda _entry: None
        self._listeners: list[Callable[[str], None]] = []

    async def up(
        self,
        owner_uid: int,
        name: str,
        profile: Profile,
        options: TunnelOptions = DEFAULT_OPTIONS,
    ) -> UpOutcome:
        await self.is_open.wait()
        if self.error is not None:
            raise self.error
        self.options, self.profile = options, profile
        tunnel = FakeTunnel(
            secrets.token_hex(16),
            name,
            owner_uid,
            full_tunnel=profile.is_full_tunnel(),
            options=options,
        )
        self.tunnels[tunnel.id] = tunnel
        self._tell(tunnel.id)
        return UpOutcome(id=tunnel.id, name=name, engine=ENGINE)

    async def sync(
        self, tunnel_id: str, profile: Profile, options: TunnelOptions, /
    ) -> SyncOutcome:
        if self.error is not None:
            raise self.error
        tunnel = self.tunnels[tunnel_id]
        self.options = tunnel.options = options
        tunnel.full_tunnel = profile.is_full_tunnel()
        self._tell(tunnel_id)
        return SyncOutcome(id=tunnel_id, name=tunnel.name, changed=("routes",))

    async def down(self, tunnel_id: str, /) -> None:
        if self.tunnels.pop(tunnel_id, None) is not None:
            self._tell(tunnel_id)

    def find(self, tunnel_id: str, /) -> FakeTunnel | None:
        return self.tunnels.get(tunnel_id)

    def list(self) -> tuple[FakeTunnel, ...]:
        return tuple(self.tunnels.values())

    async def snapshot(self, tunnel_id: str, /) -> TunnelSnapshot:
        tunnel = self.tunnels.get(tunnel_id)
        if tunnel is None:
            raise NoSuchTunnel
        return TunnelSnapshot(
            id=tunnel.id, name=tunnel.name, owner_uid=tunnel.owner_uid, lifecycle=tunnel.lifecycle
        )

    async def check_hooks(self) -> None:
        if self.no_hooks is not None:
            raise self.no_hooks

    async def check(
        self,
        owner_uid: int,
        name: str,
        profile: Profile,
        options: TunnelOptions = DEFAULT_OPTIONS,
    ) -> CheckOutcome:
        return CheckOutcome(digest="", needs_approval=False)

    async def choose_engine(self) -> Engine:
        if self.engine is None:
            raise EngineMissing("the test says so")
        return self.engine

    async def recover(self) -> None:
        self.recovered = True

    def degraded(self) -> tuple[str, ...]:
        return ()

    async def foreign(self) -> tuple[ForeignLink, ...]:
        return ()

    def on_return(self, asked: Callable[[FakeTunnel], None], /) -> None:
        """Nothing makes room here."""

    def on_entry(self, told: Callable[[Entry], None], /) -> None:
        self.write = told

    def on_change(self, told: Callable[[str], None], /) -> None:
        self._listeners.append(told)

    def _tell(self, tunnel_id: str) -> None:
        for told in self._listeners:
            told(tunnel_id)
