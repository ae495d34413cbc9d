"""One question to the desktop's portal that a person may have to answer first.

org.freedesktop.portal.Request: the call gives a handle, the answer comes later as a signal.
"""

import asyncio
import secrets
from typing import Any, Final

from dbus_next.constants import BusType, MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from wgdesk.client.bus import BUS_FAILURES, Bus, add_match, connect
from wgdesk.domain.names import printable

PROMPT_TIMEOUT_S: Final = 120.0

_NAME: Final = "org.freedesktop.portal.Desktop"
_PATH: Final = "/org/freedesktop/portal/desktop"
_REQUEST: Final = "org.freedesktop.portal.Request"
_GRANTED: Final = 0
_CANCELLED: Final = 1


class PortalRefused(Exception):
    """No portal, no answer, or a no; the text is a clause that says which."""


async def ask_portal(
    interface: str, member: str, options: dict[str, Variant], *, descriptor: int | None = None
) -> dict[str, Any]:
    """Call `member(parent_window, options)`, and give the results of the answer.

    With a descriptor the call is `member(descriptor, options)`, and who answers writes into it.

    Raises:
        PortalRefused: There are none.
    """
    try:
        bus = await connect(BusType.SESSION, passes_files=descriptor is not None)
    except BUS_FAILURES as error:
        raise PortalRefused("there is no session bus") from error
    token = f"wgdesk_{secrets.token_hex(8)}"
    try:
        responses = _Responses(bus, token)
        options = {"handle_token": Variant("s", token), **options}
        asked = await responses.ask(_question(interface, member, options, descriptor))
        outcome, results = await responses.wait_for(asked)
    except TimeoutError as error:
        raise PortalRefused("it has not answered") from error
    except BUS_FAILURES as error:
        raise PortalRefused("the session bus went away") from error
    finally:
        bus.close()
    if outcome != _GRANTED:
        cancelled = outcome == _CANCELLED
        raise PortalRefused("it was declined" if cancelled else "it ended the question")
    return results


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
            raise PortalRefused(f"it answered {printable(str(reply.error_name))}")
        if reply.signature != gives:
            raise PortalRefused("its answer has another shape than expected")
        return reply

    def _on_message(self, message: Message) -> None:
        is_signal = message.message_type is MessageType.SIGNAL and message.member == "Response"
        is_about_us = is_signal and message.path.endswith(self._handle_end)
        if is_about_us and message.interface == _REQUEST and message.signature == "ua{sv}":
            self._found[message.sender, message.path] = (message.body[0], message.body[1])
            self._news.set()


def _question(
    interface: str, member: str, options: dict[str, Variant], descriptor: int | None
) -> Message:
    # Which window asks need not be said.
    signature, first = ("sa{sv}", "") if descriptor is None else ("ha{sv}", 0)
    return Message(
        destination=_NAME,
        path=_PATH,
        interface=interface,
        member=member,
        signature=signature,
        body=[first, options],
        unix_fds=[] if descriptor is None else [descriptor],
    )
