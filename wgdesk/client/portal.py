"""What a sandboxed program asks of the desktop: to be started at login.

org.freedesktop.portal.Background, version 1, and org.freedesktop.portal.Request.
"""

import asyncio
import secrets
from typing import Any, Final

from dbus_next.constants import BusType, MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from wgdesk.client.bus import BUS_FAILURES, Bus, add_match, connect
from wgdesk.client.own_program import HIDDEN_OPTION
from wgdesk.domain.errors import LoginStartRefused
from wgdesk.domain.names import printable

PROMPT_TIMEOUT_S: Final = 120.0  # a person may be asked first

_NAME: Final = "org.freedesktop.portal.Desktop"
_PATH: Final = "/org/freedesktop/portal/desktop"
_REQUEST: Final = "org.freedesktop.portal.Request"
_GRANTED: Final = 0
_CANCELLED: Final = 1


async def ask_for_login_start(*, on: bool, hidden: bool, reason: str = "") -> None:
    """Ask to be started at login, or not to be any more.

    The desktop may show `reason` to the person and ask first.

    Raises:
        LoginStartRefused: There is no portal, or it said no, or did something else.
    """
    try:
        bus = await connect(BusType.SESSION)
    except BUS_FAILURES as error:
        raise LoginStartRefused("there is no session bus") from error
    try:
        responses = _Responses(bus)
        handle = await responses.ask(_question(on=on, hidden=hidden, reason=reason))
        outcome, results = await responses.wait_for(handle)
    except TimeoutError as error:
        raise LoginStartRefused("it has not answered") from error
    except BUS_FAILURES as error:
        raise LoginStartRefused("the session bus went away") from error
    finally:
        bus.close()
    if outcome != _GRANTED:
        cancelled = outcome == _CANCELLED
        raise LoginStartRefused("it was declined" if cancelled else "it ended the question")
    answer = results.get("autostart")
    if (isinstance(answer, Variant) and answer.value is True) != on:
        raise LoginStartRefused("its own settings say otherwise")


class _Responses:
    """The portal's answers by handle: one may come before the call that asked returns."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._found: dict[str, tuple[int, dict[str, Any]]] = {}
        self._news = asyncio.Event()
        bus.add_message_handler(self._on_message)

    async def ask(self, question: Message) -> str:
        """The handle of what was asked."""
        rule = f"type='signal',sender='{_NAME}',interface='{_REQUEST}',member='Response'"
        await self._call(add_match(rule), "")
        (handle,) = await self._call(question, "o")
        return str(handle)

    async def wait_for(self, handle: str) -> tuple[int, dict[str, Any]]:
        async with asyncio.timeout(PROMPT_TIMEOUT_S):
            while handle not in self._found:
                self._news.clear()
                await self._news.wait()
        return self._found[handle]

    async def _call(self, message: Message, gives: str) -> list[Any]:
        async with asyncio.timeout(PROMPT_TIMEOUT_S):
            reply = await self._bus.call(message)
        if reply is None:
            raise EOFError("the bus hung up")
        if reply.message_type is MessageType.ERROR:
            raise LoginStartRefused(f"it answered {printable(str(reply.error_name))}")
        if reply.signature != gives:
            raise LoginStartRefused("its answer has another shape than expected")
        return list(reply.body)

    def _on_message(self, message: Message) -> None:
        is_signal = message.message_type is MessageType.SIGNAL and message.member == "Response"
        if is_signal and message.interface == _REQUEST and message.signature == "ua{sv}":
            self._found[message.path] = (message.body[0], message.body[1])
            self._news.set()


def _question(*, on: bool, hidden: bool, reason: str) -> Message:
    command = ["wgdesk", HIDDEN_OPTION] if hidden else ["wgdesk"]
    options = {
        "handle_token": Variant("s", f"wgdesk_{secrets.token_hex(8)}"),
        "reason": Variant("s", reason),
        "autostart": Variant("b", on),
        "commandline": Variant("as", command),
        "dbus-activatable": Variant("b", False),  # noqa: FBT003  # a Variant has no names
    }
    return Message(
        destination=_NAME,
        path=_PATH,
        interface="org.freedesktop.portal.Background",
        member="RequestBackground",
        signature="sa{sv}",
        body=["", options],  # which window asks need not be said
    )
