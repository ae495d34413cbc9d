"""A state's mark as a widget."""

from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from wgdesk.ui.icons import paint_mark
from wgdesk.ui.marks import Face

MARK_PX: Final = 16
BIG_MARK_PX: Final = 28


class MarkLabel(QLabel):
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
