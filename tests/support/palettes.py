"""Colour schemes as desktops have them; the offscreen platform has no desktop to ask for one."""

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QColor, QPalette

Role = QPalette.ColorRole


def light() -> QPalette:
    return _scheme("#f3f4f6", base="#ffffff", accent="#3f7fd0")


def dark() -> QPalette:
    return _scheme("#1b1e22", base="#212529", accent="#3f7fd0")


def high_contrast() -> QPalette:
    """White on black, with the yellow that such schemes mark things with."""
    return _scheme("#000000", base="#000000", accent="#ffff00", text="#ffffff")


def high_contrast_light() -> QPalette:
    return _scheme("#ffffff", base="#ffffff", accent="#0000ff", text="#000000")


def breeze() -> QPalette:
    return _scheme("#eff0f1", base="#ffffff", accent="#3daee9", text="#232629")


def breeze_dark() -> QPalette:
    return _scheme("#202326", base="#141618", accent="#3daee9", text="#fcfcfc")


def adwaita_dark() -> QPalette:
    return _scheme("#353535", base="#2d2d2d", accent="#15539e", text="#eeeeec")


def sepia() -> QPalette:
    """A scheme whose own text hardly reaches 4.5:1."""
    return _scheme("#eee8d5", base="#fdf6e3", accent="#268bd2", text="#586e75")


PALETTES: Final[tuple[Callable[[], QPalette], ...]] = (
    light,
    dark,
    high_contrast,
    high_contrast_light,
    breeze,
    breeze_dark,
    adwaita_dark,
    sepia,
)


def _scheme(window: str, *, base: str, accent: str, text: str = "") -> QPalette:
    result = QPalette(QColor(window))
    result.setColor(Role.Base, QColor(base))
    result.setColor(Role.Highlight, QColor(accent))
    for role in (Role.WindowText, Role.Text, Role.ButtonText):  # Qt's own hardly differs from dark
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor("#858d96"))
    if text:
        for role in (Role.WindowText, Role.Text, Role.ButtonText):
            for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
                result.setColor(group, role, QColor(text))
    return result
