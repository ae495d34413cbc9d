"""The lines of the log that a person wants to see: the newest below, 10,000 at most."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from wgdesk.client.log_text import short_time_text, time_text
from wgdesk.domain.log_line import LogKind, LogLine, LogPage
from wgdesk.domain.names import natural_key
from wgdesk.ui.faces import log_face
from wgdesk.ui.icons import mark_icon
from wgdesk.ui.language import tr, tr_count, tr_told
from wgdesk.ui.models.steady import COPY_ROLE, NO_INDEX, ROW_ROLE, Index
from wgdesk.ui.widgets.shades import quiet_color
from wgdesk.ui.wording import plain_tooltip

MOST_LINES: Final = 10_000
# So many go at once: with each single one the rest would move up.
DROPPED_AT_ONCE: Final = 500

# A command is read from the left in every language.
_LEFT_TO_RIGHT: Final = "\u2066"
_END: Final = "\u2069"

TIME, TUNNEL, KIND, TEXT = range(4)
Role = Qt.ItemDataRole


class LogModel(QAbstractTableModel):
    """Takes pages as they arrive, each line once, however often it is given.

    Signals:
        tunnels_changed: A line is about a tunnel that none was about before.
        counts_changed: How many lines there are, or are shown.
        oldest_go: Just before the oldest rows are removed.
    """

    tunnels_changed = Signal()
    counts_changed = Signal()
    oldest_go = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._titles = (tr("Time"), tr("Tunnel"), tr("Kind"), tr("Message"))
        self._lines: list[LogLine] = []
        self._shown: list[LogLine] = []
        self._tunnels: set[str] = set()
        self._source, self._last = "", 0
        self._tunnel, self._words = "", ""

    @property
    def shown(self) -> Sequence[LogLine]:
        return self._shown

    @property
    def count(self) -> int:
        """All lines, shown or not."""
        return len(self._lines)

    @property
    def tunnels(self) -> Sequence[str]:
        """Their names, in the order of a list."""
        return sorted(self._tunnels, key=natural_key)

    def take(self, page: LogPage) -> None:
        """Add those lines of the page that are not here yet."""
        lines = self._new_lines(page)
        if not lines:
            return
        self._append(lines)
        self._drop_oldest()
        self.counts_changed.emit()
        names = {line.tunnel for line in lines if line.tunnel} - self._tunnels
        if names:
            self._tunnels |= names
            self.tunnels_changed.emit()

    def show_only(self, tunnel: str, words: str) -> None:
        """Lines about that tunnel that have these words in them; "" stands for any."""
        wanted = tunnel, words.strip().casefold()
        if wanted == (self._tunnel, self._words):
            return
        self.beginResetModel()
        self._tunnel, self._words = wanted
        self._shown = [line for line in self._lines if self._accepts(line)]
        self.endResetModel()
        self.counts_changed.emit()

    def clear(self) -> None:
        """Show none of those that are here; new ones still come."""
        self.beginResetModel()
        self._lines, self._shown = [], []
        self.endResetModel()
        self.counts_changed.emit()

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  # Qt's name
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  # Qt's name
        return 0 if parent.isValid() else len(self._titles)

    def headerData(  # noqa: N802  # Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        return self._titles[section] if role == Role.DisplayRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line, column = self._shown[index.row()], index.column()
        if role == Role.DisplayRole:
            text = _cell_text(line, column)
            is_command = column == TEXT and line.kind is LogKind.DONE
            return f"{_LEFT_TO_RIGHT}{text}{_END}" if is_command else text
        if role == Role.DecorationRole and column == KIND:
            return mark_icon(log_face(line.kind), QGuiApplication.palette())
        if role == Role.ForegroundRole and line.kind is LogKind.DONE:
            return quiet_color(QGuiApplication.palette())  # so that what is news stands out
        if role == Role.ToolTipRole and column in (TIME, TEXT):
            return plain_tooltip(time_text(line) if column == TIME else line.text)
        if role == COPY_ROLE:
            return time_text(line) if column == TIME else _cell_text(line, column)
        return line if role == ROW_ROLE else None

    def _new_lines(self, page: LogPage) -> list[LogLine]:
        if not page.lines:
            return []
        is_same = page.source == self._source
        last, is_first = (self._last, False) if is_same else (0, not self._source)
        lines = [_as_told(line) for line in page.lines if line.number > last]
        self._source, self._last = page.source, max(last, page.lines[-1].number)
        if not lines:
            return []
        missing = lines[0].number - last - 1
        if missing and not is_first:
            lines.insert(0, _remark(lines[0], _missing_text(missing)))
        if not is_same and not is_first:
            lines.insert(0, _remark(lines[0], tr("The helper started anew.")))
        return lines

    def _append(self, lines: Iterable[LogLine]) -> None:
        new = list(lines)[-MOST_LINES:]
        self._lines += new
        seen = [line for line in new if self._accepts(line)]
        if seen:
            first = len(self._shown)
            self.beginInsertRows(NO_INDEX, first, first + len(seen) - 1)
            self._shown += seen
            self.endInsertRows()

    def _drop_oldest(self) -> None:
        surplus = len(self._lines) - MOST_LINES
        if surplus <= 0:
            return
        number = min(len(self._lines), max(surplus, DROPPED_AT_ONCE))
        hidden = sum(self._accepts(line) for line in self._lines[:number])
        del self._lines[:number]
        if hidden:
            self.oldest_go.emit()
            self.beginRemoveRows(NO_INDEX, 0, hidden - 1)
            del self._shown[:hidden]
            self.endRemoveRows()

    def _accepts(self, line: LogLine) -> bool:
        if self._tunnel and line.tunnel != self._tunnel:
            return False
        return not self._words or self._words in f"{line.tunnel} {line.text}".casefold()


def _cell_text(line: LogLine, column: int) -> str:
    match column:
        case 0:
            return short_time_text(line, datetime.now().astimezone().date())
        case 1:
            return line.tunnel
        case 2:
            return log_face(line.kind).word
        case _:
            return line.text


def _as_told(line: LogLine) -> LogLine:
    """In the user's language; a command has none."""
    return line if line.kind is LogKind.DONE else replace(line, text=tr_told(line.text))


def _remark(beside: LogLine, text: str) -> LogLine:
    """A line of the window's own."""
    return replace(beside, number=0, tunnel="", kind=LogKind.NOTICE, text=text)


def _missing_text(count: int) -> str:
    return tr_count(
        "{count} line was dropped before it could be read.",
        "{count} lines were dropped before they could be read.",
        count,
    )
