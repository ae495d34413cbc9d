"""The window where NetworkManager carries the tunnels: it says so, and all that is missing."""

import pytest

from tests.support.desktop import desktop
from tests.support.fake_manager import FakeManager, carried_home
from tests.support.scenes import FILES, NOW_UNIX_S, a_backend, connected_home
from wgdesk.domain.counters import DeviceCounters
from wgdesk.domain.networkmanager_limits import CARRIED, LIMITS
from wgdesk.domain.options import HookMode
from wgdesk.ui.frame_words import about
from wgdesk.ui.models.peers import HANDSHAKE_COLUMN
from wgdesk.ui.protection import Wish
from wgdesk.ui.sentences import headline, notice_texts, sentence
from wgdesk.ui.widgets import carrier_bar
from wgdesk.ui.widgets.commands_card import MODES
from wgdesk.ui.windows.main import MainWindow

ANSWERED = DeviceCounters(
    received_bytes=9, sent_bytes=9, heard_unix_s=NOW_UNIX_S - 12, are_live=True
)


@pytest.fixture
def made(qapp):
    with desktop(FILES, FakeManager(carried_home(ANSWERED))) as made:
        made.wait_until(lambda: made.switchboard.picture.is_without_helper, "NetworkManager")
        yield made


@pytest.fixture
def window(made, qtbot):
    window = MainWindow(made.switchboard)
    qtbot.addWidget(window)
    window.show()
    return window


def test_window_says_who_carries_the_tunnels_and_how_to_have_the_helper(window):
    assert "NetworkManager carries the tunnels" in window.carrier.text()
    assert "wgdesk-helper" in window.carrier.accessibleName()
    assert LIMITS[0] not in window.carrier.text()
    assert window._helper_text.text() == "NetworkManager, without the helper · kernel WireGuard"


def test_every_missing_ability_is_behind_one_button(window):
    window.carrier._button.click()
    for limit in LIMITS:
        assert limit in window.carrier.text()
    window.carrier._button.click()
    assert LIMITS[0] not in window.carrier.text()


def test_nothing_of_it_is_said_where_the_helper_is(qapp, qtbot):
    with desktop(FILES, a_backend(connected_home())) as made:
        window = MainWindow(made.switchboard)
        qtbot.addWidget(window)
        assert window.carrier.text() == ""


def test_bar_goes_when_the_helper_comes(made, window):
    made.backend.greeting = a_backend().greeting
    made.switchboard._on_greeted(made.backend.greeting)
    assert window.carrier.text() == ""


def test_versions_are_those_of_who_carries_the_tunnels(made):
    assert "NetworkManager 1.52.1" in about(made.switchboard.picture).body


def test_root_cannot_be_chosen_for_commands(window):
    window.choose("work")
    page = window.tunnels._page
    page._on_wished(Wish.REVIEW_COMMANDS)
    buttons = {mode: page._commands._group.button(MODES.index(mode)) for mode in HookMode}
    assert [mode for mode, it in buttons.items() if it.isEnabled()] == [
        HookMode.IGNORE,
        HookMode.ME,
    ]
    assert "needs the helper" in buttons[HookMode.ROOT].accessibleDescription()


def test_no_handshake_is_told_that_nobody_knows(made, window):
    window.choose("home")
    row = made.switchboard.picture.find_row("home")
    assert headline(row) == "Connected to home"
    assert sentence(row, NOW_UNIX_S).startswith("Answered 12 s ago")
    assert window.tunnels._page._peer_table.isColumnHidden(HANDSHAKE_COLUMN)
    assert CARRIED not in notice_texts(row)  # the bar has said it


def test_where_nothing_is_proved_the_state_is_left_open(qapp):
    counters = DeviceCounters(received_bytes=9, sent_bytes=9, are_live=True)
    with desktop(FILES, FakeManager(carried_home(counters))) as made:
        row = made.switchboard.picture.find_row("home")
        assert headline(row) == "home is active"
        assert "No handshake information" in sentence(row, NOW_UNIX_S)


def test_distribution_without_a_package_is_told_so(qapp, qtbot, monkeypatch):
    monkeypatch.setattr("wgdesk.ui.carrier_words.os_release", lambda: {"NAME": "Fedora Linux"})
    bar = carrier_bar.CarrierBar()
    qtbot.addWidget(bar)
    bar.show_carrier(is_networkmanager=True)
    assert "There is no package of the helper for Fedora Linux yet." in bar.text()
