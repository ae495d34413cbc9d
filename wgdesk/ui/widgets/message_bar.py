"""A message in its place: what happened, why, and what to do; never a dialog in the way."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from wgdesk.ui.icons import tone_color
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.troubles import Words
from wgdesk.ui.widgets.mark_label import MarkLabel
from wgdesk.ui.widgets.panel import Panel
from wgdesk.ui.widgets.shades import change_colors, mix
from wgdesk.ui.widgets.texts import GRID_PX, Text

TINT_SHARE = 0.12


class MessageBar(Panel):
    """Shown while there is something to say."""

    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tone = Tone.BAD
        self.setBackgroundRole(QPalette.ColorRole.Window)  # whatever lies behind
        self._mark = MarkLabel(20)
        self._title = Text(bold=True, selectable=True)
        self._body = Text(selectable=True)
        self._remedy = Text(selectable=True)
        self._dismiss = QPushButton(tr("Dismiss"))
        self._dismiss.clicked.connect(self.dismissed)
        self._arrange()
        self._recolor()
        self.hide()

    def _arrange(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(GRID_PX)
        for text in (self._title, self._body, self._remedy):
            texts.addWidget(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(4 * GRID_PX, 3 * GRID_PX, 4 * GRID_PX, 3 * GRID_PX)
        row.setSpacing(3 * GRID_PX)
        row.addWidget(self._mark)
        row.addLayout(texts, 1)
        row.addWidget(self._dismiss)

    def show_words(self, words: Words | None, tone: Tone, *, dismissible: bool = False) -> None:
        """Say this, or nothing."""
        self.setVisible(words is not None)
        if words is None:
            return
        if tone is not self._tone:
            self._tone = tone
            self._recolor()
        mark = Mark.FAILED if tone is Tone.BAD else Mark.ATTENTION
        self._mark.show_face(Face(mark, tone, words.title))
        self._title.setText(words.title)
        self._body.setText(words.body)
        self._remedy.setText(words.remedy)
        self._remedy.setVisible(bool(words.remedy))
        self._dismiss.setVisible(dismissible)
        self.setAccessibleName(f"{words.title}. {words.body} {words.remedy}".strip())

    def text(self) -> str:
        """All that it says, line by line; "" while it says nothing."""
        if self.isHidden():
            return ""
        parts = (self._title.text(), self._body.text(), self._remedy.text())
        return "\n".join(part for part in parts if part)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._recolor()

    def _recolor(self) -> None:
        palette = QPalette()
        window = palette.color(QPalette.ColorRole.Window)
        tint = mix(tone_color(self._tone, palette), window, TINT_SHARE)
        change_colors(self, {QPalette.ColorRole.Window: tint})
