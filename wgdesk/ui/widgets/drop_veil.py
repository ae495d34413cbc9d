"""Lies over a window while something is dragged across it, and says what letting go would do."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QWidget

from wgdesk.ui.incoming import Incoming, may_hold, read_incoming
from wgdesk.ui.language import tr
from wgdesk.ui.widgets.panel import RADIUS_PX
from wgdesk.ui.widgets.texts import GRID_PX, TITLE_SCALE, scaled

OPACITY: Final = 0.92
RIM_PX: Final = 2
Role = QPalette.ColorRole


class DropVeil(QWidget):
    """Signals: `dropped` has the Incoming."""

    dropped = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self._text())
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        if isinstance(event, QDragEnterEvent):
            self._on_entered(event)
        elif event.type() is QEvent.Type.DragLeave:
            self.hide()
        elif isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop:
            self._on_dropped(event)
        else:
            return super().eventFilter(watched, event)
        return True

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(OPACITY)
        painter.fillRect(self.rect(), palette.color(Role.Window))
        painter.setOpacity(1)
        painter.setPen(QPen(palette.color(Role.Highlight), RIM_PX, Qt.PenStyle.DashLine))
        inset = 3 * GRID_PX
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, RADIUS_PX, RADIUS_PX)
        painter.setPen(palette.color(Role.WindowText))
        painter.setFont(scaled(self.font(), TITLE_SCALE, bold=True))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(box.adjusted(inset, inset, -inset, -inset), flags, self._text())
        painter.end()

    def _on_entered(self, event: QDragEnterEvent) -> None:
        if not may_hold(event.mimeData()):
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)  # nobody's file is moved
        event.accept()
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()

    def _on_dropped(self, event: QDropEvent) -> None:
        self.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        incoming: Incoming = read_incoming(event.mimeData())
        self.dropped.emit(incoming)

    def _text(self) -> str:
        return tr("Let go to import: files, folders, archives, pictures of QR codes, or text")
