"""Boxes to tick and fields to fill in stay visible in a dark scheme.

Qt's own style, Fusion, draws their outlines darker than the window, which a dark window swallows.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget

from wgdesk.ui.widgets.shades import change_colors, mix

STYLE: Final = "fusion"
DARKER: Final = 1.4  # what Fusion divides the window's colour by
OUTLINE_SHARE: Final = 0.55  # of the text's colour in the outline
Role = QPalette.ColorRole


class Outline(QObject):
    """Belongs to one control that has no ground of its own, and follows the desktop's colours."""

    def __init__(self, control: QWidget) -> None:
        super().__init__(control)
        self._control = control
        control.installEventFilter(self)
        self._recolor()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._recolor()
        return False

    def _recolor(self) -> None:
        change_colors(self._control, {Role.Window: window_color(self._control)})


def window_color(control: QWidget) -> QColor:
    """What Fusion makes the outline from."""
    palette = QPalette()
    window, text = palette.color(Role.Window), palette.color(Role.WindowText)
    is_dark = window.lightness() < text.lightness()
    if not is_dark or control.style().name().lower() != STYLE:
        return window
    return mix(text, palette.color(Role.Base), OUTLINE_SHARE).lighter(round(100 * DARKER))
