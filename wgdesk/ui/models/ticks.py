"""A list in which each row can be chosen or left out."""

from collections.abc import Iterable, Sequence
from typing import Any, Generic, Protocol, Self, TypeVar

from PySide6.QtCore import QAbstractListModel, QObject, Qt, Signal

from wgdesk.ui.marks import Face
from wgdesk.ui.models.steady import NO_INDEX, ROW_ROLE, Index
from wgdesk.ui.wording import plain_tooltip

Role = Qt.ItemDataRole
CheckState = Qt.CheckState


class TickRow(Protocol):
    """A row; values only, so a new one takes its place."""

    @property
    def name(self) -> str: ...

    @property
    def second_line(self) -> str: ...

    @property
    def face(self) -> Face: ...

    @property
    def is_chosen(self) -> bool: ...

    @property
    def can_be_chosen(self) -> bool: ...

    def chosen(self, *, is_chosen: bool) -> Self: ...


Row = TypeVar("Row", bound=TickRow)


class TickModel(QAbstractListModel, Generic[Row]):
    """Signals: `choice_changed` that others are chosen, or that rows are others."""

    choice_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Begin anew."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()
        self.choice_changed.emit()

    def set_row(self, number: int, row: Row) -> None:
        self.set_rows([(number, row)])

    def set_rows(self, changed: Iterable[tuple[int, Row]]) -> None:
        """Some rows, in the places of those that were there."""
        for number, row in changed:
            self.rows[number] = row
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1), list[int]())
        self.choice_changed.emit()

    def chosen_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_chosen)

    def choose_all(self, *, are_chosen: bool) -> None:
        """All that can be, or none."""
        self.set_rows(
            (number, row.chosen(is_chosen=are_chosen))
            for number, row in enumerate(self.rows)
            if row.can_be_chosen
        )

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  # Qt's name
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if index.isValid() and self.rows[index.row()].can_be_chosen:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        match role:
            case Role.DisplayRole:
                return row.name
            case Role.CheckStateRole:
                return CheckState.Checked if row.is_chosen else CheckState.Unchecked
            case Role.ToolTipRole:
                return plain_tooltip(f"{row.name}\n{row.second_line}")
            case Role.AccessibleTextRole:
                return f"{row.name}, {row.second_line}"
            case _ if role == ROW_ROLE:
                return row
        return None

    def setData(  # noqa: N802  # Qt's name
        self, index: Index, value: Any, role: int = Role.EditRole
    ) -> bool:
        if role != Role.CheckStateRole or not index.isValid():
            return False
        row = self.rows[index.row()]
        if row.can_be_chosen:
            is_chosen = CheckState(value) is CheckState.Checked
            self.set_row(index.row(), row.chosen(is_chosen=is_chosen))
        return row.can_be_chosen
