"""Two widgets beside each other where there is room, else one below the other."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from wgdesk.ui.widgets.texts import GRID_PX

SPACING_PX: Final = 3 * GRID_PX
Direction = QBoxLayout.Direction


class SideBySide(QWidget):
    def __init__(self, first: QWidget, second: QWidget) -> None:
        super().__init__()
        self._both = (first, second)
        self._line = QBoxLayout(Direction.TopToBottom, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(SPACING_PX)
        for widget in self._both:
            self._line.addWidget(widget, 1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """As narrow as the wider of the two."""
        height = super().minimumSizeHint().height()
        return QSize(max(it.minimumSizeHint().width() for it in self._both), height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        super().resizeEvent(event)
        wider = max(it.sizeHint().width() for it in self._both)
        has_room = event.size().width() >= 2 * wider + SPACING_PX
        self._line.setDirection(Direction.LeftToRight if has_room else Direction.TopToBottom)
