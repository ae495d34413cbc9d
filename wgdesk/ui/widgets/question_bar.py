"""A question or an answer in its place, with what can be done about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from wgdesk.ui.language import tr
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.troubles import Words
from wgdesk.ui.widgets.mark_label import MarkLabel
from wgdesk.ui.widgets.notice import Notice
from wgdesk.ui.widgets.texts import GRID_PX, Text


@dataclass(frozen=True, slots=True)
class Reply:
    """One of the bar's buttons; the bar is gone when `given` is called."""

    text: str
    given: Callable[[], object]


class QuestionBar(Notice):
    def __init__(self) -> None:
        super().__init__()
        self._mark = MarkLabel(20)
        self._title, self._body = Text(bold=True, selectable=True), Text(selectable=True)
        self._buttons: list[QPushButton] = []
        self._replies: tuple[Reply, ...] = ()
        self._close = QPushButton(tr("Close"))
        self._close.clicked.connect(self.leave)
        texts = QVBoxLayout()
        texts.setSpacing(GRID_PX)
        texts.addWidget(self._title)
        texts.addWidget(self._body)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(4 * GRID_PX, 3 * GRID_PX, 4 * GRID_PX, 3 * GRID_PX)
        self._line.setSpacing(3 * GRID_PX)
        self._line.addWidget(self._mark)
        self._line.addLayout(texts, 1)
        self._line.addWidget(self._close)

    def ask(self, words: Words, *replies: Reply) -> None:
        """Show a question; leaving it unanswered does nothing."""
        self._show(words, Face(Mark.ATTENTION, Tone.ATTENTION, words.title), replies)
        self._close.setText(tr("Cancel"))
        self._close.setFocus()

    def tell(self, words: Words, *replies: Reply, is_bad: bool = False) -> None:
        face = Face(Mark.FAILED, Tone.BAD, words.title) if is_bad else None
        self._show(words, face or Face(Mark.READY, Tone.QUIET, words.title), replies)
        self._close.setText(tr("Close"))

    def wait(self, words: Words) -> None:
        """Something is under way; there is nothing to press."""
        self._show(words, Face(Mark.BUSY, Tone.QUIET, words.title), ())
        self._close.hide()

    def take_keys(self) -> None:
        """The keyboard goes on here, where a key that was meant for something else does nothing."""
        self._close.setFocus()

    def text(self) -> str:
        """All that it says; "" while it says nothing."""
        return "" if self.isHidden() else f"{self._title.text()}\n{self._body.text()}"

    def _show(self, words: Words, face: Face, replies: Sequence[Reply]) -> None:
        self._mark.show_face(face)
        self._title.setText(words.title)
        body = "\n".join(part for part in (words.body, words.remedy) if part)
        self._body.setText(body)
        self._body.setVisible(bool(body))
        self._close.show()
        self._show_replies(tuple(replies))
        self.setAccessibleName(f"{words.title}. {body}")
        self.appear()

    def _show_replies(self, replies: tuple[Reply, ...]) -> None:
        self._replies = replies
        while len(self._buttons) < len(replies):
            self._add_button(len(self._buttons))
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(replies))
            if number < len(replies):
                button.setText(replies[number].text)
                button.setAccessibleName(f"{replies[number].text}: {self._title.text()}")

    def _add_button(self, number: int) -> None:
        button = QPushButton()
        button.clicked.connect(lambda: self._on_clicked(number))
        self._line.insertWidget(self._line.count() - 1, button)
        self._buttons.append(button)

    def _on_clicked(self, number: int) -> None:
        reply = self._replies[number]
        self.leave()
        reply.given()
