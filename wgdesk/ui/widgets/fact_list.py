"""Pairs of label and value, one below the other."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from wgdesk.ui.facts import Fact
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text


class FactList(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6 * GRID_PX)
        self._grid.setVerticalSpacing(2 * GRID_PX)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[QuietText, Text]] = []

    def show_facts(self, facts: Sequence[Fact]) -> None:
        while len(self._lines) < len(facts):
            self._add_line()
        for number, (label, value) in enumerate(self._lines):
            fact = facts[number] if number < len(facts) else None
            label.setVisible(fact is not None)
            value.setVisible(fact is not None)
            if fact is not None:
                label.setText(fact.label)
                value.setText(fact.value)
                value.setAccessibleName(f"{fact.label}: {fact.value}")

    def _add_line(self) -> None:
        label, value = QuietText(scale=1.0), Text(selectable=True)
        label.setWordWrap(False)
        # A selectable label sits a pixel higher; both must stand on one line.
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setBuddy(value)
        number = len(self._lines)
        self._grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, number, 1, Qt.AlignmentFlag.AlignTop)
        self._lines.append((label, value))
