"""The only door: what is not in the table is refused, and what is in it is authorised first.

A method of the table says in which words it is called, which polkit actions it may need,
and how a call is understood. Understanding changes nothing: it yields either an answer,
or a deed together with the questions that have to be answered with yes before it is done.
"""

import asyncio
import logging
import secrets
from contextlib import nullcontext
from typing import Any, Final, Protocol

from dbus_next import Message, MessageFlag, MessageType

from wgdesk.domain.errors import Busy, InternalError, InvalidRequest, LimitExceeded, WgdeskError
from wgdesk.domain.names import printable
from wgdesk.engine.bounded_bus import ReceivedMessage
from wgdesk.helper.authority import Authority, Question
from wgdesk.helper.caller import Caller, Callers
from wgdesk.helper.introspection import INTROSPECT, render_folder
from wgdesk.helper.open_calls import OpenCalls
from wgdesk.helper.quotas import Quotas
from wgdesk.helper.redaction import redacted
from wgdesk.helper.table import Answer, Body, Method, Table
from wgdesk.wire.names import ERROR_PREFIX, MAX_BODY_BYTES, OBJECT_PATH

UNKNOWN_METHOD: Final = "org.freedesktop.DBus.Error.UnknownMethod"
UNKNOWN_OBJECT: Final = "org.freedesktop.DBus.Error.UnknownObject"
LIMITS_EXCEEDED: Final = "org.freedesktop.DBus.Error.LimitsExceeded"
MAX_ERROR_CHARS: Final = 1000

_log = logging.getLogger(__name__)


class Sender(Protocol):
    def send(self, message: Message, /) -> Any: ...


class Guard:
    """Answers method calls.

    Attributes:
        is_leaving: Set while the helper gives its name back; then nothing is changed.
    """

    def __init__(
        self, bus: Sender, table: Table, callers: Callers, authority: Authority, quotas: Quotas
    ) -> None:
        self._bus, self._table = bus, table
        self._callers, self._authority, self._quotas = callers, authority, quotas
        self._open = OpenCalls()
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_leaving = False

    @property
    def open_calls(self) -> int:
        return len(self._open)

    def on_message(self, message: Message) -> bool:
        """A message handler for the bus connection; takes every method call there is.

        One whose answer nobody waits for is dropped: no method is of use without it.
        """
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        if message.flags & MessageFlag.NO_REPLY_EXPECTED:
            return True
        sender = str(message.sender)
        uid = self._callers.known_uid(sender)
        try:
            if uid is not None:
                self._quotas.count_call(uid)  # here a call too many costs the least
            self._open.begin(sender, _body_bytes(message), is_stranger=uid is None)
        except LimitExceeded as error:
            if uid is None:
                self._quotas.note_refused_stranger(str(error))
            self._refuse(message, error)
        else:
            self._begin(message, sender, uid)
        return True

    def _begin(self, message: Message, sender: str, uid: int | None) -> None:
        task = asyncio.ensure_future(self._answer(message, uid))
        self._tasks.add(task)
        task.add_done_callback(lambda ended: self._end(ended, sender))

    def _end(self, task: asyncio.Task[None], sender: str) -> None:
        self._tasks.discard(task)
        self._open.end(sender)

    async def finish(self, timeout_s: float) -> None:
        """Wait for the calls that are being answered; what takes longer is given up."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=timeout_s)
            for task in late:
                task.cancel()

    async def _answer(self, message: Message, uid: int | None) -> None:
        """The boundary: whatever goes wrong becomes an error's name and one sentence."""
        try:
            if uid is None:
                uid = await self._recognise(message)
            with self._quotas.call(uid):
                await self._serve(message, uid)
        except WgdeskError as error:
            self._refuse(message, error)
        except Exception:  # noqa: BLE001  # a bug must not reach the caller as it is
            incident = secrets.token_hex(8)
            _log.exception("incident %s", incident)
            self._refuse(message, InternalError(f"a bug in the helper (incident {incident})"))

    async def _recognise(self, message: Message) -> int:
        try:
            uid = await self._callers.uid_of(message.sender)
        finally:
            self._open.recognise(_body_bytes(message))
        self._quotas.count_call(uid)
        return uid

    async def _serve(self, message: Message, uid: int) -> None:
        unread_bytes = message.unread_bytes if isinstance(message, ReceivedMessage) else 0
        method = self._table.find(message.interface, message.member)
        if unread_bytes > MAX_BODY_BYTES:
            text = f"a message to the helper may have {MAX_BODY_BYTES} bytes"
            self._bus.send(_error(message, LIMITS_EXCEEDED, text))
        elif method is None:
            self._bus.send(_error(message, UNKNOWN_METHOD, "the helper has no such method"))
        elif method.takes_signature != message.signature:
            raise InvalidRequest(_usage(method))
        elif unread_bytes:
            raise LimitExceeded("too many options")
        elif message.path != OBJECT_PATH:
            self._bus.send(_elsewhere(message, method))
        else:
            caller = _caller(message, uid)
            body = await self._carry_out(method, caller, message.body)
            self._bus.send(_success(message, method, body))

    async def _carry_out(self, method: Method, caller: Caller, arguments: Body) -> Body:
        is_change = bool(method.actions) or method.is_free
        if is_change and self.is_leaving:
            raise Busy("the helper is just going to sleep; try again")
        is_heavy = is_change or method.is_costly
        with self._quotas.change(caller.uid) if is_heavy else nullcontext():
            understood = await method.understand(caller, *arguments)
            if isinstance(understood, Answer):
                return understood.body
            await self._authorise(method, caller, understood.questions)
            return await understood.act()

    async def _authorise(
        self, method: Method, caller: Caller, questions: tuple[Question, ...]
    ) -> None:
        if method.is_free and not questions:
            return
        if not questions or not method.actions.issuperset(q.action for q in questions):
            raise AssertionError(f"{method.member} would act without an authorisation")
        for question in questions:
            await self._authority.require(caller, question)

    def _refuse(self, message: Message, error: WgdeskError) -> None:
        name = f"{ERROR_PREFIX}.{error.code}"
        self._bus.send(_error(message, name, redacted(str(error))))


def _body_bytes(message: Message) -> int:
    return message.body_bytes if isinstance(message, ReceivedMessage) else 0


def _caller(message: Message, uid: int) -> Caller:
    may_prompt = bool(message.flags & MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION)
    return Caller(str(message.sender), uid, may_prompt=may_prompt)


def _usage(method: Method) -> str:
    words = ", ".join(f"{argument.name} {argument.signature}" for argument in method.takes)
    return f"{method.member} takes ({words})"


def _elsewhere(message: Message, method: Method) -> Message:
    """The folders above the one object can be looked at, and that is all."""
    folder = render_folder(str(message.path))
    if method.member == INTROSPECT and folder is not None:
        return _success(message, method, [folder])
    return _error(message, UNKNOWN_OBJECT, f"the helper's only object is {OBJECT_PATH}")


def _success(message: Message, method: Method, body: Body) -> Message:
    return Message.new_method_return(message, method.gives_signature, list(body))


def _error(message: Message, name: str, text: str) -> Message:
    # What D-Bus cannot carry would cost the connection or leave the caller without an answer.
    return Message.new_error(message, name, printable(text, MAX_ERROR_CHARS))
