"""Labels in three sizes, and the mark beside them. Text is always taken literally."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from wgdesk.ui.icons import paint_mark
from wgdesk.ui.present import Face

ColorRole = QPalette.ColorRole
GRID_PX: Final = 4
TITLE_SCALE: Final = 1.45
SMALL_SCALE: Final = 0.92
# How much of the text's own colour is left in secondary text; 4.5:1 on usual backgrounds.
QUIET_SHARE: Final = 0.72

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


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """`share` of `one`, the rest of `other`."""
    rest = 1 - share
    return QColor.fromRgbF(
        one.redF() * share + other.redF() * rest,
        one.greenF() * share + other.greenF() * rest,
        one.blueF() * share + other.blueF() * rest,
    )


def quiet_color(palette: QPalette) -> QColor:
    text = palette.color(QPalette.ColorRole.WindowText)
    return mix(text, palette.color(QPalette.ColorRole.Window), QUIET_SHARE)


def change_colors(widget: QWidget, colors: Mapping[QPalette.ColorRole, QColor]) -> None:
    """Give a widget these colours and leave the rest to the desktop.

    Called from changeEvent for PaletteChange, which it causes: so only where it changes something.
    """
    current = widget.palette()
    if all(current.color(role) == color for role, color in colors.items()):
        return
    palette = QPalette()
    for role, color in colors.items():
        palette.setColor(role, color)
    widget.setPalette(palette)


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


class MarkLabel(QWidget):
    """A state's shape in its colour; its word is what a screen reader says."""

    def __init__(self, size_px: int) -> None:
        super().__init__()
        self._size_px = size_px
        self._face: Face | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_face(self, face: Face) -> None:
        if face != self._face:
            self._face = face
            self.setAccessibleName(face.word)
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(self._size_px, self._size_px)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        if self._face is None:
            return
        painter = QPainter(self)
        paint_mark(painter, QRectF(self.rect()), self._face, self.palette())
        painter.end()
