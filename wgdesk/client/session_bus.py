"""One service of the session bus, asked by raw calls; its signals, and nobody else's."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from dbus_next.constants import BusType, MessageType
from dbus_next.message import Message

from wgdesk.client.bus import BUS_FAILURES, DAEMON, Bus, add_match, connect

TIMEOUT_S: Final = 5.0


class SessionService:
    """Connects at the first call, and anew if need be.

    Args:
        on_signal: Gets the member and the arguments of each signal of the interface.
        on_gone: Called when the service has left or has another owner: what it told is void.
    """

    def __init__(
        self,
        name: str,
        path: str,
        interface: str,
        on_signal: Callable[[str, Sequence[Any]], None],
        on_gone: Callable[[], None],
    ) -> None:
        self._name, self._path, self._interface = name, path, interface
        self._on_signal, self._on_gone = on_signal, on_gone
        self._bus: Bus | None = None
        self._owner = ""
        self._connecting = asyncio.Lock()

    async def call(
        self, member: str, signature: str, *body: object
    ) -> tuple[str, list[Any]] | None:
        """The answer's signature and body; None where there is no service, no bus, no answer."""
        try:
            return await self._call(member, signature, list(body))
        except BUS_FAILURES:
            return None

    async def close(self) -> None:
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    async def _call(
        self, member: str, signature: str, body: list[object]
    ) -> tuple[str, list[Any]] | None:
        bus = await self._connected()
        message = Message(
            destination=self._name,
            path=self._path,
            interface=self._interface,
            member=member,
            signature=signature,
            body=body,
        )
        reply: Message | None = await asyncio.wait_for(bus.call(message), TIMEOUT_S)
        if reply is None or reply.message_type is MessageType.ERROR:
            return None
        self._owner = reply.sender
        return str(reply.signature), list(reply.body)

    async def _connected(self) -> Bus:
        async with self._connecting:
            if self._bus is not None and self._bus.connected:
                return self._bus
            await self.close()
            self._leave()
            bus = await connect(BusType.SESSION, self._leave)
            bus.add_message_handler(self._on_message)
            self._bus = bus
            for rule in self._rules():
                await asyncio.wait_for(bus.call(add_match(rule)), TIMEOUT_S)
            return bus

    def _rules(self) -> tuple[str, str]:
        return (
            f"type='signal',sender='{self._name}',interface='{self._interface}'",
            f"type='signal',sender='{DAEMON}',member='NameOwnerChanged',arg0='{self._name}'",
        )

    def _on_message(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        if (message.sender, message.member) == (DAEMON, "NameOwnerChanged"):
            self._leave()
        elif message.sender == self._owner and message.interface == self._interface:
            # Anybody may send us a signal; only the one who answered us is believed.
            with suppress(ValueError, TypeError, IndexError):
                self._on_signal(message.member, message.body)

    def _leave(self) -> None:
        self._owner = ""
        self._on_gone()
