"""Sentences that a person should know, each with a mark before it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from wgdesk.ui.language import tr
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.widgets.mark_label import MARK_PX, MarkLabel
from wgdesk.ui.widgets.texts import GRID_PX, Text


class NoticeList(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID_PX)
        self._grid.setVerticalSpacing(GRID_PX)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[MarkLabel, Text]] = []

    def show_texts(self, texts: Sequence[str]) -> None:
        while len(self._lines) < len(texts):
            self._add_line()
        for number, (mark, label) in enumerate(self._lines):
            has_text = number < len(texts)
            mark.setVisible(has_text)
            label.setVisible(has_text)
            if has_text:
                label.setText(texts[number])

    def _add_line(self) -> None:
        mark, label = MarkLabel(MARK_PX), Text(selectable=True)
        mark.show_face(Face(Mark.ATTENTION, Tone.ATTENTION, tr("Note")))
        number = len(self._lines)
        self._grid.addWidget(mark, number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(label, number, 1)
        self._lines.append((mark, label))
