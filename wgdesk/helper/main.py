"""Puts the root process together: bus, polkit, approvals, engine. Takes no arguments."""

import asyncio
import logging
import os
import resource
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Final

from dbus_next import Message, MessageType, NameFlag, RequestNameReply

from wgdesk.engine.bounded_bus import BoundedBus
from wgdesk.helper.approvals import Approvals
from wgdesk.helper.ascent import is_live
from wgdesk.helper.authority import Polkit
from wgdesk.helper.boot import Boot
from wgdesk.helper.boot_copies import BootCopies
from wgdesk.helper.boot_units import BootUnits
from wgdesk.helper.caller import Callers
from wgdesk.helper.guard import Guard
from wgdesk.helper.lifetime import IDLE_S, Idleness, Manager
from wgdesk.helper.log_news import LogNews
from wgdesk.helper.logbook import Logbook
from wgdesk.helper.methods import build_table
from wgdesk.helper.quotas import Quotas
from wgdesk.helper.redaction import RedactingFormatter
from wgdesk.helper.service import Service, Tunnels
from wgdesk.helper.subscribers import RoutingWatchers, Subscribers
from wgdesk.helper.system_profiles import SystemProfiles
from wgdesk.helper.wireguard_folder import WireGuardFolder
from wgdesk.wire.names import BUS_NAME

STATE_DIR: Final = "/var/lib/wgdesk"
APPROVALS_FILE: Final = "approvals.json"
BOOT_DIR: Final = "boot"
# The bus keeps the order: when it confirms that the name is free, every call to the name is
# here. The rest of the time is for callers that use the connection's own name.
DRAIN_S: Final = 0.1
FINISH_S: Final = 5.0

OpenEngine = Callable[[], AbstractAsyncContextManager[Tunnels]]

_log = logging.getLogger(__name__)


class Helper:
    """Everything of the process that lives as long as its connection to the bus."""

    def __init__(
        self,
        bus: BoundedBus,
        open_engine: OpenEngine,
        state_dir: Path,
        idle_s: float,
        wireguard: WireGuardFolder,
    ) -> None:
        self._bus = bus
        self.idleness = Idleness(self._is_needed, time.monotonic, idle_s=idle_s)
        # Loading takes longer than connecting; the first call waits for what is left of it.
        self._engine_room = AsyncExitStack()
        self._has_name = asyncio.Event()
        self._loading = asyncio.ensure_future(self._load(open_engine))
        self._quotas = Quotas(time.monotonic)
        callers = Callers(bus)
        self._subscribers = Subscribers(bus, callers)
        approvals = Approvals(state_dir / APPROVALS_FILE, time.time)
        self._routing_watchers = RoutingWatchers(bus, callers)
        self._logbook = Logbook(time.time)
        LogNews(self._logbook, self._subscribers)
        copies = BootCopies(state_dir / BOOT_DIR)
        self._service = Service(
            self._engine,
            approvals,
            self._subscribers,
            self._routing_watchers,
            self._logbook,
            SystemProfiles(wireguard),
        )
        self._service.also_degraded = copies.complaints
        boot = Boot(
            self._engine,
            copies,
            BootUnits(bus),
            approvals,
            self._service.ascent,
            self._logbook.write,
        )
        boot.on_change(lambda uid: self._subscribers.tell("", uid))
        table = build_table(self._service, boot)
        authority = Polkit(bus, callers, self._quotas)
        self._guard = Guard(bus, table, callers, authority, self._quotas)
        bus.wanted = table.wants
        bus.add_message_handler(self._note_call)
        bus.add_message_handler(callers.on_message)
        bus.add_message_handler(self._guard.on_message)
        self._loading.add_done_callback(self._on_loaded)

    def _is_needed(self) -> bool:
        has_audience = len(self._subscribers) or len(self._routing_watchers)
        has_work = bool(self._guard.open_calls or has_audience)
        return has_work or not self._loading.done() or self._has_tunnels()

    async def take_name(self) -> bool:
        reply = await self._bus.request_name(BUS_NAME, NameFlag.DO_NOT_QUEUE)
        if reply is not RequestNameReply.PRIMARY_OWNER:
            return False
        self._has_name.set()
        return True

    async def leave(self) -> None:
        """Give the name back, and answer what has arrived until then.

        From here on nothing is changed for anybody. Calls that come after the name is
        free start the next helper; those that came just before get their answer here.
        """
        self._guard.is_leaving = True
        await self._bus.release_name(BUS_NAME)
        await asyncio.sleep(DRAIN_S)
        await self._guard.finish(FINISH_S)

    async def close(self) -> None:
        """Let go of the machine; what is up stays up, and the next helper takes it over."""
        self._loading.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._loading
        await self._engine_room.aclose()

    async def _load(self, open_engine: OpenEngine) -> Tunnels:
        """The engine; what is there is ours to take over only once the name is ours."""
        tunnels = await self._engine_room.enter_async_context(open_engine())
        await self._has_name.wait()
        tunnels.on_entry(self._logbook.write)
        await tunnels.recover()
        return tunnels

    def _note_call(self, message: Message) -> None:
        if message.message_type is MessageType.METHOD_CALL:
            self.idleness.touch()

    async def _engine(self) -> Tunnels:
        return await asyncio.shield(self._loading)

    def _is_loaded(self) -> bool:
        loading = self._loading
        return loading.done() and not loading.cancelled() and loading.exception() is None

    def _has_tunnels(self) -> bool:
        return self._is_loaded() and any(map(is_live, self._loading.result().list()))

    def _on_loaded(self, _loading: asyncio.Future[Tunnels]) -> None:
        if self._is_loaded():
            tunnels = self._loading.result()
            tunnels.on_change(lambda it: self._service.tell_change(it, tunnels.find(it)))
            tunnels.on_return(self._service.let_return)
            tunnels.routing.on_change(self._routing_watchers.tell)


async def serve(
    open_engine: OpenEngine,
    environ: Mapping[str, str],
    idle_s: float = IDLE_S,
    wireguard: WireGuardFolder | None = None,
) -> int:
    """Run until idle, told to end, or without a bus; tests have another folder for /etc/wireguard.

    Returns:
        The exit status: 0 when leaving was wanted.
    """
    manager = Manager(environ)
    try:
        bus = BoundedBus()
    except OSError as error:
        _log.error("there is no system bus: %s", error)
        return 1
    state_dir = Path(environ.get("STATE_DIRECTORY", STATE_DIR))
    helper = Helper(bus, open_engine, state_dir, idle_s, wireguard or WireGuardFolder())
    told = asyncio.ensure_future(_wait_for_signal())  # listens before anybody knows our name
    try:
        await bus.connect()
        if not await helper.take_name():
            _log.error("somebody else has the name %s on the bus", BUS_NAME)
            return 1
        manager.tell("READY=1")
        return await _stay(bus, helper, manager, told)
    finally:
        told.cancel()
        await helper.close()


async def _stay(
    bus: BoundedBus, helper: Helper, manager: Manager, told: asyncio.Future[None]
) -> int:
    lost = asyncio.ensure_future(bus.wait_for_disconnect())
    watchdog = asyncio.ensure_future(manager.keep_watchdog_quiet())
    try:
        await _wait_for_an_end(lost, told, helper.idleness)
        manager.tell("STOPPING=1")
        if lost.done():
            _log.error("the bus went away: %s", lost.exception() or "it was closed")
            return 1
        await helper.leave()
        return 0
    finally:
        for task in (lost, watchdog):
            task.cancel()


async def _wait_for_an_end(
    lost: asyncio.Future[None], told: asyncio.Future[None], idleness: Idleness
) -> None:
    while not (lost.done() or told.done()):
        idle = asyncio.ensure_future(idleness.wait())
        await asyncio.wait((lost, told, idle), return_when=asyncio.FIRST_COMPLETED)
        idle.cancel()
        # A call may have come since the wait ended; from here to `leave` nothing can.
        if idleness.left_s() <= 0:
            return


async def _wait_for_signal() -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    await told.wait()


@asynccontextmanager
async def open_engine(*, hook_limit_s: float | None = None) -> AsyncIterator[Tunnels]:
    """The real one; its libraries take a third of a second, so they load beside the loop.

    Args:
        hook_limit_s: How long a command of a profile may take, where not the usual 30 s.
    """
    await asyncio.to_thread(import_module, "wgdesk.engine.this_machine")
    from wgdesk.engine.this_machine import open_tunnels  # noqa: PLC0415  # loaded just now

    async with open_tunnels(hook_limit_s=hook_limit_s) as tunnels:
        yield tunnels


def _log_to_journal() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(levelname)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def run(open_engine: OpenEngine, *, idle_s: float = IDLE_S) -> int:
    """The whole process; returns its exit status."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold keys
    _log_to_journal()
    try:
        return asyncio.run(serve(open_engine, os.environ, idle_s))
    except Exception:  # noqa: BLE001  # the log hides keys; the interpreter's own words would not
        _log.exception("the helper ends because of a bug")
        return 1


def main() -> int:
    return run(open_engine)


if __name__ == "__main__":
    sys.exit(main())
