"""The settings page."""

from tests.shots.pages.tunnels import lose_helper
from tests.shots.scene import Scene
from tests.support.chosen import FakeDesktop, an_offer, choices_of
from tests.support.desktop import Desktop
from tests.support.fakes import FakeBackend
from tests.support.scenes import a_backend, connected_home
from wgdesk.client.backend import KnownApproval
from wgdesk.domain.errors import LoginStartRefused
from wgdesk.ui.language import tr
from wgdesk.ui.shortcuts import shortcuts_of
from wgdesk.ui.windows.choice_cards import StartCard
from wgdesk.ui.windows.main import MainWindow, Page
from wgdesk.ui.windows.settings_page import SettingsPage

TALL_PX = 1480
APPROVED = (
    KnownApproval("home", "a" * 64, 1_700_000_000, "profile"),
    KnownApproval("work", "b" * 64, 1_700_001_000, "profile"),
    KnownApproval("work", "c" * 64, 0, "commands"),
)


def backend() -> FakeBackend:
    made = a_backend(connected_home())
    made.approved = APPROVED
    return made


def window_of(made: Desktop, desktop: FakeDesktop, *, has_tray: bool = True) -> MainWindow:
    """Open on its settings, and everything on them known."""
    choices = choices_of(made.bridge, desktop)
    page = SettingsPage(made.switchboard, choices, an_offer(has_tray=has_tray))
    window = MainWindow(made.switchboard, (Page(tr("Settings"), page, page),))
    page.show_shortcuts(shortcuts_of(window))
    window.show()
    window.show_page(1)
    made.wait_until(lambda: choices.has_launcher, "what the desktop does")
    made.tell(lambda: None)
    return window


def plain(made: Desktop) -> MainWindow:
    return window_of(made, FakeDesktop(starts=True))


def whole(made: Desktop) -> MainWindow:
    window = plain(made)
    window.resize(window.width(), TALL_PX)
    return window


def without_tray(made: Desktop) -> MainWindow:
    return window_of(made, FakeDesktop(starts=True), has_tray=False)


def without_helper(made: Desktop) -> MainWindow:
    lose_helper(made)
    window = window_of(made, FakeDesktop())
    window.resize(window.width(), TALL_PX)
    return window


def refused(made: Desktop) -> MainWindow:
    desktop = FakeDesktop()
    desktop.errors["switch"] = LoginStartRefused("it was declined")
    window = window_of(made, desktop)
    page = window.findChild(SettingsPage)
    page.findChild(StartCard).first.click()
    made.wait_until(lambda: bool(told(page)), "the refusal")
    return window


def told(page: SettingsPage) -> str:
    return page.findChild(StartCard)._trouble.text()


def narrow(made: Desktop) -> MainWindow:
    window = plain(made)
    window.resize(480, 720)
    return window


SCENES = (
    Scene("settings", plain, backend=backend, everywhere=True),
    Scene("settings-whole", whole, backend=backend, everywhere=True),
    Scene("settings-narrow", narrow, backend=backend, everywhere=True),
    Scene("settings-no-tray", without_tray, backend=backend),
    Scene("settings-helper-missing", without_helper, backend=backend),
    Scene("settings-refused", refused, backend=backend),
)
