"""Above every page while NetworkManager carries the tunnels: that it does, and what is missing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from wgdesk.ui.carrier_words import carrier_words, limit_texts
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.widgets.mark_label import MarkLabel
from wgdesk.ui.widgets.notice import Notice
from wgdesk.ui.widgets.texts import GRID_PX, Text


class CarrierBar(Notice):
    """Two lines, and all that is missing behind a button. Made when it is first needed."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: list[Text] = []
        self._list, self._button = QWidget(self), QPushButton(tr("What is missing"), self)
        self._button.setCheckable(True)
        self._button.toggled.connect(self._on_toggled)
        self._list.hide()

    def show_carrier(self, *, is_networkmanager: bool) -> None:
        if is_networkmanager and self.isHidden():
            if not self._texts:
                self._make()
            self.appear()
        elif not is_networkmanager and not self.isHidden():
            self.leave()

    def text(self) -> str:
        """All that can be read now, line by line; "" while it is not there."""
        if self.isHidden():
            return ""
        limits = [] if self._list.isHidden() else list(limit_texts())
        return "\n".join([*(it.text() for it in self._texts), *limits])

    def open(self) -> None:
        """Show what is missing."""
        self._button.setChecked(True)

    def _make(self) -> None:
        words = carrier_words()
        mark = MarkLabel(20)
        mark.show_face(Face(Mark.ATTENTION, Tone.ATTENTION, words.title))
        self._texts = [Text(words.title, bold=True, selectable=True)]
        self._texts += [Text(it, selectable=True) for it in (words.body, words.remedy) if it]
        self.setAccessibleName(f"{words.title}. {words.body} {words.remedy}".strip())
        points = QVBoxLayout(self._list)
        points.setContentsMargins(0, GRID_PX, 0, 0)
        points.setSpacing(GRID_PX)
        for text in limit_texts():
            points.addWidget(Text(f"• {text}", selectable=True))
        column = QVBoxLayout()
        column.setSpacing(GRID_PX)
        for label in self._texts:
            column.addWidget(label)
        column.addWidget(self._list)
        row = QHBoxLayout(self)
        row.setContentsMargins(4 * GRID_PX, 3 * GRID_PX, 4 * GRID_PX, 3 * GRID_PX)
        row.setSpacing(3 * GRID_PX)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)

    def _on_toggled(self, is_open: bool) -> None:  # noqa: FBT001  # as Qt's signal has it
        self._list.setVisible(is_open)
        self._button.setText(tr("Hide") if is_open else tr("What is missing"))
