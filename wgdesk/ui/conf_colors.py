"""The colours of a profile's text, by what each piece is."""

from typing import Final

from PySide6.QtGui import QColor, QPalette

from wgdesk.domain.tokens import TokenKind
from wgdesk.ui.icons import is_dark, tone_color
from wgdesk.ui.marks import Tone
from wgdesk.ui.widgets.shades import quiet_color

# At least 4.5:1 on what an editor has behind it (WCAG 1.4.3); a test measures.
_ON_LIGHT: Final = {
    TokenKind.SECTION: "#15713d",
    TokenKind.KEY: "#2f5fc4",
    TokenKind.ADDRESS: "#0b6477",
    TokenKind.HOST: "#0b6477",
    TokenKind.NUMBER: "#0b6477",
    TokenKind.PUBLIC_KEY: "#6d4a1f",
    TokenKind.COMMAND: "#7a3c93",
}
_ON_DARK: Final = {
    TokenKind.SECTION: "#46c28a",
    TokenKind.KEY: "#7aa7ff",
    TokenKind.ADDRESS: "#5cc3d6",
    TokenKind.HOST: "#5cc3d6",
    TokenKind.NUMBER: "#5cc3d6",
    TokenKind.PUBLIC_KEY: "#d8b07a",
    TokenKind.COMMAND: "#cf9be4",
}
BOLD: Final = frozenset({TokenKind.SECTION, TokenKind.KEY})


def token_color(kind: TokenKind, palette: QPalette) -> QColor | None:
    """None for what has the colour of all text."""
    if kind is TokenKind.COMMENT:
        return quiet_color(palette)
    if kind is TokenKind.UNKNOWN:
        return tone_color(Tone.BAD, palette)
    name = (_ON_DARK if is_dark(palette) else _ON_LIGHT).get(kind)
    return QColor(name) if name else None
