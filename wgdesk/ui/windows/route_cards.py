"""The groups of routes, a card each, in one scrolling column."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from wgdesk.domain.route_entries import Place
from wgdesk.ui.icons import tone_color
from wgdesk.ui.language import tr_count
from wgdesk.ui.marks import Tone
from wgdesk.ui.models.route_lines import RouteLineModel
from wgdesk.ui.routes_view import GroupView
from wgdesk.ui.widgets.aligned_tables import AlignedTable, Alignment
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.shades import change_colors
from wgdesk.ui.widgets.texts import GRID_PX, Text

Key = tuple[Place, str]
HEADING_SCALE: Final = 1.12
_TEXT_ROLES: Final = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text)


class RouteCards(QScrollArea):
    """Keeps its cards for as long as their groups are there.

    Signals:
        everything_asked: What is hidden is to be shown too.
    """

    everything_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._alignment = Alignment(self)
        self._cards: dict[Key, RouteCard] = {}
        self._page = QWidget()
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(3 * GRID_PX, 0, 3 * GRID_PX, 3 * GRID_PX)
        self._column.setSpacing(3 * GRID_PX)
        self._column.addStretch(1)
        self.setWidget(self._page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_groups(self, groups: Sequence[GroupView]) -> None:
        keys = [(group.place, group.name) for group in groups]
        for key in [key for key in self._cards if key not in keys]:
            self._drop(key)
        for number, (key, group) in enumerate(zip(keys, groups, strict=True)):
            card = self._cards.get(key) or self._add(key, group)
            if self._column.indexOf(card) != number:
                self._column.removeWidget(card)
                self._column.insertWidget(number, card)
            card.show_group(group)
        self._alignment.align()
        self._column.activate()

    def show_deciding(self) -> None:
        """Scroll to the first line that answers the question, once all has its place."""
        QTimer.singleShot(0, self, self._scroll_to_deciding)

    def _scroll_to_deciding(self) -> None:
        for card in self.cards():
            place = card.deciding_place()
            if place is not None:
                at = card.mapTo(self._page, place)
                self.ensureVisible(at.x(), at.y(), 0, 12 * GRID_PX)
                return

    def cards(self) -> list["RouteCard"]:
        """From top to bottom."""
        return sorted(self._cards.values(), key=self._column.indexOf)

    def _add(self, key: Key, group: GroupView) -> "RouteCard":
        card = RouteCard(group, self._alignment)
        card.everything_asked.connect(self.everything_asked)
        self._cards[key] = card
        return card

    def _drop(self, key: Key) -> None:
        card = self._cards.pop(key)
        self._alignment.remove(card.table)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()


class RouteCard(Card):
    everything_asked = Signal()

    def __init__(self, group: GroupView, alignment: Alignment) -> None:
        super().__init__()
        self._model = RouteLineModel(group.reason_title, self)
        self.table = AlignedTable(self._model, group.title, alignment)
        self._more = QPushButton()
        self._more.setFlat(True)
        self._more.clicked.connect(self.everything_asked)
        self.add(GroupTitle(group.title, group.tone))
        self.add(self.table)
        self._layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeading)

    def show_group(self, group: GroupView) -> None:
        self._model.show_rows(group.rows)
        self._more.setText(
            tr_count(
                "and {count} more: show everything",
                "and {count} more: show everything",
                group.hidden,
            )
        )
        self._more.setVisible(group.hidden > 0)
        self._layout.activate()

    def deciding_place(self) -> QPoint | None:
        """Where the line that decides is, in this card; None where it is in another."""
        for number in range(self._model.rowCount()):
            row = self._model.row_at(self._model.index(number, 0))
            if row is not None and row.is_deciding:
                rect = self.table.visualRect(self.table.model().index(number, 0))
                at = self.table.viewport().mapTo(self, rect.center())
                return QPoint(0, at.y())
        return None


class GroupTitle(Text):
    """A heading in the colour of its meaning."""

    def __init__(self, text: str, tone: Tone) -> None:
        self._tone = tone
        super().__init__(text, scale=HEADING_SCALE, bold=True, selectable=True)
        self._recolor()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._recolor()

    def _recolor(self) -> None:
        color = tone_color(self._tone, QPalette())
        change_colors(self, dict.fromkeys(_TEXT_ROLES, color))
