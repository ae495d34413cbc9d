"""One group of routes as a table."""

from operator import attrgetter
from typing import Any, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPalette

from wgdesk.ui.icons import mark_icon, tone_color
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.models.columns import Column, ColumnModel
from wgdesk.ui.models.steady import Index
from wgdesk.ui.route_words import RouteLine
from wgdesk.ui.widgets.shades import mix, quiet_color
from wgdesk.ui.wording import plain_tooltip

Role = Qt.ItemDataRole
DECIDING_SHARE: Final = 0.16  # of the tone in the ground of the line that decides


class RouteLineModel(ColumnModel[RouteLine]):
    """The line that answers a question has a ground, a mark and a word of its own."""

    def __init__(self, reason_title: str, parent: QObject | None = None) -> None:
        columns = (
            _column(tr("Destination"), "destination"),
            _column(tr("Through"), "through"),
            _column(tr("Table"), "table"),
            _column(reason_title, "reason"),
        )
        super().__init__(columns, attrgetter("key"), parent)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        match role:
            case Role.ForegroundRole:
                return _color(row.tone)
            case Role.FontRole if index.column() == 0:
                font = QFont()
                font.setBold(True)
                return font
            case Role.BackgroundRole if row.is_deciding:
                palette = QGuiApplication.palette()
                base = palette.color(QPalette.ColorRole.Base)
                return mix(palette.color(QPalette.ColorRole.Highlight), base, DECIDING_SHARE)
            case Role.DecorationRole if row.is_deciding and index.column() == 0:
                face = Face(Mark.READY, Tone.QUIET, _deciding_word())
                return mark_icon(face, QGuiApplication.palette())
            case Role.AccessibleTextRole if row.is_deciding and index.column() == 0:
                return f"{row.destination}, {_deciding_word()}"
            case Role.ToolTipRole:
                return plain_tooltip(f"{super().data(index)}\n{row.lines}")
            case _:
                return super().data(index, role)


def _column(title: str, field: str) -> Column[RouteLine]:
    text = attrgetter(field)
    return Column[RouteLine](title=title, text=lambda row, _: text(row))


def _deciding_word() -> str:
    return tr("this line decides")


def _color(tone: Tone | None) -> Any:
    match tone:
        case None:
            return None
        case Tone.QUIET:
            return quiet_color(QGuiApplication.palette())
        case _:
            return tone_color(tone, QGuiApplication.palette())
