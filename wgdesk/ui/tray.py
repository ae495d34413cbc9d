"""The icon in the tray: the worst state at a glance, and one entry for each tunnel."""

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from wgdesk.ui.faces import Mark, face
from wgdesk.ui.icons import mark_icon, tray_icon
from wgdesk.ui.language import tr
from wgdesk.ui.picture import Picture, TunnelRow
from wgdesk.ui.summary import is_any_up, status_text, tooltip_text, worst_face
from wgdesk.ui.switchboard import Switchboard

MOST_IN_MENU: Final = 10
Reason = QSystemTrayIcon.ActivationReason
OPENING: Final = frozenset({Reason.Trigger, Reason.DoubleClick})


class Tray(QObject):
    open_asked = Signal()
    quit_asked = Signal()

    def __init__(self, switchboard: Switchboard) -> None:
        super().__init__()
        self._switchboard = switchboard
        self._menu = QMenu()
        self._submenu = QMenu(tr("Tunnels"))
        self._status = QAction(self)
        self._status.setEnabled(False)
        self._open = QAction(tr("Open wgdesk"), self)
        self._open.triggered.connect(self.open_asked)
        self._quit = QAction(self)
        self._quit.triggered.connect(self.quit_asked)
        self._entries: dict[str, QAction] = {}
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self._menu)
        self.icon.activated.connect(self._on_icon_activated)
        self._fill_menu(())
        switchboard.picture_changed.connect(self.show_picture)
        self.show_picture()

    @staticmethod
    def has_host() -> bool:
        """Whether there is a panel to show it; without one a hidden window would be lost."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show_picture(self) -> None:
        picture = self._switchboard.picture
        self.icon.setIcon(tray_icon(worst_face(picture)))
        self.icon.setToolTip(tooltip_text(picture))
        self._show_status(picture)
        if list(self._entries) != [row.name for row in picture.rows]:
            self._fill_menu(tuple(row.name for row in picture.rows))
        for row in picture.rows:
            self._show_entry(self._entries[row.name], row)
        any_up = is_any_up(picture)
        set_text(self._quit, tr("Quit (the tunnel stays up)") if any_up else tr("Quit"))

    def _show_status(self, picture: Picture) -> None:
        set_text(self._status, self._literal(status_text(picture)))
        self._status.setIcon(mark_icon(worst_face(picture), self._menu.palette()))

    def _show_entry(self, entry: QAction, row: TunnelRow) -> None:
        state = face(row)
        is_plain = state.mark in {Mark.OFF, Mark.CONNECTED}
        # Connected and off are what the tick says; anything else needs its word.
        set_text(entry, self._literal(row.name if is_plain else f"{row.name} ({state.word})"))
        entry.setChecked(row.is_up)
        entry.setEnabled(row.is_up or (not row.is_changing and row.profile_error is None))

    def _literal(self, text: str) -> str:
        # Only an icon that Qt draws itself knows where it is.
        return literal(text, is_on_bus=self.icon.geometry().isEmpty())

    def _fill_menu(self, names: tuple[str, ...]) -> None:
        self._menu.clear()
        self._submenu.clear()
        for entry in self._entries.values():
            entry.deleteLater()
        self._entries = {name: self._entry(name) for name in names}
        self._menu.addAction(self._status)
        self._menu.addSeparator()
        is_long = len(names) > MOST_IN_MENU
        (self._submenu if is_long else self._menu).addActions(list(self._entries.values()))
        if is_long:
            self._menu.addMenu(self._submenu)
        if names:
            self._menu.addSeparator()
        self._menu.addAction(self._open)
        self._menu.addAction(self._quit)

    def _entry(self, name: str) -> QAction:
        entry = QAction(name, self)
        entry.setCheckable(True)
        entry.triggered.connect(partial(self._on_entry_triggered, name))
        return entry

    def _on_entry_triggered(self, name: str, _: bool = False) -> None:  # noqa: FBT001, FBT002  # Qt's signal
        self._switchboard.toggle(name)
        self.show_picture()  # Qt has flipped the tick; only the picture says what is so

    def _on_icon_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in OPENING:
            self.open_asked.emit()


def set_text(action: QAction, text: str) -> None:
    """Only where it is new: each change of a menu goes over the bus to the panel."""
    if action.text() != text:
        action.setText(text)


def literal(text: str, *, is_on_bus: bool) -> str:
    """Keep a menu from taking signs of a name for its own marks.

    Qt takes & for one. A menu that a panel draws comes over D-Bus, where _ is one, and
    Qt does not double it (seen with Qt 6.8 and 6.11).
    """
    text = text.replace("&", "&&")
    return text.replace("_", "__") if is_on_bus else text
