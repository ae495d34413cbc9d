"""The one big action of a page."""

from PySide6.QtWidgets import QPushButton

from wgdesk.ui.widgets.texts import GRID_PX, scaled


class BigButton(QPushButton):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setFont(scaled(self.font(), 1, bold=True))
        self.setMinimumSize(32 * GRID_PX, 10 * GRID_PX)
