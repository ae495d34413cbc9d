"""The main window: left what I have, right what the selected one is doing."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wgdesk.ui.icons import app_icon
from wgdesk.ui.language import tr
from wgdesk.ui.models.tunnels import TunnelModel
from wgdesk.ui.picture import HelperState, Picture
from wgdesk.ui.present import Tone, helper_text, helper_trouble
from wgdesk.ui.summary import status_text
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.texts import GRID_PX, QuietText
from wgdesk.ui.widgets.tunnel_list import TunnelList
from wgdesk.ui.windows.empty_page import EmptyPage
from wgdesk.ui.windows.tunnel_page import TunnelPage

START_SIZE = QSize(1080, 720)
LIST_WIDTH_PX = 268


class MainWindow(QMainWindow):
    """Draws the switchboard's picture and passes a person's wishes on to it.

    Signals:
        closed: The window was closed by its frame or by Ctrl+W.
        quit_asked: By Ctrl+Q.
        folder_asked: The profile folder is to be opened.
    """

    closed = Signal()
    quit_asked = Signal()
    folder_asked = Signal()

    def __init__(self, switchboard: Switchboard) -> None:
        super().__init__()
        self._switchboard = switchboard
        self._is_asking = True
        self._model = TunnelModel(self)
        self._list = TunnelList(self._model)
        self._left, self._helper_text = QWidget(), QuietText()
        self._helper_trouble = MessageBar()
        self._page, self._empty = TunnelPage(), EmptyPage()
        self._right = QStackedWidget()
        self._blank, self._top = QWidget(), QWidget()
        self.setWindowIcon(app_icon())
        self.resize(START_SIZE)
        self._arrange()
        self._connect()
        self._add_actions()
        self._show_picture()
        self._list.setFocus()

    def choose(self, name: str) -> None:
        """Select a tunnel."""
        self._list.choose(name)

    def raise_up(self) -> None:
        """Show it in front, wherever it was; one that was away opens on what is up."""
        if not self.isVisible():
            self._choose_first(self._switchboard.picture)
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  # Qt's name
        super().showEvent(event)
        self._tell_watched()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  # Qt's name
        super().hideEvent(event)
        self._tell_watched()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange:
            self._tell_watched()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        super().closeEvent(event)
        self.closed.emit()

    def _arrange(self) -> None:
        self._right.addWidget(self._blank)
        self._right.addWidget(self._empty)
        self._right.addWidget(self._page)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QVBoxLayout(self._top)
        top.setContentsMargins(2 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 0)
        top.addWidget(self._helper_trouble)
        column.addWidget(self._top)
        column.addWidget(self._right, 1)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        self._fill_left()
        splitter.addWidget(self._left)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([LIST_WIDTH_PX, START_SIZE.width() - LIST_WIDTH_PX])
        self.setCentralWidget(splitter)

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
        column.addWidget(self._helper_text)

    def _connect(self) -> None:
        self._list.toggle_asked.connect(self._switchboard.toggle)
        self._list.tunnel_chosen.connect(self._on_tunnel_chosen)
        self._page.toggle_asked.connect(self._switchboard.toggle)
        self._page.dismissed.connect(self._switchboard.dismiss)
        self._empty.folder_asked.connect(self.folder_asked)
        self._switchboard.picture_changed.connect(self._show_picture)

    def _add_actions(self) -> None:
        self._add_action(tr("Connect or disconnect"), QKeySequence("Ctrl+T"), self._toggle_chosen)
        self._add_action(tr("Close"), QKeySequence("Ctrl+W"), self.close)
        self._add_action(tr("Quit"), QKeySequence("Ctrl+Q"), self.quit_asked.emit)

    def _add_action(self, text: str, keys: QKeySequence, slot: object) -> None:
        action = QAction(text, self)
        action.setShortcut(keys)
        action.triggered.connect(slot)
        self.addAction(action)

    def _toggle_chosen(self) -> None:
        row = self._list.chosen_row()
        if row is not None:
            self._switchboard.toggle(row.name)

    def _show_picture(self) -> None:
        picture = self._switchboard.picture
        self._model.show_rows(picture.rows)
        # The folder is read before the helper can say what is up.
        is_news = self._is_asking and picture.helper is not HelperState.ASKING
        self._is_asking = picture.helper is HelperState.ASKING
        if is_news or self._list.chosen_row() is None:
            self._choose_first(picture)
        self._show_chosen(picture)
        self._helper_text.setText(helper_text(picture))
        words = helper_trouble(picture)
        self._helper_trouble.show_words(words, Tone.ATTENTION)
        self._top.setVisible(words is not None)
        self._left.setVisible(bool(picture.rows))
        self.setWindowTitle(f"{status_text(picture)} – wgdesk")  # noqa: RUF001  # as titles have it

    def _choose_first(self, picture: Picture) -> None:
        """The first tunnel that is up; else what is chosen stays, or the first of all."""
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

    def _tell_watched(self) -> None:
        self._switchboard.set_watched(self.isVisible() and not self.isMinimized())
