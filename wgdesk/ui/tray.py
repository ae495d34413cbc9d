"""The icon in the tray: the worst state at a glance, and its menu."""

from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from wgdesk.ui.icons import tray_icon
from wgdesk.ui.picture import HelperState, Picture
from wgdesk.ui.summary import status_text, tooltip_text, up_rows, worst_face
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.tray_host import TrayHost
from wgdesk.ui.tray_menu import TrayMenu
from wgdesk.ui.tray_style import TrayStyle

Reason = QSystemTrayIcon.ActivationReason
OPENING: Final = frozenset({Reason.Trigger, Reason.DoubleClick})
RATES_S: Final = 5  # a tooltip that counts every second would keep every panel busy


class Tray(QObject):
    """An icon wherever and whenever there is a panel to show it.

    Signals:
        missed: A tunnel was chosen that is not there any more (its name).
        came_up: A tunnel has come up, whoever wanted it (its name).
    """

    open_asked = Signal()
    import_asked = Signal()
    quit_asked = Signal()
    missed = Signal(str)
    came_up = Signal(str)

    def __init__(
        self,
        switchboard: Switchboard,
        host: TrayHost,
        recent: tuple[str, ...] = (),
        icon: QSystemTrayIcon | None = None,
    ) -> None:
        """`recent` are the tunnels used last, the newest first; `icon` is on the panel already."""
        super().__init__()
        self._switchboard, self._host = switchboard, host
        self._style = TrayStyle.COLOUR
        self._icon: QSystemTrayIcon | None = None
        self._shown: object = None
        self._status, self._told_unix_s = "", 0
        self._recent = recent
        self._up: frozenset[str] | None = None  # None until somebody knows
        self._menu = TrayMenu(self)
        self._menu.open_asked.connect(self.open_asked)
        self._menu.import_asked.connect(self.import_asked)
        self._menu.quit_asked.connect(self.quit_asked)
        self._menu.menu.aboutToShow.connect(self.show_picture)
        self._menu.chosen.connect(self._on_tunnel_chosen)
        switchboard.picture_changed.connect(self.show_picture)
        host.changed.connect(self._on_host_changed)
        if icon is not None:
            self._take(icon)
        self.show_picture()
        self._on_host_changed()

    def set_style(self, style: TrayStyle) -> None:
        self._style = style
        self.show_picture()

    def hide(self) -> None:
        if self._icon is not None:
            self._icon.hide()

    def show_balloon(self, title: str, body: str, *, is_urgent: bool) -> None:
        """Where nobody shows notifications; without an icon nothing happens."""
        kinds = QSystemTrayIcon.MessageIcon
        if self._icon is not None:
            self._icon.showMessage(title, body, kinds.Warning if is_urgent else kinds.Information)

    def show_picture(self) -> None:
        picture = self._switchboard.picture
        self._look_for_recent(picture)
        # Only an icon that Qt draws itself, and then its menu too, knows where it is.
        self._menu.set_on_bus(self._icon is None or self._icon.geometry().isEmpty())
        self._menu.show_picture(picture, self._recent)
        self._show_icon(picture)

    def _show_icon(self, picture: Picture) -> None:
        """Only what is new: the panel asks for it all again each time."""
        if self._icon is None:
            return
        state, status, tip = worst_face(picture), status_text(picture), tooltip_text(picture)
        look = (state.mark, state.tone, self._style)
        if look != self._shown:
            self._shown = look
            self._icon.setIcon(tray_icon(state, self._style))
        is_due = abs(picture.now_unix_s - self._told_unix_s) >= RATES_S or status != self._status
        if self._icon.toolTip() != tip and is_due:
            self._told_unix_s, self._status = picture.now_unix_s, status
            self._icon.setToolTip(tip)

    def _look_for_recent(self, picture: Picture) -> None:
        """What is brought up in a terminal counts too; what was up at the start is no news."""
        if picture.helper is not HelperState.HERE:
            return
        up = frozenset(row.name for row in up_rows(picture))
        for name in sorted(up - self._up) if self._up is not None else ():
            self._recent = (name, *(each for each in self._recent if each != name))
            self.came_up.emit(name)
        self._up = up

    def _on_host_changed(self) -> None:
        """Once made, the icon comes back by itself with each new panel."""
        if self._host.is_there and self._icon is None:
            icon = QSystemTrayIcon()
            self._take(icon)
            self.show_picture()
            icon.show()

    def _take(self, icon: QSystemTrayIcon) -> None:
        self._icon = icon
        icon.setParent(self)
        icon.setContextMenu(self._menu.menu)
        icon.activated.connect(self._on_icon_activated)

    def _on_tunnel_chosen(self, name: str) -> None:
        if self._switchboard.picture.find_row(name) is None:
            self.missed.emit(name)
        self._switchboard.toggle(name)
        self.show_picture()  # Qt has flipped the tick; only the picture says what is so

    def _on_icon_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in OPENING:
            self.open_asked.emit()
