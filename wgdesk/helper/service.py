"""Words of the bus become words of the domain, and answers become words of the bus again."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, Protocol

from wgdesk import __version__
from wgdesk.domain.device import Engine
from wgdesk.domain.errors import (
    ClientTooOld,
    EngineError,
    InvalidRequest,
    NoSuchTunnel,
    NotAuthorized,
)
from wgdesk.domain.names import parse_tunnel_name
from wgdesk.domain.options import DEFAULT_OPTIONS, TunnelOptions
from wgdesk.domain.profile import Hook, Profile
from wgdesk.domain.snapshot import (
    CheckOutcome,
    ForeignLink,
    ForeignTunnel,
    MachineSnapshot,
    SyncOutcome,
    TunnelSnapshot,
    UpOutcome,
)
from wgdesk.engine.diary import Entry
from wgdesk.helper import intake, prompts
from wgdesk.helper.approvals import Approvals
from wgdesk.helper.ascent import Ascent, Listed
from wgdesk.helper.caller import Caller
from wgdesk.helper.consent import Consents, Wish
from wgdesk.helper.logbook import Logbook
from wgdesk.helper.subscribers import RoutingWatchers, Subscribers
from wgdesk.helper.system_profiles import SystemProfiles
from wgdesk.helper.table import Answer, Body, Deed
from wgdesk.wire import codec, log_codec
from wgdesk.wire.names import API_VERSION, OLDEST_CLIENT_API
from wgdesk.wire.options import decode_options

MANY_PEERS: Final = 200  # they take about 4 ms
MAX_UID: Final = (1 << 32) - 2  # the last number means nobody at all


class TunnelRecord(Listed, Protocol):
    """What is known of a tunnel without asking the machine."""

    @property
    def full_tunnel(self) -> bool: ...
    @property
    def options(self) -> TunnelOptions: ...
    @property
    def root_hooks(self) -> tuple[Hook, ...]: ...


class RoutingView(Protocol):
    """The machine's routing, which is no secret: every program can read it from the kernel."""

    async def read(self) -> str: ...
    def watch(self) -> None: ...
    def on_change(self, told: Callable[[], None], /) -> None: ...


class Tunnels(Protocol):
    """The engine, as far as callers can reach it."""

    @property
    def routing(self) -> RoutingView: ...
    async def up(
        self,
        owner_uid: int,
        name: str,
        profile: Profile,
        options: TunnelOptions = DEFAULT_OPTIONS,
    ) -> UpOutcome: ...
    async def sync(
        self, tunnel_id: str, profile: Profile, options: TunnelOptions, /
    ) -> SyncOutcome: ...
    async def down(self, tunnel_id: str, /) -> None: ...
    def find(self, tunnel_id: str, /) -> TunnelRecord | None: ...
    def list(self) -> Sequence[TunnelRecord]: ...
    async def snapshot(self, tunnel_id: str, /) -> TunnelSnapshot: ...
    async def check_hooks(self) -> None: ...
    async def check(
        self,
        owner_uid: int,
        name: str,
        profile: Profile,
        options: TunnelOptions = DEFAULT_OPTIONS,
    ) -> CheckOutcome: ...
    async def choose_engine(self) -> Engine: ...
    async def recover(self) -> None: ...
    def degraded(self) -> Sequence[str]: ...
    async def foreign(self) -> Sequence[ForeignLink]: ...
    def on_change(self, told: Callable[[str], None], /) -> None: ...
    def on_entry(self, told: Callable[[Entry], None], /) -> None: ...
    def on_return(self, asked: Callable[[TunnelRecord], None], /) -> None: ...


class Service:
    """Understands calls; the guard authorises what they come to.

    Args:
        tunnels: Gives the engine, once it is loaded.
        logbook: Of the lines that the engine writes.

    Attributes:
        system_profiles: The calls about /etc/wireguard, which need no engine.
        ascent: Counts what comes up, for whoever else brings tunnels up.
        also_degraded: What else cannot be done as it should, in sentences.
    """

    def __init__(
        self,
        tunnels: Callable[[], Awaitable[Tunnels]],
        approvals: Approvals,
        subscribers: Subscribers,
        routing_watchers: RoutingWatchers,
        logbook: Logbook | None = None,
        system_profiles: SystemProfiles | None = None,
    ) -> None:
        self.system_profiles = system_profiles or SystemProfiles()
        self._logbook = logbook or Logbook(time.time)
        self._tunnels, self._approvals, self._subscribers = tunnels, approvals, subscribers
        self._routing_watchers = routing_watchers
        self._consents = Consents(approvals)
        self._owners: dict[str, int] = {}
        self.ascent = Ascent()
        self.also_degraded: Callable[[], Sequence[str]] = tuple

    def tell_change(self, tunnel_id: str, tunnel: TunnelRecord | None) -> None:
        """The engine says that a tunnel changed; None means that it is gone."""
        if tunnel is None:
            owner_uid = self._owners.pop(tunnel_id, None)
        else:
            owner_uid = self._owners[tunnel_id] = tunnel.owner_uid
        self._subscribers.tell(tunnel_id, owner_uid)

    def let_return(self, tunnel: TunnelRecord) -> None:
        """One that made room is about to come up again; raises HooksNotApproved."""
        self._consents.let_return(tunnel.owner_uid, tunnel.name, tunnel.root_hooks)

    async def hello(self, _caller: Caller, client_api: int) -> Answer:
        if client_api < OLDEST_CLIENT_API:
            raise ClientTooOld
        tunnels = await self._tunnels()
        try:
            engine = await tunnels.choose_engine()
            kind, reason = engine.kind.value, engine.reason
        except EngineError as error:
            kind, reason = "none", str(error)
        abilities = {"version": __version__, "engine": kind, "engine_reason": reason}
        return Answer([API_VERSION, abilities])

    async def check(
        self, caller: Caller, name: str, data: bytes, options: Mapping[str, str]
    ) -> Answer:
        name, wanted = parse_tunnel_name(name), decode_options(options)
        profile, content = await intake.read(data)
        tunnels = await self._tunnels()
        outcome = await tunnels.check(caller.uid, name, profile, wanted)
        wish = Wish(caller.uid, name, profile, content, wanted)
        outcome = replace(
            outcome,
            digest=content,
            needs_approval=not self._consents.has_profile(wish),
            needs_hooks_approval=not self._consents.has_hooks(wish),
        )
        return Answer([codec.encode(codec.check_json(outcome))])

    async def up(self, caller: Caller, name: str, data: bytes, options: Mapping[str, str]) -> Deed:
        name, wanted = parse_tunnel_name(name), decode_options(options)
        profile, content = await intake.read(data)
        tunnels = await self._tunnels()
        self.ascent.refuse_too_many(tunnels.list(), caller.uid, name)
        wish = Wish(caller.uid, name, profile, content, wanted)
        if wish.hooks:
            await tunnels.check_hooks()
        details = await intake.work(data, prompts.describe, name, profile, content)
        consent = self._consents.seek(wish, details)

        async def act() -> Body:
            agreed = self._consents.settle(consent)
            # There may be more of them than before somebody typed a password.
            outcome = await self.ascent.bring_up(tunnels, caller.uid, name, agreed, wanted)
            return [codec.encode(codec.up_json(outcome))]

        return Deed(consent.questions, act)

    async def sync(
        self, caller: Caller, tunnel_id: str, data: bytes, options: Mapping[str, str]
    ) -> Deed:
        """Options that are not given stay as they are."""
        tunnels = await self._tunnels()
        tunnel = _own(tunnels, caller, tunnel_id)
        name, wanted = tunnel.name, decode_options(options, tunnel.options)
        profile, content = await intake.read(data)
        # Who runs its commands was said at the `up`; it may come up again with the new ones.
        options_now = replace(wanted, hooks=tunnel.options.hooks)
        wish = Wish(caller.uid, name, profile, content, options_now)
        details = await intake.work(data, prompts.describe, name, profile, content)
        consent = self._consents.seek(wish, details)

        async def act() -> Body:
            agreed = self._consents.settle(consent)
            outcome = await tunnels.sync(tunnel_id, agreed, options_now)
            return [codec.encode(codec.sync_json(outcome))]

        return Deed(consent.questions, act)

    async def down(self, caller: Caller, tunnel_id: str) -> Answer | Deed:
        tunnels = await self._tunnels()
        tunnel = tunnels.find(tunnel_id)
        if tunnel is None:
            return Answer()
        if tunnel.owner_uid == caller.uid:
            question = prompts.disconnect(tunnel.name)
        else:
            owner = await asyncio.to_thread(prompts.user_name, tunnel.owner_uid)
            question = prompts.manage(tunnel.name, owner)

        async def act() -> Body:
            await tunnels.down(tunnel_id)
            return []

        return Deed((question,), act)

    async def list_tunnels(self, caller: Caller) -> Answer:
        tunnels = await self._tunnels()
        records = tunnels.list()
        own: list[TunnelSnapshot] = []
        for record in records:
            if record.owner_uid == caller.uid:
                with suppress(NoSuchTunnel):  # it went while another one was read
                    own.append(await tunnels.snapshot(record.id))
        machine = MachineSnapshot(
            tunnels=tuple(own),
            others=tuple(_outline(it) for it in records if it.owner_uid != caller.uid),
            foreign=tuple(await tunnels.foreign()),
            degraded=(*tunnels.degraded(), *self.also_degraded()),
        )
        return Answer([await _encoded(lambda: codec.machine_json(machine), own)])

    async def get_status(self, caller: Caller, tunnel_id: str) -> Answer:
        """Another user's tunnel and none at all are answered alike."""
        tunnels = await self._tunnels()
        _own(tunnels, caller, tunnel_id)
        snapshot = await tunnels.snapshot(tunnel_id)
        return Answer([await _encoded(lambda: codec.tunnel_json(snapshot), [snapshot])])

    async def get_log(self, caller: Caller, after: int) -> Answer:
        """The caller's own lines; of others not even how many there are."""
        await self._tunnels()  # what it found when it was loaded is told too
        page = self._logbook.page(caller.uid, after)
        return Answer([codec.encode(log_codec.page_json(page))])

    async def subscribe(self, caller: Caller) -> Answer:
        await self._subscribers.add(caller)
        return Answer()

    async def unsubscribe(self, caller: Caller) -> Answer:
        self._subscribers.remove(caller.sender)
        return Answer()

    async def get_routing(self, _caller: Caller) -> Answer:
        tunnels = await self._tunnels()
        return Answer([await tunnels.routing.read()])

    async def watch_routing(self, caller: Caller) -> Answer:
        """For one signal; the caller looks after it has asked for it, so misses nothing."""
        tunnels = await self._tunnels()
        await self._routing_watchers.add(caller)
        tunnels.routing.watch()
        return Answer()

    async def list_approvals(self, caller: Caller) -> Answer:
        listed = self._approvals.list(caller.uid)
        return Answer(
            [
                [
                    [it.name, it.digest, it.when_unix_s, "commands" if it.hooks else "profile"]
                    for it in listed
                ]
            ]
        )

    async def revoke(self, caller: Caller, digest: str) -> Deed:
        """One that is not there is a success."""

        async def act() -> Body:
            self._approvals.revoke(caller.uid, digest)
            return []

        return Deed((), act)

    async def approve_hooks(self, caller: Caller, uid: int, name: str, data: bytes) -> Deed:
        """Root has read the commands on a terminal, where they fit whatever their length."""
        if caller.uid != 0:
            raise NotAuthorized("only root approves commands beforehand")
        name = parse_tunnel_name(name)
        profile, _ = await intake.read(data)
        hooks = profile.interface.hooks
        if uid > MAX_UID or not hooks:
            raise InvalidRequest("there is no such user, or no command to approve")
        details = {"profile": name, "owner": str(uid)}

        async def act() -> Body:
            self._approvals.add_hooks(uid, name, hooks)
            return []

        return Deed((prompts.run_hooks(details, prompts.commands_text(name, hooks)),), act)


def _own(tunnels: Tunnels, caller: Caller, tunnel_id: str) -> TunnelRecord:
    """The caller's tunnel of that id; another user's and none at all are answered alike."""
    tunnel = tunnels.find(tunnel_id)
    if tunnel is None or tunnel.owner_uid != caller.uid:
        raise NoSuchTunnel
    return tunnel


async def _encoded(document: Callable[[], codec.Json], told: Sequence[TunnelSnapshot]) -> str:
    """The text of a document; beside the loop where it takes its time."""
    if sum(len(tunnel.device.peers) for tunnel in told) < MANY_PEERS:
        return codec.encode(document())
    return await asyncio.to_thread(lambda: codec.encode(document()))


def _outline(tunnel: TunnelRecord) -> ForeignTunnel:
    return ForeignTunnel(
        name=tunnel.name,
        owner_uid=tunnel.owner_uid,
        lifecycle=tunnel.lifecycle,
        full_tunnel=tunnel.full_tunnel,
    )
