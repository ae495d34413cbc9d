"""Every rule and route of the machine, as `ip` prints them; there may be tens of thousands."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QObject, Qt
from PySide6.QtGui import QGuiApplication, QPalette

from wgdesk.domain.machine_routing import MachineRoute, MachineRule
from wgdesk.domain.routing_lines import Line
from wgdesk.ui.language import tr
from wgdesk.ui.models.route_lines import DECIDING_SHARE
from wgdesk.ui.models.steady import COPY_ROLE, NO_INDEX, Index
from wgdesk.ui.route_words import Names, table_text
from wgdesk.ui.widgets.shades import mix

Role = Qt.ItemDataRole
COLUMN_COUNT: Final = 3


class RoutingLineModel(QAbstractTableModel):
    """Texts are made for the rows that are painted; a change touches only what differs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()
        self._names: Names = {}
        self._deciding: tuple[MachineRule | MachineRoute, ...] = ()

    def show_lines(self, lines: Sequence[Line], names: Names) -> None:
        self._names = names
        new = tuple(lines)
        if new is self._lines:
            return
        start = _same_at_start(self._lines, new)
        end = _same_at_end(self._lines[start:], new[start:])
        gone, come = len(self._lines) - start - end, len(new) - start - end
        if gone:
            self.beginRemoveRows(NO_INDEX, start, start + gone - 1)
            self._lines = self._lines[:start] + self._lines[start + gone :]
            self.endRemoveRows()
        if come:
            self.beginInsertRows(NO_INDEX, start, start + come - 1)
        self._lines = new
        if come:
            self.endInsertRows()

    def mark_deciding(self, deciding: Sequence[MachineRule | MachineRoute]) -> None:
        """The rules and routes that answer a question."""
        if deciding != self._deciding and self._lines:
            last = self.index(len(self._lines) - 1, COLUMN_COUNT - 1)
            self.dataChanged.emit(self.index(0, 0), last, [Role.BackgroundRole])
        self._deciding = tuple(deciding)

    def find_row(self, made_of: MachineRule | MachineRoute) -> int | None:
        found = (number for number, line in enumerate(self._lines) if line.made_of is made_of)
        return next(found, None)

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  # Qt's name
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  # Qt's name
        return 0 if parent.isValid() else COLUMN_COUNT

    def headerData(  # noqa: N802  # Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Role.DisplayRole:
                return (tr("Family"), tr("Table"), tr("Rule or route"))[section]
            case Role.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            case _:
                return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        match role:
            case Role.DisplayRole:
                return _as_code(self._text(line, index.column()).replace("\t", " "))
            case Role.BackgroundRole if any(line.made_of is it for it in self._deciding):
                palette = QGuiApplication.palette()
                base = palette.color(QPalette.ColorRole.Base)
                return mix(palette.color(QPalette.ColorRole.Highlight), base, DECIDING_SHARE)
            case _ if role == COPY_ROLE:
                return self._text(line, index.column())
            case _:
                return None

    def _text(self, line: Line, column: int) -> str:
        match column:
            case 0:
                return tr("IPv{version}").format(version=line.family)
            case 1:
                return tr("rules") if line.table is None else table_text(line.table, self._names)
            case _:
                return line.text


def _as_code(text: str) -> str:
    """Left to right among a text from right to left, which would tear it apart."""
    return f"\u2066{text}\u2069" if QGuiApplication.isRightToLeft() else text


def _same_at_start(old: Sequence[Line], new: Sequence[Line]) -> int:
    number = 0
    for one, other in zip(old, new, strict=False):
        if one.text != other.text or one.table != other.table or one.family != other.family:
            return number
        number += 1
    return number


def _same_at_end(old: Sequence[Line], new: Sequence[Line]) -> int:
    return _same_at_start(old[::-1], new[::-1])
