"""Every icon and mark in every size that desktops ask for, on light, dark and grey."""

from functools import partial
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from tests.shots.scene import Scene
from tests.support.desktop import Desktop
from wgdesk.ui.marks import Mark
from wgdesk.ui.resources import find_resource
from wgdesk.wire.names import APP_ID

SIZES_PX: Final = (16, 22, 32, 48, 64, 128)
GAP_PX: Final = 12
GROUNDS: Final = (("#ffffff", "#2e3436"), ("#1b1e22", "#eeeeec"), ("#808080", "#000000"))
APP_FILES: Final = (
    f"icons/hicolor/scalable/apps/{APP_ID}.svg",
    f"icons/hicolor/symbolic/apps/{APP_ID}-symbolic.svg",
)


class Sheet(QWidget):
    """A row for each file, in one colour as a panel would give it."""

    def __init__(self, files: tuple[str, ...], sizes_px: tuple[int, ...]) -> None:
        super().__init__()
        self._files, self._sizes_px = files, sizes_px
        self._row_px = max(sizes_px) + GAP_PX
        self._column_px = sum(sizes_px) + GAP_PX * (len(sizes_px) + 1)
        self.setFixedSize(QSize(self._column_px * len(GROUNDS), self._row_px * len(files) + GAP_PX))

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        painter = QPainter(self)
        for number, (ground, ink) in enumerate(GROUNDS):
            left = number * self._column_px
            painter.fillRect(left, 0, self._column_px, self.height(), QColor(ground))
            for row, file in enumerate(self._files):
                self._paint_row(painter, left, row, renderer(file, ink))
        painter.end()

    def _paint_row(self, painter: QPainter, left: int, row: int, drawing: QSvgRenderer) -> None:
        for size in self._sizes_px:
            left += GAP_PX
            bottom = (row + 1) * self._row_px
            drawing.render(painter, QRectF(left, bottom - size, size, size))
            left += size


def renderer(file: str, ink: str) -> QSvgRenderer:
    text = find_resource(file).read_text(encoding="utf-8").replace("currentColor", ink)
    drawing = QSvgRenderer(QByteArray(text.encode()))
    drawing.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    return drawing


def make_sheet(_: Desktop, files: tuple[str, ...], sizes_px: tuple[int, ...]) -> QWidget:
    return Sheet(files, sizes_px)


def scene(name: str, files: tuple[str, ...], sizes_px: tuple[int, ...]) -> Scene:
    return Scene(name, partial(make_sheet, files=files, sizes_px=sizes_px))


SCENES = (
    scene("icons-app", APP_FILES, SIZES_PX),
    scene("icons-marks", tuple(f"icons/marks/{mark}.svg" for mark in Mark), SIZES_PX[:4]),
)
