"""Pairs of label and value, one below the other."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from wgdesk.ui.facts import Fact
from wgdesk.ui.language import tr
from wgdesk.ui.widgets.texts import GRID_PX, LINE_PX, QuietText, Text

VALUE, REST = 0, 2  # of a cell: a value that is cut has its button right behind it


class FactList(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4 * GRID_PX)
        self._grid.setVerticalSpacing(GRID_PX)
        self._grid.setColumnStretch(1, 1)
        self._shown: tuple[Fact, ...] = ()
        self._cells: list[QHBoxLayout] = []
        self._lines: list[tuple[QuietText, Text, QPushButton]] = []

    def show_facts(self, facts: Sequence[Fact]) -> None:
        if tuple(facts) == self._shown:
            return
        self._shown = tuple(facts)
        while len(self._lines) < len(facts):
            self._add_line()
        for number, (label, value, copy) in enumerate(self._lines):
            fact = facts[number] if number < len(facts) else None
            label.setVisible(fact is not None)
            value.setVisible(fact is not None)
            copy.setVisible(fact is not None and bool(fact.whole))
            self._grid.setRowMinimumHeight(number, LINE_PX if fact is not None else 0)
            if fact is not None:
                label.setText(fact.label)
                value.setText(fact.value)
                value.setToolTip(fact.whole)
                value.setWordWrap(not fact.whole)
                self._cells[number].setStretch(VALUE, 0 if fact.whole else 1)
                self._cells[number].setStretch(REST, 1 if fact.whole else 0)
                value.setAccessibleName(f"{fact.label}: {fact.whole or fact.value}")
                copy.setAccessibleName(tr("Copy: {what}").format(what=fact.label))

    def _add_line(self) -> None:
        label, value, copy = QuietText(scale=1.0), Text(selectable=True), QPushButton(tr("Copy"))
        label.setWordWrap(False)
        # A selectable label sits a pixel higher; both must stand on one line.
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setBuddy(value)
        number = len(self._lines)
        copy.setAccessibleName(tr("Copy"))
        copy.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._shown[number].whole))
        cell = QHBoxLayout()
        cell.setSpacing(2 * GRID_PX)
        cell.addWidget(value)
        cell.addWidget(copy)
        cell.addStretch(0)
        self._grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addLayout(cell, number, 1)
        self._cells.append(cell)
        self._lines.append((label, value, copy))
