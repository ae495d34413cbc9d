"""The bar at the top of the window: one button for each page."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from wgdesk.ui.language import tr
from wgdesk.ui.widgets.page_button import PageButton
from wgdesk.ui.widgets.texts import GRID_PX

FocusPolicy = Qt.FocusPolicy


class PageBar(QWidget):
    page_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idClicked.connect(self.page_chosen)
        self.setAccessibleName(tr("Pages"))
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(3 * GRID_PX, 2 * GRID_PX, 3 * GRID_PX, 0)
        self._line.setSpacing(GRID_PX)
        self._line.addStretch(1)

    def add_page(self, title: str) -> None:
        button = PageButton(title)
        number = len(self._group.buttons())
        self._group.addButton(button, number)
        self._line.insertWidget(number, button)

    def add_widget(self, widget: QWidget) -> None:
        """At the far end."""
        self._line.addWidget(widget)

    def mark(self, number: int) -> None:
        """Show which page is open; Tab comes to that one, arrows to the others."""
        self._group.button(number).setChecked(True)
        for button in self._group.buttons():
            is_open = button.isChecked()
            button.setFocusPolicy(FocusPolicy.StrongFocus if is_open else FocusPolicy.ClickFocus)
