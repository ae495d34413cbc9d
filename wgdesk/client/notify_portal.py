"""Notifications out of a sandbox: the desktop portal shows them for us.

The portal does not tell whether anybody saw one, nor when it is gone.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from dbus_next.signature import Variant

from wgdesk.client.notice import Answer, Choice, Notice, bounded, labels, parse_choice, parse_token
from wgdesk.client.session_bus import SessionService
from wgdesk.domain.errors import InvalidName
from wgdesk.domain.names import parse_tunnel_name

NAME: Final = "org.freedesktop.portal.Desktop"
PATH: Final = "/org/freedesktop/portal/desktop"
INTERFACE: Final = "org.freedesktop.portal.Notification"

_ID_HEAD: Final = "tunnel-"
_TOKEN: Final = "activation-token"  # noqa: S105  # the name of one


class PortalNotifier:
    """As Notifier; the desktop remembers a notification even beyond this process."""

    def __init__(self) -> None:
        self._service = SessionService(NAME, PATH, INTERFACE, self._on_signal, lambda: None)
        self._shown: set[str] = set()
        self._answers: asyncio.Queue[Answer] = asyncio.Queue()

    async def show(self, notice: Notice) -> bool:
        content = _content(notice)
        number = _ID_HEAD + notice.tunnel
        reply = await self._service.call("AddNotification", "sa{sv}", number, content)
        if reply is None:
            return False
        self._shown.add(notice.tunnel)
        return True

    async def withdraw(self, tunnel: str) -> None:
        if tunnel in self._shown:
            self._shown.discard(tunnel)
            await self._service.call("RemoveNotification", "s", _ID_HEAD + tunnel)

    async def answers(self) -> AsyncIterator[Answer]:
        while True:
            yield await self._answers.get()

    async def close(self) -> None:
        await self._service.close()

    def _on_signal(self, member: str, body: Sequence[Any]) -> None:
        if member != "ActionInvoked":
            return
        tunnel = _tunnel_in(str(body[0]))
        choice = parse_choice(body[1])
        if tunnel and choice is not None:
            self._answers.put_nowait(Answer(tunnel, choice, _token_in(body[2])))


def _content(notice: Notice) -> dict[str, Variant]:
    """Its `body` is plain text: nothing reads markup in it."""
    content = {
        "title": Variant("s", bounded(notice.title)),
        "body": Variant("s", bounded(notice.body)),
        "priority": Variant("s", "urgent" if notice.is_urgent else "normal"),
        "default-action": Variant("s", Choice.SHOW.value),
        "buttons": Variant("aa{sv}", [_button(each, text) for each, text in labels(notice)]),
    }
    if notice.icon:
        content["icon"] = Variant("(sv)", ["themed", Variant("as", [notice.icon])])
    return content


def _button(choice: Choice, label: str) -> dict[str, Variant]:
    return {"label": Variant("s", label), "action": Variant("s", choice.value)}


def _tunnel_in(number: str) -> str:
    """The tunnel that a notification is about; "" for one that is none of ours."""
    try:
        return (
            parse_tunnel_name(number.removeprefix(_ID_HEAD)) if number.startswith(_ID_HEAD) else ""
        )
    except InvalidName:
        return ""


def _token_in(parameters: Sequence[Variant]) -> str:
    """Version 2 of the portal sends it in a dictionary beside the action's own target."""
    for parameter in parameters:
        if parameter.signature == "a{sv}" and _TOKEN in parameter.value:
            return parse_token(parameter.value[_TOKEN].value)
    return ""
