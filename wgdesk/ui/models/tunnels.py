"""The list on the left: one row for each profile."""

from typing import Any, Final

from PySide6.QtCore import QObject, Qt

from wgdesk.ui.models.steady import NO_INDEX, ROW_ROLE, Index, SteadyModel
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.sentences import line_text, live_line_text
from wgdesk.ui.wording import plain_tooltip

Role = Qt.ItemDataRole
COLUMN_COUNT: Final = 1


class TunnelModel(SteadyModel[TunnelRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda row: row.name, parent)

    def columnCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  # Qt's name
        return 0 if parent.isValid() else COLUMN_COUNT

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        match role:
            case Role.DisplayRole:
                return row.name
            case Role.ToolTipRole:
                return plain_tooltip(f"{row.name}\n{live_line_text(row)}")
            case Role.AccessibleTextRole:
                return f"{row.name}, {line_text(row)}"
            case _ if role == ROW_ROLE:
                return row
        return None
