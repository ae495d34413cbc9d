"""Marks and icons as they are drawn: told apart without colour, in the smallest size."""

from itertools import combinations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPalette

from tests.shots.pages.icons import APP_FILES, renderer
from wgdesk.ui.icons import paint_mark, tray_icon
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.resources import find_resource
from wgdesk.ui.tray_style import TrayStyle

SMALLEST_PX = 16
TOLD_APART = 12  # pixels of 256 that are dark in one and light in the other


def drawn(paint, size_px: int = SMALLEST_PX) -> QImage:
    image = QImage(size_px, size_px, QImage.Format.Format_Grayscale8)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    return image


def dark_pixels(image: QImage) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if QColor.fromRgb(image.pixel(x, y)).lightness() < 160
    }


def mark_pixels(mark: Mark) -> set[tuple[int, int]]:
    face = Face(mark, Tone.QUIET, "")
    return dark_pixels(drawn(lambda painter, box: paint_mark(painter, box, face, QPalette())))


def tray_pixels(mark: Mark) -> set[tuple[int, int]]:
    icon = tray_icon(Face(mark, Tone.QUIET, ""), TrayStyle.DARK).pixmap(SMALLEST_PX, SMALLEST_PX)
    return dark_pixels(drawn(lambda painter, box: painter.drawPixmap(box.toRect(), icon)))


@pytest.mark.parametrize("pixels", [mark_pixels, tray_pixels])
def test_states_are_told_apart_in_grey_and_small(qapp, pixels):
    shapes = {mark: pixels(mark) for mark in Mark}
    for one, other in combinations(Mark, 2):
        assert len(shapes[one] ^ shapes[other]) >= TOLD_APART, (one, other)


@pytest.mark.parametrize("file", APP_FILES)
@pytest.mark.parametrize("size_px", [16, 22, 48, 256])
def test_app_icon_fills_its_square(qapp, file, size_px):
    pixels = dark_pixels(drawn(renderer(file, "#000000").render, size_px))
    across = {x for x, _ in pixels}
    down = {y for _, y in pixels}
    assert min(len(across), len(down)) >= 0.8 * size_px
    assert abs((min(across) + max(across)) - (size_px - 1)) <= 2, "it stands in the middle"


def test_symbolic_icon_has_no_colour_of_its_own(qapp):
    assert "#" not in find_resource(APP_FILES[1]).read_text(encoding="utf-8")
