"""A question or an answer in its place, with at most one thing to do about it."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from wgdesk.ui.language import tr
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.troubles import Words
from wgdesk.ui.widgets.mark_label import MarkLabel
from wgdesk.ui.widgets.panel import Panel
from wgdesk.ui.widgets.texts import GRID_PX, Text


class QuestionBar(Panel):
    visibility_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._agreed: Callable[[], None] | None = None
        self._mark = MarkLabel(20)
        self._title, self._body = Text(bold=True, selectable=True), Text(selectable=True)
        self._agree, self._close = QPushButton(tr("Yes")), QPushButton(tr("Close"))
        self._agree.clicked.connect(self._on_agreed)
        self._close.clicked.connect(self._leave)
        texts = QVBoxLayout()
        texts.setSpacing(GRID_PX)
        texts.addWidget(self._title)
        texts.addWidget(self._body)
        line = QHBoxLayout(self)
        line.setContentsMargins(4 * GRID_PX, 3 * GRID_PX, 4 * GRID_PX, 3 * GRID_PX)
        line.setSpacing(3 * GRID_PX)
        line.addWidget(self._mark)
        line.addLayout(texts, 1)
        line.addWidget(self._agree)
        line.addWidget(self._close)
        self.hide()

    def ask(self, words: Words, agree: str, agreed: Callable[[], None]) -> None:
        """Show a question; `agreed` is called if the person agrees."""
        self._show(words, Face(Mark.ATTENTION, Tone.ATTENTION, words.title))
        self._agreed = agreed
        self._agree.setText(agree)
        self._agree.show()
        self._close.setText(tr("Cancel"))
        self._close.show()
        self._close.setFocus()

    def tell(self, words: Words, *, is_bad: bool = False) -> None:
        face = Face(Mark.FAILED, Tone.BAD, words.title) if is_bad else None
        self._show(words, face or Face(Mark.READY, Tone.QUIET, words.title))
        self._agree.hide()
        self._close.setText(tr("Close"))
        self._close.show()

    def wait(self, words: Words) -> None:
        """Something is under way; there is nothing to press."""
        self._show(words, Face(Mark.BUSY, Tone.QUIET, words.title))
        self._agree.hide()
        self._close.hide()

    def text(self) -> str:
        """All that it says; "" while it says nothing."""
        return "" if self.isHidden() else f"{self._title.text()}\n{self._body.text()}"

    def _show(self, words: Words, face: Face) -> None:
        self._agreed = None
        self._mark.show_face(face)
        self._title.setText(words.title)
        body = "\n".join(part for part in (words.body, words.remedy) if part)
        self._body.setText(body)
        self._body.setVisible(bool(body))
        self.setAccessibleName(f"{words.title}. {body}")
        self.show()
        self.visibility_changed.emit()

    def _leave(self) -> None:
        self.hide()
        self.visibility_changed.emit()

    def _on_agreed(self) -> None:
        agreed, self._agreed = self._agreed, None
        self._leave()
        if agreed is not None:
            agreed()
