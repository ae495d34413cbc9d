"""The first page: left what I have, right what the selected one is doing."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from wgdesk.ui.language import tr
from wgdesk.ui.models.tunnels import TunnelModel
from wgdesk.ui.neighbours import neighbours
from wgdesk.ui.picture import HelperState, Picture, TunnelRow
from wgdesk.ui.protection import Wish
from wgdesk.ui.search import find_rows
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.neighbour_list import NeighbourList
from wgdesk.ui.widgets.panel import around
from wgdesk.ui.widgets.search_field import SearchField
from wgdesk.ui.widgets.texts import GRID_PX, QuietText
from wgdesk.ui.widgets.tunnel_list import TunnelList
from wgdesk.ui.windows.empty_page import EmptyPage
from wgdesk.ui.windows.tunnel_page import TunnelPage

LIST_WIDTH_PX = 288
PAGE_WIDTH_PX = 832


class TunnelsPage(QSplitter):
    """Draws the switchboard's picture and passes a person's wishes on to it.

    Signals:
        folder_asked: The profile folder is to be opened.
        row_changed: Another tunnel is on the right.
    """

    folder_asked = Signal()
    row_changed = Signal()

    def __init__(self, switchboard: Switchboard) -> None:
        super().__init__()
        self._switchboard = switchboard
        self._is_asking = True
        self._name = ""  # of the tunnel on the right, which a search may leave out of the list
        self._model = TunnelModel(self)
        self._list = TunnelList(self._model)
        self._search, self._nothing = (
            SearchField(tr("Search tunnels")),
            QuietText(tr("Nothing matches")),
        )
        self._neighbours = NeighbourList()
        self._left = QWidget()
        self._page, self._empty = TunnelPage(), EmptyPage()
        self._right = QStackedWidget()
        self._blank = QWidget()
        self._arrange()
        self._connect()
        self._show_picture()
        FirstFocus(self, self._list)

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

    def chosen_row(self) -> TunnelRow | None:
        """The tunnel on the right."""
        return self._switchboard.picture.find_row(self._name)

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
        for widget in (self._blank, self._empty, self._page):
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
        column.addWidget(self._search)
        column.addWidget(self._nothing)
        column.addWidget(around(self._list), 1)
        column.addWidget(self._neighbours)

    def _connect(self) -> None:
        board = self._switchboard
        self._search.textChanged.connect(self._on_searched)
        self._search.left.connect(self._list.setFocus)
        self._list.toggle_asked.connect(board.toggle)
        self._list.tunnel_chosen.connect(self._on_tunnel_chosen)
        self._page.toggle_asked.connect(board.toggle)
        self._page.dismissed.connect(board.dismiss)
        self._page.wished.connect(self._on_wished)
        self._page.hooks_chosen.connect(board.choose_hooks)
        self._empty.folder_asked.connect(self.folder_asked)
        board.picture_changed.connect(self._show_picture)

    def _show_picture(self) -> None:
        picture = self._switchboard.picture
        found = self._show_list(picture)
        # The folder is read before the helper can say what is up.
        is_news = self._is_asking and picture.helper is not HelperState.ASKING
        self._is_asking = picture.helper is HelperState.ASKING
        if is_news or (self._list.chosen_row() is None and found):
            self._choose_first(picture)
        self._show_chosen(picture)
        others = neighbours(picture)
        self._neighbours.show_neighbours(others)
        self._show_left(is_needed=bool(picture.rows or others))

    def _show_left(self, *, is_needed: bool) -> None:
        is_news = is_needed and self._left.isHidden()
        self._left.setVisible(is_needed)
        if is_news and self.isVisible():  # while it was away, the focus went elsewhere
            self._list.setFocus()

    def _show_list(self, picture: Picture) -> tuple[TunnelRow, ...]:
        found = find_rows(picture.rows, self._search.text())
        self._model.show_rows(found)
        self._search.show_count(len(picture.rows))
        self._nothing.setVisible(bool(picture.rows) and not found)
        return found

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
            self._list.setCurrentIndex(self._model.index(0, 0))

    def _on_tunnel_chosen(self, name: str) -> None:
        if name:
            self._name = name
            self._show_chosen(self._switchboard.picture)
            self.row_changed.emit()

    def _on_wished(self, name: str, wish: Wish) -> None:
        self._switchboard.choose_block_ipv6(name, block=wish is Wish.BLOCK_IPV6)

    def _show_chosen(self, picture: Picture) -> None:
        row = picture.find_row(self._name)
        if row is not None:
            self._page.show_row(row, picture.now_unix_s, picture.degraded)
            self._right.setCurrentWidget(self._page)
        elif picture.has_looked and not picture.rows:
            self._empty.show_folder(picture.folder)
            self._right.setCurrentWidget(self._empty)
        else:
            self._right.setCurrentWidget(self._blank)
