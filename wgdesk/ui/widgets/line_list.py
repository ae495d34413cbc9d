"""Sentences, each with a mark before it and perhaps something to do about it behind it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from wgdesk.ui.marks import Face
from wgdesk.ui.protection import Line, wish_text
from wgdesk.ui.widgets.mark_label import MARK_PX, MarkLabel
from wgdesk.ui.widgets.texts import GRID_PX, LINE_PX, Text


class LineList(QWidget):
    """Signals: `wished` has the Wish of the line whose button was pressed."""

    wished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID_PX)
        self._grid.setVerticalSpacing(GRID_PX)
        self._grid.setColumnStretch(1, 1)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._shown: tuple[Line, ...] = ()
        self._lines: list[tuple[MarkLabel, Text]] = []
        self._buttons: dict[int, QPushButton] = {}

    def show_lines(self, lines: Sequence[Line]) -> None:
        if tuple(lines) == self._shown:
            return
        self._shown = tuple(lines)
        while len(self._lines) < len(lines):
            self._add_line()
        for number, (mark, label) in enumerate(self._lines):
            line = lines[number] if number < len(lines) else None
            mark.setVisible(line is not None)
            label.setVisible(line is not None)
            self._grid.setRowMinimumHeight(number, LINE_PX if line is not None else 0)
            self._show_wish(number, line)
            if line is not None:
                mark.show_face(Face(line.mark, line.tone, line.text))
                label.setText(line.text)

    def _show_wish(self, number: int, line: Line | None) -> None:
        button = self._buttons.get(number)
        if line is None or line.wish is None:
            if button is not None:
                button.hide()
            return
        if button is None:
            button = self._add_button(number)
        button.setText(wish_text(line.wish))
        button.setAccessibleName(f"{wish_text(line.wish)}: {line.text}")
        button.show()

    def _add_line(self) -> None:
        mark, label = MarkLabel(MARK_PX), Text(selectable=True)
        middle, number = Qt.AlignmentFlag.AlignVCenter, len(self._lines)
        self._grid.addWidget(mark, number, 0, middle)
        self._grid.addWidget(label, number, 1, middle)
        self._lines.append((mark, label))

    def _add_button(self, number: int) -> QPushButton:
        button = self._buttons[number] = QPushButton()
        button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self._on_clicked(number))
        # Centred, for else no line could be higher than its button.
        self._grid.addWidget(button, number, 2, Qt.AlignmentFlag.AlignVCenter)
        return button

    def _on_clicked(self, number: int) -> None:
        wish = self._shown[number].wish
        if wish is not None:
            self.wished.emit(wish)
