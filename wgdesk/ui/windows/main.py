"""The main window: a bar of pages, and the one that is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from wgdesk.ui.faces import Tone
from wgdesk.ui.icons import app_icon
from wgdesk.ui.language import tr
from wgdesk.ui.summary import status_text
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import helper_trouble
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.page_bar import PageBar
from wgdesk.ui.widgets.texts import GRID_PX, QuietText
from wgdesk.ui.windows.tunnels_page import TunnelsPage
from wgdesk.ui.wording import helper_text

START_SIZE = QSize(1080, 720)
TUNNELS = 0


class Watching(Protocol):
    """What only works while somebody looks at its page."""

    def set_watched(self, watched: bool) -> None: ...  # noqa: FBT001  # as Feed has it


@dataclass(frozen=True, slots=True)
class Page:
    """A page beside that of the tunnels; its feed runs while the page is on the screen."""

    title: str
    widget: QWidget
    feed: Watching | None = None


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

    def __init__(self, switchboard: Switchboard, pages: Sequence[Page] = ()) -> None:
        super().__init__()
        self._switchboard = switchboard
        self.tunnels = TunnelsPage(switchboard)
        self._pages = (Page(tr("Tunnels"), self.tunnels), *pages)
        self._bar, self._stack = PageBar(), QStackedWidget()
        self._helper_text, self._helper_trouble = QuietText(), MessageBar()
        self._top = QWidget()
        self.setWindowIcon(app_icon())
        self.resize(START_SIZE)
        self._arrange()
        self._connect()
        self._add_actions()
        self._show_picture()
        self.show_page(TUNNELS)

    def choose(self, name: str) -> None:
        """Select a tunnel."""
        self.tunnels.choose(name)

    def is_showing(self, name: str) -> bool:
        """Whether somebody with the keyboard in this window sees the page of that tunnel."""
        is_open = self._stack.currentWidget() is self.tunnels
        return is_open and self.isActiveWindow() and self.tunnels.is_showing(name)

    def show_page(self, number: int) -> None:
        """Open a page, counted from 0."""
        self._bar.mark(number)
        self._stack.setCurrentIndex(number)
        self._pages[number].widget.setFocus()
        self._tell_watched()

    def raise_up(self) -> None:
        """Show it in front, wherever it was; one that was away opens on what is up."""
        if not self.isVisible():
            self.tunnels.choose_lively()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_quietly(self) -> None:
        """Show it where nobody asked for it: the keyboard stays where it is."""
        self.tunnels.choose_lively()
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.show()
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, False)  # noqa: FBT003  # its only form

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
        for page in self._pages:
            self._bar.add_page(page.title)
            self._stack.addWidget(page.widget)
        self._helper_text.setWordWrap(False)
        self._bar.add_widget(self._helper_text)
        self._bar.setVisible(len(self._pages) > 1)
        top = QVBoxLayout(self._top)
        top.setContentsMargins(3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 0)
        top.addWidget(self._helper_trouble)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._top)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self._bar.page_chosen.connect(self.show_page)
        self.tunnels.folder_asked.connect(self.folder_asked)
        self._switchboard.picture_changed.connect(self._show_picture)

    def _add_actions(self) -> None:
        self._add_action(tr("Connect or disconnect"), QKeySequence("Ctrl+T"), self._toggle)
        self._add_action(tr("Close"), QKeySequence("Ctrl+W"), self.close)
        self._add_action(tr("Quit"), QKeySequence("Ctrl+Q"), self.quit_asked.emit)

    def _add_action(self, text: str, keys: QKeySequence, slot: object) -> None:
        action = QAction(text, self)
        action.setShortcut(keys)
        action.triggered.connect(slot)
        self.addAction(action)

    def _toggle(self) -> None:
        self.tunnels.toggle_chosen()

    def _show_picture(self) -> None:
        picture = self._switchboard.picture
        self._helper_text.setText(helper_text(picture))
        words = helper_trouble(picture)
        self._helper_trouble.show_words(words, Tone.ATTENTION)
        self._top.setVisible(words is not None)
        self.setWindowTitle(f"{status_text(picture)} – wgdesk")  # noqa: RUF001  # as titles have it

    def _tell_watched(self) -> None:
        is_seen = self.isVisible() and not self.isMinimized()
        self._switchboard.set_watched(is_seen)
        for page in self._pages:
            if page.feed is not None:
                page.feed.set_watched(is_seen and page.widget is self._stack.currentWidget())
