"""A read-only table: as tall as its rows, sortable by raw values, and its text can be taken."""

from collections.abc import Container
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHeaderView,
    QMenu,
    QSizePolicy,
    QTableView,
)

from wgdesk.ui.language import tr
from wgdesk.ui.models.steady import COPY_ROLE
from wgdesk.ui.widgets.dress import dress, set_row_height
from wgdesk.ui.widgets.mark_label import MARK_PX
from wgdesk.ui.widgets.texts import GRID_PX

MOST_ROWS_SHOWN: Final = 8
# Widths are measured on so many rows from the first that is shown, not on all 10,000.
MEASURED_ROWS: Final = 16
WIDEST: Final = 48  # in letters; what is longer is cut for the eye and whole in the tooltip


class CopyTable(QTableView):
    def __init__(
        self,
        model: QAbstractItemModel,
        name: str,
        *,
        most_rows: int = MOST_ROWS_SHOWN,
        sortable: bool = True,
    ) -> None:
        super().__init__()
        self._most_rows = most_rows
        self.setAccessibleName(name)
        self.setModel(model)
        self._dress()
        self._add_actions()
        if sortable:
            self.horizontalHeader().setSortIndicatorClearable(True)
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self.setSortingEnabled(True)
        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            signal.connect(self._on_rows_changed)
        model.modelReset.connect(self._shrink_columns)
        model.dataChanged.connect(self._on_data_changed)

    def _dress(self) -> None:
        dress(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.horizontalScrollBar().rangeChanged.connect(self.updateGeometry)
        header = self.horizontalHeader()
        header.sortIndicatorChanged.connect(lambda *_: self._grow_columns())
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def _add_actions(self) -> None:
        keys = QKeySequence.StandardKey
        self._copy = self._action(tr("Copy"), keys.Copy, self.copy_selection)
        self._all = self._action(tr("Select all"), keys.SelectAll, self.selectAll)

    def _action(self, text: str, keys: QKeySequence.StandardKey, slot: Any) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802  # Qt's name
        """At the mouse, or beside the row where it was asked for by key."""
        place = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            place = self.viewport().mapToGlobal(self._below_current())
        self._copy.setEnabled(self.selectionModel().hasSelection())
        menu = QMenu(self)
        menu.addActions([self._copy, self._all])
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _below_current(self) -> QPoint:
        return self.visualRect(self.currentIndex()).bottomLeft()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()  # the view's own way copies what is cut for the eye
            return
        super().keyPressEvent(event)

    def leave_out(self, columns: Container[int]) -> None:
        """Show all columns but these; what is copied has them all the same."""
        header = self.horizontalHeader()
        changed = [
            it for it in range(header.count()) if header.isSectionHidden(it) != (it in columns)
        ]
        for column in changed:
            header.setSectionHidden(column, column in columns)
        if changed:
            self._shrink_columns()
            self.updateGeometry()

    def copy_selection(self) -> None:
        """Put the selected rows on the clipboard, uncut, columns parted by tabs."""
        numbers = sorted(index.row() for index in self.selectionModel().selectedRows())
        text = "\n".join("\t".join(self._cells(number)) for number in numbers)
        if text:
            QGuiApplication.clipboard().setText(text)

    def _cells(self, row: int) -> list[str]:
        model = self.model()
        columns = range(model.columnCount())
        texts = (str(model.index(row, column).data(COPY_ROLE)) for column in columns)
        return [text.replace("\n", "; ") for text in texts]  # a row is a line

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        rows = min(max(1, self.model().rowCount()), self._most_rows)
        height = self.horizontalHeader().sizeHint().height()
        height += rows * self.verticalHeader().defaultSectionSize()
        if self.horizontalScrollBar().maximum() > 0:
            height += self.horizontalScrollBar().sizeHint().height()
        return QSize(super().sizeHint().width(), height + GRID_PX)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(0, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            set_row_height(self)
            self._shrink_columns()

    def _on_rows_changed(self) -> None:
        self._grow_columns()
        self.updateGeometry()

    def _on_data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        self._grow_columns(range(first.column(), last.column() + 1))

    def _shrink_columns(self) -> None:
        """Other contents: forget how wide the old ones were."""
        header = self.horizontalHeader()
        *columns, last = self._shown_columns()
        for column in columns:
            header.resizeSection(column, self._wanted_width(column))
        # The last one takes what is left, which may be less than its usual size.
        header.resizeSection(last, header.minimumSectionSize())

    def _grow_columns(self, columns: range | None = None) -> None:
        """While figures move, columns only ever get wider, so nothing jumps about."""
        header = self.horizontalHeader()
        for column in self._shown_columns()[:-1]:
            if columns is None or column in columns:
                wanted = self._wanted_width(column)
                if wanted > header.sectionSize(column):
                    header.resizeSection(column, wanted)

    def _shown_columns(self) -> list[int]:
        header = self.horizontalHeader()
        return [it for it in range(header.count()) if not header.isSectionHidden(it)]

    def _wanted_width(self, column: int) -> int:
        model, letters = self.model(), self.fontMetrics()
        first = max(0, self.rowAt(0))
        rows = range(first, min(model.rowCount(), first + MEASURED_ROWS))
        texts = (str(model.index(row, column).data()) for row in rows)
        contents = max(map(letters.horizontalAdvance, texts), default=0) + 3 * GRID_PX
        if model.index(first, column).data(Qt.ItemDataRole.DecorationRole) is not None:
            contents += MARK_PX + GRID_PX
        widest = WIDEST * letters.averageCharWidth()
        return max(min(contents, widest), self.horizontalHeader().sectionSizeHint(column))
