"""The helper as an object: calls and changes over the system bus.

Calls are raw messages, without a look at the introspection first: one round trip each.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from dbus_next.constants import BusType, MessageType
from dbus_next.message import Message

from wgdesk.client.backend import Hello, KnownApproval
from wgdesk.client.bus import BUS_FAILURES, DAEMON, Bus, add_match, connect
from wgdesk.client.bus_errors import hung_up, no_bus, refused, too_slow
from wgdesk.client.helper_methods import answer_signature, helper_call
from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.errors import (
    ClientTooOld,
    HelperTooOld,
    InvalidRequest,
    LimitExceeded,
    NoSuchTunnel,
    NotAuthorized,
    WgdeskError,
)
from wgdesk.domain.log_line import LogPage
from wgdesk.domain.machine_routing import MachineRouting
from wgdesk.domain.snapshot import (
    CheckOutcome,
    MachineSnapshot,
    SyncOutcome,
    TunnelSnapshot,
    UpOutcome,
)
from wgdesk.domain.system_profile import SystemProfile
from wgdesk.wire import boot_codec, codec, log_codec
from wgdesk.wire.machine_reader import MachineReader
from wgdesk.wire.names import (
    API_VERSION,
    API_WITH_BOOT,
    API_WITH_LOG,
    API_WITH_ROUTING,
    API_WITH_SYSTEM_PROFILES,
    BUS_NAME,
    INTERFACE,
    SIGNAL_GENERATION,
    SIGNAL_LOG_WRITTEN,
    SIGNAL_ROUTING_CHANGED,
    SIGNAL_TUNNEL_CHANGED,
)
from wgdesk.wire.options import HOOKS
from wgdesk.wire.routing_codec import routing_from

# D-Bus's own usual limit; the first call also starts the helper, which a slow machine needs.
CALL_TIMEOUT_S: Final = 25.0
# A person reads the prompt and types a password: polkit gets 120 s, and the helper some more.
PROMPT_TIMEOUT_S: Final = 150.0
# Commands as root: one more prompt, and each of them may take half a minute.
HOOKS_TIMEOUT_S: Final = 600.0
RETRY_FIRST_S: Final = 1.0
RETRY_LAST_S: Final = 30.0
# Another user may fill what the bus holds for the helper (127 MiB); a refusal was not delivered.
FULL_QUEUE: Final = "org.freedesktop.DBus.Error.LimitsExceeded"
FULL_QUEUE_PAUSES_S: Final = (0.1, 0.2, 0.4, 0.8, 1.6)

READ_PAUSE_S: Final = 0.002

_MATCHES: Final = (
    f"type='signal',sender='{BUS_NAME}',interface='{INTERFACE}'",
    f"type='signal',sender='{DAEMON}',member='NameOwnerChanged',arg0='{BUS_NAME}'",
)
T = TypeVar("T")


class HelperBackend:
    """Implements wgdesk.client.backend.Backend; connects at the first call, and anew if need be."""

    def __init__(self) -> None:
        self._bus: Bus | None = None
        self._connecting = asyncio.Lock()
        self._watchers: set[asyncio.Event] = set()
        self._routing_watchers: set[asyncio.Event] = set()
        self._log_watchers: set[asyncio.Event] = set()
        self._greeting_watchers: set[asyncio.Event] = set()
        self._reader, self._reading = MachineReader(), asyncio.Lock()
        self._is_watching = False  # the match rules stand on this connection
        self._is_subscribed = False  # this very helper process sends us its signals
        self._helper = ""  # its connection; nobody else's signals count

    async def hello(self) -> Hello:
        api, abilities = await self._call("Hello", API_VERSION)
        return Hello(api, dict(abilities))

    def greetings(self) -> AsyncIterator[Hello | None]:
        async def ask() -> Hello:
            try:
                return await self.hello()
            except ClientTooOld as error:
                return Hello(0, {}, error)

        return self._follow(self._greeting_watchers, ask)

    async def check(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> CheckOutcome:
        (answer,) = await self._call("Check", name, text, dict(options or {}))
        return codec.check_from(codec.decode(answer))

    async def up(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> UpOutcome:
        words = dict(options or {})
        timeout_s = HOOKS_TIMEOUT_S if HOOKS in words else PROMPT_TIMEOUT_S
        (answer,) = await self._call("Up", name, text, words, timeout_s=timeout_s)
        return codec.up_from(codec.decode(answer))

    async def sync(
        self, tunnel_id: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> SyncOutcome:
        (answer,) = await self._call("Sync", tunnel_id, text, dict(options or {}))
        return codec.sync_from(codec.decode(answer))

    async def down(self, tunnel_id: str) -> None:
        with suppress(NoSuchTunnel):
            await self._call("Down", tunnel_id, timeout_s=HOOKS_TIMEOUT_S)

    async def tunnels(self) -> MachineSnapshot:
        (answer,) = await self._call("List")
        async with self._reading:
            return await self._read(answer)

    async def _read(self, answer: str) -> MachineSnapshot:
        """In pieces: while this thread reads, a window's own thread waits."""
        reading = self._reader.read(answer)
        while True:
            try:
                next(reading)
            except StopIteration as end:
                machine: MachineSnapshot = end.value
                return machine
            await asyncio.sleep(READ_PAUSE_S)

    async def status(self, tunnel_id: str) -> TunnelSnapshot:
        (answer,) = await self._call("GetStatus", tunnel_id)
        return codec.tunnel_from(codec.decode(answer))

    async def log(self, after: int = 0) -> LogPage:
        first = page = await self._log_page(after)
        lines = page.lines
        # What comes meanwhile is for later.
        while page.lines and page.lines[-1].number < first.last:
            page = await self._log_page(page.lines[-1].number)
            if page.source != first.source:
                break
            lines += page.lines
        return LogPage(lines, first.source, lines[-1].number if lines else first.last)

    async def _log_page(self, after: int) -> LogPage:
        (answer,) = await self._call("GetLog", after, since=API_WITH_LOG)
        return log_codec.page_from(codec.decode(answer))

    def log_changes(self, after: int = 0) -> AsyncIterator[LogPage | None]:
        seen = LogPage((), "", after)

        async def ask() -> LogPage:
            nonlocal seen
            page = await self.log(seen.last)
            if page.last < seen.last or (seen.source and page.source != seen.source):
                page = await self.log()
            seen = page
            return page

        return self._follow(self._log_watchers, ask)

    async def approvals(self) -> tuple[KnownApproval, ...]:
        (listed,) = await self._call("ListApprovals")
        return tuple(KnownApproval(*it) for it in listed)

    async def revoke(self, digest: str) -> None:
        await self._call("Revoke", digest)

    async def approve_hooks(self, uid: int, name: str, text: bytes) -> None:
        """Let this profile's commands run as root for that user; for root alone."""
        await self._call("ApproveHooks", uid, name, text)

    async def routing(self) -> MachineRouting:
        (answer,) = await self._call("GetRouting", since=API_WITH_ROUTING)
        # Beside the loop: 20,000 routes take a good tenth of a second.
        return await asyncio.to_thread(lambda: routing_from(codec.decode(answer)))

    def routing_changes(self) -> AsyncIterator[MachineRouting | None]:
        async def ask() -> MachineRouting:
            # It tells of one change only, so it is asked to before each look.
            await self._call("WatchRouting", since=API_WITH_ROUTING)
            return await self.routing()

        return self._follow(self._routing_watchers, ask)

    async def system_profiles(self, *, may_ask: bool = False) -> tuple[str, ...]:
        how = {"may_prompt": True, "timeout_s": PROMPT_TIMEOUT_S} if may_ask else {}
        (names,) = await self._call("ListSystemProfiles", since=API_WITH_SYSTEM_PROFILES, **how)
        return tuple(names)

    async def read_system_profiles(self, names: Sequence[str]) -> tuple[SystemProfile, ...]:
        (read,) = await self._call(
            "ReadSystemProfiles",
            list(names),
            since=API_WITH_SYSTEM_PROFILES,
            timeout_s=PROMPT_TIMEOUT_S,
        )
        return tuple(SystemProfile(*it) for it in read)

    async def boot_copies(self) -> tuple[BootCopy, ...]:
        (answer,) = await self._call("ListBoot", since=API_WITH_BOOT)
        return boot_codec.copies_from(codec.decode(answer))

    async def set_boot(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> None:
        words = dict(options or {})
        how = {"timeout_s": HOOKS_TIMEOUT_S if HOOKS in words else PROMPT_TIMEOUT_S}
        await self._call("SetBoot", name, text, words, since=API_WITH_BOOT, **how)

    async def clear_boot(self, name: str) -> None:
        await self._call("ClearBoot", name, since=API_WITH_BOOT, timeout_s=PROMPT_TIMEOUT_S)

    def changes(self) -> AsyncIterator[MachineSnapshot | None]:
        return self._follow(self._watchers, self.tunnels)

    async def _follow(
        self, watchers: set[asyncio.Event], ask: Callable[[], Awaitable[T]]
    ) -> AsyncIterator[T | None]:
        """What `ask` gives now and after every news; None once nobody answers.

        Raises:
            HelperTooOld: Asking again is of no use.
        """
        news = asyncio.Event()
        watchers.add(news)
        is_here, retry_s = True, RETRY_FIRST_S
        try:
            while True:
                news.clear()
                found = await self._look(ask)
                if found is not None or is_here:
                    yield found
                is_here = found is not None
                retry_s = RETRY_FIRST_S if is_here else min(2 * retry_s, RETRY_LAST_S)
                await _until_news(news, None if is_here else retry_s)
        finally:
            watchers.discard(news)

    async def close(self) -> None:
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    async def _look(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        """What there is to see now, watched; None where nobody answers.

        A helper that left because it was idle comes back by being asked, so its
        absence from the bus says nothing: only a call that fails does.
        """
        while True:
            try:
                await self._watch()
                return await ask()
            except HelperTooOld:
                raise
            except LimitExceeded:  # asked too often: the last picture stands a little longer
                await asyncio.sleep(RETRY_FIRST_S)
            except WgdeskError:
                return None

    async def _watch(self) -> None:
        bus = await self._connected()
        if not self._is_watching:
            for rule in _MATCHES:
                await _answer(bus, add_match(rule), CALL_TIMEOUT_S)
            self._is_watching = True
        if not self._is_subscribed:
            self._helper = (await self._ask("Subscribe")).sender
            self._is_subscribed = True

    async def _call(self, member: str, *body: object, since: int = 1, **how: Any) -> list[Any]:
        """What the helper answers; takes the rest as `_ask`.

        A helper knows the method from API version `since` on. Raises as `_ask`, and HelperTooOld
        and ClientTooOld.
        """
        try:
            return list((await self._ask(member, *body, **how)).body)
        except (NotAuthorized, InvalidRequest) as error:  # its bus policy, or the helper itself
            await self._blame_version(error, member, since)
            raise

    async def _blame_version(self, error: WgdeskError, member: str, since: int) -> None:
        """Raise a better error where the helper is too old or too new for that call."""
        if member == "Hello":
            return
        try:
            is_too_old = (await self.hello()).api < since
        except ClientTooOld as refusal:
            raise refusal from error
        except WgdeskError:  # then the first error stands
            return
        if is_too_old:
            raise HelperTooOld from error

    async def _ask(
        self,
        member: str,
        *body: object,
        timeout_s: float | None = None,
        may_prompt: bool = False,
    ) -> Message:
        """Ask the helper.

        Raises:
            WgdeskError: HelperUnreachable, or what the helper says.
        """
        message = helper_call(member, *body, may_prompt=may_prompt)
        reply = await _answer(await self._connected(), message, timeout_s or CALL_TIMEOUT_S)
        if reply.signature != answer_signature(member):
            raise InvalidRequest("the helper's answer has another shape than expected")
        return reply

    async def _connected(self) -> Bus:
        async with self._connecting:
            if self._bus is not None and self._bus.connected:
                return self._bus
            await self.close()
            self._is_watching = self._is_subscribed = False
            try:
                self._bus = await connect(BusType.SYSTEM, self._wake_watchers)
            except BUS_FAILURES as error:
                raise no_bus(error) from error
            self._bus.add_message_handler(self._on_message)
            return self._bus

    def _on_message(self, message: Message) -> None:
        """Every user of the machine may send us signals; the helper's and the bus's count."""
        if message.message_type is not MessageType.SIGNAL:
            return
        if message.sender == DAEMON and message.member == "NameOwnerChanged":
            self._helper = message.body[2]
            self._is_subscribed = False
            self._wake_watchers()
        elif message.sender != self._helper:
            return
        elif message.member in (SIGNAL_GENERATION, SIGNAL_TUNNEL_CHANGED):
            _wake(self._watchers)
        elif message.member == SIGNAL_ROUTING_CHANGED:
            _wake(self._routing_watchers)
        elif message.member == SIGNAL_LOG_WRITTEN:
            _wake(self._log_watchers)

    def _wake_watchers(self) -> None:
        streams = (self._watchers, self._routing_watchers, self._log_watchers)
        _wake(self._greeting_watchers.union(*streams))


def _wake(watchers: Iterable[asyncio.Event]) -> None:
    for news in watchers:
        news.set()


async def _answer(bus: Bus, message: Message, timeout_s: float) -> Message:
    """The reply to `message`, which is sent again while the bus has no room for it.

    Raises:
        WgdeskError: The bus or the helper said no, or nothing.
    """
    reply = await _reply(bus, message, timeout_s)
    for pause_s in FULL_QUEUE_PAUSES_S:
        if (reply.sender, reply.error_name) != (DAEMON, FULL_QUEUE):
            break
        await asyncio.sleep(pause_s)
        message.serial = 0
        reply = await _reply(bus, message, timeout_s)
    if reply.message_type is MessageType.ERROR:
        has_text = reply.signature.startswith("s")
        raise refused(reply.error_name, reply.body[0] if has_text else "")
    return reply


async def _reply(bus: Bus, message: Message, timeout_s: float) -> Message:
    try:
        reply = await asyncio.wait_for(bus.call(message), timeout_s)
    except TimeoutError as error:
        raise too_slow(timeout_s) from error
    except BUS_FAILURES as error:
        raise hung_up() from error
    if reply is None:  # what dbus-next gives where the connection ended in order
        raise hung_up()
    return reply


async def _until_news(news: asyncio.Event, retry_s: float | None) -> None:
    """Wait for a signal; with `retry_s` at most that long, and never less than a moment."""
    if retry_s is None:
        await news.wait()
        return
    await asyncio.sleep(RETRY_FIRST_S)  # a helper that dies at each start makes news without end
    with suppress(TimeoutError):
        await asyncio.wait_for(news.wait(), retry_s)
