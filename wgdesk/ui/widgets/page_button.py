"""A page's name in the bar at the top: the open one stands on a ground of its own."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QPushButton

from wgdesk.ui.widgets.panel import RADIUS_PX
from wgdesk.ui.widgets.shades import mix
from wgdesk.ui.widgets.texts import GRID_PX, scaled

OPEN_SHARE: Final = 0.10  # of the text's colour in the ground
UNDER_MOUSE_SHARE: Final = 0.05
Role = QPalette.ColorRole


class PageButton(QPushButton):
    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.setCheckable(True)
        self.setAutoExclusive(True)  # so it is told as one of several, not as a check box
        self.setFlat(True)

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """As the open one needs it, so that nothing moves when another is opened."""
        letters = QFontMetrics(scaled(self.font(), 1, bold=True))
        width = letters.horizontalAdvance(self.text()) + 8 * GRID_PX
        return QSize(width, letters.height() + 4 * GRID_PX)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return self.sizeHint() - QSize(4 * GRID_PX, 0)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        palette, is_open = self.palette(), self.isChecked()
        text, window = palette.color(Role.WindowText), palette.color(Role.Window)
        share = OPEN_SHARE if is_open else UNDER_MOUSE_SHARE if self.underMouse() else 0.0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.hasFocus():
            painter.setPen(QPen(palette.color(Role.Highlight), 2))
        painter.setBrush(mix(text, window, share))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, RADIUS_PX, RADIUS_PX)
        painter.setFont(scaled(self.font(), 1, bold=is_open))
        painter.setPen(text)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(self.rect(), flags, self.text())
        painter.end()
