"""Private and preshared keys in a text that is on the screen: neither to be read nor to be copied."""

from typing import Final

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPalette, QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from wgdesk.domain.tokens import Token, TokenKind, tokens
from wgdesk.ui.language import tr
from wgdesk.ui.text_units import cut, units
from wgdesk.ui.widgets.shades import quiet_color
from wgdesk.ui.widgets.texts import GRID_PX

BULLET: Final = "•"


def masked(text: str) -> str:
    """A line with a bullet for each character of a secret."""
    for token in _secrets(text):
        end = token.start + token.length
        text = text[: token.start] + BULLET * token.length + text[end:]
    return text


def selected_without_secrets(cursor: QTextCursor) -> str:
    """What is selected, with a bullet for each character of a secret."""
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    block, parts = cursor.document().findBlock(start), []
    while block.isValid() and block.position() <= end:
        text = masked(block.text())
        first = max(0, start - block.position())
        parts.append(cut(text, first, max(first, end - block.position())))
        block = block.next()
    return "\n".join(parts)


def paint_hidden(
    painter: QPainter, editor: QPlainTextEdit, block: QTextBlock, origin: QPointF
) -> None:
    """Bullets over the secrets of a line that is painted already; `origin` is where it stands."""
    text = block.text()
    for token in _secrets(text):
        first, last = units(text, token.start), units(text, token.start + token.length)
        _paint(painter, editor, block, origin, (first, last))


def _paint(
    painter: QPainter,
    editor: QPlainTextEdit,
    block: QTextBlock,
    origin: QPointF,
    span: tuple[int, int],
) -> None:
    """The caret and the selection stay where they are."""
    line = block.layout().lineAt(0)
    if not line.isValid():
        return
    first, last = span
    left, right = (origin.x() + line.cursorToX(at)[0] for at in span)  # type: ignore[index]
    top, height = round(origin.y() + line.y()), round(line.height())
    cursor, palette = editor.textCursor(), editor.palette()
    is_selected = cursor.hasSelection() and not (
        cursor.selectionEnd() <= block.position() + first
        or cursor.selectionStart() >= block.position() + last
    )
    role = QPalette.ColorRole.Highlight if is_selected else QPalette.ColorRole.Base
    ink = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
    painter.fillRect(QRect(round(left), top, round(right - left) + 1, height), palette.color(role))
    painter.setFont(editor.font())
    painter.setPen(palette.color(ink))
    step = (right - left) / max(1, last - first)
    for at in range(last - first):
        cell = QRect(round(left + at * step), top, round(step) + 1, height)
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, BULLET)
    caret = cursor.position() - block.position()
    if first <= caret <= last and editor.hasFocus():
        x = round(left + (caret - first) * step)
        painter.fillRect(QRect(x, top, editor.cursorWidth(), height), palette.text())
    if last == units(block.text(), len(block.text().rstrip())):
        painter.setPen(quiet_color(palette))
        words = QRect(round(right) + 4 * GRID_PX, top, editor.viewport().width(), height)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, flags, tr("(hidden)"))


def _secrets(text: str) -> list[Token]:
    return [it for it in tokens(text, "") if it.kind is TokenKind.SECRET]
