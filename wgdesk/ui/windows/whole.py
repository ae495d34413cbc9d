"""The window with all of its pages."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wgdesk.client.backend import Backend
from wgdesk.client.lookup import look_up
from wgdesk.client.own_program import is_sandboxed
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.choices import Choices
from wgdesk.ui.feed import Feed, stream_of
from wgdesk.ui.keeper import Keeper
from wgdesk.ui.language import languages, tr
from wgdesk.ui.sandbox_words import sandbox_limits
from wgdesk.ui.shortcuts import shortcuts_of
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.tray_style import style_words
from wgdesk.ui.windows.choice_cards import Offer
from wgdesk.ui.windows.log_page import LogPage
from wgdesk.ui.windows.main import MainWindow, Page
from wgdesk.ui.windows.managing import Managing
from wgdesk.ui.windows.openers import Openers
from wgdesk.ui.windows.routes_page import RoutesPage
from wgdesk.ui.windows.settings_page import SettingsPage
from wgdesk.ui.wording import path_text

if TYPE_CHECKING:
    from wgdesk.client.key_moving import KeyMover

LOG: Final = 2  # the tunnels' is 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What a person cannot choose.

    Attributes:
        has_tray: Whether there is a panel to show the icon.
        launcher_file: What recent tunnels in the applications menu are written into.
    """

    has_tray: Callable[[], bool]
    launcher_file: Path


def make_window(
    switchboard: Switchboard,
    bridge: Bridge,
    use: Callable[[], Awaitable[Backend]],
    choices: Choices,
    settled: Settled,
    openers: Openers,
) -> MainWindow:
    """Put it together; `use` gives the helper, on the bus thread."""
    routing = Feed(bridge, stream_of(use, lambda backend: backend.routing_changes()))
    log = Feed(bridge, stream_of(use, lambda backend: backend.log_changes()))
    routes = RoutesPage(switchboard, bridge, routing, look_up)
    lines = LogPage(log, bridge)
    offer = Offer(
        has_tray=settled.has_tray,
        languages=languages(),
        tray_styles=style_words(),
        launcher_file=path_text(settled.launcher_file),
        key_mover=lambda: _key_mover(openers),
        limits=sandbox_limits() if is_sandboxed() else (),
    )
    settings = SettingsPage(switchboard, choices, offer)
    window = MainWindow(
        switchboard,
        (
            Page(tr("Routes"), routes, routing, routes.start_question),
            Page(tr("Log"), lines, log, lines.start_search),
            Page(tr("Settings"), settings, settings),
        ),
    )
    keeper = Keeper(bridge, switchboard, lambda: openers.library)
    keeper.setParent(window)
    Managing(window, switchboard, keeper, openers)
    settings.show_shortcuts(shortcuts_of(window))
    settings.folder_asked.connect(window.folder_asked)
    settings.log_asked.connect(lambda: window.show_page(LOG))
    return window


def _key_mover(openers: Openers) -> "KeyMover":
    from wgdesk.client.key_moving import KeyMover  # noqa: PLC0415  # most never move a key

    return KeyMover(openers.library)
