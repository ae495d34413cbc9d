"""The table of the log: it stays at the newest line for as long as nobody looks elsewhere."""

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QEvent, QItemSelectionRange, QModelIndex
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTableView

from wgdesk.client.log_text import line_text
from wgdesk.domain.log_line import LogKind, LogLine
from wgdesk.ui.faces import log_face
from wgdesk.ui.language import tr
from wgdesk.ui.models.log import KIND, TIME, TUNNEL, LogModel
from wgdesk.ui.widgets.dress import dress, set_row_height
from wgdesk.ui.widgets.mark_label import MARK_PX
from wgdesk.ui.widgets.texts import GRID_PX


class LogTable(QTableView):
    def __init__(self, model: LogModel) -> None:
        super().__init__()
        self._is_at_tail, self._lines = True, model
        self.setAccessibleName(tr("Log"))
        self.setModel(model)
        dress(self)
        self.horizontalHeader().setSectionsMovable(False)
        self._fit_columns()
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_range_changed)
        # Else the view goes to the top, where the row that had the keys is no more.
        model.oldest_go.connect(lambda: self.setAutoScroll(False))
        model.rowsRemoved.connect(self._on_rows_removed)
        model.tunnels_changed.connect(self._fit_columns)
        model.rowsInserted.connect(self._fit_time)
        model.modelReset.connect(self._fit_time)

    def selected_lines(self) -> list[LogLine]:
        """From top to bottom."""
        ranges = self._selected_ranges()
        rows = {row for it in ranges for row in range(it.top(), it.bottom() + 1)}
        return [self._lines.shown[row] for row in sorted(rows)]

    def copy_selection(self) -> None:
        text = "\n".join(line_text(line) for line in self.selected_lines())
        if text:
            QGuiApplication.clipboard().setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()  # the view's own way copies one cell
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            set_row_height(self)
            self._fit_columns()

    def _fit_columns(self) -> None:
        """As wide as what may stand in them; measuring every row would take too long."""
        mark_px = self.iconSize().width() if self.iconSize().isValid() else MARK_PX
        words = [log_face(kind).word for kind in LogKind]
        self._widen(KIND, words, mark_px + GRID_PX)
        self._widen(TUNNEL, self._lines.tunnels)
        self._fit_time()

    def _fit_time(self) -> None:
        """The first row is of the oldest day."""
        if self._lines.shown:
            self._widen(TIME, [str(self._lines.index(0, TIME).data())])

    def _widen(self, column: int, texts: Iterable[str], beside_px: int = 0) -> None:
        """Only ever wider, so that nothing jumps about."""
        header, metrics = self.horizontalHeader(), self.fontMetrics()
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        wanted = max(widest + beside_px + 4 * GRID_PX, header.sectionSizeHint(column))
        if wanted > header.sectionSize(column):
            header.resizeSection(column, wanted)

    def _selected_ranges(self) -> list[QItemSelectionRange]:
        """Far fewer than rows, where all 10,000 are selected."""
        return list(cast("Iterable[QItemSelectionRange]", self.selectionModel().selection()))

    def _on_scrolled(self, value: int) -> None:
        self._is_at_tail = value >= self.verticalScrollBar().maximum()

    def _on_range_changed(self, _least: int, most: int) -> None:
        has_few_selected = sum(it.height() for it in self._selected_ranges()) <= 1
        if self._is_at_tail and has_few_selected:
            self.verticalScrollBar().setValue(most)
        self._is_at_tail = self.verticalScrollBar().value() >= most

    def _on_rows_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Old lines went at the top: whoever reads further below goes on reading."""
        self.setAutoScroll(True)
        if not self._is_at_tail:
            bar = self.verticalScrollBar()
            height_px = (last - first + 1) * self.verticalHeader().defaultSectionSize()
            bar.setValue(max(0, bar.value() - height_px))
