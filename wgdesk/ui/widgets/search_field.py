"""The field above a list: what is typed here is what the list is narrowed to."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton

from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.widgets.outlines import Outline
from wgdesk.ui.widgets.texts import GRID_PX

LEAVING = frozenset({Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class SearchField(QLineEdit):
    """Signals: `left` where the person is done with it and wants to be in the list."""

    left = Signal()

    def __init__(self, name: str) -> None:
        """`name` says aloud what is searched."""
        super().__init__()
        Outline(self)
        self.setClearButtonEnabled(True)
        self.setMinimumHeight(8 * GRID_PX)
        self.setTextMargins(GRID_PX, 0, GRID_PX, 0)
        self.setAccessibleName(name)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(tr("Clear the search"))

    def show_count(self, count: int) -> None:
        self.setPlaceholderText(tr_count("Search {count} tunnel", "Search {count} tunnels", count))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        if event.key() == Qt.Key.Key_Escape:
            if not self.text():
                self.left.emit()
            self.clear()
        elif event.key() in LEAVING:
            self.left.emit()
        else:
            super().keyPressEvent(event)
