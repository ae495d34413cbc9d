"""The colours of a profile's text, by what each piece is."""

from typing import Final

from PySide6.QtGui import QColor, QPalette

from wgdesk.domain.tokens import TokenKind
from wgdesk.ui.icons import Ink, ink_color, tone_color
from wgdesk.ui.marks import Tone
from wgdesk.ui.widgets.shades import quiet_color

_INKS: Final = {
    TokenKind.SECTION: Ink.GREEN,
    TokenKind.KEY: Ink.BLUE,
    TokenKind.ADDRESS: Ink.TEAL,
    TokenKind.HOST: Ink.TEAL,
    TokenKind.NUMBER: Ink.TEAL,
    TokenKind.PUBLIC_KEY: Ink.BROWN,
    TokenKind.COMMAND: Ink.PURPLE,
}
BOLD: Final = frozenset({TokenKind.SECTION, TokenKind.KEY})


def token_color(kind: TokenKind, palette: QPalette) -> QColor | None:
    """None for what has the colour of all text."""
    if kind is TokenKind.COMMENT:
        return quiet_color(palette)
    if kind is TokenKind.UNKNOWN:
        return tone_color(Tone.BAD, palette)
    ink = _INKS.get(kind)
    return ink_color(ink, palette) if ink else None
