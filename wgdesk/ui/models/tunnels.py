"""The list on the left: one row for each profile."""

from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal

from wgdesk.ui.language import tr
from wgdesk.ui.models.steady import NO_INDEX, ROW_ROLE, Index, SteadyModel
from wgdesk.ui.naming import shown_name
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.sentences import line_text, live_line_text
from wgdesk.ui.wording import plain_tooltip

Role = Qt.ItemDataRole
COLUMN_COUNT: Final = 1


class TunnelModel(SteadyModel[TunnelRow]):
    """Signals: `rename_asked` has a row's name and what was typed for its title."""

    rename_asked = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda row: row.name, parent)

    def names(self) -> tuple[str, ...]:
        """From top to bottom."""
        return tuple(row.name for row in self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  # Qt's name
        return 0 if parent.isValid() else COLUMN_COUNT

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        match role:
            case Role.DisplayRole | Role.EditRole:
                return shown_name(row)
            case Role.ToolTipRole:
                return plain_tooltip("\n".join(_tooltip_lines(row)))
            case Role.AccessibleTextRole:
                return ", ".join((shown_name(row), line_text(row), *row.tags))
            case _ if role == ROW_ROLE:
                return row
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        editable = Qt.ItemFlag.ItemIsEditable if index.isValid() else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | editable

    def setData(  # noqa: N802  # Qt's name
        self, index: Index, value: Any, role: int = Role.EditRole
    ) -> bool:
        """Nothing changes here; the next picture has what became of it."""
        row, title = self.row_at(index), str(value).strip()
        if row is not None and role == Role.EditRole and title not in ("", shown_name(row)):
            self.rename_asked.emit(row.name, title)
        return False


def _tooltip_lines(row: TunnelRow) -> list[str]:
    """The interface's name only where it is another than the title."""
    lines = [shown_name(row), live_line_text(row)]
    if shown_name(row) != row.name:
        lines.append(tr("Interface {name}").format(name=row.name))
    if row.tags:
        lines.append(tr("Tags: {tags}").format(tags=", ".join(row.tags)))
    return lines
