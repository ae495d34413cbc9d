"""A new tunnel: an empty one, a server of one's own, or a demo. Nothing is connected by it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from PySide6.QtCore import QSize
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wgdesk.client.demo_server import ask
from wgdesk.client.library import Library
from wgdesk.client.new_profiles import create_all
from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.demo_profile import DemoAnswer, demo_text
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.new_profile import empty_text
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.icons import app_icon
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Tone
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import Words, error_words
from wgdesk.ui.widgets.bare_scroll import BareScroll
from wgdesk.ui.widgets.big_button import BigButton
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.page_bar import PageBar
from wgdesk.ui.widgets.question_bar import QuestionBar, Reply
from wgdesk.ui.widgets.texts import GRID_PX
from wgdesk.ui.windows.new_pages import DemoPage, EmptyTunnelPage, NewPage, ServerPage

START_SIZE: Final = QSize(760, 720)
EMPTY, SERVER, DEMO = range(3)
T = TypeVar("T")
Made = tuple[ProfileFile, ...]


class Opens(Protocol):
    """Who opens other windows."""

    def edit(self, name: str) -> None: ...

    def export(self, names: tuple[str, ...]) -> None: ...


class NewWindow(QWidget):
    def __init__(
        self, bridge: Bridge, switchboard: Switchboard, library: Library, openers: Opens
    ) -> None:
        super().__init__()
        self._bridge, self._switchboard = bridge, switchboard
        self._library, self._openers = library, openers
        self._bar, self._stack = PageBar(), QStackedWidget()
        self.empty, self.server, self.demo = EmptyTunnelPage(), ServerPage(), DemoPage()
        self._pages = (self.empty, self.server, self.demo)
        self._made: set[NewPage] = set()  # with what stands there; twice would be a mistake
        self._under_way: Future[Any] | None = None
        self._is_asking = False
        self.question, self._trouble = QuestionBar(), MessageBar()
        self._close, self.make = QPushButton(tr("Close")), BigButton(tr("Create"))
        self.setWindowIcon(app_icon())
        self.setWindowTitle(tr("New tunnel \N{EN DASH} wgdesk"))
        self.resize(START_SIZE)
        self._arrange()
        self._bar.page_chosen.connect(self.show_page)
        self._close.clicked.connect(self._on_left)
        self.question.left.connect(self._take_keys)
        for page in self._pages:
            page.changed.connect(partial(self._on_changed, page))
            page.finished.connect(self.make.click)
        self.make.clicked.connect(self._on_make)
        self._trouble.dismissed.connect(lambda: self._trouble.show_words(None, Tone.BAD))
        for keys, slot in (
            ("Ctrl+W", self.close),
            ("Escape", self._on_left),
            ("Ctrl+Return", self.make.click),
        ):
            QShortcut(QKeySequence(keys), self, slot)
        self.show_page(EMPTY)

    def show_page(self, number: int) -> None:
        self._bar.mark(number)
        self._stack.setCurrentIndex(number)
        self._show_state()
        self._take_keys()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        if self._under_way is not None and not self._is_asking:
            event.ignore()  # files are written, and what became of them is told in a moment
            return
        self._drop()
        super().closeEvent(event)

    def _arrange(self) -> None:
        for title, page in zip(
            (tr("Empty"), tr("A server of my own"), tr("A demo server")), self._pages, strict=True
        ):
            self._bar.add_page(title)
            scroll = BareScroll()
            scroll.hold(page)
            self._stack.addWidget(scroll)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._close)
        foot.addWidget(self.make)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID_PX, 2 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX)
        column.setSpacing(2 * GRID_PX)
        for widget in (self._bar, self.question, self._trouble):
            column.addWidget(widget)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)
        FirstFocus(self, self.empty.name.text)

    @property
    def _page(self) -> NewPage:
        return self._pages[self._stack.currentIndex()]

    def _on_make(self) -> None:
        self._trouble.show_words(None, Tone.BAD)
        title = self._page.title()
        makers = (self._make_empty, self._make_server, self._make_demo)
        if not title or not makers[self._stack.currentIndex()](title):
            self._take_keys()

    def _make_empty(self, title: str) -> bool:
        texts = [(title, empty_text(PrivateKey.generate()))]
        self._write(self.empty, texts, self._on_empty_made)
        return True

    def _make_server(self, title: str) -> bool:
        """False while something is wrong."""
        pair = self.server.pair()
        if pair is None:
            return False
        texts = [(tr("{name} server").format(name=title), pair.server)]
        texts += [(f"{title} {it.name}", it.content) for it in pair.devices]
        self._write(self.server, texts, self._on_server_made)
        return True

    def _make_demo(self, title: str) -> bool:
        """False while something is wrong."""
        wish = self.demo.wish()
        if wish is None:
            return False
        host, port, all_traffic = wish
        key = PrivateKey.generate()

        def answered(answer: DemoAnswer) -> None:
            self.question.leave()
            text = demo_text(key, host, answer, all_traffic=all_traffic)
            self._write(self.demo, [(title, text)], self._on_demo_made)

        self.question.wait(Words(tr("Asking the server…"), host))
        self._do(ask(host, port, key.public()), answered, is_asking=True)
        self._close.setFocus()
        return True

    def _write(
        self, page: NewPage, texts: Sequence[tuple[str, bytes]], done: Callable[[Made], None]
    ) -> None:
        def written(files: Made) -> None:
            self._made.add(page)
            self._show_state()
            self._switchboard.look_at_profiles()
            done(files)

        self._do(asyncio.to_thread(create_all, self._library, texts), written)

    def _do(
        self, work: Coroutine[Any, Any, T], done: Callable[[T], None], *, is_asking: bool = False
    ) -> None:
        """One thing at a time; only what `is_asking` can be given up."""

        def ended(result: T) -> None:
            if self._under_way is future:
                self._end()
                done(result)

        def failed(error: WgdeskError) -> None:
            if self._under_way is future:
                self._on_failed(error)

        future = self._under_way = self._bridge.submit(work, ended, failed)
        self._is_asking = is_asking
        self._show_state()

    def _end(self) -> None:
        self._under_way, self._is_asking = None, False
        self._show_state()

    def _drop(self) -> None:
        """Nobody wants the answer any more."""
        if self._under_way is not None:
            self._under_way.cancel()
            self.question.leave()
            self._end()

    def _show_state(self) -> None:
        self._close.setText(tr("Cancel") if self._is_asking else tr("Close"))
        self.make.setEnabled(self._under_way is None and self._page not in self._made)

    def _take_keys(self) -> None:
        self._page.start()

    def _on_changed(self, page: NewPage) -> None:
        self._made.discard(page)
        self._show_state()

    def _on_left(self) -> None:
        if self._is_asking:
            self._drop()
        else:
            self.close()

    def _on_empty_made(self, files: Made) -> None:
        self._openers.edit(files[0].name)
        self.close()

    def _on_server_made(self, files: Made) -> None:
        """The question stays: both ends are to be given away, one after the other."""
        server, *devices = (it.name for it in files)

        def export(*names: str) -> None:
            self._on_server_made(files)
            self._openers.export(names)

        words = Words(
            tr("Both ends are made"),
            tr("Carry the server's profile to the server, and give each device its own."),
        )
        self.question.tell(
            words,
            Reply(tr("Export the server's…"), lambda: export(server)),
            Reply(tr("Export the devices'…"), lambda: export(*devices)),
        )
        self.question.take_keys()

    def _on_demo_made(self, files: Made) -> None:
        name = files[0].name
        words = Words(tr("The server gave a place"), tr("It is not connected yet."))
        self.question.tell(
            words,
            Reply(tr("Connect"), lambda: self._connect(name)),
            Reply(tr("Edit"), lambda: self._openers.edit(name)),
        )
        self.question.take_keys()

    def _connect(self, name: str) -> None:
        self._switchboard.connect_tunnel(name)
        self.close()

    def _on_failed(self, error: WgdeskError) -> None:
        self.question.leave()
        self._end()
        words = error_words(tr("No tunnel was made"), error)
        self._trouble.show_words(words, Tone.BAD, dismissible=True)
        self._take_keys()
