"""Marks and icons in the colours of their meaning."""

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette

from wgdesk.ui.drawing import drawing, drawn_icon
from wgdesk.ui.marks import Face, Tone
from wgdesk.ui.tray_style import TrayStyle
from wgdesk.wire.names import APP_ID

# As text at least 4.5:1 on what windows and lists have behind it (WCAG 1.4.3); a test measures.
_ON_LIGHT: Final = {
    Tone.GOOD: "#15713d",
    Tone.QUIET: "#5c6773",
    Tone.ATTENTION: "#a35200",
    Tone.BAD: "#b3261e",
}
_ON_DARK: Final = {
    Tone.GOOD: "#46c28a",
    Tone.QUIET: "#9aa4af",
    Tone.ATTENTION: "#f0a33f",
    Tone.BAD: "#f58a82",
}


class Ink(StrEnum):
    """The colours of a text that is written in several."""

    GREEN = "green"
    BLUE = "blue"
    TEAL = "teal"
    BROWN = "brown"
    PURPLE = "purple"


_INKS_ON_LIGHT: Final = {
    Ink.GREEN: "#15713d",
    Ink.BLUE: "#2f5fc4",
    Ink.TEAL: "#0b6477",
    Ink.BROWN: "#6d4a1f",
    Ink.PURPLE: "#7a3c93",
}
_INKS_ON_DARK: Final = {
    Ink.GREEN: "#46c28a",
    Ink.BLUE: "#7aa7ff",
    Ink.TEAL: "#5cc3d6",
    Ink.BROWN: "#d8b07a",
    Ink.PURPLE: "#cf9be4",
}
# What goes out, beside the green of what comes in.
_SENT_ON_LIGHT: Final = "#2f5fc4"
_SENT_ON_DARK: Final = "#7aa7ff"
# A panel's colour cannot be asked for; these read on black and on white.
_ON_ANY: Final = {
    Tone.GOOD: "#2a9a5f",
    Tone.QUIET: "#8a939c",
    Tone.ATTENTION: "#d07c12",
    Tone.BAD: "#dd4a40",
}
# One shade for every state; not quite white and black, as panels write.
SHADES: Final = {TrayStyle.LIGHT: "#f4f5f6", TrayStyle.DARK: "#24292e"}


def is_dark(palette: QPalette) -> bool:
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def tone_color(tone: Tone, palette: QPalette) -> QColor:
    return QColor((_ON_DARK if is_dark(palette) else _ON_LIGHT)[tone])


def ink_color(ink: Ink, palette: QPalette) -> QColor:
    return QColor((_INKS_ON_DARK if is_dark(palette) else _INKS_ON_LIGHT)[ink])


def sent_color(palette: QPalette) -> QColor:
    """For what goes out, beside the green of what comes in."""
    return QColor(_SENT_ON_DARK if is_dark(palette) else _SENT_ON_LIGHT)


def mark_icon(face: Face, palette: QPalette) -> QIcon:
    return drawn_icon(f"icons/marks/{face.mark}.svg", tone_color(face.tone, palette).name())


def tray_icon(face: Face, style: TrayStyle = TrayStyle.COLOUR) -> QIcon:
    """Small sizes have drawings of their own, whose edges lie on whole pixels."""
    color = SHADES.get(style, _ON_ANY[face.tone])
    return drawn_icon(f"icons/tray/{face.mark}.svg", color, f"icons/tray/16/{face.mark}.svg")


def app_icon() -> QIcon:
    """The theme's own, where somebody made one; else ours."""
    file_name = f"icons/hicolor/scalable/apps/{APP_ID}.svg"
    return QIcon.fromTheme(APP_ID, drawn_icon(file_name, "#000000"))


def paint_mark(painter: QPainter, rect: QRectF, face: Face, palette: QPalette) -> None:
    """Draw a mark with the sharpness of the device it is drawn on."""
    color = tone_color(face.tone, palette).name()
    drawing(f"icons/marks/{face.mark}.svg", color).render(painter, rect)
