"""The tray's menu: the state first, a tick for each tunnel, and a quit that says what stays."""

from dataclasses import replace

from PySide6.QtWidgets import QSystemTrayIcon

from tests.support.scenes import BROKEN, FILES, HOME, a_backend, connected_home
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.ui.tray import MOST_IN_MENU, Tray, literal


def texts(menu) -> list[str]:
    return [action.text() or "---" for action in menu.actions()]


def test_menu_has_state_tunnels_open_and_quit(make_desktop):
    made = make_desktop(FILES, a_backend(connected_home()))
    tray = Tray(made.switchboard)
    assert texts(tray._menu) == [
        "Connected to home",
        "---",
        "attached__home",
        "home",
        "work",
        "---",
        "Open wgdesk",
        "Quit (the tunnel stays up)",
    ]
    ticked = [name for name, entry in tray._entries.items() if entry.isChecked()]
    assert ticked == ["home"]
    assert tray.icon.toolTip() == "wgdesk: Connected to home"


def test_menu_takes_no_sign_of_a_name_for_its_own():
    assert literal("a_b&c", is_on_bus=True) == "a__b&&c"
    assert literal("a_b&c", is_on_bus=False) == "a_b&&c"


def test_entry_toggles_its_tunnel_and_ticks_only_what_is_up(make_desktop):
    made = make_desktop()
    tray = Tray(made.switchboard)
    tray._entries["home"].trigger()
    assert not tray._entries["home"].isChecked()
    assert tray._entries["home"].text() == "home (Starting…)"
    up = "home (Waiting for handshake)"
    made.wait_until(lambda: tray._entries["home"].text() == up, "the tunnel")
    assert tray._entries["home"].isChecked()
    tray._entries["home"].trigger()
    made.wait_until(lambda: ("down", "id1") in made.backend.calls, "the order")


def test_tick_is_the_truth_even_where_a_click_does_nothing(make_desktop):
    rising = replace(connected_home(), lifecycle=Lifecycle.RISING)
    tray = Tray(make_desktop(FILES, a_backend(rising)).switchboard)
    tray._entries["home"].trigger()
    assert tray._entries["home"].isChecked()


def test_menu_stays_the_same_object_for_object_through_a_refresh(make_desktop):
    made = make_desktop()
    tray = Tray(made.switchboard)
    before = list(tray._menu.actions())
    made.switchboard._repaint()
    assert tray._menu.actions() == before


def test_many_tunnels_move_into_a_menu_of_their_own(make_desktop):
    made = make_desktop({f"office{number}": HOME for number in range(MOST_IN_MENU + 1)})
    tray = Tray(made.switchboard)
    assert texts(tray._menu) == ["No tunnel is up", "---", "Tunnels", "---", "Open wgdesk", "Quit"]
    assert len(tray._submenu.actions()) == MOST_IN_MENU + 1


def test_file_that_cannot_be_used_cannot_be_ticked(make_desktop):
    tray = Tray(make_desktop({"cafe": BROKEN}).switchboard)
    assert not tray._entries["cafe"].isEnabled()
    assert tray._entries["cafe"].text() == "cafe (Cannot be used)"


def test_left_click_opens_the_window(make_desktop, qtbot):
    tray = Tray(make_desktop().switchboard)
    with qtbot.waitSignal(tray.open_asked):
        tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)


def test_missing_helper_shows_in_the_tray(make_desktop):
    made = make_desktop()
    tray = Tray(made.switchboard)
    made.tell(made.backend.vanish)
    made.wait_until(lambda: "not reachable" in tray.icon.toolTip(), "the tooltip")
    assert texts(tray._menu)[0] == "Helper not reachable"
