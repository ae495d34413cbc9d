"""The window where NetworkManager carries the tunnels: what it says of that, and what is missing."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from tests.shots.pages.whole import LOG, ROUTES, TUNNELS
from tests.shots.scene import Scene
from tests.support.desktop import Desktop
from tests.support.fake_manager import FakeManager, carried_home
from tests.support.routes_page import find_addresses
from tests.support.scenes import FILES, NOW_UNIX_S
from wgdesk.domain.counters import DeviceCounters
from wgdesk.ui.feed import Feed
from wgdesk.ui.language import tr
from wgdesk.ui.protection import Wish
from wgdesk.ui.windows.log_page import LogPage
from wgdesk.ui.windows.main import MainWindow, Page
from wgdesk.ui.windows.routes_page import RoutesPage

ANSWERED = DeviceCounters(
    received_bytes=18_874_368,
    sent_bytes=2_097_152,
    heard_unix_s=NOW_UNIX_S - 12,
    are_live=True,
)
LONG_AGO = DeviceCounters(received_bytes=18_874_368, sent_bytes=2_097_152, are_live=True)


def window_at(
    made: Desktop, number: int = TUNNELS, chosen: str = "home", *, is_open: bool = False
) -> MainWindow:
    made.wait_until(lambda: made.switchboard.picture.is_without_helper, "who carries the tunnels")
    routing = Feed(made.bridge, made.backend.routing_changes)
    log = Feed(made.bridge, made.backend.log_changes)
    routes = RoutesPage(made.switchboard, made.bridge, routing, find_addresses)
    lines = LogPage(log, made.bridge)
    pages = Page(tr("Routes"), routes, routing), Page(tr("Log"), lines, log)
    window = MainWindow(made.switchboard, pages)
    window.feeds = routing, log  # live as long as the window
    window.choose(chosen)
    window.show()
    window.show_page(number)
    if is_open:
        window.carrier.open()
    if number == LOG:
        made.wait_until(lambda: lines._lack is not None, "why there is no log")
    if number == ROUTES:
        made.wait_until(lambda: routes._reader.error is not None, "why there are no routes")
    return window


def with_commands(made: Desktop) -> QWidget:
    window = window_at(made, chosen="work")
    window.tunnels._page._on_wished(Wish.REVIEW_COMMANDS)
    return window


def scene(
    name: str, make: Callable[[Desktop], QWidget], counters: DeviceCounters = ANSWERED
) -> Scene:
    return Scene(f"networkmanager-{name}", make, FILES, lambda: FakeManager(carried_home(counters)))


SCENES = (
    scene("main", window_at),
    scene("active", window_at, LONG_AGO),
    scene("missing", partial(window_at, is_open=True)),
    scene("commands", with_commands),
    scene("log", partial(window_at, number=LOG)),
    scene("routes", partial(window_at, number=ROUTES)),
)
