"""The throughput of the last minutes as a graph: received filled, sent as a line."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from wgdesk.ui.icons import sent_color, tone_color
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Tone
from wgdesk.ui.models.columns import in_order
from wgdesk.ui.rates import KEPT_S, History, Span, history_text, scale_text, scale_top
from wgdesk.ui.widgets.shades import mix, quiet_color
from wgdesk.ui.widgets.texts import GRID_PX, SMALL_SCALE, scaled

HEIGHT_PX: Final = 26 * GRID_PX
LINES: Final = 2  # of the scale, above the ground
LINE_SHARE: Final = 0.12  # of the text's colour in a line of the scale
FILL_SHARE: Final = 0.18
PEN_PX: Final = 1.6


class Sparkline(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._history, self._now_s = History(), 0.0
        self._area = QRectF()
        self._top = scale_top(0)
        self.setFont(scaled(self.font(), SMALL_SCALE))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Throughput of the last 5 minutes"))

    def show_history(self, history: History, now_s: float) -> None:
        if history is self._history and now_s == self._now_s:
            return
        self._history, self._now_s = history, now_s
        self._top = scale_top(history.highest)
        self.setAccessibleDescription(history_text(history))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(60 * GRID_PX, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(40 * GRID_PX, HEIGHT_PX)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        painter = QPainter(self)
        texts = (scale_text(self._top * number / LINES) for number in range(1, LINES + 1))
        labels = max(map(self.fontMetrics().horizontalAdvance, texts)) + 2 * GRID_PX
        room = QRectF(self.rect()).adjusted(0, self.fontMetrics().height() / 2, 0, -GRID_PX / 2)
        self._area = room.adjusted(0, 0, -labels, 0)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            self._area = room.adjusted(labels, 0, 0, 0)
        self._paint_scale(painter, room)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self._area.adjusted(0, -PEN_PX, 0, PEN_PX))
        green, blue = tone_color(Tone.GOOD, self.palette()), sent_color(self.palette())
        fill = mix(green, self.palette().base().color(), FILL_SHARE)
        for run in runs(self._history):
            received = self._path(run, lambda span: span.received)
            ground = QPainterPath(received)
            ground.lineTo(self._x(run[-1].end_s), self._area.bottom())
            ground.lineTo(self._x(run[0].start_s), self._area.bottom())
            painter.fillPath(ground, fill)
            painter.strokePath(received, QPen(green, PEN_PX))
            painter.strokePath(self._path(run, lambda span: span.sent), QPen(blue, PEN_PX))
        painter.end()

    def _paint_scale(self, painter: QPainter, room: QRectF) -> None:
        text, ground = self.palette().text().color(), self.palette().base().color()
        for number in range(LINES + 1):
            y = self._y(self._top * number / LINES)
            painter.setPen(QPen(mix(text, ground, LINE_SHARE), 1, Qt.PenStyle.SolidLine))
            painter.drawLine(QPointF(self._area.left(), y), QPointF(self._area.right(), y))
            if number:
                self._paint_label(
                    painter, room, y, in_order(scale_text(self._top * number / LINES))
                )

    def _paint_label(self, painter: QPainter, room: QRectF, y: float, text: str) -> None:
        height = self.fontMetrics().height()
        box = QRectF(room.left(), y - height / 2, room.width(), height)
        painter.setPen(quiet_color(self.palette()))
        painter.drawText(box, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter, text)

    def _path(self, run: list[Span], rate: Callable[[Span], float]) -> QPainterPath:
        """A line through the middle of each span, from the begin of the first to the end of the last."""
        path = QPainterPath(QPointF(self._x(run[0].start_s), self._y(rate(run[0]))))
        for span in run:
            path.lineTo(self._x((span.start_s + span.end_s) / 2), self._y(rate(span)))
        path.lineTo(self._x(run[-1].end_s), self._y(rate(run[-1])))
        return path

    def _x(self, at_s: float) -> float:
        return self._area.right() - (self._now_s - at_s) / KEPT_S * self._area.width()

    def _y(self, rate: float) -> float:
        return self._area.bottom() - rate / self._top * self._area.height()


def runs(history: History) -> list[list[Span]]:
    """The spans in groups without a gap inside."""
    found: list[list[Span]] = []
    for span in history.spans:
        if found and found[-1][-1].end_s == span.start_s:
            found[-1].append(span)
        else:
            found.append([span])
    return found
