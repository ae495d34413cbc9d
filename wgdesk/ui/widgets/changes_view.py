"""Two texts of a profile beside each other, line by line: what goes, what comes, what stays."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from wgdesk.domain.text_changes import Hunk, Side
from wgdesk.ui.icons import tone_color
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.marks import Tone

_SIGNS: Final = {Side.SAME: "  ", Side.GONE: "- ", Side.COME: "+ "}
_TONES: Final = {Side.GONE: Tone.BAD, Side.COME: Tone.GOOD}
# A file of another kind altogether; nobody reads on.
MOST_LINES: Final = 2_000


class ChangesView(QPlainTextEdit):
    """Read-only; secrets are hidden in what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setAccessibleName(tr("What is different"))

    def show_changes(self, words: Sequence[str], hunks: Sequence[Hunk]) -> None:
        """First in words, then the lines."""
        self.clear()
        cursor = QTextCursor(self.document())
        if not hunks:
            cursor.insertText(tr("Nothing is different."))
        for sentence in words:
            self._add(cursor, f"{tr_told(sentence)}\n", None)
        left = MOST_LINES
        for hunk in hunks:
            self._add(cursor, "\n", None)
            for line in hunk.lines[:left]:
                self._add(cursor, f"{_SIGNS[line.side]}{line.number:4}  {line.text}\n", line.side)
            left -= len(hunk.lines)
            if left <= 0:
                self._add(cursor, "…\n", None)
                break
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _add(self, cursor: QTextCursor, text: str, side: Side | None) -> None:
        look = QTextCharFormat()
        if side in _TONES:
            look.setForeground(tone_color(_TONES[side], self.palette()))
        cursor.insertText(text, look)
