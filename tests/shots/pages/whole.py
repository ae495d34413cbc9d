"""The whole window with all its pages, as a person has it: also the pictures of the README."""

from collections.abc import Callable
from functools import partial

from tests.shots.pages.settings import APPROVED
from tests.shots.pages.tunnels_more import let_data_flow
from tests.shots.scene import Scene
from tests.support.a_log import a_log
from tests.support.chosen import FakeDesktop, an_offer, choices_of
from tests.support.desktop import Desktop
from tests.support.fakes import FakeBackend
from tests.support.routes_page import find_addresses, routes_are_shown
from tests.support.routings import PUSHED, home, machine
from tests.support.scenes import FILES, HOME, a_backend
from wgdesk.ui.feed import Feed
from wgdesk.ui.language import tr
from wgdesk.ui.shortcuts import shortcuts_of
from wgdesk.ui.windows.log_page import LogPage
from wgdesk.ui.windows.main import MainWindow, Page
from wgdesk.ui.windows.routes_page import RoutesPage
from wgdesk.ui.windows.settings_page import SettingsPage

TUNNELS, ROUTES, LOG, SETTINGS = range(4)
FIRST_EVENING = 16  # lines of the log in which nothing but home was up
ASKED = "1.1.1.1"
WITH_DNS = HOME.replace(b"\n\n[Peer]", b"\nDNS = 10.8.0.1\n\n[Peer]")


def backend() -> FakeBackend:
    made = a_backend(home())
    made.route(machine(home(), routes=[PUSHED]))
    made.approved = APPROVED
    return made


def window_at(made: Desktop, number: int) -> MainWindow:
    made.tell(lambda: made.backend.write_log(*list(a_log())[:FIRST_EVENING]))
    routing, log = (
        Feed(made.bridge, changes)
        for changes in (made.backend.routing_changes, made.backend.log_changes)
    )
    routes = RoutesPage(made.switchboard, made.bridge, routing, find_addresses)
    choices = choices_of(made.bridge, FakeDesktop(starts=True))
    settings = SettingsPage(made.switchboard, choices, an_offer())
    pages = (
        Page(tr("Routes"), routes, routing),
        Page(tr("Log"), LogPage(log, made.bridge), log),
        Page(tr("Settings"), settings, settings),
    )
    window = MainWindow(made.switchboard, pages)
    window.feeds = routing, log  # live as long as the window
    settings.show_shortcuts(shortcuts_of(window))
    let_data_flow(made)
    window.choose("home")
    window.show()
    window.show_page(number)
    if number == ROUTES:
        made.wait_until(lambda: routes_are_shown(routes), "the routes")
        routes.ask(ASKED)
        made.wait_until(lambda: bool(routes._reader.view.answers), ASKED)
    if number == SETTINGS:
        made.wait_until(lambda: choices.has_launcher, "what the desktop does")
    made.tell(lambda: None)
    return window


def scene(name: str, make: Callable[[Desktop], MainWindow]) -> Scene:
    return Scene(f"whole-{name}", make, {**FILES, "home": WITH_DNS}, backend)


SCENES = (
    scene("main", partial(window_at, number=TUNNELS)),
    scene("routes", partial(window_at, number=ROUTES)),
    scene("log", partial(window_at, number=LOG)),
    scene("settings", partial(window_at, number=SETTINGS)),
)
