"""The result of an import: one row for each thing that was found."""

from typing import Any, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from wgdesk.domain.import_report import ImportLine
from wgdesk.ui.icons import mark_icon
from wgdesk.ui.import_words import all_about, gist, line_name, outcome_face
from wgdesk.ui.language import tr
from wgdesk.ui.models.columns import Column, ColumnModel
from wgdesk.ui.models.steady import Index

OUTCOME: Final = 0
Role = Qt.ItemDataRole
# A row and its number, which is what tells it apart.
Row = tuple[int, ImportLine]


class ImportLineModel(ColumnModel[Row]):
    def __init__(self, parent: QObject | None = None) -> None:
        columns = (
            Column[Row](title=tr("Result"), text=lambda row, _: outcome_face(row[1].outcome).word),
            Column[Row](title=tr("Name"), text=lambda row, _: line_name(row[1])),
            Column[Row](
                title=tr("What it does, or why not"),
                text=lambda row, _: gist(row[1]),
                whole=lambda row: "\n".join(all_about(row[1])),
            ),
            Column[Row](title=tr("From"), text=lambda row, _: row[1].source),
        )
        super().__init__(columns, lambda row: row[0], parent)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is not None and role == Role.DecorationRole and index.column() == OUTCOME:
            return mark_icon(outcome_face(row[1].outcome), QGuiApplication.palette())
        return super().data(index, role)
