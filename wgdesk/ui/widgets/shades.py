"""Colours between those of the desktop, and how a widget gets them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget

# How much of the text's own colour is left in secondary text, where that can still be read.
QUIET_SHARE: Final = 0.72
READABLE_CONTRAST: Final = 4.5  # WCAG 1.4.3


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """`share` of `one`, the rest of `other`."""
    rest = 1 - share
    return QColor.fromRgbF(
        one.redF() * share + other.redF() * rest,
        one.greenF() * share + other.greenF() * rest,
        one.blueF() * share + other.blueF() * rest,
    )


def contrast(one: QColor, other: QColor) -> float:
    """From 1 (the same) to 21 (black and white), as WCAG 2 measures it."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(color: QColor) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def quiet_color(palette: QPalette) -> QColor:
    """Nearer to the background than other text, and in a pale scheme only as near as reads."""
    roles = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Window, QPalette.ColorRole.Base)
    return QColor.fromRgb(_quiet(*(palette.color(role).rgb() for role in roles)))


@lru_cache(maxsize=16)  # a list asks for it with every line it paints
def _quiet(text: int, window: int, base: int) -> int:
    grounds = QColor.fromRgb(window), QColor.fromRgb(base)
    for share in (QUIET_SHARE, 0.8, 0.9):
        quiet = mix(QColor.fromRgb(text), grounds[0], share)
        if min(contrast(quiet, ground) for ground in grounds) >= READABLE_CONTRAST:
            return quiet.rgb()
    return text


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
