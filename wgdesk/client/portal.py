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
    token = f"wgdesk_{secrets.token_hex(8)}"
    try:
        responses = _Responses(bus, token)
        asked = await responses.ask(_question(token, on=on, hidden=hidden, reason=reason))
        outcome, results = await responses.wait_for(asked)
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


# Whose answer it is, and the handle of what was asked.
_Asked = tuple[str, str]


class _Responses:
    """The portal's answers: one may come before the call that asked returns.

    Anybody may send us one, so who sent it counts too.
    """

    def __init__(self, bus: Bus, token: str) -> None:
        self._bus, self._handle_end = bus, f"/{token}"
        self._found: dict[_Asked, tuple[int, dict[str, Any]]] = {}
        self._news = asyncio.Event()
        bus.add_message_handler(self._on_message)

    async def ask(self, question: Message) -> _Asked:
        rule = f"type='signal',sender='{_NAME}',interface='{_REQUEST}',member='Response'"
        await self._call(add_match(rule), "")
        reply = await self._call(question, "o")
        return str(reply.sender), str(reply.body[0])

    async def wait_for(self, asked: _Asked) -> tuple[int, dict[str, Any]]:
        async with asyncio.timeout(PROMPT_TIMEOUT_S):
            while asked not in self._found:
                self._news.clear()
                await self._news.wait()
        return self._found[asked]

    async def _call(self, message: Message, gives: str) -> Message:
        async with asyncio.timeout(PROMPT_TIMEOUT_S):
            reply = await self._bus.call(message)
        if reply is None:
            raise EOFError("the bus hung up")
        if reply.message_type is MessageType.ERROR:
            raise LoginStartRefused(f"it answered {printable(str(reply.error_name))}")
        if reply.signature != gives:
            raise LoginStartRefused("its answer has another shape than expected")
        return reply

    def _on_message(self, message: Message) -> None:
        is_signal = message.message_type is MessageType.SIGNAL and message.member == "Response"
        is_about_us = is_signal and message.path.endswith(self._handle_end)
        if is_about_us and message.interface == _REQUEST and message.signature == "ua{sv}":
            self._found[message.sender, message.path] = (message.body[0], message.body[1])
            self._news.set()


def _question(token: str, *, on: bool, hidden: bool, reason: str) -> Message:
    command = ["wgdesk", HIDDEN_OPTION] if hidden else ["wgdesk"]
    options = {
        "handle_token": Variant("s", token),
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
