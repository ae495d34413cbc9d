"""Composition root of the user's windowed process: who is made, and who hears whom."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from wgdesk.client import own_program
from wgdesk.client.backend import Backend
from wgdesk.client.launcher import Launcher
from wgdesk.client.login_start import LoginStart
from wgdesk.client.lookup import look_up
from wgdesk.client.preferences import Preferences
from wgdesk.client.recents import Recents
from wgdesk.client.settings import SettingsFile
from wgdesk.client.store import ProfileStore
from wgdesk.domain.errors import ClientError
from wgdesk.ui import ballast, collector
from wgdesk.ui.announcer import Announcer
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.choices import Choices
from wgdesk.ui.errands import Errands
from wgdesk.ui.feed import Feed, stream_of
from wgdesk.ui.icons import app_icon
from wgdesk.ui.instance import TOKEN_VARIABLE, Instance, runtime_dir
from wgdesk.ui.language import choose, languages, tr
from wgdesk.ui.late_notices import LateNotices
from wgdesk.ui.leaving import Leaving
from wgdesk.ui.qt_language import set_language
from wgdesk.ui.retrying import Retrying
from wgdesk.ui.shelf import Shelf
from wgdesk.ui.shortcuts import shortcuts_of
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.tray import Tray
from wgdesk.ui.tray_host import TrayHost
from wgdesk.ui.tray_style import TrayStyle, style_words
from wgdesk.ui.way_back import WayBack
from wgdesk.ui.windows.choice_cards import Offer
from wgdesk.ui.windows.log_page import LogPage
from wgdesk.ui.windows.main import TUNNELS, MainWindow, Page
from wgdesk.ui.windows.routes_page import RoutesPage
from wgdesk.ui.windows.settings_page import SettingsPage
from wgdesk.ui.wording import path_text
from wgdesk.wire.names import APP_ID

LOG: Final = 2  # of the window's pages
EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
DISPLAYS: Final = ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM")


def main(argv: Sequence[str]) -> int:
    """Open the window, or raise the one that runs; returns when the user quits."""
    logging.basicConfig(level=logging.WARNING, format="wgdesk: %(name)s: %(message)s")
    language = choose(SettingsFile().read().language)
    match list(argv):
        case [] | [own_program.HIDDEN_OPTION]:
            toggle = ""
        case [own_program.TOGGLE_OPTION, toggle]:
            pass
        case _:
            text = tr("the window takes no argument but --hidden, or --toggle and a name")
            return complain(text, EXIT_USAGE)
    refusal = find_refusal()
    if refusal:
        return complain(refusal, EXIT_FAILED)
    try:
        folder = runtime_dir()
    except ClientError as error:
        return complain(str(error), EXIT_FAILED)
    app, signals = make_application(language), QuitSignals()
    instance = Instance(folder)
    if not instance.take():
        if instance.ask_first(toggle):
            return EXIT_OK
        return complain(tr("another wgdesk runs and does not answer"), EXIT_FAILED)
    desk = Desk(app, instance, signals)
    desk.start(hidden=bool(argv), toggle=toggle)
    try:
        return app.exec()
    finally:
        desk.close()


def find_refusal() -> str:
    """Why no window can be opened here; "" if one can."""
    if os.geteuid() == 0:
        return tr(
            "the window does not run as root: start it as yourself, the helper has the rights it needs"
        )
    if not any(os.environ.get(name) for name in DISPLAYS):
        return tr("there is no display to open a window on; `wgdesk --help` tells what works here")
    return ""


def complain(text: str, exit_code: int) -> int:
    print(f"wgdesk: {text}", file=sys.stderr)  # noqa: T201  # there is no window to say it in
    return exit_code


def make_application(language: str) -> QApplication:
    collector.put_off()
    app = QApplication(["wgdesk"])
    set_language(app, language)
    app.setApplicationName("wgdesk")
    app.setApplicationDisplayName("")  # titles name it themselves
    app.setDesktopFileName(APP_ID)
    app.setWindowIcon(app_icon())
    app.setQuitOnLastWindowClosed(False)
    return app


class Desk(QObject):
    """Everything that lives as long as the process."""

    def __init__(self, app: QApplication, instance: Instance, signals: "QuitSignals") -> None:
        super().__init__()
        self._app, self._instance, self._signals = app, instance, signals
        self._store = ProfileStore()
        self._bridge = Bridge()
        shelf = Shelf(self._store, Preferences())
        helper = LateHelper()
        self._switchboard = Switchboard(self._bridge, helper.use, shelf)
        routing = Feed(
            self._bridge, stream_of(helper.use, lambda backend: backend.routing_changes())
        )
        routes = RoutesPage(self._switchboard, self._bridge, routing, look_up)
        log = Feed(self._bridge, stream_of(helper.use, lambda backend: backend.log_changes()))
        self._host, self._recents = TrayHost(), Recents()
        launcher = Launcher()
        self._choices = Choices(self._bridge, SettingsFile(), LoginStart(), launcher)
        self._settings = SettingsPage(self._switchboard, self._choices, self._offer(launcher))
        lines = LogPage(log, self._bridge)
        pages = (
            Page(tr("Routes"), routes, routing),
            Page(tr("Log"), lines, log, lines.start_search),
            Page(tr("Settings"), self._settings, self._settings),
        )
        self._window = MainWindow(self._switchboard, pages)
        self._settings.show_shortcuts(shortcuts_of(self._window))
        self._tray = Tray(self._switchboard, self._host, self._recents.names())
        self._way_back = WayBack(self._window, self._host)
        self._leaving = Leaving(self._switchboard, self._window)
        self._retrying = Retrying(self._switchboard)
        self._announcer = Announcer(
            self._switchboard,
            self._bridge,
            LateNotices(),
            self._tray.show_balloon,
            self._window,
            lambda: self._choices.settings.notifications,
        )
        self._errands = Errands(self._switchboard)
        self._connect()

    def start(self, *, hidden: bool, toggle: str = "") -> None:
        """A hidden start gives the panel its time to start too; then the window comes."""
        self._bridge.start()
        self._switchboard.start()
        self._announcer.start()
        self._heed_choices()
        self._choices.tell_recent(self._recents.names())
        if toggle:
            self._errands.toggle(toggle)
        if hidden:
            self._way_back.look()
        else:
            self._window.show()

    def close(self) -> None:
        self._tray.hide()
        self._instance.release()
        self._switchboard.close()

    def _connect(self) -> None:
        self._window.closed.connect(self._on_window_closed)
        self._window.quit_asked.connect(self._leaving.ask)
        self._window.folder_asked.connect(self._on_folder_asked)
        self._settings.folder_asked.connect(self._on_folder_asked)
        self._settings.log_asked.connect(lambda: self._window.show_page(LOG))
        self._choices.changed.connect(self._heed_choices)
        self._tray.open_asked.connect(self._window.raise_up)
        self._tray.quit_asked.connect(self._leaving.ask)
        self._tray.missed.connect(self._announcer.say_missing)
        self._leaving.left.connect(self._app.quit)
        self._leaving.stayed.connect(self._on_stayed)
        self._announcer.show_asked.connect(self._on_show_asked)
        self._announcer.retry_asked.connect(self._retrying.retry)
        self._tray.came_up.connect(self._on_tunnel_came_up)
        self._signals.arrived.connect(self._app.quit)
        self._instance.raise_asked.connect(self._on_raise_asked)
        self._instance.toggle_asked.connect(self._errands.toggle)
        self._errands.missed.connect(self._announcer.say_missing)

    def _offer(self, launcher: Launcher) -> Offer:
        return Offer(
            has_tray=lambda: self._host.is_there,
            languages=languages(),
            tray_styles=style_words(),
            launcher_file=path_text(launcher.path),
        )

    def _heed_choices(self) -> None:
        settings = self._choices.settings
        self._switchboard.set_tray_poll(1000 * settings.tray_poll_s)
        if settings.tray_style in set(TrayStyle):  # a newer wgdesk may have had more of them
            self._tray.set_style(TrayStyle(settings.tray_style))

    def _on_window_closed(self) -> None:
        """Nobody could get it back where no panel has an icon for it."""
        if not self._host.is_settled:
            self._way_back.look()
        elif not self._host.is_there:
            self._leaving.ask()

    def _on_stayed(self) -> None:
        if not self._host.is_there:
            self._window.raise_up()

    def _on_raise_asked(self, token: str) -> None:
        if token:
            os.environ[TOKEN_VARIABLE] = token  # Qt's Wayland side takes it from there
        self._window.raise_up()
        os.environ.pop(TOKEN_VARIABLE, None)  # it is no program's that we start

    def _on_show_asked(self, name: str, token: str) -> None:
        self._on_raise_asked(token)
        self._window.show_page(TUNNELS)
        self._window.choose(name)

    def _on_tunnel_came_up(self, name: str) -> None:
        def note() -> tuple[str, ...]:
            self._recents.used(name)
            return self._recents.names()

        self._bridge.submit(asyncio.to_thread(note), self._choices.tell_recent)

    def _on_folder_asked(self) -> None:
        folder = Path(self._store.folder)
        with suppress(OSError):  # the file manager then says what is wrong with it
            folder.mkdir(mode=0o700, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


class QuitSignals(QObject):
    """SIGINT and SIGTERM as a Qt signal: Python's own handlers wait for Python code to run."""

    arrived = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)  # noqa: FBT003  # its only form
        signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: None)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_activated)

    def _on_activated(self) -> None:
        with suppress(BlockingIOError):
            self._read.recv(64)
        self.arrived.emit()


class LateHelper:
    """Loads D-Bus on the bus thread, for which the window need not wait; all use one connection."""

    def __init__(self) -> None:
        self._backend: Backend | None = None

    async def use(self) -> Backend:
        if self._backend is None:
            from wgdesk.client.helper_backend import HelperBackend  # noqa: PLC0415

            ballast.drop()
            self._backend = HelperBackend()
        return self._backend
