"""The text of a profile: coloured, numbered, its problems underlined, its secrets hidden."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QFontDatabase,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QToolTip

from wgdesk.domain.completion import Completion, completions
from wgdesk.domain.conf import MAX_PROFILE_BYTES
from wgdesk.domain.conf_lexer import find_key, split_line
from wgdesk.domain.line_edit import LineEdit
from wgdesk.domain.problem import Problem, Severity
from wgdesk.ui.carried_text import CarriedText
from wgdesk.ui.icons import tone_color
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.marks import Tone
from wgdesk.ui.text_units import units
from wgdesk.ui.widgets.completion_list import CompletionList
from wgdesk.ui.widgets.conf_highlighter import ConfHighlighter, section_of_state
from wgdesk.ui.widgets.hidden_secrets import (
    BULLET,
    masked,
    paint_hidden,
    selected_without_secrets,
)
from wgdesk.ui.widgets.line_numbers import LineNumbers
from wgdesk.ui.widgets.texts import GRID_PX

# More would be underlined than anybody looks at, with every key that is pressed.
MOST_UNDERLINED: Final = 200
_TONES: Final = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.ATTENTION}
_KEYS_OF_LIST: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ConfEditor(QPlainTextEdit):
    """The widget; its lines are those of the document, less what a widget cannot hold.

    Signals:
        edited: Some lines are others now (a LineEdit of the lines as they were).
        refused: Why something was not done.
        caret_moved: As Qt has it.
    """

    edited = Signal(object)
    refused = Signal(str)
    caret_moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._carried = CarriedText(("",))
        self._line_count = 1
        self._is_loading = False
        self._is_revealed = False
        self._problems: tuple[Problem, ...] = ()
        self._numbers = LineNumbers(self, self)
        self._list = CompletionList(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setTabChangesFocus(
            True
        )  # no line needs one; it takes a proposal, where there are some
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.setAccessibleName(tr("Text of the profile"))
        self._highlighter = ConfHighlighter(self.document())
        self._connect()
        self._make_room()

    # What it shows.

    def set_lines(self, lines: Sequence[str]) -> None:
        """Another text, with nothing to undo."""
        self._carried = CarriedText(lines)
        self._is_loading = True
        self.setPlainText("\n".join(self._carried.shown(lines)))
        self._is_loading = False
        self._line_count = self.blockCount()
        self._list.hide()

    def do_edits(self, edits: Sequence[LineEdit]) -> None:
        """Change lines as if they were typed: one step to undo."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for edit in sorted(edits, key=lambda it: (it.first, it.last), reverse=True):
            self._do(cursor, edit)
        cursor.endEditBlock()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        self._problems = tuple(problems)
        shown = self._problems[:MOST_UNDERLINED]
        self.setExtraSelections([it for it in map(self._underline, shown) if it is not None])

    def reveal(self, is_revealed: bool) -> None:  # noqa: FBT001  # a property's setter in all but name
        """Whether private and preshared keys can be read."""
        self._is_revealed = is_revealed
        self.viewport().update()

    def go_to(self, line: int, column: int) -> None:
        """Put the caret there, both from 1, and take the keyboard."""
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            return
        cursor = QTextCursor(block)
        place = units(block.text(), column - 1)
        cursor.setPosition(block.position() + min(place, block.length() - 1))
        self.setTextCursor(cursor)
        self.centerCursor()
        self.setFocus()

    def readable_line(self, number: int) -> str:
        """What can be read in that line, from 0: bullets where a key is hidden."""
        text = self.document().findBlockByNumber(number).text()
        return text if self._is_revealed else masked(text)

    def select(self, line: int, first: int, last: int) -> None:
        """Two places in a line from 0, in characters; the caret comes to the end, in sight."""
        block = self.document().findBlockByNumber(line)
        text, cursor = block.text(), QTextCursor(block)
        cursor.setPosition(block.position() + units(text, first))
        cursor.setPosition(block.position() + units(text, last), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def caret_line(self) -> int:
        """From 0."""
        return self.textCursor().blockNumber()

    def line_count(self) -> int:
        return self.blockCount()

    def visible_lines(self) -> list[tuple[int, QRect]]:
        """Each line that is on the screen, its number from 1 and where it is."""
        return [(block.blockNumber() + 1, rect) for block, rect in self._visible_blocks()]

    # What Qt asks.

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802  # Qt's name
        """A hidden secret cannot be copied: who wants it reveals it first."""
        data = super().createMimeDataFromSelection()
        if not self._is_revealed:
            data = QMimeData()
            data.setText(selected_without_secrets(self.textCursor()))
        return data

    def cut(self) -> None:
        """What would come back as bullets stays; who wants to move a key shows it first."""
        if self._is_revealed or BULLET not in selected_without_secrets(self.textCursor()):
            super().cut()
        else:
            self.refused.emit(tr("A hidden key cannot be cut: show the keys first."))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        super().paintEvent(event)
        if self._is_revealed:
            return
        painter = QPainter(self.viewport())
        for block, _ in self._visible_blocks():
            origin = self.blockBoundingGeometry(block).translated(self.contentOffset()).topLeft()
            paint_hidden(painter, self, block, origin)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        super().resizeEvent(event)
        room = self.contentsRect()
        self._numbers.setGeometry(room.left(), room.top(), self._numbers.width_px(), room.height())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        super().changeEvent(event)
        is_ours = event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange)
        if is_ours and hasattr(self, "_highlighter"):  # Qt asks before it is made, too
            self._highlighter.take_colors(self.palette())
            self.show_problems(self._problems)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            problem = self._problem_at(event.pos())
            if problem is None:
                QToolTip.hideText()
            else:
                parts = (tr_told(problem.text), tr_told(problem.fix))
                QToolTip.showText(event.globalPos(), "\n".join(filter(None, parts)), self)
            return True
        return super().viewportEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802  # Qt's name
        """A clipboard may hold anything; no profile has more than that."""
        if len(source.text()) <= MAX_PROFILE_BYTES:
            super().insertFromMimeData(source)
        else:
            self.refused.emit(tr("That is too much to be a profile"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        if event.matches(QKeySequence.StandardKey.Cut):
            self.cut()
            return
        if self._list.isVisible() and self._steer_list(event):
            return
        is_asked = (
            event.key() == Qt.Key.Key_Space
            and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        )
        if not is_asked:
            super().keyPressEvent(event)
        typed = event.text()
        if is_asked or (
            typed.isalnum() and not event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            self._propose(is_asked=is_asked)
        elif self._list.isVisible() and event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control):
            self._list.hide()

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: N802, FBT001  # Qt's name
        """Tab takes a proposal where there are some, and else goes on to the next control."""
        chosen = self._list.chosen() if is_next else None
        if chosen is None:
            return super().focusNextPrevChild(is_next)
        self._take(chosen)
        return True

    # How it works.

    def _connect(self) -> None:
        self.document().contentsChange.connect(self._on_contents_change)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._on_update_request)
        self.cursorPositionChanged.connect(self.caret_moved)
        self._list.taken.connect(self._take)

    def _make_room(self) -> None:
        self.setViewportMargins(self._numbers.width_px(), GRID_PX, 0, 0)

    def _on_update_request(self, rect: QRect, dy: int) -> None:
        if dy:
            self._numbers.scroll(0, dy)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())

    def _on_contents_change(self, position: int, _: int, added: int) -> None:
        """Tell which lines were put in the place of which."""
        if self._is_loading:
            return
        document = self.document()
        first = document.findBlock(position).blockNumber()
        last_block = document.findBlock(position + added)
        last = (last_block if last_block.isValid() else document.lastBlock()).blockNumber()
        count = document.blockCount()
        old_last = last + self._line_count - count
        self._line_count = count
        blocks = [document.findBlockByNumber(at).text() for at in range(first, last + 1)]
        lines = self._carried.read(blocks, is_end=last == count - 1)
        self.edited.emit(LineEdit(first, old_last + 1, lines))

    def _do(self, cursor: QTextCursor, edit: LineEdit) -> None:
        document = self.document()
        text = "\n".join(self._carried.shown(edit.lines))
        count = document.blockCount()
        if edit.first >= count:  # behind the last line
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(f"\n{text}" if edit.lines else "")
            return
        cursor.setPosition(document.findBlockByNumber(edit.first).position())
        if edit.last < count:
            end = document.findBlockByNumber(edit.last).position()
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(f"{text}\n" if edit.lines else "")
            return
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        if not edit.lines and edit.first > 0:  # the line end before it goes too
            start = document.findBlockByNumber(edit.first).position() - 1
            end = cursor.position()
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)

    def _underline(self, problem: Problem) -> QTextEdit.ExtraSelection | None:
        block = self.document().findBlockByNumber(problem.line - 1)
        if not block.isValid():
            return None
        text, first = block.text(), problem.column - 1
        start = block.position() + min(units(text, first), block.length() - 1)
        last = block.position() + units(text, first + problem.length)
        end = min(last, block.position() + block.length() - 1)
        found = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(start, end - 1) if end > block.position() else start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        found.cursor = cursor
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(tone_color(_TONES[problem.severity], self.palette()))
        look.setProperty(QTextFormat.Property.FullWidthSelection, False)  # noqa: FBT003  # its only form
        found.format = look
        return found

    def _problem_at(self, place: QPoint) -> Problem | None:
        cursor = self.cursorForPosition(place)
        line, column = cursor.blockNumber() + 1, cursor.positionInBlock() + 1
        here = [it for it in self._problems if it.line == line]
        exact = [it for it in here if it.column <= column <= it.column + it.length]
        return next(iter(exact or here), None)

    def _visible_blocks(self) -> list[tuple[QTextBlock, QRect]]:
        found = []
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        margins = self.viewportMargins()
        while block.isValid() and top <= self.viewport().height():
            height = self.blockBoundingRect(block).height()
            rect = QRect(0, round(top) + margins.top(), self.viewport().width(), round(height))
            found.append((block, rect))
            top += height
            block = block.next()
        return found

    def _steer_list(self, event: QKeyEvent) -> bool:
        """Whether the key was for the proposals."""
        key = Qt.Key(event.key())
        if key in _KEYS_OF_LIST:
            self._list.step(_KEYS_OF_LIST[key])
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            chosen = self._list.chosen()
            if chosen is None:
                return False
            self._take(chosen)
        elif key == Qt.Key.Key_Escape:
            self._list.hide()
        else:
            return False
        return True

    def _propose(self, *, is_asked: bool) -> None:
        cursor = self.textCursor()
        block = cursor.block()
        section = section_of_state(block.previous().userState())
        found = completions(
            block.text(), cursor.positionInBlock(), section, self._keys_beside(block)
        )
        typed = block.text()[: cursor.positionInBlock()].strip()
        is_whole = len(found) == 1 and found[0].label.casefold() == typed.casefold()
        if not is_asked and (is_whole or not typed or "=" in typed):
            found = ()
        caret = self.cursorRect().translated(self.viewportMargins().left(), GRID_PX)
        self._list.offer(found, caret.bottomLeft(), caret.topLeft())

    def _keys_beside(self, block: QTextBlock) -> set[str]:
        """The keys on the other lines of the same section."""
        found: set[str] = set()
        for step in (QTextBlock.previous, QTextBlock.next):
            other = step(block)
            while other.isValid() and not other.text().lstrip().startswith("["):
                key = find_key(split_line(other.text())[0])
                found |= {key} if key else set()
                other = step(other)
        return found

    def _take(self, completion: Completion) -> None:
        cursor = self.textCursor()
        start = cursor.block().position() + completion.start
        cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(completion.text)
        self.setTextCursor(cursor)
        self._list.hide()
        self.setFocus()
