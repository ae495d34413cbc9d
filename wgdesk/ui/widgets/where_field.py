"""“Where does [ ] go?”, and the answers below it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from wgdesk.ui.language import tr
from wgdesk.ui.where_words import AnswerLine
from wgdesk.ui.widgets.mark_label import MARK_PX, MarkLabel
from wgdesk.ui.widgets.outlines import Outline
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text

PAUSE_MS: Final = 700
FIELD_WIDTH_PX: Final = 72 * GRID_PX
LONGEST_TEXT: Final = 300  # a host name has 253 characters at most, RFC 1035


class WhereField(QWidget):
    """Emits what a person wants to know.

    Signals:
        asked: The text, after Enter or a pause; the flag says that it was Enter.
    """

    asked = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self._field = QLineEdit()
        Outline(self._field)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._hint = QuietText(selectable=True)
        self._lines: list[tuple[QWidget, MarkLabel, Text]] = []
        self._column = QVBoxLayout(self)
        self._arrange()
        self._field.textEdited.connect(self._on_text_edited)
        self._field.returnPressed.connect(self._on_return_pressed)
        self._pause.timeout.connect(lambda: self.asked.emit(self._field.text(), False))  # noqa: FBT003
        self.setFocusProxy(self._field)

    def ask(self, text: str) -> None:
        """As if a person had typed it."""
        self._field.setText(text)
        self._on_return_pressed()

    def show_hint(self, text: str) -> None:
        """Words instead of an answer."""
        self._show(())
        self._hint.setText(text)
        self._hint.show()

    def show_answers(self, lines: Sequence[AnswerLine], more: str = "") -> None:
        """`more` says what is not listed; "" where all is."""
        self._show(lines)
        self._hint.setText(more)
        self._hint.setVisible(bool(more))

    def texts(self) -> list[str]:
        """All that can be read below the field."""
        said = [text.text() for line, _, text in self._lines if not line.isHidden()]
        return said if self._hint.isHidden() else [*said, self._hint.text()]

    def _arrange(self) -> None:
        before, after = QLabel(tr("Where does")), QLabel(tr("go?"))
        before.setBuddy(self._field)
        self._field.setAccessibleName(tr("Where does this address or host name go?"))
        self._field.setPlaceholderText(tr("address or host name"))
        self._field.setClearButtonEnabled(True)
        self._field.setMaxLength(LONGEST_TEXT)
        self._field.setMinimumWidth(FIELD_WIDTH_PX // 2)
        self._field.setMaximumWidth(FIELD_WIDTH_PX)
        question = QHBoxLayout()
        question.setSpacing(2 * GRID_PX)
        question.addWidget(before)
        question.addWidget(self._field, 1)
        question.addWidget(after)
        question.addStretch(0)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2 * GRID_PX)
        self._column.addLayout(question)
        self._column.addWidget(self._hint)

    def _show(self, lines: Sequence[AnswerLine]) -> None:
        while len(self._lines) < len(lines):
            self._add_line()
        for number, (line, mark, text) in enumerate(self._lines):
            has_answer = number < len(lines)
            line.setVisible(has_answer)
            if has_answer:
                mark.show_face(lines[number].face)
                text.setText(lines[number].text)

    def _add_line(self) -> None:
        line, mark, text = QWidget(), MarkLabel(MARK_PX), Text(selectable=True)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID_PX)
        row.addWidget(mark)
        row.addWidget(text, 1)
        self._column.insertWidget(self._column.count() - 1, line)
        self._lines.append((line, mark, text))

    def _on_text_edited(self) -> None:
        self._pause.start()

    def _on_return_pressed(self) -> None:
        self._pause.stop()
        self.asked.emit(self._field.text(), True)  # noqa: FBT003  # Qt signals take no keywords
