"""Right side while several tunnels are selected: which, and what can be done with all of them."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.widgets.action_button import ActionButton
from wgdesk.ui.widgets.texts import GRID_PX, TITLE_SCALE, QuietText, Text

MOST_NAMED: Final = 12
BESIDE_PX: Final = 16 * GRID_PX


class SeveralPage(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._title = Text(scale=TITLE_SCALE, bold=True)
        self._names = QuietText(scale=1.0)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(3 * GRID_PX)
        self._column.setContentsMargins(BESIDE_PX, 0, BESIDE_PX, 0)
        self._column.addStretch(2)
        for label in (self._title, self._names):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column.addWidget(self._title)
        self._column.addWidget(self._names)
        self._column.addSpacing(GRID_PX)
        self._column.addStretch(3)

    def show_names(self, names: Sequence[str]) -> None:
        """As a person calls them."""
        self._title.setText(tr_count("{count} tunnel", "{count} tunnels", len(names)))
        self.setAccessibleName(self._title.text())
        shown, more = names[:MOST_NAMED], len(names) - MOST_NAMED
        text = ", ".join(shown)
        if more > 0:
            text = tr("{names} and {count} more").format(names=text, count=more)
        self._names.setText(text)

    def offer(self, action: QAction) -> None:
        """A button for it, below the others."""
        button = ActionButton(action)
        place = self._column.count() - 1
        self._column.insertWidget(place, button, 0, Qt.AlignmentFlag.AlignHCenter)
