"""The first page: left what I have, right what the selected one is doing."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from wgdesk.ui.models.tunnels import TunnelModel
from wgdesk.ui.picture import HelperState, Picture
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.texts import GRID_PX
from wgdesk.ui.widgets.tunnel_list import TunnelList
from wgdesk.ui.windows.empty_page import EmptyPage
from wgdesk.ui.windows.tunnel_page import TunnelPage

LIST_WIDTH_PX = 268
PAGE_WIDTH_PX = 812


class TunnelsPage(QSplitter):
    """Draws the switchboard's picture and passes a person's wishes on to it.

    Signals:
        folder_asked: The profile folder is to be opened.
    """

    folder_asked = Signal()

    def __init__(self, switchboard: Switchboard) -> None:
        super().__init__()
        self._switchboard = switchboard
        self._is_asking = True
        self._model = TunnelModel(self)
        self._list = TunnelList(self._model)
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
        self._list.choose(name)

    def is_showing(self, name: str) -> bool:
        row = self._list.chosen_row()
        return row is not None and row.name == name

    def choose_lively(self) -> None:
        """Select the first tunnel that is up; else what is chosen stays, or the first of all."""
        self._choose_first(self._switchboard.picture)

    def toggle_chosen(self) -> None:
        row = self._list.chosen_row()
        if row is not None:
            self._switchboard.toggle(row.name)

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
        frame = QFrame()
        frame.setFrameShape(QFrame.Shape.StyledPanel)
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self._list)
        self._left.setMinimumWidth(48 * GRID_PX)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(3 * GRID_PX, 3 * GRID_PX, 2 * GRID_PX, 3 * GRID_PX)
        column.setSpacing(2 * GRID_PX)
        column.addWidget(frame, 1)

    def _connect(self) -> None:
        self._list.toggle_asked.connect(self._switchboard.toggle)
        self._list.tunnel_chosen.connect(self._on_tunnel_chosen)
        self._page.toggle_asked.connect(self._switchboard.toggle)
        self._page.dismissed.connect(self._switchboard.dismiss)
        self._empty.folder_asked.connect(self.folder_asked)
        self._switchboard.picture_changed.connect(self._show_picture)

    def _show_picture(self) -> None:
        picture = self._switchboard.picture
        self._model.show_rows(picture.rows)
        # The folder is read before the helper can say what is up.
        is_news = self._is_asking and picture.helper is not HelperState.ASKING
        self._is_asking = picture.helper is HelperState.ASKING
        if is_news or self._list.chosen_row() is None:
            self._choose_first(picture)
        self._show_chosen(picture)
        self._left.setVisible(bool(picture.rows))

    def _choose_first(self, picture: Picture) -> None:
        rows = [row for row in picture.rows if row.tunnel is not None]
        if not rows and self._list.chosen_row() is None:
            rows = list(picture.rows)
        if rows:
            self._list.choose(rows[0].name)

    def _on_tunnel_chosen(self) -> None:
        self._show_chosen(self._switchboard.picture)

    def _show_chosen(self, picture: Picture) -> None:
        row = self._list.chosen_row()
        if row is not None:
            self._page.show_row(row, picture.now_unix_s)
            self._right.setCurrentWidget(self._page)
        elif picture.has_looked:
            self._empty.show_folder(picture.folder)
            self._right.setCurrentWidget(self._empty)
        else:
            self._right.setCurrentWidget(self._blank)
