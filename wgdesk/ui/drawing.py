"""The SVG files as pictures."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from wgdesk.ui.resources import find_resource

SMALL_GRID_PX: Final = 16  # what the small drawings are made for, and their multiples
# What panels, menus and lists ask for, up to a tray icon at 300 %.
_SIZES_PX: Final = (16, 18, 20, 22, 24, 28, 32, 40, 44, 48, 64)


@lru_cache(maxsize=64)
def drawing(file_name: str, color: str) -> QSvgRenderer:
    text = find_resource(file_name).read_text(encoding="utf-8").replace("currentColor", color)
    return QSvgRenderer(QByteArray(text.encode()))


@lru_cache(maxsize=64)
def drawn_icon(file_name: str, color: str, small_file_name: str = "") -> QIcon:
    icon = QIcon()
    for size_px in _SIZES_PX:
        is_small = bool(small_file_name) and size_px % SMALL_GRID_PX == 0
        renderer = drawing(small_file_name if is_small else file_name, color)
        pixmap = QPixmap(size_px, size_px)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size_px, size_px))
        painter.end()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # its colour means something
            icon.addPixmap(pixmap, mode)
    return icon
