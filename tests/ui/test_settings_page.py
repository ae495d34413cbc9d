"""The settings page as a person meets it: boxes, lists, buttons, and what they lead to."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QPushButton, QWidget

from tests.support.chosen import FakeDesktop, an_offer, choices_of
from tests.support.scenes import FILES, a_backend, connected_home
from wgdesk import __version__
from wgdesk.client.backend import Hello, KnownApproval
from wgdesk.client.settings import Settings
from wgdesk.domain.errors import (
    HelperUnreachable,
    LimitExceeded,
    LoginStartRefused,
    PreferencesUnwritable,
)
from wgdesk.ui.shortcuts import shortcuts_of
from wgdesk.ui.windows.main import MainWindow, Page
from wgdesk.ui.windows.settings_page import SettingsPage
from wgdesk.wire.names import API_VERSION

LOGIN = "Start wgdesk when I log in"
HIDDEN = "Then show only the icon in the tray"
MENU = "Recent tunnels in the applications menu"
TELL = "Tell me when a tunnel connects or fails"
FULL = PreferencesUnwritable("~/.config/wgdesk/settings.json", "no space left on device")
HOME = KnownApproval("home", "a" * 64, 1_700_000_000, "profile")
WORK = KnownApproval("work", "b" * 64, 0, "commands")


class Opened:
    """A settings page on the screen, and everything behind it."""

    def __init__(self, qtbot, made, desktop, *, has_tray=True):
        self.made, self.desktop = made, desktop
        self.choices = choices_of(made.bridge, desktop)
        self.page = SettingsPage(made.switchboard, self.choices, an_offer(has_tray=has_tray))
        self.window = MainWindow(made.switchboard, (Page("Settings", self.page, self.page),))
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.show_page(1)
        self.settle()

    def settle(self):
        """Everything that was asked of the bus thread is done and shown."""
        for _ in range(2):  # what is done may lead to something that is written down
            seen = []
            self.choices._submit(nothing(), seen.append)
            self.made.wait_until(lambda seen=seen: bool(seen), "the choices")
        self.made.tell(lambda: None)
        QApplication.processEvents()

    def box(self, text) -> QCheckBox:
        return next(each for each in self.page.findChildren(QCheckBox) if each.text() == text)

    def list(self, name) -> QComboBox:
        return next(
            each for each in self.page.findChildren(QComboBox) if each.accessibleName() == name
        )

    def buttons(self, text):
        shown = [each for each in self.page.findChildren(QPushButton) if each.isVisible()]
        return [each for each in shown if each.text() == text]

    def press(self, widget):
        widget.click()
        self.settle()

    def pick(self, widget, text):
        number = widget.findText(text)
        assert number >= 0
        widget.setCurrentIndex(number)
        widget.activated.emit(number)
        self.settle()

    def text(self):
        shown = [each for each in self.page.findChildren(QLabel) if each.isVisible()]
        return "\n".join(label.text() for label in shown)


async def nothing():
    pass


@pytest.fixture
def open_page(qtbot, make_desktop):
    def make(settings=None, *, starts=False, backend=None, **how):
        made = make_desktop(FILES, backend or a_backend(connected_home()))
        return Opened(qtbot, made, FakeDesktop(settings, starts=starts), **how)

    return make


class ShownWindows(QObject):
    """Everything that came on the screen as a window of its own."""

    def __init__(self, app):
        super().__init__(app)
        self.names = []
        app.installEventFilter(self)

    def eventFilter(self, watched, event):  # noqa: N802  # Qt's name
        is_shown = event.type() is QEvent.Type.Show and isinstance(watched, QWidget)
        if is_shown and watched.isWindow():
            self.names.append(type(watched).__name__)
        return False


def test_first_choice_has_the_keyboard_and_no_stray_window_took_it(open_page, qapp, qtbot):
    shown = ShownWindows(qapp)
    opened = open_page()
    opened.window.activateWindow()
    qtbot.waitUntil(opened.window.isActiveWindow)
    qapp.removeEventFilter(shown)
    assert shown.names == ["MainWindow"]
    assert QApplication.focusWidget() is opened.box(LOGIN)


def test_it_shows_what_is_in_force(open_page):
    chosen = Settings(
        start_hidden=True, notifications=False, language="de", tray_style="dark", tray_poll_s=0
    )
    opened = open_page(chosen, starts=True)
    assert [opened.box(each).isChecked() for each in (LOGIN, HIDDEN, MENU, TELL)] == [
        True,
        True,
        False,
        False,
    ]
    assert opened.list("Language of wgdesk").currentText() == "Deutsch"
    assert opened.list("Style").currentText() == "Dark, for a light panel"
    paces = opened.list("Look at the tunnels while the window is closed")
    assert paces.currentText() == "only when something changes"


def test_every_choice_takes_effect_at_once(open_page):
    opened = open_page()
    opened.press(opened.box(TELL))
    opened.pick(opened.list("Language of wgdesk"), "Deutsch")
    opened.pick(opened.list("Style"), "Light, for a dark panel")
    opened.pick(opened.list("Look at the tunnels while the window is closed"), "every minute")
    wanted = Settings(notifications=False, language="de", tray_style="light", tray_poll_s=60)
    assert opened.choices.settings == wanted
    assert opened.desktop.saved == wanted
    assert "the next time wgdesk starts" in opened.text()


def test_login_and_hidden_go_to_the_desktop(open_page):
    opened = open_page()
    assert not opened.box(HIDDEN).isEnabled()
    opened.press(opened.box(LOGIN))
    assert (opened.desktop.starts, opened.desktop.starts_hidden) == (True, False)
    opened.press(opened.box(HIDDEN))
    assert (opened.desktop.starts, opened.desktop.starts_hidden) == (True, True)
    opened.press(opened.box(LOGIN))
    assert not opened.desktop.starts
    assert not opened.box(HIDDEN).isEnabled()


def test_hidden_is_not_offered_without_a_tray_and_says_why(open_page):
    opened = open_page(Settings(start_hidden=True), starts=True, has_tray=False)
    box = opened.box(HIDDEN)
    assert not box.isEnabled()
    assert "shows no tray" in opened.text()
    assert "shows no tray" in box.accessibleDescription()


def test_what_the_desktop_refuses_is_told_and_not_shown_as_done(open_page):
    opened = open_page()
    opened.desktop.errors["switch"] = LoginStartRefused("it was declined")
    opened.press(opened.box(LOGIN))
    assert not opened.box(LOGIN).isChecked()
    assert "This was not changed\nThe desktop did not take it: it was declined." in opened.text()
    opened.desktop.errors.clear()
    opened.press(opened.box(LOGIN))
    assert opened.box(LOGIN).isChecked()
    assert "This was not changed" not in opened.text()


def test_hidden_start_that_the_desktop_refuses_is_taken_back(open_page):
    opened = open_page(starts=True)
    opened.desktop.errors["switch"] = LoginStartRefused("it was declined")
    opened.press(opened.box(HIDDEN))
    opened.settle()
    assert not opened.box(HIDDEN).isChecked()
    assert not opened.desktop.saved.start_hidden
    assert "it was declined" in opened.text()


def test_a_choice_that_cannot_be_saved_is_told_and_taken_back(open_page):
    opened = open_page()
    opened.desktop.errors["write"] = FULL
    opened.press(opened.box(TELL))
    assert opened.box(TELL).isChecked()
    assert opened.choices.settings == Settings()
    assert "no space left on device" in opened.text()


def test_page_follows_what_others_do_to_the_autostart_file(open_page):
    opened = open_page()
    assert not opened.box(LOGIN).isChecked()
    opened.desktop.starts = True
    opened.window.show_page(0)
    opened.window.show_page(1)
    opened.settle()
    assert opened.box(LOGIN).isChecked()


def test_recent_tunnels_are_in_the_menu_only_while_a_person_wants_it(open_page):
    opened = open_page()
    opened.choices.tell_recent(["home", "work"])
    opened.settle()
    assert opened.desktop.menu is None
    opened.press(opened.box(MENU))
    assert opened.desktop.menu == ("home", "work")
    assert opened.desktop.saved.tunnels_in_launcher
    opened.choices.tell_recent(["work", "home"])
    opened.settle()
    assert opened.desktop.menu == ("work", "home")
    assert opened.desktop.texts[0] == "Connect or disconnect Büro"
    opened.press(opened.box(MENU))
    assert opened.desktop.menu is None
    assert not opened.desktop.saved.tunnels_in_launcher


def test_a_menu_that_cannot_be_written_is_told_and_taken_back(open_page):
    opened = open_page()
    opened.desktop.errors["show"] = FULL
    opened.press(opened.box(MENU))
    assert not opened.box(MENU).isChecked()
    assert not opened.desktop.saved.tunnels_in_launcher
    assert "no space left on device" in opened.text()


def test_menu_is_not_offered_where_there_is_none(open_page):
    opened = open_page()
    opened.desktop.has_menu = False
    opened.window.show_page(0)
    opened.window.show_page(1)
    opened.settle()
    assert not opened.box(MENU).isEnabled()
    assert "no entry of its own in the applications menu" in opened.text()


def test_helper_is_told_with_version_api_engine_and_why(open_page):
    backend = a_backend(connected_home())
    facts = {"version": "9.0", "engine": "kernel", "engine_reason": "the module answers"}
    backend.greeting = Hello(API_VERSION + 1, facts)
    text = open_page(backend=backend).text()
    for line in (
        "Ready",
        f"9.0; this window has {__version__}",
        f"{API_VERSION + 1}; this window was made for {API_VERSION}",
        "The module answers.",
    ):
        assert line in text.splitlines()


def test_helper_that_is_gone_is_told_and_nothing_is_said_of_approvals(open_page):
    backend = a_backend()
    backend.approved = (HOME,)
    opened = open_page(backend=backend)
    assert "These work without asking" in opened.text()
    gone = HelperUnreachable("it is not installed", "Install it.")
    backend.errors |= {"hello": gone, "tunnels": gone}
    opened.made.tell(backend.vanish)
    opened.made.wait_until(lambda: opened.made.switchboard.picture.helper_error, "the reason")
    assert "it is not installed" in opened.text()
    assert "Ready" not in opened.text().splitlines()
    assert "it has not said yet" in opened.text()
    assert opened.buttons("Withdraw") == []


def test_approvals_are_listed_and_withdrawn_one_by_one(open_page):
    backend = a_backend()
    backend.approved = (HOME, WORK)
    opened = open_page(backend=backend)
    names = [each.accessibleName() for each in opened.buttons("Withdraw")]
    assert names == [
        "Withdraw the approval of work: commands as root",
        "Withdraw the approval of home: profile",
    ]
    assert "earlier" in opened.text().splitlines()
    opened.press(opened.buttons("Withdraw")[0])
    opened.made.wait_until(lambda: len(opened.buttons("Withdraw")) == 1, "one row less")
    assert backend.approved == (HOME,)
    opened.press(opened.buttons("Withdraw")[0])
    opened.made.wait_until(lambda: not opened.buttons("Withdraw"), "no row")
    assert "Nothing is approved for you yet" in opened.text()


def test_an_approval_that_stays_is_told_and_can_be_tried_again(open_page):
    backend = a_backend()
    backend.approved = (HOME,)
    opened = open_page(backend=backend)
    backend.errors["revoke"] = LimitExceeded("too many calls")
    opened.press(opened.buttons("Withdraw")[0])
    opened.made.wait_until(lambda: "was not withdrawn" in opened.text(), "the failure")
    (button,) = opened.buttons("Withdraw")
    assert button.isEnabled()
    backend.errors.clear()
    opened.press(button)
    opened.made.wait_until(lambda: not opened.buttons("Withdraw"), "no row")
    assert "was not withdrawn" not in opened.text()


def test_trouble_with_the_list_is_over_when_the_list_comes(open_page):
    backend = a_backend()
    backend.errors["approvals"] = LimitExceeded("too many calls")
    opened = open_page(backend=backend)
    opened.made.wait_until(lambda: "could not be asked" in opened.text(), "the failure")
    backend.errors.clear()
    opened.window.show_page(0)
    opened.window.show_page(1)
    opened.made.wait_until(lambda: "Nothing is approved" in opened.text(), "the list")
    assert "could not be asked" not in opened.text()


def test_approvals_are_asked_for_only_while_somebody_looks(open_page):
    backend = a_backend()
    opened = open_page(backend=backend)

    def times_asked():
        return sum(call == ("approvals", "") for call in backend.calls)

    opened.made.wait_until(lambda: times_asked() == 1, "the first question")
    opened.window.show_page(0)
    opened.made.tell(lambda: backend.show((connected_home(),)))
    opened.settle()
    assert times_asked() == 1
    opened.window.show_page(1)
    opened.made.wait_until(lambda: times_asked() == 2, "the question anew")
    backend.approved = (HOME,)
    opened.made.tell(lambda: backend.show((replace(connected_home(), id="new"),)))
    opened.made.wait_until(
        lambda: len(opened.buttons("Withdraw")) == 1, "what came with the tunnel"
    )


def test_buttons_lead_to_the_folder_and_to_the_log(open_page, qtbot):
    opened = open_page()
    with qtbot.waitSignal(opened.page.folder_asked):
        opened.buttons("Open the folder")[0].click()
    with qtbot.waitSignal(opened.page.log_asked):
        opened.buttons("Show its log")[0].click()


def test_shortcuts_are_those_of_the_window(open_page):
    opened = open_page()
    action = QAction("&Save && close", opened.window)
    action.setShortcut("Ctrl+S")
    found = dict(shortcuts_of(opened.window))
    assert found["Ctrl+T"] == "Connect or disconnect"
    assert found["Ctrl+S"] == "Save & close"
    opened.page.show_shortcuts(list(found.items()))
    assert "Ctrl+S" in opened.text().splitlines()


def test_every_control_is_named_and_reached_by_tab_from_top_to_bottom(open_page):
    backend = a_backend()
    backend.approved = (HOME, WORK)
    opened = open_page(starts=True, backend=backend)
    kinds = (QCheckBox, QComboBox, QPushButton)
    controls = [each for kind in kinds for each in opened.page.widget().findChildren(kind)]
    controls = [each for each in controls if each.isVisible()]
    assert len(controls) >= 10
    assert all(each.accessibleName() or each.text() for each in controls)
    reached, widget = [], opened.box(LOGIN)
    for _ in range(300):
        if widget in controls and widget not in reached and widget.isEnabled():
            assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            reached.append(widget)
        widget = widget.nextInFocusChain()
    assert {each for each in controls if each.isEnabled()} == set(reached)
    heights = [each.mapTo(opened.page.widget(), QPoint()).y() for each in reached]
    assert heights == sorted(heights)


def test_wheel_over_a_list_scrolls_the_page_and_chooses_nothing(open_page):
    opened = open_page()
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # noqa: FBT003  # Qt's order of arguments
    )
    paces = opened.list("Look at the tunnels while the window is closed")
    QApplication.sendEvent(paces, wheel)
    assert paces.currentIndex() == 0
    assert opened.choices.settings.tray_poll_s == 15


@pytest.mark.parametrize("width_px", [480, 1000])
def test_no_text_is_cut_off_in_a_narrow_window(open_page, width_px):
    opened = open_page()
    opened.window.resize(width_px, 500)
    inner = opened.page.widget()

    def is_whole():
        labels = [each for each in inner.findChildren(QLabel) if each.isVisible()]
        is_wide_enough = inner.width() <= opened.page.viewport().width()
        return is_wide_enough and all(
            each.height() >= each.heightForWidth(each.width()) for each in labels
        )

    opened.made.wait_until(is_whole, "all of every text")
