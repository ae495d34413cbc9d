"""The first page: left what I have, right what the selected one is doing."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from wgdesk.ui.language import tr
from wgdesk.ui.models.tunnels import TunnelModel
from wgdesk.ui.naming import names_in
from wgdesk.ui.neighbours import neighbours
from wgdesk.ui.picture import HelperState, Picture, TunnelRow
from wgdesk.ui.protection import Wish
from wgdesk.ui.search import TAG_SIGN, all_tags, find_rows
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.neighbour_list import NeighbourList
from wgdesk.ui.widgets.panel import around
from wgdesk.ui.widgets.search_field import SearchField
from wgdesk.ui.widgets.tag_button import TagButton
from wgdesk.ui.widgets.texts import GRID_PX, QuietText
from wgdesk.ui.widgets.tunnel_list import TunnelList
from wgdesk.ui.windows.empty_page import EmptyPage
from wgdesk.ui.windows.several_page import SeveralPage
from wgdesk.ui.windows.tunnel_page import TunnelPage

LIST_WIDTH_PX = 288
PAGE_WIDTH_PX = 832


class TunnelsPage(QSplitter):
    """Draws the switchboard's picture and passes a person's wishes on to it.

    Attributes:
        list: On the left.
        page, several, empty: What may be on the right.

    Signals:
        folder_asked: The profile folder is to be opened.
        row_changed: Another tunnel is on the right, or several are.
    """

    folder_asked = Signal()
    row_changed = Signal()

    def __init__(self, switchboard: Switchboard) -> None:
        super().__init__()
        self._switchboard = switchboard
        self._is_asking = True
        self._name = ""  # of the tunnel on the right, which a search may leave out of the list
        self._expected = ""  # is chosen as soon as it is there
        self._model = TunnelModel(self)
        self.list = self._list = TunnelList(self._model)
        self._search, self._nothing = (
            SearchField(tr("Search tunnels")),
            QuietText(tr("Nothing matches")),
        )
        self._neighbours, self._tags = NeighbourList(), TagButton()
        self._left, self._foot = QWidget(), QVBoxLayout()
        self.page = self._page = TunnelPage()
        self.empty = self._empty = EmptyPage()
        self.several = self._several = SeveralPage()
        self._right = QStackedWidget()
        self._blank = QWidget()
        self._arrange()
        self._connect()
        self._first = FirstFocus(self, self._list)
        self._show_picture()

    def choose(self, name: str) -> None:
        """Select a tunnel."""
        if self._switchboard.picture.find_row(name) is None:
            return
        if not self._model.find_index(name).isValid():
            self._search.clear()
        self._list.choose(name)

    def is_showing(self, name: str) -> bool:
        """Whether it is the tunnel on the right."""
        return self._name == name

    def choose_lively(self) -> None:
        """Select the first tunnel that is up; else what is chosen stays, or the first of all."""
        self._choose_first(self._switchboard.picture)

    def expect(self, name: str) -> None:
        """Select a tunnel as soon as it is there."""
        self._expected = name
        self._choose_expected(self._switchboard.picture)

    def chosen_row(self) -> TunnelRow | None:
        """The tunnel on the right; None also while several are selected."""
        names = self.chosen_names()
        return self._switchboard.picture.find_row(names[0]) if len(names) == 1 else None

    def chosen_names(self) -> tuple[str, ...]:
        """All that are selected; a search may have left the one on the right out of the list."""
        names = self._list.chosen_names()
        if len(names) > 1:
            return names
        return (self._name,) if self._name else ()

    def add_below(self, widget: QWidget) -> None:
        """Below the list."""
        self._foot.addWidget(widget)

    def toggle_chosen(self) -> None:
        if self.chosen_row() is not None:
            self._switchboard.toggle(self._name)

    def start_search(self) -> None:
        self._search.setFocus()
        self._search.selectAll()

    def list_width(self) -> int:
        """In pixels."""
        return self.sizes()[0] or LIST_WIDTH_PX

    def set_list_width(self, width_px: int) -> None:
        self.setSizes([width_px, max(1, self.width() - width_px)])

    def _arrange(self) -> None:
        for widget in (self._blank, self._empty, self._page, self._several):
            self._right.addWidget(widget)
        self.setChildrenCollapsible(False)
        self._fill_left()
        self.addWidget(self._left)
        self.addWidget(self._right)
        self._left.lower()  # first for a screen reader too, which goes by age
        self.setStretchFactor(1, 1)
        self.setSizes([LIST_WIDTH_PX, PAGE_WIDTH_PX])

    def _fill_left(self) -> None:
        self._nothing.setContentsMargins(3 * GRID_PX, 0, 3 * GRID_PX, 0)
        self._left.setMinimumWidth(48 * GRID_PX)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(3 * GRID_PX, 3 * GRID_PX, 2 * GRID_PX, 3 * GRID_PX)
        column.setSpacing(2 * GRID_PX)
        above = QHBoxLayout()
        above.setSpacing(GRID_PX)
        above.addWidget(self._search, 1)
        above.addWidget(self._tags)
        column.addLayout(above)
        column.addWidget(self._nothing)
        column.addWidget(around(self._list), 1)
        column.addLayout(self._foot)
        column.addWidget(self._neighbours)

    def _connect(self) -> None:
        board = self._switchboard
        self._search.textChanged.connect(self._on_searched)
        self._search.left.connect(self._list.setFocus)
        self._list.toggle_asked.connect(board.toggle)
        self._list.tunnel_chosen.connect(self._on_tunnel_chosen)
        self._list.selection_changed.connect(self._on_selection_changed)
        self._tags.picked.connect(self._on_tag_picked)
        self._page.toggle_asked.connect(board.toggle)
        self._page.dismissed.connect(board.dismiss)
        self._page.wished.connect(self._on_wished)
        self._page.hooks_chosen.connect(board.choose_hooks)
        self._empty.folder_asked.connect(self.folder_asked)
        board.picture_changed.connect(self._show_picture)

    def _show_picture(self) -> None:
        picture = self._switchboard.picture
        order, name = self._model.names(), self._name  # Qt would choose the one above
        found = self._show_list(picture)
        # The folder is read before the helper can say what is up.
        is_news = self._is_asking and picture.helper is not HelperState.ASKING
        self._is_asking = picture.helper is HelperState.ASKING
        self._choose_beside(name, order, picture)
        if is_news or (self._list.chosen_row() is None and found):
            self._choose_first(picture)
        self._choose_expected(picture)
        self._show_chosen(picture)
        others = neighbours(picture)
        self._neighbours.show_neighbours(others)
        self._show_left(is_needed=bool(picture.rows or others))

    def _show_left(self, *, is_needed: bool) -> None:
        is_news = is_needed and self._left.isHidden()
        self._left.setVisible(is_needed)
        if is_news:
            self._first.hand_to(self._list)
        if is_news and self.isVisible():  # while it was away, the focus went elsewhere
            self._list.setFocus()

    def _show_list(self, picture: Picture) -> tuple[TunnelRow, ...]:
        found = find_rows(picture.rows, self._search.text())
        self._model.show_rows(found)
        self._search.show_count(len(picture.rows))
        self._nothing.setVisible(bool(picture.rows) and not found)
        self._tags.show_tags(all_tags(picture.rows))
        return found

    def _choose_expected(self, picture: Picture) -> None:
        if self._expected and picture.find_row(self._expected) is not None:
            name, self._expected = self._expected, ""
            self.choose(name)

    def _choose_beside(self, chosen: str, order: Sequence[str], picture: Picture) -> None:
        """Where the one that was chosen is gone: the next below it, else the next above it."""
        if chosen not in order or picture.find_row(chosen) is not None:
            return
        place = order.index(chosen)
        for name in (*order[place + 1 :], *reversed(order[:place])):
            if self._model.find_index(name).isValid():
                self._list.choose(name)
                return

    def _choose_first(self, picture: Picture) -> None:
        rows = [row for row in picture.rows if row.tunnel is not None]
        if not rows and self._list.chosen_row() is None:
            rows = list(picture.rows)
        for row in rows:
            if self._model.find_index(row.name).isValid():
                self._list.choose(row.name)
                return

    def _on_searched(self) -> None:
        """What was on the right stays there while it is found, or while nothing else is."""
        name = self._name
        self._show_list(self._switchboard.picture)
        if self._model.find_index(name).isValid():
            self._list.choose(name)
        elif self._model.rowCount():
            self._list.choose_first()

    def _on_tunnel_chosen(self, name: str) -> None:
        if name:
            self._name = name
            self._show_chosen(self._switchboard.picture)
            self.row_changed.emit()

    def _on_selection_changed(self) -> None:
        self._show_chosen(self._switchboard.picture)
        self.row_changed.emit()

    def _on_tag_picked(self, tag: str) -> None:
        self._search.setText(f"{TAG_SIGN}{tag}" if tag else "")

    def _on_wished(self, name: str, wish: Wish) -> None:
        self._switchboard.choose_block_ipv6(name, block=wish is Wish.BLOCK_IPV6)

    def _show_chosen(self, picture: Picture) -> None:
        row, names = picture.find_row(self._name), self.chosen_names()
        if len(names) > 1:
            self._several.show_names(names_in(picture, names))
            self._right.setCurrentWidget(self._several)
        elif row is not None:
            self._page.show_row(
                row,
                picture.now_unix_s,
                picture.degraded,
                has_helper=not picture.is_without_helper,
            )
            self._right.setCurrentWidget(self._page)
        elif picture.has_looked and not picture.rows:
            self._empty.show_folder(picture.folder)
            self._right.setCurrentWidget(self._empty)
            self._first.hand_to(self._empty)
        else:
            self._right.setCurrentWidget(self._blank)
