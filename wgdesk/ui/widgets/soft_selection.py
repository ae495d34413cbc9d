"""A selection in a light tint of the desktop's own accent, on which coloured marks still read."""

from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from wgdesk.ui.widgets.shades import mix

FOCUSED: Final = 0.22  # share of the accent in the selection's colour
UNFOCUSED: Final = 0.12
Group = QPalette.ColorGroup
ColorRole = QPalette.ColorRole


class SoftSelection(QObject):
    """Belongs to one view and follows the desktop's colours."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)
        self._soften()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._soften()
        return False

    def _soften(self) -> None:
        palette = QPalette()
        base, text = palette.color(ColorRole.Base), palette.color(ColorRole.Text)
        accent = palette.color(Group.Active, ColorRole.Highlight)
        now = self._view.palette().color(Group.Active, ColorRole.Highlight)
        if now == mix(accent, base, FOCUSED):
            return  # this very change has brought us here
        for group, share in ((Group.Active, FOCUSED), (Group.Inactive, UNFOCUSED)):
            palette.setColor(group, ColorRole.Highlight, mix(accent, base, share))
            palette.setColor(group, ColorRole.HighlightedText, text)
        self._view.setPalette(palette)
