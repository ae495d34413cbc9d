"""The page of routes: where everything goes, who decided that, and where one address goes."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from wgdesk.domain.machine_routing import MachineRoute, MachineRouting, MachineRule
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.feed import Feed
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.models.routing_lines import RoutingLineModel
from wgdesk.ui.picture import HelperState
from wgdesk.ui.route_reader import FindAddresses, RouteReader
from wgdesk.ui.routes_view import RoutesView
from wgdesk.ui.situation_words import called, detail_text, situation_face, situation_text
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import error_words
from wgdesk.ui.where_words import Answer, answer_lines
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.copy_table import CopyTable
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.mark_label import BIG_MARK_PX, MarkLabel
from wgdesk.ui.widgets.texts import GRID_PX, TITLE_SCALE, QuietText, Text
from wgdesk.ui.widgets.where_field import WhereField
from wgdesk.ui.windows.route_cards import RouteCards

BLANK, GROUPS, RAW = range(3)


class RoutesPage(QWidget):
    """Draws what the reader has found out."""

    def __init__(
        self,
        switchboard: Switchboard,
        bridge: Bridge,
        feed: Feed[MachineRouting | None],
        find_addresses: FindAddresses,
    ) -> None:
        super().__init__()
        self._switchboard = switchboard
        self._reader = RouteReader(switchboard, bridge, feed, find_addresses)
        self._reader.setParent(self)
        self._wants_scroll = False
        self._drawn: RoutesView | None = None
        self._mark = MarkLabel(BIG_MARK_PX)
        self._headline = Text(scale=TITLE_SCALE, bold=True, selectable=True)
        self._detail = QuietText(scale=1.0, selectable=True)
        self._everything = QPushButton()
        self._shows_everything = False
        self._where = WhereField()
        self._below, self._blank = QStackedWidget(), QWidget()
        self._cards = RouteCards()
        self._lines = RoutingLineModel(self)
        self._table = CopyTable(self._lines, tr("All rules and routes"), sortable=False)
        self._raw = Card()
        self._arrange()
        self._connect()
        self._show()

    def ask(self, text: str) -> None:
        """Where does it go? As if a person had typed it."""
        self._where.ask(text)

    def start_question(self) -> None:
        """The keyboard goes to the field, and what is in it is written over."""
        self._where.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_everything(self, *, wanted: bool) -> None:
        """Every line of every table, or the groups."""
        self._shows_everything, self._wants_scroll, self._drawn = wanted, True, None
        self._reader.show_everything(wanted=wanted)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  # Qt's name
        super().showEvent(event)
        self._reader.set_watched(True)  # as Feed has it

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  # Qt's name
        super().hideEvent(event)
        self._reader.set_watched(False)  # as above

    def _arrange(self) -> None:
        self._everything.setToolTip(
            tr("All rules and all tables, as ip rule and ip route print them")
        )
        self._raw.add(self._table)
        self._table.setSizePolicy(self._raw.sizePolicy())
        self._table.setFrameShape(QFrame.Shape.NoFrame)
        raw = QWidget()
        inner = QVBoxLayout(raw)
        inner.setContentsMargins(3 * GRID_PX, 0, 3 * GRID_PX, 3 * GRID_PX)
        inner.addWidget(self._raw)
        for widget in (self._blank, self._cards, raw):
            self._below.addWidget(widget)
        top = Card()
        top.add(self._header())
        top.add(self._where)
        frame = QVBoxLayout()
        frame.setContentsMargins(3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 0)
        frame.addWidget(top)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * GRID_PX)
        column.addLayout(frame)
        column.addWidget(self._below, 1)
        FirstFocus(self, self._where)

    def _header(self) -> QWidget:
        texts = QVBoxLayout()
        texts.setSpacing(GRID_PX)
        texts.addWidget(self._headline)
        texts.addWidget(self._detail)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(3 * GRID_PX)
        line.addWidget(self._mark)
        line.addLayout(texts, 1)
        line.addWidget(self._everything, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _connect(self) -> None:
        self._reader.changed.connect(self._show)
        self._where.asked.connect(self._on_asked)
        self._everything.clicked.connect(
            lambda: self.show_everything(wanted=not self._shows_everything)
        )
        self._cards.everything_asked.connect(lambda: self.show_everything(wanted=True))

    def _on_asked(self, text: str, is_enter: bool) -> None:  # noqa: FBT001  # a signal's
        self._wants_scroll = True
        self._reader.ask(text, again=is_enter)

    def _show(self) -> None:
        view = self._reader.view
        self._show_situation(view)
        self._show_answers(view)
        is_raw = self._shows_everything
        self._everything.setText(tr("Show groups") if is_raw else tr("Show everything"))
        self._everything.setEnabled(view is not None)
        self._below.setCurrentIndex((RAW if is_raw else GROUPS) if view is not None else BLANK)
        if view is not None:
            self._show_routes(view)

    def _show_situation(self, view: RoutesView | None) -> None:
        if view is None:
            mark, title, detail = self._absence()
        else:
            picture = self._switchboard.picture
            mark = situation_face(view.situation, picture)
            title, detail = (
                situation_text(called(view.situation, view.request.titles)),
                detail_text(view.situation),
            )
            if view.request.routing.is_cut:
                more = tr("This machine has more routes than are told here.")
                detail = f"{detail} {more}".strip()
        self._mark.show_face(mark)
        self._headline.setText(title)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))

    def _absence(self) -> tuple[Face, str, str]:
        if self._reader.helper is HelperState.ASKING:
            text = tr("Reading the routes…")
            return Face(Mark.BUSY, Tone.QUIET, text), text, ""
        title = tr("Nobody can say now where traffic goes")
        detail = tr("The helper, which reads the routes, does not answer; asking again.")
        if self._reader.error is not None:
            words = error_words(title, self._reader.error)
            detail = f"{words.body} {words.remedy}".strip()
        return Face(Mark.ATTENTION, Tone.ATTENTION, title), title, detail

    def _show_answers(self, view: RoutesView | None) -> None:
        if self._reader.hint:
            self._where.show_hint(self._reader.hint)
        elif view is None:
            self._where.show_hint(tr("The answer comes as soon as the routes are known."))
        elif view.request.addresses == self._reader.addresses:
            names, count = view.request.routing.table_names, self._reader.more_addresses
            more = tr_count("And {count} more address.", "And {count} more addresses.", count)
            self._where.show_answers(answer_lines(view.answers, names), more if count else "")

    def _show_routes(self, view: RoutesView) -> None:
        """Once for each view: what else is shown may change every second."""
        if view is self._drawn and not self._wants_scroll:
            return
        self._drawn = view
        is_answered = bool(view.answers) and view.request.addresses == self._reader.addresses
        if self._shows_everything:
            self._show_lines(view, scrolls=is_answered and self._wants_scroll)
            is_shown = bool(view.lines)
        else:
            self._cards.show_groups(view.groups)
            is_shown = True
            if is_answered and self._wants_scroll:
                self._cards.show_deciding()
        if is_answered and is_shown:
            self._wants_scroll = False

    def _show_lines(self, view: RoutesView, *, scrolls: bool) -> None:
        deciding = [part for answer in view.answers for part in _deciding(answer)]
        self._lines.show_lines(view.lines, view.request.routing.table_names)
        self._lines.mark_deciding(deciding)
        row = self._lines.find_row(deciding[-1]) if deciding and scrolls else None
        if row is not None:
            self._table.scrollTo(self._table.model().index(row, 0))


def _deciding(answer: Answer) -> list[MachineRule | MachineRoute]:
    parts = (answer.decision.rule, answer.decision.route)
    return [part for part in parts if part is not None]
