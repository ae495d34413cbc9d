"""A service of the system bus that is not ours, asked by raw calls."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from dbus_next.constants import BusType, MessageFlag, MessageType
from dbus_next.message import Message

from wgdesk.client.bus import BUS_FAILURES, DAEMON, Bus, add_match, connect

TIMEOUT_S: Final = 5.0
# polkit gives a person 120 s for the password, or whatever else its agents think right.
PROMPT_TIMEOUT_S: Final = 150.0
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
MAX_TEXT_CHARS: Final = 200


class ServiceRefused(Exception):
    """No answer, or an error.

    Attributes:
        name: The D-Bus error's name; "" where there was no answer.
        text: What the service says, which may be long and in any language.
    """

    def __init__(self, name: str = "", text: str = "") -> None:
        super().__init__(name, text)
        self.name, self.text = name, text

    @property
    def is_absent(self) -> bool:
        """Nobody has that name on the bus, or there is no bus."""
        return not self.name or self.name.endswith((".ServiceUnknown", ".NameHasNoOwner"))

    @property
    def is_forbidden(self) -> bool:
        """Policy says no, or a password dialog was closed or could not be shown."""
        return self.name.endswith(
            (
                ".AccessDenied",
                ".AuthFailed",
                ".InteractiveAuthorizationRequired",
                ".PermissionDenied",
                ".NotAuthorized",
            )
        )


class SystemService:
    """Connects at the first call, and anew if need be. It starts no service that does not run.

    Args:
        heard: Called with each signal of the service, with those of the bus that it came or
            went, and with None when the connection is lost. Signals of others arrive nowhere.
    """

    def __init__(self, name: str, heard: Callable[[Message | None], None] | None = None) -> None:
        self._name = name
        self._heard = heard
        self._bus: Bus | None = None
        self._connecting = asyncio.Lock()
        self._owner = ""  # its connection; nobody else's signals count

    async def call(
        self,
        path: str,
        member: str,
        signature: str = "",
        body: Sequence[Any] = (),
        *,
        gives: str = "",
        may_prompt: bool = False,
    ) -> list[Any]:
        """The answer's body, which must have the signature `gives`.

        `member` has its interface in front. With `may_prompt` somebody may be asked for a
        password, which takes its time.

        Raises:
            ServiceRefused: Or an answer of another shape.
        """
        interface, _, short = member.rpartition(".")
        flags = MessageFlag.NO_AUTOSTART
        if may_prompt:
            flags |= MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION
        message = Message(
            destination=self._name,
            path=path,
            interface=interface,
            member=short,
            signature=signature,
            body=list(body),
            flags=flags,
        )
        try:
            bus = await self._connected()
            timeout_s = PROMPT_TIMEOUT_S if may_prompt else TIMEOUT_S
            reply: Message | None = await asyncio.wait_for(bus.call(message), timeout_s)
        except BUS_FAILURES as error:  # a TimeoutError is an OSError
            raise ServiceRefused from error
        if reply is None:
            raise ServiceRefused
        if reply.message_type is MessageType.ERROR:
            text = str(reply.body[0]) if reply.signature.startswith("s") else ""
            raise ServiceRefused(str(reply.error_name), text[:MAX_TEXT_CHARS])
        if reply.signature != gives:
            raise ServiceRefused("org.freedesktop.DBus.Error.InvalidSignature")
        return list(reply.body)

    async def properties(self, path: str, interface: str) -> dict[str, Any]:
        """All of them, plain values; raises as `call`."""
        (found,) = await self.call(path, f"{PROPERTIES}.GetAll", "s", [interface], gives="a{sv}")
        return {name: variant.value for name, variant in found.items()}

    async def close(self) -> None:
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    async def _connected(self) -> Bus:
        async with self._connecting:
            if self._bus is None or not self._bus.connected:
                await self.close()
                if self._heard is None:
                    self._bus = await connect(BusType.SYSTEM)
                else:
                    self._bus = await self._listening(self._heard)
            return self._bus

    async def _listening(self, heard: Callable[[Message | None], None]) -> Bus:
        bus = await connect(BusType.SYSTEM, lambda: heard(None))

        def on_message(message: Message) -> None:
            if message.message_type is not MessageType.SIGNAL:
                return
            if message.sender == DAEMON and message.member == "NameOwnerChanged":
                if message.body[0] != self._name:
                    return
                self._owner = message.body[2]
            elif message.sender != self._owner:
                return
            heard(message)

        bus.add_message_handler(on_message)
        owner = f"sender='{DAEMON}',member='NameOwnerChanged',arg0='{self._name}'"
        try:
            for rule in (f"type='signal',{owner}", f"type='signal',sender='{self._name}'"):
                await asyncio.wait_for(bus.call(add_match(rule)), TIMEOUT_S)
            reply = await asyncio.wait_for(bus.call(self._owner_question()), TIMEOUT_S)
        except BaseException:
            bus.close()
            raise
        known = reply is not None and reply.message_type is MessageType.METHOD_RETURN
        self._owner = str(reply.body[0]) if reply is not None and known else ""
        return bus

    def _owner_question(self) -> Message:
        return Message(
            destination=DAEMON,
            path="/org/freedesktop/DBus",
            interface=DAEMON,
            member="GetNameOwner",
            signature="s",
            body=[self._name],
        )
