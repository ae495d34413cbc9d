"""The numbers beside the lines of a text, and the ground behind them."""

from typing import Protocol

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from wgdesk.ui.widgets.shades import quiet_color
from wgdesk.ui.widgets.texts import GRID_PX


class Numbered(Protocol):
    """A text whose lines can be asked for."""

    def visible_lines(self) -> list[tuple[int, QRect]]:
        """Each line's number from 1, and where it is."""

    def line_count(self) -> int: ...


class LineNumbers(QWidget):
    def __init__(self, editor: QWidget, lines: Numbered) -> None:
        super().__init__(editor)
        self._lines = lines
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def width_px(self) -> int:
        digits = max(2, len(str(self._lines.line_count())))
        return 5 * GRID_PX + digits * self.fontMetrics().horizontalAdvance("9")

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(self.width_px(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().base())
        font = self.font()
        font.setItalic(True)
        painter.setFont(font)
        painter.setPen(quiet_color(self.palette()))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for number, rect in self._lines.visible_lines():
            box = QRect(0, rect.top(), self.width() - 3 * GRID_PX, rect.height())
            painter.drawText(box, flags, str(number))
        painter.end()
