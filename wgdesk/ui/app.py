"""Composition root of the user's windowed process: who is made, and who hears whom."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from wgdesk.client.backend import Backend
from wgdesk.client.launcher import Launcher
from wgdesk.client.login_start import LoginStart
from wgdesk.client.preferences import Preferences
from wgdesk.client.recents import Recents
from wgdesk.client.settings import SettingsFile
from wgdesk.client.store import ProfileStore
from wgdesk.ui import ballast
from wgdesk.ui.announcer import Announcer
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.choices import Choices
from wgdesk.ui.curtain import Curtain
from wgdesk.ui.errands import Errands
from wgdesk.ui.icons import app_icon
from wgdesk.ui.instance import TOKEN_VARIABLE, Instance
from wgdesk.ui.late_notices import LateNotices
from wgdesk.ui.leaving import Leaving
from wgdesk.ui.quit_signals import QuitSignals
from wgdesk.ui.retrying import Retrying
from wgdesk.ui.shelf import Shelf
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.tray import Tray
from wgdesk.ui.tray_host import TrayHost
from wgdesk.ui.tray_style import read_style
from wgdesk.ui.way_back import WayBack

if TYPE_CHECKING:
    from wgdesk.client.library import Library
    from wgdesk.ui.windows.main import MainWindow
    from wgdesk.ui.windows.openers import Openers


class Desk(QObject):
    """Everything that lives as long as the process."""

    def __init__(
        self,
        app: QApplication,
        instance: Instance,
        signals: QuitSignals,
        host: TrayHost,
        icon: QSystemTrayIcon | None = None,
    ) -> None:
        """`icon` is one that is on the panel already."""
        super().__init__()
        self._app, self._instance, self._signals = app, instance, signals
        self._host = host
        app.setWindowIcon(app_icon())
        self._store = ProfileStore()
        self._bridge = Bridge()
        self._preferences = Preferences()
        shelf = Shelf(self._store, self._preferences)
        self._helper = LateBackend()
        self._switchboard = Switchboard(self._bridge, self._helper.use, shelf)
        self._recents = Recents()
        self._launcher = Launcher()
        self._choices = Choices(
            self._bridge, SettingsFile(), LoginStart(), self._launcher, self._title_of
        )
        self._curtain = Curtain(self._make_window)
        self._openers: Openers | None = None
        self._tray = Tray(self._switchboard, host, self._recents.names(), icon)
        self._way_back = WayBack(self._curtain, host)
        self._leaving = Leaving(self._switchboard, self._curtain.find_visible)
        self._retrying = Retrying(self._switchboard)
        self._announcer = Announcer(
            self._switchboard,
            self._bridge,
            LateNotices(),
            self._tray.show_balloon,
            self._curtain,
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
            self._curtain.show()

    def close(self) -> None:
        self._tray.hide()
        self._instance.release()
        self._switchboard.close()

    def _connect(self) -> None:
        self._curtain.closed.connect(self._on_window_closed)
        self._curtain.quit_asked.connect(self._on_quit_asked)
        self._curtain.folder_asked.connect(self._on_folder_asked)
        self._choices.changed.connect(self._heed_choices)
        self._tray.open_asked.connect(self._curtain.raise_up)
        self._tray.import_asked.connect(self._on_import_asked)
        self._tray.quit_asked.connect(self._on_quit_asked)
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

    def _make_window(self) -> "MainWindow":
        from wgdesk.ui.windows.openers import Openers  # noqa: PLC0415  # it may never be seen
        from wgdesk.ui.windows.whole import Settled, make_window  # noqa: PLC0415

        ballast.drop()
        self._openers = Openers(self._bridge, self._switchboard, self._open_library)
        self._openers.renamed.connect(self._on_renamed)
        settled = Settled(has_tray=lambda: self._host.is_there, launcher_file=self._launcher.path)
        return make_window(
            self._switchboard,
            self._bridge,
            self._helper.use,
            self._choices,
            settled,
            self._openers,
        )

    def _open_library(self) -> "Library":
        from wgdesk.client.library import Library  # noqa: PLC0415  # most never change a profile

        return Library(self._store, self._preferences)

    def _heed_choices(self) -> None:
        settings = self._choices.settings
        self._switchboard.set_tray_poll(1000 * settings.tray_poll_s)
        self._tray.set_style(read_style(settings.tray_style))

    def _on_window_closed(self) -> None:
        """Nobody could get it back where no panel has an icon for it."""
        if not self._host.is_settled:
            self._way_back.look()
        elif not self._host.is_there:
            self._on_quit_asked()

    def _on_import_asked(self) -> None:
        self._curtain.raise_up()
        if self._openers is not None:
            self._openers.import_from_anywhere()

    def _on_quit_asked(self) -> None:
        """A window with something to lose asks about that first."""
        if self._openers is None or self._openers.may_close():
            self._leaving.ask()

    def _on_stayed(self) -> None:
        if not self._host.is_there:
            self._curtain.raise_up()

    def _on_raise_asked(self, token: str) -> None:
        if token:
            os.environ[TOKEN_VARIABLE] = token  # Qt's Wayland side takes it from there
        self._curtain.raise_up()
        os.environ.pop(TOKEN_VARIABLE, None)  # it is no program's that we start

    def _on_show_asked(self, name: str, token: str) -> None:
        self._on_raise_asked(token)
        self._curtain.show_tunnel(name)

    def _on_tunnel_came_up(self, name: str) -> None:
        def note() -> tuple[str, ...]:
            self._recents.used(name)
            return self._recents.names()

        self._bridge.submit(asyncio.to_thread(note), self._choices.tell_recent)

    def _on_renamed(self, old: str, new: str) -> None:
        def note() -> tuple[str, ...]:
            self._recents.renamed(old, new)
            return self._recents.names()

        self._bridge.submit(asyncio.to_thread(note), self._choices.tell_recent)

    def _title_of(self, name: str) -> str:
        return self._preferences.of(name).title or name

    def _on_folder_asked(self) -> None:
        folder = Path(self._store.folder)
        with suppress(OSError):  # the file manager then says what is wrong with it
            folder.mkdir(mode=0o700, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


class LateBackend:
    """Loads D-Bus on the bus thread, for which the window need not wait; all use one connection."""

    def __init__(self) -> None:
        self._backend: Backend | None = None

    async def use(self) -> Backend:
        if self._backend is None:
            from wgdesk.client.chosen_backend import ChosenBackend  # noqa: PLC0415

            ballast.drop()
            self._backend = ChosenBackend()
        return self._backend
