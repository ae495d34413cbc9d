"""A QR code on the screen: black on white in every theme, each module a whole number of pixels."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from wgdesk.client.qr_code import QUIET_MODULES, QrCode
from wgdesk.ui.widgets.texts import GRID_PX

# A profile with one peer makes some 70 modules, and a phone wants about 3 pixels for each.
START_PX: Final = 104 * GRID_PX
SMALLEST_PX: Final = 40 * GRID_PX


class QrView(QWidget):
    """Draws a code for as long as it is given one; keeps no picture of it."""

    def __init__(self) -> None:
        super().__init__()
        self._code: QrCode | None = None
        policy = QSizePolicy.Policy.Expanding
        self.setSizePolicy(policy, policy)
        self.setMinimumSize(SMALLEST_PX, SMALLEST_PX)

    @property
    def code(self) -> QrCode | None:
        return self._code

    def show_code(self, code: QrCode | None) -> None:
        """Draw this, or nothing."""
        self._code = code
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(START_PX, START_PX)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        if self._code is None:
            return
        painter = QPainter(self)
        # In the screen's own pixels, or a scaled desktop would blur the edges.
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        whole = QSize(int(self.width() * ratio), int(self.height() * ratio))
        _draw(painter, self._code, whole)
        painter.end()


def _draw(painter: QPainter, code: QrCode, room: QSize) -> None:
    """In the middle, as big as whole pixels allow."""
    modules = code.size + 2 * QUIET_MODULES
    module = max(1, min(room.width(), room.height()) // modules)
    side = module * modules
    left, top = (room.width() - side) // 2, (room.height() - side) // 2
    painter.fillRect(QRect(left, top, side, side), Qt.GlobalColor.white)
    for row in range(code.size):
        for column in range(code.size):
            if code.is_dark(row, column):
                at = QRect(
                    left + (column + QUIET_MODULES) * module,
                    top + (row + QUIET_MODULES) * module,
                    module,
                    module,
                )
                painter.fillRect(at, Qt.GlobalColor.black)
