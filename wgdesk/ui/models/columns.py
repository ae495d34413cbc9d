"""A table model whose columns are a list of small functions."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from wgdesk.ui.models.steady import COPY_ROLE, NO_INDEX, ROW_ROLE, Index, SteadyModel
from wgdesk.ui.wording import plain_tooltip

Row = TypeVar("Row")
Role = Qt.ItemDataRole

NUMBERS: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
# Keeps a number that ends on the right apart from the text that begins beside it.
NUMBER_SPACE: Final = "\u2002"
TEXT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def in_order(text: str) -> str:
    """Keeps `0.0.0.0/0, ::/0` from being turned round in a window that reads from the right."""
    return f"\u2068{text}\u2069" if QGuiApplication.isRightToLeft() else text


@dataclass(frozen=True, kw_only=True)  # no slots: 3.11 cannot make a generic one
class Column(Generic[Row]):
    """One column.

    Attributes:
        text: What the cell says; the second argument is the time now, in Unix seconds.
        sort: The raw value behind the text; None sorts by the text.
        whole: The text uncut, for the tooltip and for copying; None where nothing is cut.
        ticks: The text changes with time alone.
    """

    title: str
    text: Callable[[Row, int], str]
    sort: Callable[[Row], Any] | None = None
    whole: Callable[[Row], str] | None = None
    is_number: bool = False
    ticks: bool = False


class ColumnModel(SteadyModel[Row], Generic[Row]):
    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(key, parent)
        self._columns = tuple(columns)
        self._now_unix_s = 0
        self._given: Sequence[Row] = ()  # in the order that they come in by themselves
        self._sorting: Callable[[Sequence[Row]], Sequence[Row]] = _as_given

    def sort(self, number: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column, now and after every refresh; -1 is the order in which rows are given.

        A proxy would ask for 10,000 values one by one, in every second.
        """
        if number < 0:
            self._sorting = _as_given
        else:
            key = partial(self._sort_value, self._columns[number])
            is_down = order is Qt.SortOrder.DescendingOrder
            self._sorting = lambda rows: sorted(rows, key=key, reverse=is_down)
        self.show_rows(self._sorting(self._given))

    def show_rows_at(self, rows: Sequence[Row], now_unix_s: int) -> None:
        """Replace the picture, and let the cells that tell a time move on."""
        has_moved, self._now_unix_s = now_unix_s != self._now_unix_s, now_unix_s
        if rows is not self._given:
            self._given = rows
            self.show_rows(self._sorting(rows))
        if not has_moved or not rows:
            return
        for number, column in enumerate(self._columns):
            if column.ticks:
                last = self.index(len(rows) - 1, number)
                self.dataChanged.emit(self.index(0, number), last, [Role.DisplayRole])

    def columnCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  # Qt's name
        return 0 if parent.isValid() else len(self._columns)

    def headerData(  # noqa: N802  # Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self._columns[section]
        if role == Role.DisplayRole:
            return f"{column.title}{NUMBER_SPACE}" if column.is_number else column.title
        if role == Role.TextAlignmentRole:
            return NUMBERS if column.is_number else TEXT
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        column = self._columns[index.column()]
        match role:
            case Role.DisplayRole:
                text = column.text(row, self._now_unix_s)
                return f"{in_order(text)}{NUMBER_SPACE}" if column.is_number else in_order(text)
            case Role.ToolTipRole if column.whole is not None:
                return plain_tooltip(column.whole(row))
            case Role.TextAlignmentRole:
                return NUMBERS if column.is_number else TEXT
            case _ if role == COPY_ROLE:
                whole = column.whole
                return whole(row) if whole else column.text(row, self._now_unix_s)
            case _ if role == ROW_ROLE:
                return row
        return None

    def _sort_value(self, column: Column[Row], row: Row) -> Any:
        return column.sort(row) if column.sort else column.text(row, self._now_unix_s)


def _as_given(rows: Sequence[Row]) -> Sequence[Row]:
    return rows
