"""The connection to the helper: calls, and word of what changed.

Calls are raw messages, without a look at the introspection first: one round trip each.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from enum import Enum, auto
from typing import Any, Final, TypeVar

from dbus_next.constants import BusType, MessageType
from dbus_next.message import Message

from wgdesk.client.bus import BUS_FAILURES, DAEMON, Bus, add_match, connect
from wgdesk.client.bus_errors import hung_up, no_bus, refused, too_slow
from wgdesk.client.helper_methods import answer_signature, helper_call
from wgdesk.domain.errors import (
    ClientTooOld,
    HelperTooOld,
    InvalidRequest,
    LimitExceeded,
    NotAuthorized,
    WgdeskError,
)
from wgdesk.wire.names import (
    API_VERSION,
    BUS_NAME,
    INTERFACE,
    SIGNAL_GENERATION,
    SIGNAL_LOG_WRITTEN,
    SIGNAL_ROUTING_CHANGED,
    SIGNAL_TUNNEL_CHANGED,
)

# D-Bus's own usual limit; the first call also starts the helper, which a slow machine needs.
CALL_TIMEOUT_S: Final = 25.0
RETRY_FIRST_S: Final = 1.0
RETRY_LAST_S: Final = 30.0
# Another user may fill what the bus holds for the helper (127 MiB); a refusal was not delivered.
FULL_QUEUE: Final = "org.freedesktop.DBus.Error.LimitsExceeded"
FULL_QUEUE_PAUSES_S: Final = (0.1, 0.2, 0.4, 0.8, 1.6)

_MATCHES: Final = (
    f"type='signal',sender='{BUS_NAME}',interface='{INTERFACE}'",
    f"type='signal',sender='{DAEMON}',member='NameOwnerChanged',arg0='{BUS_NAME}'",
)
T = TypeVar("T")


class News(Enum):
    """What may have changed; that another process is the helper is news of all of it."""

    TUNNELS = auto()
    ROUTING = auto()
    LOG = auto()
    HELPER = auto()


_SIGNALS: Final = {
    SIGNAL_GENERATION: News.TUNNELS,
    SIGNAL_TUNNEL_CHANGED: News.TUNNELS,
    SIGNAL_ROUTING_CHANGED: News.ROUTING,
    SIGNAL_LOG_WRITTEN: News.LOG,
}


class HelperConnection:
    """Connects at the first call, and anew if need be."""

    def __init__(self) -> None:
        self._bus: Bus | None = None
        self._connecting = asyncio.Lock()
        self._watchers: dict[News, set[asyncio.Event]] = {about: set() for about in News}
        self._is_watching = False  # the match rules stand on this connection
        self._is_subscribed = False  # this very helper process sends us its signals
        self._helper = ""  # its connection; nobody else's signals count

    async def call(self, member: str, *body: object, since: int = 1, **how: Any) -> list[Any]:
        """What the helper answers; takes the rest as `_ask`.

        A helper knows the method from API version `since` on. Raises as `_ask`, and HelperTooOld
        and ClientTooOld.
        """
        try:
            return list((await self._ask(member, *body, **how)).body)
        except (NotAuthorized, InvalidRequest) as error:  # its bus policy, or the helper itself
            await self._blame_version(error, member, since)
            raise

    async def follow(self, about: News, ask: Callable[[], Awaitable[T]]) -> AsyncIterator[T | None]:
        """What `ask` gives now and after every news of it; None once nobody answers.

        Raises:
            HelperTooOld: Asking again is of no use.
        """
        news = asyncio.Event()
        self._watchers[about].add(news)
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
            self._watchers[about].discard(news)

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

    async def _blame_version(self, error: WgdeskError, member: str, since: int) -> None:
        """Raise a better error where the helper is too old or too new for that call."""
        if member == "Hello":
            return
        try:
            api, _ = await self.call("Hello", API_VERSION)
        except ClientTooOld as refusal:
            raise refusal from error
        except WgdeskError:  # then the first error stands
            return
        if api < since:
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
                self._bus = await connect(BusType.SYSTEM, lambda: self._wake(*News))
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
            self._wake(*News)
        elif message.sender == self._helper and message.member in _SIGNALS:
            self._wake(_SIGNALS[message.member])

    def _wake(self, *found: News) -> None:
        for about in found:
            for news in self._watchers[about]:
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
