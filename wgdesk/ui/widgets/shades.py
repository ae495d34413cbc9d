"""Colours between those of the desktop, and how a widget gets them."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget

# How much of the text's own colour is left in secondary text; 4.5:1 on usual backgrounds.
QUIET_SHARE: Final = 0.72


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
