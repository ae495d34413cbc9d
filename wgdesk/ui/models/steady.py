"""A model that takes whole new pictures and tells Qt only what is different about them."""

from collections.abc import Callable, Hashable, Sequence
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex

NO_INDEX: Final = QModelIndex()
# Rows that stay, of all; with fewer, one reset is cheaper for a view than a thousand moves.
WORTH_KEEPING: Final = 0.5


class SteadyModel(QAbstractTableModel, Generic[Row]):
    """Rows with an identity: selection, scroll position and current row survive every refresh."""

    def __init__(self, key: Callable[[Row], Hashable], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._rows: list[Row] = []

    def row_at(self, index: Index) -> Row | None:
        return self._rows[index.row()] if index.isValid() else None

    def find_index(self, key: Hashable) -> QModelIndex:
        """The row of that identity; an invalid index if there is none."""
        for number, row in enumerate(self._rows):
            if self._key(row) == key:
                return self.index(number, 0)
        return QModelIndex()

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  # Qt's name
        return 0 if parent.isValid() else len(self._rows)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Replace the picture."""
        new_keys = [self._key(row) for row in rows]
        kept = {self._key(row) for row in self._rows} & set(new_keys)
        if (
            not kept
            or len(kept) < WORTH_KEEPING * len(self._rows)
            or len(set(new_keys)) < len(new_keys)
        ):
            self._reset(rows)
            return
        before = {self._key(row): row for row in self._rows}
        self._drop_all_but(kept)
        self._bring_into_order(rows, new_keys, kept)
        self._rows = list(rows)
        self._tell_changes([before.get(key) for key in new_keys])

    def _reset(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def _drop_all_but(self, kept: set[Hashable]) -> None:
        for number in range(len(self._rows) - 1, -1, -1):
            if self._key(self._rows[number]) not in kept:
                self.beginRemoveRows(NO_INDEX, number, number)
                del self._rows[number]
                self.endRemoveRows()

    def _bring_into_order(
        self, rows: Sequence[Row], keys: list[Hashable], kept: set[Hashable]
    ) -> None:
        """Insert and move until the identities are those of `rows`; old contents stay for now."""
        for number, (row, key) in enumerate(zip(rows, keys, strict=True)):
            if number < len(self._rows) and self._key(self._rows[number]) == key:
                continue
            if key in kept:
                self._move(self._find_number(key, number), number)
            else:
                self.beginInsertRows(NO_INDEX, number, number)
                self._rows.insert(number, row)
                self.endInsertRows()

    def _find_number(self, key: Hashable, first: int) -> int:
        return next(at for at in range(first, len(self._rows)) if self._key(self._rows[at]) == key)

    def _move(self, old: int, new: int) -> None:
        self.beginMoveRows(NO_INDEX, old, old, NO_INDEX, new)
        self._rows.insert(new, self._rows.pop(old))
        self.endMoveRows()

    def _tell_changes(self, before: list[Row | None]) -> None:
        """One signal from the first to the last row that is different; views paint what they show."""
        changed = [
            number
            for number, (old, new) in enumerate(zip(before, self._rows, strict=True))
            if old != new
        ]
        if changed:
            last_column = self.columnCount() - 1
            self.dataChanged.emit(
                self.index(changed[0], 0), self.index(changed[-1], last_column), list[int]()
            )


ROW_ROLE: Final = Qt.ItemDataRole.UserRole
SORT_ROLE: Final = Qt.ItemDataRole.UserRole + 1
COPY_ROLE: Final = Qt.ItemDataRole.UserRole + 2
