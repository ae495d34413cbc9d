"""A read-only table: as tall as its rows, sortable by raw values, and its text can be taken."""

from typing import Final

from PySide6.QtCore import QAbstractItemModel, QEvent, QSize, QSortFilterProxyModel, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QSizePolicy, QTableView

from wgdesk.ui.language import tr
from wgdesk.ui.models.steady import COPY_ROLE, SORT_ROLE
from wgdesk.ui.widgets.texts import GRID_PX

MOST_ROWS_SHOWN: Final = 8
# Widths are measured on this many rows, not on all 10,000.
MEASURED_ROWS: Final = 60


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
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSortRole(SORT_ROLE)
        self._proxy.setSourceModel(model)
        self.setModel(self._proxy)
        self._dress()
        self._add_copy()
        if sortable:
            self.setSortingEnabled(True)
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            signal.connect(self._on_rows_changed)
        model.modelReset.connect(self._shrink_columns)
        model.dataChanged.connect(self._grow_columns)

    def _dress(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 2 * GRID_PX)
        self.horizontalScrollBar().rangeChanged.connect(self.updateGeometry)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setResizeContentsPrecision(MEASURED_ROWS)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def _add_copy(self) -> None:
        copy = QAction(tr("Copy"), self)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_selection)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()  # the view's own way copies what is cut for the eye
            return
        super().keyPressEvent(event)

    def copy_selection(self) -> None:
        """Put the selected rows on the clipboard, uncut, columns parted by tabs."""
        numbers = sorted({index.row() for index in self.selectionModel().selectedIndexes()})
        lines = ("\t".join(self._cells(number)) for number in numbers)
        text = "\n".join(lines)
        if text:
            QGuiApplication.clipboard().setText(text)

    def _cells(self, row: int) -> list[str]:
        columns = range(self._proxy.columnCount())
        return [str(self._proxy.index(row, column).data(COPY_ROLE)) for column in columns]

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        rows = min(max(1, self._proxy.rowCount()), self._most_rows)
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
            self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 2 * GRID_PX)
            self._shrink_columns()

    def _on_rows_changed(self) -> None:
        self._grow_columns()
        self.updateGeometry()

    def _shrink_columns(self) -> None:
        """Other contents: forget how wide the old ones were."""
        header = self.horizontalHeader()
        for column in range(header.count() - 1):
            header.resizeSection(column, self._wanted_width(column))
        # The last one takes what is left, which may be less than its usual size.
        header.resizeSection(header.count() - 1, header.minimumSectionSize())

    def _grow_columns(self) -> None:
        """While figures move, columns only ever get wider, so nothing jumps about."""
        header = self.horizontalHeader()
        for column in range(header.count() - 1):
            wanted = self._wanted_width(column)
            if wanted > header.sectionSize(column):
                header.resizeSection(column, wanted)

    def _wanted_width(self, column: int) -> int:
        contents = self.sizeHintForColumn(column) + 2 * GRID_PX
        return max(contents, self.horizontalHeader().sectionSizeHint(column))
