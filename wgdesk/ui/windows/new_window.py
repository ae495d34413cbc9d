"""A new tunnel: an empty one, a server of one's own, or a demo. Nothing is connected by it."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wgdesk.client.demo_server import ask
from wgdesk.client.library import Library
from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.demo_profile import demo_text
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.new_profile import empty_text
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.icons import app_icon
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Tone
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import Words, error_words
from wgdesk.ui.widgets.big_button import BigButton
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.page_bar import PageBar
from wgdesk.ui.widgets.question_bar import QuestionBar, Reply
from wgdesk.ui.widgets.texts import GRID_PX
from wgdesk.ui.windows.new_pages import DemoPage, EmptyTunnelPage, ServerPage

START_SIZE: Final = QSize(760, 720)
EMPTY, SERVER, DEMO = range(3)


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
        self.question, self._trouble = QuestionBar(), MessageBar()
        self._close, self.make = QPushButton(tr("Close")), BigButton(tr("Create"))
        self.setWindowIcon(app_icon())
        self.setWindowTitle(tr("New tunnel \N{EN DASH} wgdesk"))
        self.resize(START_SIZE)
        self._arrange()
        self._bar.page_chosen.connect(self.show_page)
        self._close.clicked.connect(self.close)
        self.make.clicked.connect(self._on_make)
        self._trouble.dismissed.connect(lambda: self._trouble.show_words(None, Tone.BAD))
        for keys, slot in (
            ("Ctrl+W", self.close),
            ("Escape", self.close),
            ("Ctrl+Return", self.make.click),
        ):
            QShortcut(QKeySequence(keys), self, slot)
        self.show_page(EMPTY)

    def show_page(self, number: int) -> None:
        self._bar.mark(number)
        self._stack.setCurrentIndex(number)
        self._pages[number].start()

    def _arrange(self) -> None:
        for title, page in zip(
            (tr("Empty"), tr("A server of my own"), tr("A demo server")), self._pages, strict=True
        ):
            self._bar.add_page(title)
            scroll = QScrollArea()
            scroll.setFrameShape(QScrollArea.Shape.NoFrame)
            scroll.setWidgetResizable(True)
            scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            scroll.setWidget(page)
            scroll.viewport().setAutoFillBackground(False)
            page.setAutoFillBackground(False)
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

    def _on_make(self) -> None:
        self._trouble.show_words(None, Tone.BAD)
        page = self._pages[self._stack.currentIndex()]
        title = page.title()
        page.name.show_error("" if title else tr("A profile needs a name."))
        if not title:
            page.start()
            return
        makers = (self._make_empty, self._make_server, self._make_demo)
        makers[self._stack.currentIndex()](title)

    def _make_empty(self, title: str) -> None:
        key = PrivateKey.generate()
        self._work(lambda: (self._library.create(title, empty_text(key)),), self._on_empty_made)

    def _make_server(self, title: str) -> None:
        pair = self.server.pair()
        if pair is None:
            return

        def make() -> tuple[ProfileFile, ...]:
            texts = [(tr("{name} server").format(name=title), pair.server)]
            texts += [(f"{title} {it.name}", it.content) for it in pair.devices]
            return tuple(self._library.create(name, content) for name, content in texts)

        self._work(make, self._on_server_made)

    def _make_demo(self, title: str) -> None:
        wish = self.demo.wish()
        if wish is None:
            return
        host, port, all_traffic = wish
        key = PrivateKey.generate()

        async def get() -> tuple[ProfileFile, ...]:
            answer = await ask(host, port, key.public())
            text = demo_text(key, host, answer, all_traffic=all_traffic)
            return (await asyncio.to_thread(self._library.create, title, text),)

        self.make.setEnabled(False)
        self.question.wait(Words(tr("Asking the server…"), host))
        self._bridge.submit(get(), self._on_demo_made, self._on_failed)

    def _work(
        self,
        work: Callable[[], tuple[ProfileFile, ...]],
        done: Callable[[tuple[ProfileFile, ...]], None],
    ) -> None:
        self.make.setEnabled(False)
        self._bridge.submit(asyncio.to_thread(work), done, self._on_failed)

    def _on_empty_made(self, files: tuple[ProfileFile, ...]) -> None:
        self._settle()
        self._openers.edit(files[0].name)
        self.close()

    def _on_server_made(self, files: tuple[ProfileFile, ...]) -> None:
        self._settle()
        server, *devices = files
        names = tuple(it.name for it in devices)
        words = Words(
            tr("Both ends are made"),
            tr("Carry the server's profile to the server, and give each device its own."),
        )
        self.question.tell(
            words,
            Reply(tr("Export the server's…"), lambda: self._openers.export((server.name,))),
            Reply(tr("Export the devices'…"), lambda: self._openers.export(names)),
        )

    def _on_demo_made(self, files: tuple[ProfileFile, ...]) -> None:
        self._settle()
        name = files[0].name
        words = Words(tr("The server gave a place"), tr("It is not connected yet."))
        self.question.tell(
            words,
            Reply(tr("Connect"), lambda: self._switchboard.connect_tunnel(name)),
            Reply(tr("Edit"), lambda: self._openers.edit(name)),
        )

    def _settle(self) -> None:
        self.make.setEnabled(True)
        self._switchboard.look_at_profiles()

    def _on_failed(self, error: WgdeskError) -> None:
        self.make.setEnabled(True)
        self.question.leave()
        words = error_words(tr("No tunnel was made"), error)
        self._trouble.show_words(words, Tone.BAD, dismissible=True)
