"""The engine's own connection to the system bus: it asks, and nobody can ask it.

It takes no file descriptors, and its name is there for the bus policy alone: by it the bus
holds back what anybody might send straight to a connection. It connects at the first question, and again
after it was lost. What others send it unasked is thrown away unread, but for the signals
that somebody here listens to, and those only from the owner of the name they stand for.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from dbus_next import DBusError, ErrorType, Message, MessageType, Variant
from dbus_next.errors import AuthError, InvalidAddressError

from wgdesk.domain.names import printable
from wgdesk.engine.bounded_bus import (
    DAEMON,
    NO_ANSWER,
    BoundedBus,
    CallRefused,
    Header,
    is_expected,
)
from wgdesk.wire.names import ASKING_NAME

TIMEOUT_S: Final = 2.0
CONNECT_TIMEOUT_S: Final = 5.0
RETRY_S: Final = (0.2, 1.0, 5.0, 30.0)
NO_BUS: Final = "org.freedesktop.DBus.Error.NoServer"

# All that dbus-next lets out of connecting and calling, its own and the socket's.
_FAILURES: Final = (OSError, EOFError, AuthError, DBusError, InvalidAddressError, KeyError)

OwnerTold = Callable[[str], None]
SignalTold = Callable[[str, Sequence[Any]], None]

_log = logging.getLogger(__name__)


def variant(signature: str, value: Any) -> Variant:
    """A value that carries its type, as `a{sv}` and `v` want them; read `.value` of others'."""
    return Variant(signature, value)


class SystemBus:
    """Calls, owners of names and signals; used on one loop, closed by `close`."""

    def __init__(self) -> None:
        self._bus: BoundedBus | None = None
        self._opening = asyncio.Lock()
        self._owners: dict[str, str] = {}  # watched name -> unique name of its owner, or ""
        self._owner_told: defaultdict[str, list[OwnerTold]] = defaultdict(list)
        self._signal_told: defaultdict[tuple[str, str, str], list[SignalTold]] = defaultdict(list)
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False

    async def call(
        self,
        destination: str,
        path: str,
        member: str,
        signature: str = "",
        body: Sequence[Any] = (),
        *,
        timeout_s: float = TIMEOUT_S,
    ) -> list[Any]:
        """Call a method and wait for what it answers; a service that is not there is started.

        `member` has its interface in front. The time is for the answer; a connection that
        has to be made comes on top.

        Raises:
            CallRefused: With the error that came back, NO_ANSWER or NO_BUS.
        """
        bus = await self._connected()
        try:
            async with asyncio.timeout(timeout_s):
                return await bus.ask(destination, path, member, signature, body)
        except TimeoutError as error:
            raise CallRefused(NO_ANSWER, f"no answer in {timeout_s:g} s") from error
        except _FAILURES as error:
            raise CallRefused(NO_BUS, "the bus went away") from error

    async def owner(self, name: str) -> str:
        """The unique name of whoever has `name` now; "" for nobody. Starts nothing.

        Raises:
            CallRefused: There is no bus.
        """
        bus = await self._connected()
        return await self._ask_owner(bus, name)

    async def watch_owner(self, name: str, told: OwnerTold) -> str:
        """Call `told(unique name or "")` whenever the owner of `name` changes.

        Without a bus there is no owner; it is told once there is one.

        Returns:
            The owner now.
        """
        self._owner_told[name].append(told)
        if name not in self._owners:
            self._owners[name] = ""
            with suppress(CallRefused):
                bus = await self._connected()
                await self._follow(bus, name)
        return self._owners[name]

    async def listen(self, name: str, member: str, told: SignalTold) -> None:
        """Call `told(path, body)` at each such signal of the owner of `name`.

        `member` has its interface in front.
        """
        interface, _, short = member.rpartition(".")
        key = (name, interface, short)
        is_new = key not in self._signal_told
        self._signal_told[key].append(told)
        await self.watch_owner(name, lambda _owner: None)
        if is_new:
            with suppress(CallRefused):
                bus = await self._connected()
                await _add_match(bus, _signal_rule(*key))

    async def close(self) -> None:
        self._is_closed = True
        bus, self._bus = self._bus, None
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if bus is not None:
            bus.hang_up()

    async def _connected(self) -> BoundedBus:
        async with self._opening:
            if self._is_closed:
                raise CallRefused(NO_BUS, "the connection was closed")
            if self._bus is None:
                self._bus = await self._connect()
            return self._bus

    async def _connect(self) -> BoundedBus:
        bus: BoundedBus | None = None
        try:
            bus = BoundedBus()
            bus.wanted = self._is_wanted
            bus.add_message_handler(self._on_message)
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await bus.connect()
                await _take_name(bus)
                for key in self._signal_told:
                    await _add_match(bus, _signal_rule(*key))
                for name in self._owners:
                    await self._follow(bus, name)
        except BaseException as error:
            if bus is not None:
                bus.hang_up()
            if isinstance(error, (*_FAILURES, CallRefused)):  # a TimeoutError is an OSError
                raise CallRefused(NO_BUS, "there is no system bus") from error
            raise
        self._start(self._mind(bus))
        return bus

    async def _mind(self, bus: BoundedBus) -> None:
        """Wait until the connection is lost; where somebody watches, make it anew."""
        with suppress(*_FAILURES):
            await bus.wait_for_disconnect()
        if self._is_closed or self._bus is not bus:
            return
        _log.warning("the connection to the system bus was lost")
        self._bus = None
        bus.hang_up()
        for name in self._owners:
            self._owned(name, "")
        attempt = 0
        while self._owners and self._bus is None:
            await asyncio.sleep(RETRY_S[min(attempt, len(RETRY_S) - 1)])
            attempt += 1
            with suppress(CallRefused):
                await self._connected()

    async def _follow(self, bus: BoundedBus, name: str) -> None:
        rule = f"type='signal',sender='{DAEMON}',member='NameOwnerChanged',arg0='{name}'"
        await _add_match(bus, rule)
        self._owned(name, await self._ask_owner(bus, name))

    async def _ask_owner(self, bus: BoundedBus, name: str) -> str:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return str(await bus.ask_daemon("GetNameOwner", "s", [name]))
        except CallRefused as error:
            if error.name == ErrorType.NAME_HAS_NO_OWNER.value:
                return ""
            raise
        except _FAILURES as error:
            raise CallRefused(NO_BUS, "the bus went away") from error

    def _owned(self, name: str, owner: str) -> None:
        if self._owners[name] == owner:
            return
        self._owners[name] = owner
        for told in tuple(self._owner_told[name]):
            told(owner)

    def _is_wanted(self, header: Header) -> bool:
        return is_expected(header) or bool(self._listeners(header))

    def _listeners(self, signal: Header | Message) -> list[SignalTold]:
        """Those who want this signal of this sender; anybody may send one straight to us."""
        return [
            told
            for (name, interface, member), all_told in self._signal_told.items()
            if (interface, member) == (signal.interface, signal.member)
            and self._owners.get(name) == signal.sender
            for told in all_told
        ]

    def _on_message(self, message: Message) -> Message | bool:
        if message.message_type is MessageType.METHOD_CALL:
            text = "nothing is served here"
            return Message.new_error(message, ErrorType.UNKNOWN_METHOD.value, text)
        if message.message_type is not MessageType.SIGNAL:
            return False
        if message.sender == DAEMON:
            self._on_daemon_signal(message)
            return False
        for told in self._listeners(message):
            told(str(message.path), message.body)
        return False

    def _on_daemon_signal(self, message: Message) -> None:
        if message.member == "NameOwnerChanged" and message.signature == "sss":
            name, _before, now = message.body
            if name in self._owners:
                _log.info("%s on the bus is now %s", printable(name), now or "nobody's")
                self._owned(name, now)

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _take_name(bus: BoundedBus) -> None:
    """Waits in line where a helper before this one still has it."""
    try:
        await bus.ask_daemon("RequestName", "su", [ASKING_NAME, 0])
    except CallRefused as error:  # a bus without the policy, which works all the same
        _log.info("the bus gives nobody the name %s: %s", ASKING_NAME, printable(error.text, 200))


def _signal_rule(name: str, interface: str, member: str) -> str:
    return f"type='signal',sender='{name}',interface='{interface}',member='{member}'"


async def _add_match(bus: BoundedBus, rule: str) -> None:
    await bus.ask_daemon("AddMatch", "s", [rule])
