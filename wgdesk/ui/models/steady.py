"""A model that takes whole new pictures and tells Qt only what is different about them."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex

NO_INDEX: Final = QModelIndex()
# Rows that stay, of all; with fewer, one reset is cheaper for a view than a thousand moves.
WORTH_KEEPING: Final = 0.5
# Places where rows come or go at once; with more, a view is quicker to begin anew.
MOST_PLACES: Final = 100

ROW_ROLE: Final = Qt.ItemDataRole.UserRole
COPY_ROLE: Final = Qt.ItemDataRole.UserRole + 1


class SteadyModel(QAbstractTableModel, Generic[Row]):
    """Rows with an identity: selection, scroll position and current row survive every refresh."""

    def __init__(self, key: Callable[[Row], Hashable], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._rows: list[Row] = []
        self._keys: list[Hashable] = []

    def row_at(self, index: Index) -> Row | None:
        return self._rows[index.row()] if index.isValid() else None

    def find_index(self, key: Hashable) -> QModelIndex:
        """The row of that identity; an invalid index if there is none."""
        return self.index(self._keys.index(key), 0) if key in self._keys else QModelIndex()

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  # Qt's name
        return 0 if parent.isValid() else len(self._rows)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Replace the picture."""
        keys: list[Hashable] = [self._key(row) for row in rows]
        if keys != self._keys and not self._follow(rows, keys):
            self.beginResetModel()
            self._rows, self._keys = list(rows), keys
            self.endResetModel()
            return
        before, self._rows = self._rows, list(rows)
        self._tell_changes(before)

    def _follow(self, rows: Sequence[Row], keys: list[Hashable]) -> bool:
        """Bring the rows that are shown into the new order; False where that is not worth it."""
        old, new = set(self._keys), set(keys)
        kept = old & new
        if not kept or len(kept) < WORTH_KEEPING * len(old) or len(new) < len(keys):
            return False
        gone = list(_runs([number for number, key in enumerate(self._keys) if key not in kept]))
        come = list(_runs([number for number, key in enumerate(keys) if key not in kept]))
        if len(gone) + len(come) > MOST_PLACES:
            return False
        for first, last in reversed(gone):
            self.beginRemoveRows(NO_INDEX, first, last)
            del self._rows[first : last + 1], self._keys[first : last + 1]
            self.endRemoveRows()
        self._reorder([key for key in keys if key in kept])
        for first, last in come:
            self.beginInsertRows(NO_INDEX, first, last)
            self._rows[first:first] = rows[first : last + 1]
            self._keys[first:first] = keys[first : last + 1]
            self.endInsertRows()
        return True

    def _reorder(self, keys: list[Hashable]) -> None:
        """The same rows in the order of `keys`; what points at a row goes with it."""
        if keys == self._keys:
            return
        self.layoutAboutToBeChanged.emit()
        place = {key: number for number, key in enumerate(keys)}
        pointed = self.persistentIndexList()
        moved = [self.index(place[self._keys[it.row()]], it.column()) for it in pointed]
        by_key = dict(zip(self._keys, self._rows, strict=True))
        self._rows, self._keys = [by_key[key] for key in keys], keys
        self.changePersistentIndexList(pointed, moved)
        self.layoutChanged.emit()

    def _tell_changes(self, before: list[Row]) -> None:
        """One signal from the first to the last row that is different; views paint what they show."""
        first = _first_change(zip(before, self._rows, strict=True))
        if first is None:
            return
        last = _first_change(zip(reversed(before), reversed(self._rows), strict=True)) or 0
        self.dataChanged.emit(
            self.index(first, 0),
            self.index(len(self._rows) - 1 - last, self.columnCount() - 1),
            list[int](),
        )


def _first_change(pairs: Iterable[tuple[object, object]]) -> int | None:
    changes = (number for number, (old, new) in enumerate(pairs) if old is not new and old != new)
    return next(changes, None)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbours, of ascending numbers."""
    first = last = -1
    for number in numbers:
        if number != last + 1 or first < 0:
            if first >= 0:
                yield first, last
            first = number
        last = number
    if first >= 0:
        yield first, last
