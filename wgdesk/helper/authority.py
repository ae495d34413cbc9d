"""Asks polkit whether a caller may. Unsure means no."""

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final, Protocol

from dbus_next import Variant

from wgdesk.domain.errors import AuthRequired, Busy, NotAuthorized
from wgdesk.engine.bounded_bus import CallRefused
from wgdesk.helper.bus import Bus
from wgdesk.helper.caller import Caller, Callers
from wgdesk.helper.quotas import Quotas

POLKIT: Final = "org.freedesktop.PolicyKit1"
POLKIT_PATH: Final = "/org/freedesktop/PolicyKit1/Authority"
CHECK: Final = f"{POLKIT}.Authority.CheckAuthorization"
CANCEL: Final = f"{POLKIT}.Authority.CancelCheckAuthorization"
ALLOW_INTERACTION: Final = 1
DEADLINE_S: Final = 120.0
MAX_DETAIL_CHARS: Final = 120
# What the bus says of a service that is not there and cannot be started.
ABSENT: Final = frozenset(
    {
        "org.freedesktop.DBus.Error.ServiceUnknown",
        "org.freedesktop.DBus.Error.NameHasNoOwner",
        "org.freedesktop.systemd1.NoSuchUnit",
        "org.freedesktop.systemd1.UnitMasked",
    }
)


@dataclass(frozen=True, slots=True)
class Question:
    """May the caller do `action`?

    Attributes:
        details: They fill the prompt's text and reach polkit's rules.
        commands: What would run as root, whole: it is not cut short as details are.
    """

    action: str
    details: Mapping[str, str] = field(default_factory=dict)
    commands: str = ""


class Authority(Protocol):
    async def require(self, caller: Caller, question: Question) -> None:
        """Return if the caller may.

        Raises:
            NotAuthorized: No.
            AuthRequired: Only with a password, and nobody could be asked.
            Busy: The caller went away meanwhile.
            LimitExceeded: A password dialog is open already.
        """


class _Verdict(Enum):
    YES = auto()
    NO = auto()
    CHALLENGE = auto()
    DISMISSED = auto()


class Polkit:
    """The machine's policy; without it only root may."""

    def __init__(
        self, bus: Bus, callers: Callers, quotas: Quotas, *, deadline_s: float = DEADLINE_S
    ) -> None:
        self._bus, self._callers, self._quotas = bus, callers, quotas
        self._deadline_s = deadline_s
        self._cancellations: set[asyncio.Task[None]] = set()

    async def require(self, caller: Caller, question: Question) -> None:
        gone = asyncio.Event()
        with self._callers.watching(caller.sender, gone.set):
            # Asked after the watch began: whoever leaves later is noticed, earlier is seen here.
            presence = asyncio.ensure_future(self._callers.is_there(caller.sender))
            try:
                await self._ask(caller, question, gone)
                if not await presence or gone.is_set():
                    raise Busy("the caller went away while polkit was asked")
            finally:
                presence.cancel()

    async def _ask(self, caller: Caller, question: Question, gone: asyncio.Event) -> None:
        verdict = await self._check(caller, question, gone, flags=0)
        if verdict is _Verdict.CHALLENGE and caller.may_prompt:
            with self._quotas.prompt(caller.uid):
                verdict = await self._check(caller, question, gone, flags=ALLOW_INTERACTION)
        if verdict is _Verdict.DISMISSED:
            self._quotas.note_dismissal(caller.uid)
            raise NotAuthorized("the password dialog was closed")
        if verdict is _Verdict.CHALLENGE:
            raise AuthRequired
        if verdict is not _Verdict.YES:
            raise NotAuthorized

    async def _check(
        self, caller: Caller, question: Question, gone: asyncio.Event, *, flags: int
    ) -> _Verdict:
        cancellation = secrets.token_hex(16)
        answer = asyncio.ensure_future(self._call(caller, question, flags, cancellation))
        leaving = asyncio.ensure_future(gone.wait())
        try:
            await asyncio.wait(
                {answer, leaving}, timeout=self._deadline_s, return_when=asyncio.FIRST_COMPLETED
            )
            if answer.done():
                return answer.result()
            self._cancel(cancellation)
        finally:
            leaving.cancel()
            answer.cancel()
        if gone.is_set():
            raise Busy("the caller went away while polkit was asked")
        raise AuthRequired(f"nobody answered the password dialog in {self._deadline_s:.0f} s")

    async def _call(
        self, caller: Caller, question: Question, flags: int, cancellation: str
    ) -> _Verdict:
        subject = ["system-bus-name", {"name": Variant("s", caller.sender)}]
        details = {key: sanitised(value) for key, value in question.details.items()}
        if question.commands:
            details["commands"] = visible(question.commands)
        body = [subject, question.action, details, flags, cancellation]
        try:
            answer = await self._bus.ask(POLKIT, POLKIT_PATH, CHECK, "(sa{sv})sa{ss}us", body)
        except CallRefused as error:
            return _without_answer(caller, error)
        return _verdict(answer)

    def _cancel(self, cancellation: str) -> None:
        task = asyncio.ensure_future(self._call_cancel(cancellation))
        self._cancellations.add(task)
        task.add_done_callback(self._cancellations.discard)

    async def _call_cancel(self, cancellation: str) -> None:
        with suppress(CallRefused):  # the question is gone already, and that is what was wanted
            await self._bus.ask(POLKIT, POLKIT_PATH, CANCEL, "s", [cancellation])


def _without_answer(caller: Caller, error: CallRefused) -> _Verdict:
    if error.name not in ABSENT:
        raise NotAuthorized("polkit could not decide, so the answer is no") from error
    if caller.uid != 0:
        raise NotAuthorized("polkit is not running, so only root may do that") from error
    return _Verdict.YES


def _verdict(answer: list[Any]) -> _Verdict:
    match answer:
        case [[True, bool(), dict()]]:
            return _Verdict.YES
        case [[False, bool(), {"polkit.dismissed": _}]]:
            return _Verdict.DISMISSED
        case [[False, True, dict()]]:
            return _Verdict.CHALLENGE
        case _:
            return _Verdict.NO


# What markup and polkit's own substitution are made of, as signs that look the same.
_FULL_WIDTH: Final = 0xFEE0
_LOOK_ALIKES: Final = {ord(char): chr(ord(char) + _FULL_WIDTH) for char in "<>&$"} | {
    ord("\t"): " "
}


def visible(text: str) -> str:
    """Commands, in which nothing may be left out: what cannot be shown has a mark in its place."""
    shown = text.translate(_LOOK_ALIKES)
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in shown)


def sanitised(text: str) -> str:
    """Text that a password dialog can show without being led astray: no markup, no controls."""
    clean = "".join(char for char in text if char.isprintable() and char not in "<>&")
    while "$(" in clean:  # polkit puts other details in there
        clean = clean.replace("$(", "")
    return clean if len(clean) <= MAX_DETAIL_CHARS else clean[: MAX_DETAIL_CHARS - 1] + "…"
