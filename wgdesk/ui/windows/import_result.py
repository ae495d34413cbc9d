"""The last page of an import: what became of each thing, to be read and copied."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from wgdesk.domain.found_profile import FoundProfile
from wgdesk.domain.import_report import ImportLine
from wgdesk.ui.import_words import all_about, copied_text
from wgdesk.ui.language import tr
from wgdesk.ui.models.import_lines import ImportLineModel
from wgdesk.ui.widgets.autostart_list import AutostartList
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.copy_table import CopyTable
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.panel import around
from wgdesk.ui.widgets.soft_selection import SoftSelection
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text

MOST_ROWS: Final = 12


class ImportResult(QWidget):
    """Signals: `edit_asked` for a profile (its name)."""

    edit_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[ImportLine, ...] = ()
        self._model = ImportLineModel(self)
        self._table = CopyTable(self._model, tr("Result of the import"), most_rows=MOST_ROWS)
        self._source, self._text = QuietText(selectable=True), Text(selectable=True)
        self._edit, self._copy = QPushButton(tr("Edit…")), QPushButton(tr("Copy the result"))
        self.autostarts = AutostartList()
        self._arrange()
        self._table.selectionModel().currentRowChanged.connect(lambda *_: self._show_details())
        self._edit.clicked.connect(self._on_edit_clicked)
        self._copy.clicked.connect(self._copy_all)
        SoftSelection(self._table)
        FirstFocus(self, self._table)

    def show_lines(self, lines: Sequence[ImportLine], found: Sequence[FoundProfile]) -> None:
        """`found` start by themselves at their old place."""
        self._lines = tuple(lines)
        self._model.show_rows_at(tuple(enumerate(self._lines)), 0)
        self.autostarts.show_found(found)
        if lines:
            self._table.selectRow(0)
        self._show_details()

    def _current(self) -> ImportLine | None:
        row = self._model.row_at(self._table.currentIndex())
        return row[1] if row is not None else None

    def _show_details(self) -> None:
        line = self._current()
        self._edit.setVisible(line is not None and bool(line.name))
        self._source.setText(tr("From {source}").format(source=line.source) if line else "")
        self._text.setText("\n\n".join(all_about(line)) if line else "")

    def _on_edit_clicked(self) -> None:
        line = self._current()
        if line is not None:
            self.edit_asked.emit(line.name)

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(copied_text(self._lines))

    def _arrange(self) -> None:
        details = Card()
        for label in (self._source, self._text):
            details.add(label)
        details.add_stretch()
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * GRID_PX)
        buttons.addWidget(self._copy)
        buttons.addWidget(self._edit)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * GRID_PX)
        column.addWidget(around(self._table))
        column.addWidget(details, 1)
        column.addLayout(buttons)
        column.addWidget(self.autostarts)
