"""What the window and the tray share: the picture of this moment, and the orders to change it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from wgdesk.client.backend import CARRIER, Backend, Hello
from wgdesk.client.knock import knock
from wgdesk.client.toggling import bring_up, take_down
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.snapshot import MachineSnapshot, TunnelSnapshot, UpOutcome
from wgdesk.ui.bridge import Bridge, Failed, ignore
from wgdesk.ui.feed import Feed, stream_of
from wgdesk.ui.look import Look, Looker, aged
from wgdesk.ui.picture import HelperState, Memory, Order, Picture, ProfileEntry, RowBook
from wgdesk.ui.profiles import Profiles
from wgdesk.ui.turns import Turns

T = TypeVar("T")
# While somebody looks, counters count; in the tray only the state matters.
WATCHED_POLL_MS: Final = 1_000
TRAY_POLL_MS: Final = 15_000
OpenBackend = Callable[[], Awaitable[Backend]]


class Switchboard(QObject):
    """Holds the picture and carries orders; lives on the GUI thread.

    Signals:
        picture_changed: Something on the screen is out of date.
        tunnel_answered: A tunnel has come up and works (its name); once for each time up.
        tunnel_failed: An order or a running tunnel failed (its name).
        choice_failed: A choice could not be remembered (a WgdeskError).
    """

    picture_changed = Signal()
    tunnel_answered = Signal(str)
    tunnel_failed = Signal(str)
    choice_failed = Signal(object)

    def __init__(
        self,
        bridge: Bridge,
        open_backend: OpenBackend,
        profiles: Profiles,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self._bridge, self._open_backend, self._profiles = bridge, open_backend, profiles
        self._clock = clock
        self._backend: Backend | None = None  # the bus thread's
        self._opening = asyncio.Lock()
        self._entries: tuple[ProfileEntry, ...] | None = None
        self._looker = Looker()  # the bus thread's
        self._look: Look | None = None
        self._rows = RowBook()
        self._helper = HelperState.ASKING
        self._helper_error: WgdeskError | None = None
        self._hello = Hello(0, {})
        self._tray_poll_ms = TRAY_POLL_MS
        self._memory = Memory()
        self._turns = Turns()
        self._poll: Future[Look] | None = None
        self._is_watched = False
        self._machine = Feed(bridge, self._changes)
        self._greetings = Feed(bridge, stream_of(self._use, lambda backend: backend.greetings()))
        self._folder = Feed(bridge, profiles.changes)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer_timeout)
        self.picture = Picture(folder=profiles.folder)

    # What may be asked of it.

    def start(self) -> None:
        self._machine.arrived.connect(self._on_machine_arrived)
        self._machine.failed.connect(self._lose_helper)
        self._greetings.arrived.connect(self._on_greeted)
        self._folder.arrived.connect(self._on_profiles_arrived)
        self._follow(is_on=True)

    def close(self) -> None:
        """End the bus thread; tunnels stay as they are."""
        self._timer.stop()
        self._follow(is_on=False)
        self._bridge.close(self._close_backend())

    def set_watched(self, watched: bool) -> None:  # noqa: FBT001  # a property's setter in all but name
        """Say whether a person can see counters right now."""
        if watched != self._is_watched:
            self._is_watched = watched
            self._pace()
            if watched:
                self._ask()

    def set_tray_poll(self, interval_ms: int) -> None:
        """How often to look while nobody watches; 0 is only when the helper tells of a change."""
        self._tray_poll_ms = interval_ms
        self._pace()

    def ask(
        self,
        question: Callable[[Backend], Awaitable[T]],
        done: Callable[[T], None],
        failed: Failed = ignore,
    ) -> None:
        """Ask the helper something on the bus thread; the answer arrives on the GUI thread."""

        async def put() -> T:
            return await question(await self._use())

        self._bridge.submit(put(), done, failed)

    def ask_about(
        self,
        name: str,
        question: Callable[[Backend, bytes, TunnelOptions], Awaitable[T]],
        done: Callable[[T], None],
        failed: Failed = ignore,
    ) -> None:
        """The same about a profile: the text of its file, and how it is to be brought up."""

        async def put() -> T:
            text, options = await self._profiles.text(name), await self._profiles.options(name)
            return await question(await self._use(), text, options)

        self._bridge.submit(put(), done, failed)

    def toggle(self, name: str) -> None:
        row = self.picture.find_row(name)
        if row is None or row.is_changing:
            return
        if row.is_up:
            self.disconnect_tunnel(name)
        else:
            self.connect_tunnel(name)

    def connect_tunnel(self, name: str) -> None:
        self._give(name, Order.CONNECT)
        self._bridge.submit(
            self._up(name), partial(self._on_up_done, name), partial(self._on_order_failed, name)
        )

    def disconnect_tunnel(self, name: str) -> None:
        row = self.picture.find_row(name)
        if row is None or row.tunnel is None:
            return
        self._give(name, Order.DISCONNECT)
        self._bridge.submit(
            self._down(name, row.tunnel, saves=row.saves_changes),
            partial(self._on_down_done, name),
            partial(self._on_order_failed, name),
        )

    def dismiss(self, name: str) -> None:
        """Forget a failure that has been read, here and at the helper."""
        self._memory = self._memory.forgiven(name)
        self._repaint()
        row = self.picture.find_row(name)
        if row is not None and row.has_fallen:
            self.disconnect_tunnel(name)  # what is left of it is on the helper's list

    def disconnect_all(self) -> None:
        for row in self.picture.rows:
            if row.is_up and not row.is_changing:
                self.disconnect_tunnel(row.name)

    def choose_hooks(self, name: str, mode: HookMode) -> None:
        """Who runs the profile's commands from its next connect on."""
        self._bridge.submit(
            self._profiles.set_hooks(name, mode),
            lambda _: self._amend(name, hooks=mode),
            self._on_choice_failed,
        )

    def choose_block_ipv6(self, name: str, *, block: bool) -> None:
        """Whether IPv6 has a way out beside it, from its next connect on."""
        self._bridge.submit(
            self._profiles.set_block_ipv6(name, block=block),
            lambda _: self._amend(name, block_ipv6=block),
            self._on_choice_failed,
        )

    def look_at_profiles(self) -> None:
        """What is kept beside their folder may have changed."""
        self._bridge.submit(self._profiles.look_again(), self._on_profiles_arrived)

    def do_aside(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[WgdeskError], None],
    ) -> None:
        """Something that takes long, on a thread of its own; one of the two hears of it here."""
        self._bridge.submit(asyncio.to_thread(work), done, failed)

    # On the bus thread.

    async def _use(self) -> Backend:
        async with self._opening:
            if self._backend is None:
                self._backend = await self._open_backend()
            return self._backend

    async def _up(self, name: str) -> UpOutcome:
        text = await self._profiles.text(name)
        options = await self._profiles.options(name)
        return await bring_up(await self._use(), name, text, options)

    async def _down(self, name: str, tunnel: TunnelSnapshot, *, saves: bool) -> None:
        backend = await self._use()
        live = await backend.status(tunnel.id) if saves else None
        await take_down(backend, tunnel, partial(self._profiles.text, name))
        if live is not None:
            await self._profiles.save(name, live)

    async def _list(self) -> Look:
        return await self._look_at(await (await self._use()).tunnels())

    async def _look_at(self, machine: MachineSnapshot) -> Look:
        return await self._looker.look(machine, self._clock())

    async def _grow_old(self, look: Look) -> Look:
        return aged(look, int(self._clock()))

    async def _knock(self, tunnel: TunnelSnapshot) -> None:
        knock(tunnel)

    async def _greet(self) -> Hello:
        return await (await self._use()).hello()

    async def _changes(self) -> AsyncIterator[Look | None]:
        async for machine in (await self._use()).changes():
            yield await self._look_at(machine) if machine is not None else None

    async def _close_backend(self) -> None:
        if self._backend is not None:
            await self._backend.close()

    # What arrives.

    def _follow(self, *, is_on: bool) -> None:
        for feed in (self._machine, self._greetings, self._folder):
            feed.set_watched(is_on)

    def _on_machine_arrived(self, look: Look | None) -> None:
        if look is None:
            self._lose_helper()
            # The stream says that nobody answers; only a question tells why.
            self._bridge.submit(self._greet(), self._on_greeted, self._on_unanswered)
            return
        self._show_look(look)

    def _on_unanswered(self, error: WgdeskError) -> None:
        if self._helper is HelperState.GONE:  # else it is back, and this is no news any more
            self._lose_helper(error)

    def _on_greeted(self, hello: Hello | None) -> None:
        """What was said last stands until somebody says something else."""
        if hello is not None:
            self._hello = hello
            self._repaint()

    def _on_profiles_arrived(self, entries: tuple[ProfileEntry, ...]) -> None:
        self._entries = entries
        self._repaint()

    def _on_choice_failed(self, error: WgdeskError) -> None:
        self._repaint()  # the old choice stands, and the controls show it again
        self.choice_failed.emit(error)

    def _amend(self, name: str, **chosen: Any) -> None:
        """The folder is the same, so nobody else tells of it."""
        self._entries = tuple(
            replace(entry, **chosen) if entry.name == name else entry
            for entry in self._entries or ()
        )
        self._repaint()

    def _on_up_done(self, name: str, outcome: UpOutcome) -> None:
        self._memory = self._memory.replaced(outcome.id, outcome.took_over)
        self._look_at_outcome(name)

    def _on_down_done(self, name: str, _: None) -> None:
        self._look_at_outcome(name)

    def _look_at_outcome(self, name: str) -> None:
        """The order counts as under way until its effect has been seen, so no old state flashes up."""
        self._bridge.submit(
            self._list(),
            partial(self._on_outcome_seen, name),
            partial(self._on_outcome_unseen, name),
        )

    def _on_outcome_seen(self, name: str, look: Look) -> None:
        self._memory = self._memory.settled(name)
        self._show_look(look)
        row = self.picture.find_row(name)
        if row is not None and row.is_up and row.tunnel is not None:
            # Who has pressed Connect wants to know whether it works, not wait for some traffic.
            self._bridge.submit(self._knock(row.tunnel))

    def _on_outcome_unseen(self, name: str, _: WgdeskError) -> None:
        self._memory = self._memory.settled(name)
        self._repaint()

    def _on_order_failed(self, name: str, error: WgdeskError) -> None:
        self._memory = self._memory.failed(name, error)
        self._repaint()
        self.tunnel_failed.emit(name)
        self._ask()

    def _on_polled(self, look: Look) -> None:
        self._poll = None
        self._show_look(look)

    def _on_poll_failed(self, _: WgdeskError) -> None:
        self._poll = None  # whether the helper is there is for the stream to say
        self._wait()

    def _on_timer_timeout(self) -> None:
        if self._poll is not None:
            self._wait()
        self._ask()

    def _wait(self) -> None:
        """Nobody answers, but time goes on."""
        if self._look is not None:
            self._bridge.submit(self._grow_old(self._look), partial(self._on_waited, self._look))

    def _on_waited(self, before: Look, look: Look) -> None:
        if self._look is before:  # else there was an answer after all
            self._look = look
            self._repaint()

    # What follows from it.

    def _give(self, name: str, order: Order) -> None:
        self._memory = self._memory.ordered(name, order)
        self._repaint()

    def _ask(self) -> None:
        if self._poll is None:
            self._poll = self._bridge.submit(self._list(), self._on_polled, self._on_poll_failed)

    def _lose_helper(self, error: WgdeskError | None = None) -> None:
        self._helper, self._helper_error = HelperState.GONE, error
        self._look = None
        self._repaint()

    def _show_look(self, look: Look) -> None:
        is_first = self._helper is HelperState.ASKING
        self._look = look
        self._helper, self._helper_error = HelperState.HERE, None
        self._repaint()
        for turn in self._turns.since_last(self.picture.rows, quietly=is_first):
            (self.tunnel_failed if turn.has_fallen else self.tunnel_answered).emit(turn.name)

    def _repaint(self) -> None:
        machine = self._look.machine if self._look else MachineSnapshot()
        self.picture = Picture(
            rows=self._rows.write(self._entries or (), self._look, self._memory),
            others=machine.others,
            foreign=machine.foreign,
            degraded=machine.degraded,
            helper=self._helper,
            helper_error=self._helper_error,
            engine=self._hello.abilities.get("engine", ""),
            helper_version=self._hello.abilities.get("version", ""),
            helper_api=self._hello.api,
            helper_refusal=self._hello.refusal,
            carrier=self._hello.abilities.get(CARRIER, ""),
            engine_reason=self._hello.abilities.get("engine_reason", ""),
            has_looked=self._entries is not None,
            folder=self._profiles.folder,
            now_unix_s=int(self._clock()),
        )
        self._pace()
        self.picture_changed.emit()

    def _pace(self) -> None:
        """Ask as often as somebody looks, and not at all where nothing is up."""
        interval_ms = WATCHED_POLL_MS if self._is_watched else self._tray_poll_ms
        if not (self._look and self._look.tunnels and interval_ms):
            self._timer.stop()
            return
        if not self._timer.isActive() or self._timer.interval() != interval_ms:
            self._timer.start(interval_ms)
