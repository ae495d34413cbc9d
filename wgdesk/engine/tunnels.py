"""All tunnels of all users: who may have which name and routes, and who makes room for whom."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from wgdesk.domain.device import Engine
from wgdesk.domain.dns import DnsBackend, DnsConfig
from wgdesk.domain.errors import (
    AlreadyUp,
    Busy,
    EngineError,
    NameConflict,
    NoSuchTunnel,
    RoutesTaken,
)
from wgdesk.domain.explain import explain
from wgdesk.domain.log_line import LogKind
from wgdesk.domain.names import parse_tunnel_name
from wgdesk.domain.options import DEFAULT_OPTIONS, TunnelOptions
from wgdesk.domain.plan import Plan, notices
from wgdesk.domain.profile import Profile
from wgdesk.domain.snapshot import (
    CheckOutcome,
    DeviceSnapshot,
    ForeignLink,
    SyncOutcome,
    TunnelSnapshot,
    UpOutcome,
)
from wgdesk.domain.state import Adopted, Broke, Effect, Failed, Lost, Off, Raise, Up
from wgdesk.domain.steps import ApplyDns
from wgdesk.engine.answer_watch import AnswerWatch
from wgdesk.engine.clock_note import ClockNote
from wgdesk.engine.conflicts import Conflicts
from wgdesk.engine.diary import NOT_CHANGED, NOT_UP, Diary, Entry
from wgdesk.engine.dns_watch import DnsWatch
from wgdesk.engine.handshakes import Handshakes
from wgdesk.engine.journal import Journal, NoJournal
from wgdesk.engine.neighbours import Neighbours
from wgdesk.engine.placing import Placing
from wgdesk.engine.ports import System
from wgdesk.engine.recovery import JOURNAL_DEGRADED, recover
from wgdesk.engine.refusals import raise_reason
from wgdesk.engine.routing_view import RoutingView
from wgdesk.engine.sight import snapshot_of
from wgdesk.engine.syncing import Syncing
from wgdesk.engine.take_over import TakeOver
from wgdesk.engine.tending import Tending
from wgdesk.engine.tunnel import Actor, Tunnel

Clock = Callable[[], float]
T = TypeVar("T")

_log = logging.getLogger(__name__)


class Tunnels:
    """Brings tunnels up and down for the users that own them.

    Whether a caller may do so was decided before; here it is about the machine. A tunnel
    that failed stays listed until the next `up` or `down` of it.
    """

    def __init__(
        self,
        system: System,
        clock: Clock,
        journal: Journal | None = None,
        clock_note: ClockNote | None = None,
    ) -> None:
        """Take charge of `system`; `clock` gives Unix seconds."""
        self._system = system
        self._journal = journal or NoJournal()
        self._unread: frozenset[str] = frozenset()
        self._actors: dict[str, Actor] = {}
        self._told: Callable[[str], None] = lambda _id: None
        self._diary = Diary()
        self._conflicts = Conflicts(self._live)
        self._taking = TakeOver(system, self._actors, self._conflicts, self._diary)
        self._placing = Placing(system, self._journal, clock, self._plans, self._diary)
        self._answers = AnswerWatch(system, clock, clock_note or ClockNote(), self._say)
        self._handshakes = Handshakes(self._diary, clock)
        self._tending = Tending(system, self._up, self._say, self.refresh, self._look, self._diary)
        self._dns = DnsWatch(system.names, self._say, self._write)
        self._syncing = Syncing(system, self._placing, self._dns, self._up, self._diary)
        self._works = {
            Effect.RAISE: self._bring_up,
            Effect.LOWER: self._take_away,
            Effect.MEND: self._mend,
        }
        self._neighbours = Neighbours(system, lambda: self._told(""))
        self.routing = RoutingView(self._tables)
        system.on_lost(self._lost)

    def on_change(self, told: Callable[[str], None], /) -> None:
        """Call `told(id)` after every change; `find` gives None for a tunnel that is gone.

        The id is "" where it is about tunnels of other programs.
        """
        self._told = told

    def on_entry(self, told: Callable[[Entry], None], /) -> None:
        """Call `told(entry)` with every line about a tunnel, for its owner."""
        self._diary.on_entry(told)

    def on_return(self, asked: Callable[[Tunnel], None], /) -> None:
        """Call `asked(tunnel)` before one that made room comes up again; a WgdeskError forbids it."""
        self._taking.let_return = asked

    def find(self, tunnel_id: str, /) -> Tunnel | None:
        actor = self._actors.get(tunnel_id)
        return actor.tunnel if actor else None

    def list(self) -> Sequence[Tunnel]:
        return tuple(actor.tunnel for actor in self._actors.values())

    async def choose_engine(self) -> Engine:
        """The engine that an `up` would use; raises EngineMissing."""
        return await self._system.choose_engine()

    async def up(
        self,
        owner_uid: int,
        name: str,
        profile: Profile,
        options: TunnelOptions = DEFAULT_OPTIONS,
    ) -> UpOutcome:
        """Bring a tunnel up; returns when its interface is ready.

        The owner's own tunnels whose routes meet its routes are taken down first; they come
        up again if it fails.

        Raises:
            AlreadyUp: The owner has it up.
            Busy: It is being changed right now.
            NameConflict: The name is taken by another user or another program.
            RoutesTaken: Another user's tunnel carries the same traffic.
            EngineError: The machine refused; everything is as before.
        """
        tunnel = Tunnel(owner_uid, parse_tunnel_name(name), profile, options)
        await self._forget_failed(owner_uid, name)
        with self._diary.telling_why(tunnel, NOT_UP):
            self._conflicts.refuse(tunnel)
        actor = self._add(tunnel)
        actor.tell(Raise())
        await actor.settle()
        if not isinstance(tunnel.state, Up) or tunnel.plan is None or tunnel.engine is None:
            raise_reason(tunnel)
        return UpOutcome(
            id=tunnel.id,
            name=tunnel.name,
            engine=tunnel.engine,
            lines=tuple(f"[#] {explain(step)}" for step in tunnel.plan.steps),
            took_over=tunnel.took_over,
            notices=tunnel.plan.notices,
        )

    async def sync(
        self, tunnel_id: str, profile: Profile, options: TunnelOptions, /
    ) -> SyncOutcome:
        """Make a tunnel that is up what `profile` says, without taking it down.

        The owner's other tunnels make room as they do for an `up`.

        Raises:
            NoSuchTunnel: It is not up.
            Busy: It is being changed right now.
            RoutesTaken: Another user's tunnel carries the same traffic.
            EngineError: The machine refused; everything is as before.
        """
        tunnel = self.find(tunnel_id)
        if tunnel is None:
            raise NoSuchTunnel
        with self._diary.telling_why(tunnel, NOT_CHANGED):
            wish = await self._syncing.understand(tunnel, profile, options)
            self._conflicts.refuse(wish.tunnel)
            with tunnel.wishing(wish.tunnel):
                work = partial(self._syncing.fulfil, tunnel, wish)
                outcome, took_over = await self._taking.run(wish.tunnel, work)
        self._told(tunnel_id)
        return replace(outcome, took_over=took_over)

    async def down(self, tunnel_id: str, /) -> None:
        """Take a tunnel down; one that failed or is not there is down already.

        Raises:
            RollbackIncomplete: Something could not be removed.
        """
        actor = self._actors.get(tunnel_id)
        if actor is None:
            return
        await actor.lower()
        tunnel = actor.tunnel
        if isinstance(tunnel.state, Failed):
            await self._placing.take_away(tunnel)  # what could not be undone before is tried again
            self._actors.pop(tunnel_id, None)
            self._told(tunnel_id)

    async def check_hooks(self) -> None:
        """Raise HooksUnavailable where commands cannot be run as root on this machine."""
        await self._system.check_hooks()

    async def snapshot(self, tunnel_id: str, /) -> TunnelSnapshot:
        """The tunnel as it is now, read from its device.

        Raises:
            NoSuchTunnel: It is gone.
        """
        tunnel = self.find(tunnel_id)
        if tunnel is None:
            raise NoSuchTunnel
        device = await self._read(tunnel)
        if device is not None and isinstance(tunnel.state, Up):
            self._answers.look(tunnel, device)
        return snapshot_of(tunnel, device, self._dns.status(tunnel_id), self._answers)

    async def check(
        self,
        owner_uid: int,
        name: str,
        profile: Profile,
        options: TunnelOptions = DEFAULT_OPTIONS,
    ) -> CheckOutcome:
        """What an `up` would meet; changes nothing. Digest and approval are the caller's to add."""
        tunnel = Tunnel(owner_uid, parse_tunnel_name(name), profile, options)
        conflicts: list[str] = []
        told: tuple[str, ...] = ()
        try:
            self._conflicts.refuse(tunnel)
            await self._refuse_foreign_link(tunnel)
        except (AlreadyUp, Busy, NameConflict, RoutesTaken) as error:
            conflicts.append(str(error))
        try:
            await self._system.choose_engine()
            names = self._system.names
            dns = await names.choose() if names is not None else None
            told = notices(profile, ipv6=self._system.has_ipv6(), dns=dns, options=options)
            if tunnel.root_hooks:
                await self._system.check_hooks()
        except EngineError as error:
            conflicts.append(str(error))
        return CheckOutcome(
            digest="",
            needs_approval=False,
            takes_over=tuple(rival.tunnel.name for rival in self._taking.rivals(tunnel)),
            conflicts=tuple(conflicts),
            notices=told,
        )

    async def recover(self) -> None:
        """Take over what a helper before this one left, before anything is brought up."""
        found = await recover(self._system, self._journal, self._diary)
        self._unread = found.unread
        for tunnel, why_broken in found.tunnels:
            actor = self._add(tunnel)
            actor.tell(Adopted())
            if why_broken:
                actor.tell(Broke(why_broken))
                await actor.settle()
        if self._system.names is not None:
            await self._system.names.recover([tunnel.name for tunnel, _ in found.tunnels])

    async def refresh(self) -> None:
        """Follow a change of the network, or of which tunnels are up."""
        for tunnel in await self._placing.refresh(self._up()):
            self._told(tunnel.id)
        await self._neighbours.look()

    def degraded(self) -> Sequence[str]:
        """What cannot be done as it should, in sentences."""
        has_unread = any(it.id in self._unread for it in self.list())
        return (JOURNAL_DEGRADED,) if has_unread else ()

    async def foreign(self) -> Sequence[ForeignLink]:
        """WireGuard tunnels of other programs; they are never touched."""
        return await self._neighbours.list()

    async def close(self) -> None:
        """Let go of the machine; what is up stays up, for the next helper to take over."""
        self.routing.close()
        await self._dns.close()
        await self._tending.close()
        await self._answers.close()
        await self._system.close()

    def _add(self, tunnel: Tunnel) -> Actor:
        actor = self._actors[tunnel.id] = Actor(tunnel, self._works, self._changed)
        return actor

    async def _refuse_foreign_link(self, tunnel: Tunnel) -> None:
        is_ours = any(other.name == tunnel.name and other is not tunnel for other in self._live())
        if not is_ours and await self._system.link_exists(tunnel.name):
            raise NameConflict(tunnel.name, "another program")

    def _live(self) -> Iterable[Tunnel]:
        return tuple(actor.tunnel for actor in self._actors.values() if actor.tunnel.is_live)

    async def _bring_up(self, tunnel: Tunnel) -> None:
        if tunnel.root_hooks:
            await self._system.check_hooks()
        endpoints = await self._system.resolve(tunnel.profile)
        await self._refuse_foreign_link(tunnel)
        work = partial(self._placing.put, tunnel, endpoints)
        _, tunnel.took_over = await self._taking.run(tunnel, work)

    async def _take_away(self, tunnel: Tunnel) -> None:
        await self._dns.end(tunnel.id)  # first, so that nothing is applied again meanwhile
        await self._placing.take_away(tunnel)
        if tunnel.id in self._unread:
            await self._forget_names(tunnel.name)

    async def _forget_names(self, name: str) -> None:
        """Take back name servers that only a record which cannot be read knows of."""
        names = self._system.names
        choice = await names.choose() if names is not None else None
        if names is not None and choice is not None and choice.backend is not DnsBackend.LOCAL:
            await names.revert(ApplyDns(name, choice.backend, DnsConfig(servers=())))

    async def _mend(self, tunnel: Tunnel) -> None:
        self._tending.refuse_endless_mending(tunnel)
        _log.warning("%s: %s; it is started anew", tunnel.name, tunnel.cause)
        await self._placing.mend(tunnel)

    async def _forget_failed(self, owner_uid: int, name: str) -> None:
        """Drop what an earlier attempt left behind: a line in the list, at worst some rules."""
        for actor in tuple(self._actors.values()):
            tunnel = actor.tunnel
            is_meant = tunnel.owner_uid == owner_uid and tunnel.name == name
            if is_meant and isinstance(tunnel.state, Failed):
                await self.down(tunnel.id)

    async def _read(self, tunnel: Tunnel) -> DeviceSnapshot | None:
        """None where its engine does not answer; the tunnel still has its state."""
        if tunnel.engine is None or not isinstance(tunnel.state, Up):
            return DeviceSnapshot()
        try:
            return await self._system.read(tunnel.name, tunnel.engine)
        except EngineError as error:
            _log.warning("%s: %s", tunnel.name, error)
            return None

    def _look(self, tunnel: Tunnel, device: DeviceSnapshot) -> None:
        """Its device was read while it is looked after."""
        self._answers.look(tunnel, device)
        self._handshakes.look(
            tunnel,
            device,
            self._answers.finding(tunnel.id),
            is_answered=bool(self._answers.is_answered(tunnel.id)),
        )

    def _write(self, tunnel_id: str, kind: LogKind, text: str) -> None:
        tunnel = self.find(tunnel_id)
        if tunnel is not None:
            self._diary.write(tunnel, kind, text)

    def _say(self, tunnel_id: str) -> None:
        """More is known about it; what it is doing did not change."""
        self._told(tunnel_id)

    def _changed(self, tunnel_id: str) -> None:
        """It is doing something else now."""
        actor = self._actors.get(tunnel_id)
        if actor is not None:
            self._diary.follow(actor.tunnel)
        if actor is not None and isinstance(actor.tunnel.state, Off):
            del self._actors[tunnel_id]
        elif actor is not None and isinstance(actor.tunnel.state, Up):
            self._tending.start()
            self._dns.follow(actor.tunnel.id, actor.tunnel.plan)
        if actor is None or not isinstance(actor.tunnel.state, Up):
            self._answers.forget(tunnel_id)
        others = [it for it in self._up() if it.id != tunnel_id]
        if actor is not None and actor.tunnel.is_settled and others:
            self._tending.look_soon()  # others may go through it now, or not any more
        self._told(tunnel_id)

    def _lost(self, name: str, event: Broke | Lost) -> None:
        for actor in tuple(self._actors.values()):
            if actor.tunnel.name == name and actor.tunnel.is_live:
                actor.lose(event)

    def _plans(self) -> Iterable[Plan]:
        live = sorted(self._live(), key=lambda tunnel: tunnel.since_unix_s)
        return [tunnel.plan for tunnel in live if tunnel.plan is not None]

    def _tables(self) -> dict[int, str]:
        """Names of tunnels by the tables that are theirs alone: rules lead there."""
        plans = self._plans()
        return {it.routing.table: it.name for it in plans if it.routing.table and it.routing.rules}

    def _up(self) -> Sequence[Tunnel]:
        return [it.tunnel for it in self._actors.values() if isinstance(it.tunnel.state, Up)]
