"""Finds words in the text of a profile: a bar below it, there while it is wanted."""

import re
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from wgdesk.ui.language import tr
from wgdesk.ui.text_units import cut
from wgdesk.ui.widgets.conf_editor import ConfEditor
from wgdesk.ui.widgets.outlines import Outline
from wgdesk.ui.widgets.texts import GRID_PX, QuietText


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where it was found: a line from 0, and two places in it, in characters."""

    line: int
    first: int
    last: int


class FindField(QLineEdit):
    """Enter goes on, Shift+Enter goes back, Escape leaves."""

    def __init__(self, bar: "FindBar") -> None:
        super().__init__()
        self._bar = bar
        Outline(self)
        self.setPlaceholderText(tr("Find in the text"))
        self.setAccessibleName(tr("Find in the text"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            is_back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._bar.step(-1 if is_back else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self._bar.leave()
        else:
            super().keyPressEvent(event)


class FindBar(QWidget):
    """What is hidden in the text is not found."""

    def __init__(self, editor: ConfEditor) -> None:
        super().__init__()
        self._editor = editor
        self.field, self._count = FindField(self), QuietText(scale=1.0)
        self._back, self._on = QPushButton(tr("Previous")), QPushButton(tr("Next"))
        self._close = QPushButton(tr("Close"))
        self._close.setAccessibleName(tr("Close the search"))
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, 0)
        row.addWidget(self.field, 1)
        for widget in (self._count, self._back, self._on, self._close):
            row.addWidget(widget)
        self.field.textChanged.connect(self._on_typed)
        self._back.clicked.connect(lambda: self.step(-1))
        self._on.clicked.connect(lambda: self.step(1))
        self._close.clicked.connect(self.leave)
        self.hide()

    def open(self) -> None:
        """With what is selected, if that is in one line and can be read."""
        cursor = self._editor.textCursor()
        block = cursor.block()
        first, last = (
            it - block.position() for it in (cursor.selectionStart(), cursor.selectionEnd())
        )
        selected = cut(self._editor.readable_line(block.blockNumber()), max(0, first), max(0, last))
        self.show()
        if selected and first >= 0:
            self.field.setText(selected)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._on_typed()

    def leave(self) -> None:
        self.hide()
        self._editor.setFocus()

    def step(self, by: int) -> None:
        """To the next place after the selection, or the one before it, round and round."""
        places = self._places()
        if not places:
            self._tell(places, None)
            return
        here = self._selected()
        if by > 0:
            chosen = next((it for it in places if it > here), places[0])
        else:
            chosen = next((it for it in reversed(places) if it < here), places[-1])
        self._choose(places, chosen)

    def _on_typed(self) -> None:
        """Stay where it is found already, else go to the next."""
        places = self._places()
        here = self._selected()
        start = Place(here.line, here.first, -1)
        chosen = next((it for it in places if it > start), places[0] if places else None)
        if chosen is None:
            self._tell(places, None)
        else:
            self._choose(places, chosen)

    def _choose(self, places: list[Place], chosen: Place) -> None:
        self._editor.select(chosen.line, chosen.first, chosen.last)
        self._tell(places, chosen)

    def _tell(self, places: list[Place], chosen: Place | None) -> None:
        for button in (self._back, self._on):
            button.setEnabled(bool(places))
        if chosen is not None:
            at = places.index(chosen) + 1
            text = tr("{at} of {count}").format(at=at, count=len(places))
        else:
            text = tr("Not in the text") if self.field.text() else ""
        self._count.setText(text)

    def _places(self) -> list[Place]:
        words = self.field.text()
        if not words:
            return []
        pattern = re.compile(re.escape(words), re.IGNORECASE)
        return [
            Place(line, *found.span())
            for line in range(self._editor.blockCount())
            for found in pattern.finditer(self._editor.readable_line(line))
        ]

    def _selected(self) -> Place:
        cursor = self._editor.textCursor()
        block = cursor.document().findBlock(cursor.selectionStart())
        text = block.text()
        first, last = (
            len(cut(text, 0, at - block.position()))
            for at in (cursor.selectionStart(), cursor.selectionEnd())
        )
        return Place(block.blockNumber(), first, last)


class FindablePane(QWidget):
    """The text, and the bar below it: Ctrl+F opens it, F3 and Shift+F3 go on and back."""

    def __init__(self, editor: ConfEditor) -> None:
        super().__init__()
        self.bar = FindBar(editor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(editor, 1)
        column.addWidget(self.bar)
        for keys, slot in (
            (QKeySequence.StandardKey.Find, self.bar.open),
            (QKeySequence("F3"), lambda: self._step(1)),
            (QKeySequence("Shift+F3"), lambda: self._step(-1)),
        ):
            QShortcut(keys, self, slot)

    def _step(self, by: int) -> None:
        if self.bar.isHidden():
            self.bar.open()
        else:
            self.bar.step(by)
