"""Notifications on the desktop, by the Desktop Notifications Specification 1.2."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from html import escape
from typing import Any, Final

from dbus_next.signature import Variant

from wgdesk.client.notice import Answer, Choice, Notice, bounded, labels, parse_choice, parse_token
from wgdesk.client.session_bus import SessionService
from wgdesk.wire.names import APP_ID

NAME: Final = "org.freedesktop.Notifications"
PATH: Final = "/org/freedesktop/Notifications"

# The key of a click on the notification itself; it has a label that nobody sees.
_DEFAULT: Final = "default"
_SERVER_DECIDES: Final = -1  # how long it shows
_NORMAL, _CRITICAL = 1, 2


class Notifier:
    """Speaks to the session's notification server; where there is none, nothing happens."""

    def __init__(self) -> None:
        self._service = SessionService(NAME, PATH, NAME, self._on_signal, self._on_gone)
        self._shown: dict[str, int] = {}
        self._tokens: dict[int, str] = {}
        self._abilities: frozenset[str] | None = None
        self._answers: asyncio.Queue[Answer] = asyncio.Queue()

    async def show(self, notice: Notice) -> bool:
        abilities = await self._find_abilities()
        replaced = self._shown.get(notice.tunnel, 0)
        body = _arguments(notice, replaced, abilities)
        reply = await self._service.call("Notify", "susssasa{sv}i", *body)
        if reply is None or reply[0] != "u":
            return False
        self._shown[notice.tunnel] = reply[1][0]
        return True

    async def withdraw(self, tunnel: str) -> None:
        number = self._shown.pop(tunnel, 0)
        if number:
            await self._service.call("CloseNotification", "u", number)

    async def answers(self) -> AsyncIterator[Answer]:
        while True:
            yield await self._answers.get()

    async def close(self) -> None:
        await self._service.close()

    async def _find_abilities(self) -> frozenset[str]:
        """Asked once of each server."""
        if self._abilities is None:
            reply = await self._service.call("GetCapabilities", "")
            if reply is None or reply[0] != "as":
                return frozenset({"body-markup"})  # unknown: then escaping is the safe side
            self._abilities = frozenset(reply[1][0])
        return self._abilities

    def _on_gone(self) -> None:
        """Another server's numbers mean other things."""
        self._shown.clear()
        self._tokens.clear()
        self._abilities = None

    def _on_signal(self, member: str, body: Sequence[Any]) -> None:
        number = int(body[0])
        tunnel = next((name for name, shown in self._shown.items() if shown == number), None)
        if tunnel is None:  # every program hears of every notification
            return
        if member == "ActivationToken":
            self._tokens[number] = parse_token(body[1])
        elif member == "ActionInvoked":
            choice = Choice.SHOW if body[1] == _DEFAULT else parse_choice(body[1])
            if choice is not None:
                self._answers.put_nowait(Answer(tunnel, choice, self._tokens.pop(number, "")))
        elif member == "NotificationClosed":
            del self._shown[tunnel]
            self._tokens.pop(number, None)


def _arguments(notice: Notice, replaced: int, abilities: frozenset[str]) -> list[object]:
    body = bounded(notice.body)
    actions: list[str] = []
    if "actions" in abilities and notice.choices:
        buttons = labels(notice)
        default = dict(buttons).get(Choice.SHOW, buttons[0][1])
        actions = [_DEFAULT, default, *(word for button in buttons for word in button)]
    hints = {
        "desktop-entry": Variant("s", APP_ID),
        "urgency": Variant("y", _CRITICAL if notice.is_urgent else _NORMAL),
        "category": Variant("s", notice.kind.value),
    }
    return [
        "wgdesk",
        replaced,
        notice.icon,
        bounded(notice.title),
        escape(body, quote=False) if "body-markup" in abilities else body,
        [str(word) for word in actions],
        hints,
        _SERVER_DECIDES,
    ]
