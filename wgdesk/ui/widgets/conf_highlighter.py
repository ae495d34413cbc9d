"""Colours a profile's text line by line, the section being what one line leaves to the next."""

from typing import Final

from PySide6.QtGui import QFont, QPalette, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from wgdesk.domain.conf_lexer import INTERFACE, PEER
from wgdesk.domain.tokens import TokenKind, section_after, tokens
from wgdesk.ui.conf_colors import BOLD, token_color
from wgdesk.ui.text_units import units

_SECTIONS: Final = ("", INTERFACE, PEER)


class ConfHighlighter(QSyntaxHighlighter):
    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[TokenKind, QTextCharFormat] = {}
        self.take_colors(QPalette())

    def take_colors(self, palette: QPalette) -> None:
        """Of another theme."""
        self._formats = {kind: _format(kind, palette) for kind in TokenKind}
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:  # noqa: N802  # Qt's name
        before = self.previousBlockState()
        section = _SECTIONS[before] if 0 <= before < len(_SECTIONS) else ""
        for token in tokens(text, section):
            start = units(text, token.start)
            length = units(text, token.start + token.length) - start
            self.setFormat(start, length, self._formats[token.kind])
        self.setCurrentBlockState(_SECTIONS.index(section_after(text, section)))


def section_of_state(state: int) -> str:
    """The section that a block with this state leaves to the next one."""
    return _SECTIONS[state] if 0 <= state < len(_SECTIONS) else ""


def _format(kind: TokenKind, palette: QPalette) -> QTextCharFormat:
    made = QTextCharFormat()
    color = token_color(kind, palette)
    if color is not None:
        made.setForeground(color)
    if kind in BOLD:
        made.setFontWeight(QFont.Weight.DemiBold)
    made.setFontItalic(kind is TokenKind.COMMENT)
    return made
