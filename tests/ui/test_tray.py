"""The tray: the worst state, a tick for each tunnel, few changes, and a panel that comes and goes."""

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from tests.support.panel import FakePanel
from tests.support.scenes import BROKEN, FILES, HOME, NOW_UNIX_S, a_backend, connected_home
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.ui.picture import HelperState
from wgdesk.ui.tray import Tray
from wgdesk.ui.tray_host import Way
from wgdesk.ui.tray_menu import MOST_IN_MENU, MOST_IN_SUBMENU, literal
from wgdesk.ui.tray_style import TrayStyle

MANY = {f"office{number}": HOME for number in range(MOST_IN_MENU + 1)}


@pytest.fixture
def open_tray(make_desktop):
    """A desktop with a tray; the panel is there from the start."""

    def make(files=FILES, backend=None, panel=None, recent=()):
        made = make_desktop(files, backend)
        return made, Tray(made.switchboard, panel or FakePanel(), recent)

    return make


def texts(menu: QMenu) -> list[str]:
    return [action.text() or "---" for action in menu.actions() if action.isVisible()]


def menu_of(tray: Tray) -> QMenu:
    return tray._menu.menu


def entry(tray: Tray, name: str):
    return tray._menu._top_section.entries[name]


def test_menu_has_state_addresses_tunnels_open_and_quit(open_tray):
    _, tray = open_tray(FILES, a_backend(connected_home()))
    assert texts(menu_of(tray)) == [
        "Connected to home",
        "Addresses: 10.8.0.2, fd08::2",
        "---",
        "attached__home",
        "home",
        "work",
        "---",
        "Open wgdesk",
        "Import tunnels…",
        "Quit…",
    ]
    assert [action.text() for action in menu_of(tray).actions() if action.isChecked()] == ["home"]
    assert not any(action.isEnabled() for action in menu_of(tray).actions()[:2])
    assert tray._icon.toolTip() == "wgdesk: Connected to home"


def test_menu_without_a_tunnel_up_has_no_addresses_and_a_plain_quit(open_tray):
    _, tray = open_tray()
    assert texts(menu_of(tray))[:2] == ["No tunnel is up", "---"]
    assert texts(menu_of(tray))[-1] == "Quit"


def test_menu_takes_no_sign_of_a_name_for_its_own():
    assert literal("a_b&c", is_on_bus=True) == "a__b&&c"
    assert literal("a_b&c", is_on_bus=False) == "a_b&&c"


def test_menu_that_qt_draws_has_its_names_as_they_are(open_tray, monkeypatch):
    _, tray = open_tray(panel=FakePanel(Way.XEMBED))
    monkeypatch.setattr(tray._icon, "geometry", lambda: QRect(5, 5, 22, 22))
    menu_of(tray).aboutToShow.emit()
    assert "attached_home" in texts(menu_of(tray))


def test_entry_toggles_its_tunnel_and_ticks_only_what_is_up(open_tray):
    made, tray = open_tray()
    entry(tray, "home").trigger()
    assert not entry(tray, "home").isChecked()
    assert entry(tray, "home").text() == "home (Starting…)"
    up = "home (Waiting for handshake)"
    made.wait_until(lambda: entry(tray, "home").text() == up, "the tunnel")
    assert entry(tray, "home").isChecked()
    entry(tray, "home").trigger()
    made.wait_until(lambda: ("down", "id1") in made.backend.calls, "the order")


def test_tick_is_the_truth_even_where_a_click_does_nothing(open_tray):
    rising = replace(connected_home(), lifecycle=Lifecycle.RISING)
    _, tray = open_tray(FILES, a_backend(rising))
    entry(tray, "home").trigger()
    assert entry(tray, "home").isChecked()


def test_refresh_changes_nothing_that_is_as_it_was(open_tray, monkeypatch):
    made, tray = open_tray(MANY, a_backend(connected_home()))
    changed: list[str] = []
    for action in (*menu_of(tray).actions(), *tray._menu._all_menu.actions()):
        action.changed.connect(lambda: changed.append("an action"))
    for setter in ("setIcon", "setToolTip"):
        monkeypatch.setattr(tray._icon, setter, changed.append)
    before = list(menu_of(tray).actions())
    made.switchboard._repaint()
    assert changed == []
    assert menu_of(tray).actions() == before


def test_many_tunnels_move_into_a_menu_of_their_own(open_tray):
    _, tray = open_tray(MANY)
    assert texts(menu_of(tray)) == [
        "No tunnel is up",
        "---",
        "All tunnels",
        "---",
        "Open wgdesk",
        "Import tunnels…",
        "Quit",
    ]
    assert texts(tray._menu._all_menu) == [f"office{number}" for number in range(11)]


def test_recent_and_lively_ones_stand_on_top_in_the_order_of_the_list(open_tray):
    recent = ("office9", "gone", "office2", "office10", "office7", "office1", "office3")
    made, tray = open_tray(MANY, recent=recent)
    names = ["office1", "office2", "office7", "office9", "office10"]
    assert texts(menu_of(tray))[2:7] == names
    kept = entry(tray, "office9")
    made.switchboard.connect_tunnel("office0")
    made.wait_until(lambda: made.switchboard.picture.find_row("office0").is_up, "office0")
    shown = texts(menu_of(tray))[3:9]
    assert shown[0].startswith("office0 (")
    assert shown[1:] == ["office2", "office7", "office9", "office10", "All tunnels"]
    assert entry(tray, "office9") is kept


def test_thousand_profiles_make_a_menu_that_a_bus_can_carry(open_tray, qtbot):
    made, tray = open_tray({f"office{number}": HOME for number in range(1000)})
    submenu = tray._menu._all_menu
    assert len(texts(submenu)) == MOST_IN_SUBMENU + 1
    assert texts(submenu)[-1] == "More in the window…"
    with qtbot.waitSignal(tray.open_asked):
        submenu.actions()[-1].trigger()
    assert made.backend.calls.count(("up", "office0")) == 0


def test_what_comes_up_is_told_once_for_the_recent_ones(open_tray):
    made, tray = open_tray(FILES, a_backend(connected_home()))
    assert tray._recent == ()  # what was up at the start is no news
    told: list[str] = []
    tray.came_up.connect(told.append)
    made.switchboard.connect_tunnel("work")
    made.wait_until(lambda: told == ["work"], "the news")
    made.switchboard._repaint()
    assert told == ["work"]


def test_tunnel_that_vanished_under_the_open_menu_is_told_and_nothing_is_ordered(open_tray):
    made, tray = open_tray()
    missed: list[str] = []
    tray.missed.connect(missed.append)
    chosen = entry(tray, "work")
    made.profiles.files.pop("work")
    made.switchboard._on_profiles_arrived(made.profiles.entries())
    assert "work" not in texts(menu_of(tray))
    chosen.trigger()  # the panel had drawn it before
    assert missed == ["work"]
    assert ("up", "work") not in made.backend.calls


def test_file_that_cannot_be_used_cannot_be_ticked(open_tray):
    _, tray = open_tray({"cafe": BROKEN})
    assert not entry(tray, "cafe").isEnabled()
    assert entry(tray, "cafe").text() == "cafe (Cannot be used)"


def test_long_reason_does_not_make_the_menu_as_wide_as_the_screen(open_tray):
    fallen = replace(connected_home(), lifecycle=Lifecycle.FAILED, cause="very " * 40 + "bad")
    _, tray = open_tray(FILES, a_backend(fallen))
    assert len(entry(tray, "home").text()) < 60


def test_left_click_opens_the_window(open_tray, qtbot):
    _, tray = open_tray()
    with qtbot.waitSignal(tray.open_asked):
        tray._icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)


def test_missing_helper_shows_in_the_tray(open_tray):
    made, tray = open_tray()
    made.tell(made.backend.vanish)
    made.wait_until(lambda: "not reachable" in tray._icon.toolTip(), "the tooltip")
    assert texts(menu_of(tray))[0] == "Helper not reachable"


def test_icon_comes_with_a_panel_that_starts_later(open_tray):
    panel = FakePanel(Way.NONE)
    _, tray = open_tray(panel=panel)
    assert tray._icon is None
    tray.show_balloon("nobody", "sees it", is_urgent=False)
    panel.become(Way.BUS)
    assert tray._icon.isVisible()
    made = tray._icon
    panel.become(Way.NONE)
    panel.become(Way.BUS)
    assert tray._icon is made  # Qt registers the same one anew


def test_style_changes_the_picture_at_once(open_tray):
    _, tray = open_tray(FILES, a_backend(connected_home()))
    colours = set()
    for style in TrayStyle:
        tray.set_style(style)
        image = tray._icon.icon().pixmap(16, 16).toImage()
        colours.add(image.pixelColor(3, 12).name())
    assert colours == {"#2a9a5f", "#f4f5f6", "#24292e"}


def test_names_stand_alone_while_nobody_has_said_anything_yet(make_desktop):
    made = make_desktop(is_settled=False)
    tray = Tray(made.switchboard, FakePanel())
    made.switchboard._on_profiles_arrived(made.profiles.entries())
    assert made.switchboard.picture.helper is HelperState.ASKING
    assert entry(tray, "home").text() == "home"


def test_tooltip_tells_the_rate_and_not_every_second(open_tray):
    made, tray = open_tray(FILES, a_backend(connected_home()))
    seen: set[str] = set()
    for second in range(1, 13):
        made.now_unix_s = NOW_UNIX_S + second
        received = 1024 * 1024 * second  # another rate each time
        made.tell(
            lambda received=received: made.backend.shake_hands(
                "home", made.now_unix_s, received=received, sent=0
            )
        )
        made.wait_until(
            lambda: made.switchboard.picture.now_unix_s == made.now_unix_s, "the next second"
        )
        seen.add(tray._icon.toolTip())
    assert 2 <= len(seen) <= 4
    assert all(
        re.fullmatch(r"Connected to home · ↓ .* ↑ 0 B/s", tip)
        for tip in seen - {"wgdesk: Connected to home"}
    )
