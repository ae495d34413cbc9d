"""Notifications: a tunnel has come up, or one has failed. Nothing else is worth one."""

from collections.abc import Awaitable, Callable
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon

from wgdesk.ui.bridge import Bridge
from wgdesk.ui.language import tr
from wgdesk.ui.picture import Picture, TunnelRow
from wgdesk.ui.sentences import headline, sentence
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.tray import Tray
from wgdesk.ui.troubles import Words, trouble
from wgdesk.ui.wording import as_sentence
from wgdesk.wire.names import APP_ID

# Shows a notification about a tunnel (name, title, body, icon); False where nobody shows it.
Notify = Callable[[str, str, str, str], Awaitable[bool]]

URGENT: Final = QSystemTrayIcon.MessageIcon.Warning
CALM: Final = QSystemTrayIcon.MessageIcon.Information


class Announcer(QObject):
    """Speaks when nobody looks at the window; failures always."""

    def __init__(
        self,
        switchboard: Switchboard,
        bridge: Bridge,
        notify: Notify,
        tray: Tray,
        has_focus: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._switchboard, self._bridge = switchboard, bridge
        self._notify, self._tray, self._has_focus = notify, tray, has_focus
        switchboard.tunnel_answered.connect(self._on_tunnel_answered)
        switchboard.tunnel_failed.connect(self._on_tunnel_failed)

    def _on_tunnel_answered(self, name: str) -> None:
        picture = self._switchboard.picture
        row = picture.find_row(name)
        if row is not None and not self._has_focus():
            self._say(name, answer_words(row, picture), urgent=False)

    def _on_tunnel_failed(self, name: str) -> None:
        row = self._switchboard.picture.find_row(name)
        words = trouble(row) if row is not None else None
        if words is not None:
            self._say(name, words, urgent=True)

    def _say(self, name: str, words: Words, *, urgent: bool) -> None:
        body = " ".join(part for part in (words.body, words.remedy) if part)

        async def say() -> bool:
            return await self._notify(name, words.title, body, APP_ID)

        def fall_back(was_shown: object) -> None:
            if was_shown is not True:
                self._tray.icon.showMessage(words.title, body, URGENT if urgent else CALM)

        self._bridge.submit(say(), fall_back, fall_back)


def answer_words(row: TunnelRow, picture: Picture) -> Words:
    parts = [sentence(row, picture.now_unix_s)]
    if row.took_over:
        parts.append(tr("Disconnected for it: {names}").format(names=", ".join(row.took_over)))
    return Words(headline(row), " ".join(as_sentence(part) for part in parts))
