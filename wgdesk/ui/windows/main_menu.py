"""Every action of the window with its shortcut, in one menu at the end of the bar."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup, QIcon, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from wgdesk.ui.actions import Action
from wgdesk.ui.language import tr
from wgdesk.ui.widgets.texts import GRID_PX

ICON_PX: Final = 16
Slot = Callable[[], object]


class MainMenu(QMenu):
    """The actions also belong to the window, so that their keys work while the menu is closed."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.button = MenuButton(self)
        self.toggle = self.action(tr("Connect"), "Ctrl+T")
        self.toggle.setWhatsThis(tr("Connect or disconnect"))  # whatever its text says now
        self.disconnect_all = self.action(tr("Disconnect all"))
        self.restore = self.action(tr("Restore plain internet…"))
        self._end_of_tunnels = self.addSeparator()
        self._pages = QActionGroup(self)
        self._end_of_pages = self.addSeparator()
        self.search = self.action(tr("Search"), "Ctrl+F")
        self.folder = self.action(tr("Open the folder of profiles"))
        self.addSeparator()
        self.about = self.action(tr("About wgdesk"))
        self.close_window = self.action(tr("Close the window"), "Ctrl+W")
        self.quit = self.action(tr("Quit"), "Ctrl+Q")
        opener = QAction(tr("Open the menu"), window)
        opener.setShortcut(QKeySequence("F10"))
        opener.triggered.connect(self.open)
        window.addAction(opener)

    def action(self, text: str, keys: str = "") -> QAction:
        action = QAction(text, self._window)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.setShortcutVisibleInContextMenu(True)
        self._window.addAction(action)
        self.addAction(action)
        return action

    def add_pages(self, titles: Sequence[str], opened: Callable[[int], object]) -> None:
        for number, title in enumerate(titles):
            action = QAction(title, self._window)
            action.setShortcut(QKeySequence(f"Ctrl+{number + 1}"))
            action.setShortcutVisibleInContextMenu(True)
            action.setCheckable(True)
            action.triggered.connect(partial(_without_tick, partial(opened, number)))
            self._pages.addAction(action)
            self._window.addAction(action)
            self.insertAction(self._end_of_pages, action)

    def add_profiles(
        self, at_large: Sequence[QAction], chosen: Sequence[QAction], beside: Sequence[QAction]
    ) -> None:
        """What can be done with profiles; what is about the chosen one has a menu of its own."""
        submenu = QMenu(tr("Selected tunnel"), self)
        submenu.addActions(list(chosen))
        self.insertSeparator(self._end_of_tunnels)
        self.insertActions(self._end_of_tunnels, [*at_large, submenu.menuAction(), *beside])

    def mark_page(self, number: int) -> None:
        self._pages.actions()[number].setChecked(True)

    def show_toggle(self, todo: Action | None) -> None:
        """What Ctrl+T does now; None where no tunnel is chosen."""
        text = todo.text if todo is not None else tr("Connect")
        if self.toggle.text() != text:
            self.toggle.setText(text)
        self.toggle.setEnabled(todo is not None and not todo.why_not)

    def open(self) -> None:
        """Below its button, from its far end."""
        corner = self.button.rect().bottomRight()
        width = self.sizeHint().width()
        if self._window.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            corner, width = self.button.rect().bottomLeft(), 0
        self.popup(self.button.mapToGlobal(corner - QPoint(width, 0)))
        self.setActiveAction(self.toggle)


class MenuButton(QToolButton):
    def __init__(self, menu: MainMenu) -> None:
        super().__init__()
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setText(tr("Menu"))
        self.setAccessibleName(tr("Menu"))
        self.setToolTip(tr("Menu (F10)"))
        self.setMinimumSize(9 * GRID_PX, 8 * GRID_PX)
        self.setIcon(QIcon.fromTheme("open-menu-symbolic", self._three_lines()))
        self.clicked.connect(menu.open)

    def _three_lines(self) -> QIcon:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(ICON_PX * ratio), round(ICON_PX * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        for y in (3, 7, 11):
            painter.fillRect(2, y, 12, 2, self.palette().windowText())
        painter.end()
        return QIcon(pixmap)


def _without_tick(slot: Slot, _: bool = False) -> None:  # noqa: FBT001, FBT002  # Qt's signal
    slot()
