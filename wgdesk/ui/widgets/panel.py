"""The ground that related things stand on: rounded, with a thin edge."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from wgdesk.ui.widgets.shades import mix
from wgdesk.ui.widgets.texts import GRID_PX

RADIUS_PX: Final = 2 * GRID_PX
EDGE_SHARE: Final = 0.14  # of the text's colour in the edge


class Panel(QFrame):
    """Filled with its background role's colour; that of the window where none is set."""

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        ground = self.palette().color(self.backgroundRole())
        edge = mix(self.palette().color(QPalette.ColorRole.WindowText), ground, EDGE_SHARE)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(ground)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_PX, RADIUS_PX)
        painter.end()


def around(widget: QWidget, beside_px: int = GRID_PX) -> Panel:
    """A panel with nothing but this in it."""
    panel = Panel()
    panel.setBackgroundRole(QPalette.ColorRole.Base)
    column = QVBoxLayout(panel)
    column.setContentsMargins(beside_px, GRID_PX, beside_px, GRID_PX)
    column.addWidget(widget)
    return panel
