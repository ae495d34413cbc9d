"""Labels in three sizes. Text is always taken literally."""

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QLabel

from wgdesk.ui.widgets.shades import change_colors, quiet_color

ColorRole = QPalette.ColorRole
GRID_PX: Final = 4
LINE_PX: Final = 6 * GRID_PX  # one of a list, with a button or without
TITLE_SCALE: Final = 1.45
SMALL_SCALE: Final = 0.92

READABLE: Final = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)


def scaled(font: QFont, scale: float, *, bold: bool = False) -> QFont:
    """The desktop's own font in another size; follows it, whatever it is measured in."""
    result = QFont(font)
    if font.pointSizeF() > 0:
        result.setPointSizeF(font.pointSizeF() * scale)
    else:
        result.setPixelSize(round(font.pixelSize() * scale))
    result.setBold(bold)
    return result


# A key is shown whole (44 letters, wide ones); a longer word must not widen the window.
LONGEST_WORD: Final = 64  # average letters
# Qt would put a line that begins with an address on the left, whatever stands above it.
ON_THE_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute


class Text(QLabel):
    """A label that can be read aloud, selected and wrapped."""

    def __init__(
        self, text: str = "", *, scale: float = 1.0, bold: bool = False, selectable: bool = False
    ) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        if scale != 1.0 or bold:
            self.setFont(scaled(self.font(), scale, bold=bold))
        if selectable:
            self.setTextInteractionFlags(READABLE)
        if QGuiApplication.isRightToLeft():
            self.setAlignment(ON_THE_RIGHT | Qt.AlignmentFlag.AlignVCenter)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        hint = super().minimumSizeHint()
        widest_px = LONGEST_WORD * QFontMetrics(QGuiApplication.font()).averageCharWidth()
        return QSize(min(hint.width(), widest_px), hint.height())


class OneLine(QLabel):
    """A label of one line, which is cut with an ellipsis where there is no room for it."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(scaled(self.font(), SMALL_SCALE))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(4 * GRID_PX, super().minimumSizeHint().height())

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        painter, room = QPainter(self), self.contentsRect()
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(quiet_color(self.palette()))
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, flags, cut)
        painter.end()


class QuietText(Text):
    """Secondary text: smaller, and nearer to the background, in any colour scheme."""

    def __init__(
        self, text: str = "", *, scale: float = SMALL_SCALE, selectable: bool = False
    ) -> None:
        super().__init__(text, scale=scale, selectable=selectable)
        self._recolor()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._recolor()

    def _recolor(self) -> None:
        color = quiet_color(QPalette())
        # Which of the two counts depends on what lies behind.
        change_colors(self, {ColorRole.WindowText: color, ColorRole.Text: color})
