"""The main window: a bar of pages, and the one that is open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from wgdesk.client import reset, window_state
from wgdesk.client.window_state import WindowState
from wgdesk.domain.errors import WgdeskError
from wgdesk.ui import collector
from wgdesk.ui.actions import action
from wgdesk.ui.frame_words import about, restore_question, restored, restoring
from wgdesk.ui.icons import app_icon
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Tone
from wgdesk.ui.summary import status_text, up_rows
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import error_words, helper_trouble
from wgdesk.ui.widgets.carrier_bar import CarrierBar
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.notice import Notice
from wgdesk.ui.widgets.page_bar import PageBar
from wgdesk.ui.widgets.question_bar import QuestionBar, Reply
from wgdesk.ui.widgets.texts import GRID_PX, OneLine
from wgdesk.ui.windows.main_menu import MainMenu
from wgdesk.ui.windows.profile_actions import ProfileActions
from wgdesk.ui.windows.tunnels_page import TunnelsPage
from wgdesk.ui.wording import helper_text

START_SIZE: Final = QSize(1120, 760)
TUNNELS: Final = 0


class Watching(Protocol):
    """What only works while somebody looks at its page."""

    def set_watched(self, watched: bool) -> None: ...  # noqa: FBT001  # as Feed has it


@dataclass(frozen=True, slots=True)
class Page:
    """A page beside that of the tunnels; its feed runs while the page is on the screen.

    Attributes:
        search: What Ctrl+F does while it is open; None for a search among the tunnels.
    """

    title: str
    widget: QWidget
    feed: Watching | None = None
    search: Callable[[], None] | None = None


class MainWindow(QMainWindow):
    """Draws the switchboard's picture and passes a person's wishes on to it.

    Signals:
        closed: The window was closed by its frame or by Ctrl+W.
        quit_asked: By Ctrl+Q or from the menu.
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
        self._bar, self._stack, self._menu = PageBar(), QStackedWidget(), MainMenu(self)
        self._helper_text, self._helper_trouble = OneLine(), MessageBar()
        self.carrier = CarrierBar()
        self.question, self._top = QuestionBar(), QWidget()
        self._top_column = QVBoxLayout(self._top)
        self._notices: list[QWidget] = [self._helper_trouble]
        self.setWindowIcon(app_icon())
        self._arrange()
        self._take_size()
        self._connect()
        self._show_picture()
        self.show_page(TUNNELS)

    def choose(self, name: str) -> None:
        """Select a tunnel."""
        self.tunnels.choose(name)

    def is_showing(self, name: str) -> bool:
        """Whether somebody with the keyboard in this window sees the page of that tunnel."""
        is_open = self._stack.currentWidget() is self.tunnels
        return is_open and self.isActiveWindow() and self.tunnels.is_showing(name)

    def show_tunnel(self, name: str) -> None:
        """Open the page of the tunnels with this one."""
        self.show_page(TUNNELS)
        self.choose(name)

    def show_page(self, number: int) -> None:
        """Open a page, counted from 0."""
        self._bar.mark(number)
        self._menu.mark_page(number)
        self._stack.setCurrentIndex(number)
        self._focus_page()
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

    def add_notice(self, notice: Notice) -> None:
        """Above every page, while it has something to say."""
        self._notices.append(notice)
        self._top_column.addWidget(notice)
        notice.visibility_changed.connect(self._show_top)
        notice.left.connect(self._focus_page)

    def offer_profiles(self, actions: ProfileActions) -> None:
        """Profiles can be managed: the menu has it all."""
        self._menu.add_profiles(actions.at_large(), actions.for_chosen(), actions.beside())

    @property
    def toggle_action(self) -> QAction:
        """Connects or disconnects what is chosen."""
        return self._menu.toggle

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  # Qt's name
        super().showEvent(event)
        self._tell_watched()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  # Qt's name
        super().hideEvent(event)
        self._tell_watched()
        self._save_size()
        collector.catch_up()

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
        self._bar.add_widget(self._menu.button)
        top = self._top_column
        top.setContentsMargins(3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 0)
        top.setSpacing(2 * GRID_PX)
        top.addWidget(self._helper_trouble)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._top)
        self.add_notice(self.carrier)
        self.add_notice(self.question)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self._bar.page_chosen.connect(self.show_page)
        self.tunnels.folder_asked.connect(self.folder_asked)
        self.tunnels.row_changed.connect(self._show_toggle)
        self._switchboard.picture_changed.connect(self._show_picture)
        self._switchboard.choice_failed.connect(self._on_choice_failed)
        menu = self._menu
        menu.add_pages([page.title for page in self._pages], self.show_page)
        menu.toggle.triggered.connect(self.tunnels.toggle_chosen)
        menu.disconnect_all.triggered.connect(self._switchboard.disconnect_all)
        menu.restore.triggered.connect(self._ask_to_restore)
        menu.search.triggered.connect(self._search)
        menu.folder.triggered.connect(self.folder_asked)
        menu.about.triggered.connect(self._tell_about)
        menu.close_window.triggered.connect(self.close)
        menu.quit.triggered.connect(self.quit_asked)

    def _focus_page(self) -> None:
        self._pages[self._stack.currentIndex()].widget.setFocus()

    def _search(self) -> None:
        search = self._pages[self._stack.currentIndex()].search
        if search is not None:
            search()
            return
        self.show_page(TUNNELS)
        self.tunnels.start_search()

    def _ask_to_restore(self) -> None:
        self.question.ask(restore_question(), Reply(tr("Restore"), self._restore))

    def _restore(self) -> None:
        self.question.wait(restoring())
        self._switchboard.do_aside(
            reset.restore,
            lambda report: self.question.tell(restored(report)),
            self._on_restore_failed,
        )

    def _on_restore_failed(self, error: WgdeskError) -> None:
        words = error_words(tr("Plain internet was not restored"), error)
        self.question.tell(words, is_bad=True)

    def _on_choice_failed(self, error: WgdeskError) -> None:
        self.question.tell(error_words(tr("The choice was not saved"), error), is_bad=True)

    def _tell_about(self) -> None:
        self.question.tell(about(self._switchboard.picture))

    def _show_picture(self) -> None:
        picture = self._switchboard.picture
        self._helper_text.setText(helper_text(picture))
        self._helper_trouble.show_words(helper_trouble(picture), Tone.ATTENTION)
        self.carrier.show_carrier(is_networkmanager=picture.is_without_helper)
        self._show_top()
        self._menu.disconnect_all.setEnabled(bool(up_rows(picture)))
        self._show_toggle()
        self.setWindowTitle(f"{status_text(picture)} – wgdesk")  # noqa: RUF001  # as titles have it

    def _show_top(self) -> None:
        self._top.setHidden(all(notice.isHidden() for notice in self._notices))

    def _show_toggle(self) -> None:
        row = self.tunnels.chosen_row()
        self._menu.show_toggle(action(row) if row is not None else None)

    def _tell_watched(self) -> None:
        is_seen = self.isVisible() and not self.isMinimized()
        self._switchboard.set_watched(is_seen)
        for page in self._pages:
            if page.feed is not None:
                page.feed.set_watched(is_seen and page.widget is self._stack.currentWidget())

    def _take_size(self) -> None:
        """That of the last time; where a window is, its manager knows best."""
        state = window_state.load()
        self.resize(START_SIZE if state is None else QSize(state.width, state.height))
        if state is not None:
            self.tunnels.set_list_width(state.list_width)

    def _save_size(self) -> None:
        if not (self.isMaximized() or self.isFullScreen()):
            list_width = self.tunnels.list_width()
            window_state.save(WindowState(self.width(), self.height(), list_width))
