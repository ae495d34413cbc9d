"""Tables one below the other whose columns stand in line."""

from typing import Final

from PySide6.QtCore import QAbstractItemModel, QObject, QTimer

from wgdesk.ui.widgets.copy_table import WIDEST, CopyTable
from wgdesk.ui.widgets.texts import GRID_PX

MOST_ROWS: Final = 40


class Alignment(QObject):
    """Knows the tables that belong together, and keeps one selection over all of them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tables: list[AlignedTable] = []
        self._is_passing_on = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.align)
        self._is_anew = True

    def add(self, table: "AlignedTable") -> None:
        self._tables.append(table)
        table.horizontalHeader().sectionResized.connect(self._on_section_resized)
        table.selectionModel().selectionChanged.connect(lambda: self._on_selection_changed(table))

    def remove(self, table: "AlignedTable") -> None:
        self._tables.remove(table)

    def ask(self, *, anew: bool = False) -> None:
        """Contents have changed; only with `anew` may columns become narrower."""
        self._is_anew = self._is_anew or anew
        self._soon.start()

    def align(self) -> None:
        """Do at once what was asked for."""
        self._soon.stop()
        if not self._tables:
            return
        header = self._tables[0].horizontalHeader()
        for column in range(header.count() - 1):
            width = max(table.wanted_width(column) for table in self._tables)
            if not self._is_anew:
                width = max(width, header.sectionSize(column))
            self._resize(column, width)
        self._is_anew = False

    def _resize(self, column: int, width: int) -> None:
        self._is_passing_on = True
        for table in self._tables:
            if table.horizontalHeader().sectionSize(column) != width:
                table.horizontalHeader().resizeSection(column, width)
        self._is_passing_on = False

    def _on_section_resized(self, column: int, _: int, width: int) -> None:
        """By hand: the others follow."""
        last = self._tables[0].horizontalHeader().count() - 1
        if not self._is_passing_on and column != last:
            self._resize(column, width)

    def _on_selection_changed(self, table: "AlignedTable") -> None:
        """What Copy takes is never in doubt."""
        if table.selectionModel().hasSelection():
            for other in self._tables:
                if other is not table:
                    other.clearSelection()


class AlignedTable(CopyTable):
    def __init__(self, model: QAbstractItemModel, name: str, alignment: Alignment) -> None:
        self._alignment = alignment
        super().__init__(model, name, most_rows=MOST_ROWS, sortable=False)
        alignment.add(self)

    def wanted_width(self, column: int) -> int:
        """As its cells are drawn: bold ones and those with a mark are wider than their text."""
        limit = WIDEST * self.fontMetrics().averageCharWidth()
        contents = min(self.sizeHintForColumn(column) + 2 * GRID_PX, limit)
        return max(contents, self.horizontalHeader().sectionSizeHint(column))

    def _shrink_columns(self) -> None:
        self._alignment.ask(anew=True)

    def _grow_columns(self, _: range | None = None) -> None:
        self._alignment.ask()
