"""What all tables here look like."""

from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from wgdesk.ui.widgets.quiet_header import QuietHeader
from wgdesk.ui.widgets.texts import GRID_PX


def dress(table: QTableView) -> None:
    """No boxes and no grid; rows are chosen whole, nothing is edited, scrolling is smooth."""
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setCornerButtonEnabled(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    set_row_height(table)
    header = QuietHeader(table)
    table.setHorizontalHeader(header)
    header.setStretchLastSection(True)


def set_row_height(table: QTableView) -> None:
    """To be called again when the font is another."""
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 2 * GRID_PX)
