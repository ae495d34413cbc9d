"""A framed group of related things."""

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wgdesk.ui.widgets.panel import Panel
from wgdesk.ui.widgets.texts import GRID_PX, Text


class Card(Panel):
    """A panel with an optional heading."""

    def __init__(self, title: str = "") -> None:
        super().__init__()
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(4 * GRID_PX, 3 * GRID_PX, 4 * GRID_PX, 3 * GRID_PX)
        self._layout.setSpacing(2 * GRID_PX)
        self._title = Text(title, bold=True)
        self._layout.addWidget(self._title)
        self._title.setVisible(bool(title))  # only now: a widget of nobody would be a window

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self._title.setVisible(bool(title))

    def add_stretch(self) -> None:
        """What comes after it is at the bottom; beside a taller card contents stay on top."""
        self._layout.addStretch(1)

    def add(self, widget: QWidget) -> None:
        self._layout.addWidget(widget)
