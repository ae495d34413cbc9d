"""The window as a person finds it: what it says, what its keys do, what a refresh leaves alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QPushButton,
    QTableView,
)

from tests.support.scenes import BROKEN, FILES, HOME, NOW_UNIX_S, a_backend, connected_home
from wgdesk.domain.errors import EndpointUnresolved, HelperUnreachable
from wgdesk.ui.widgets.copy_table import CopyTable
from wgdesk.ui.windows.main import MainWindow, Page

Key = Qt.Key
Role = QPalette.ColorRole


def button(window) -> QPushButton:
    return window.tunnels._page._button


def says(window) -> tuple[str, str]:
    return window.tunnels._page._headline.text(), window.tunnels._page._sentence.text()


def test_window_tells_the_truth_in_one_sentence(open_window):
    made, window = open_window(FILES, a_backend(connected_home()))
    window.choose("home")
    made.tell(lambda: made.backend.shake_hands("home", NOW_UNIX_S - 38))
    made.wait_until(lambda: "arriving" in says(window)[1], "replies")
    assert says(window) == (
        "Connected to home",
        "Handshake 38 s ago · replies arriving · all traffic goes through 203.0.113.7",
    )
    assert window.windowTitle() == "Connected to home – wgdesk"  # noqa: RUF001  # as titles have it


def test_window_opens_on_a_tunnel_that_is_up(open_window):
    _, window = open_window(FILES, a_backend(connected_home()))
    assert window.tunnels._list.chosen_row().name == "home"


def test_window_turns_to_what_is_up_when_the_helper_answers_later_than_the_folder(open_window):
    backend = a_backend(connected_home())
    backend.delay_s = 0.7
    made, window = open_window(FILES, backend, is_settled=False)
    made.wait_until(lambda: window.tunnels._list.chosen_row() is not None, "the files")
    assert window.tunnels._list.chosen_row().name == "attached_home"
    made.settle()
    assert window.tunnels._list.chosen_row().name == "home"


def test_window_that_comes_back_opens_on_what_is_up(open_window):
    made, window = open_window()
    window.choose("attached_home")
    window.close()
    made.switchboard.connect_tunnel("work")
    made.wait_until(lambda: made.switchboard.picture.find_row("work").is_up, "work")
    window.raise_up()
    assert window.tunnels._list.chosen_row().name == "work"


def test_big_button_connects_and_disconnects(open_window, qtbot):
    made, window = open_window()
    window.choose("home")
    assert button(window).text() == "Connect"
    qtbot.mouseClick(button(window), Qt.MouseButton.LeftButton)
    assert (button(window).text(), button(window).isEnabled()) == ("Connecting…", False)
    made.wait_until(lambda: button(window).text() == "Disconnect", "the tunnel")
    qtbot.mouseClick(button(window), Qt.MouseButton.LeftButton)
    made.wait_until(lambda: button(window).text() == "Connect", "the end")


def test_big_button_keeps_the_keyboard_while_it_works(open_window, qtbot):
    made, window = open_window()
    window.choose("home")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    button(window).setFocus()
    qtbot.keyClick(button(window), Key.Key_Space)
    assert not button(window).isEnabled()
    made.wait_until(lambda: button(window).text() == "Disconnect", "the tunnel")
    assert button(window).hasFocus()


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Space])
def test_key_in_the_list_toggles(open_window, qtbot, key):
    made, window = open_window()
    window.choose("home")
    qtbot.keyClick(window.tunnels._list, key)
    made.wait_until(lambda: button(window).text() == "Disconnect", "the tunnel")


def test_shortcut_toggles_wherever_the_focus_is(open_window, qtbot):
    made, window = open_window()
    window.choose("work")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(button(window), Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    made.wait_until(lambda: ("up", "work") in made.backend.calls, "the order")


def test_arrow_keys_choose(open_window, qtbot):
    _, window = open_window()
    window.choose("attached_home")
    qtbot.keyClick(window.tunnels._list, Key.Key_Down)
    assert says(window)[0] == "home is off"


def test_failure_is_said_in_its_place_with_its_remedy(open_window, qtbot):
    made, window = open_window()
    window.choose("work")
    made.backend.errors["up"] = EndpointUnresolved("vpn.corp.example", "there is no network")
    with qtbot.waitSignal(made.switchboard.tunnel_failed):
        qtbot.mouseClick(button(window), Qt.MouseButton.LeftButton)
    assert window.tunnels._page._trouble.text().splitlines() == [
        "work was not connected",
        "The endpoint “vpn.corp.example” has no address: there is no network.",
        "Check the host name in the profile and that this machine is online.",
    ]
    qtbot.mouseClick(window.tunnels._page._trouble._dismiss, Qt.MouseButton.LeftButton)
    assert window.tunnels._page._trouble.text() == ""
    assert says(window)[0] == "work is off"


def test_file_with_a_mistake_says_where_it_is(open_window):
    _, window = open_window({"home": HOME, "cafe": BROKEN})
    window.choose("cafe")
    assert says(window)[0] == "cafe cannot be used"
    assert not button(window).isEnabled()
    assert "Line 2, column 1: “Adress” is not a key" in window.tunnels._page._trouble.text()


def test_refresh_keeps_selection_and_scroll(open_window, qtbot):
    files = {f"office{number}": HOME for number in range(60)}
    made, window = open_window(files)
    window.choose("office30")
    bar = window.tunnels._list.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    before = bar.value()
    made.switchboard._on_profiles_arrived(
        tuple(entry for entry in made.profiles.entries() if entry.name != "office50")
    )
    made.switchboard._repaint()
    assert window.tunnels._list.chosen_row().name == "office30"
    assert bar.value() == before > 0


def test_list_chooses_a_neighbour_when_the_chosen_file_goes(open_window):
    made, window = open_window()
    window.choose("home")
    entries = tuple(entry for entry in made.profiles.entries() if entry.name != "home")
    made.switchboard._on_profiles_arrived(entries)
    assert window.tunnels._list.chosen_row().name in {"attached_home", "work"}


def test_empty_folder_says_where_files_go(open_window, qtbot):
    _, window = open_window({})
    assert window.tunnels._right.currentWidget() is window.tunnels._empty
    assert "~/.wireguard" in window.tunnels._empty._where.text()
    with qtbot.waitSignal(window.folder_asked):
        qtbot.mouseClick(window.tunnels._empty._button, Qt.MouseButton.LeftButton)


def test_missing_helper_is_said_in_words_and_no_state_is_claimed(open_window):
    made, window = open_window(FILES, a_backend(connected_home()))
    window.choose("home")
    gone = HelperUnreachable("it is not installed", "Install the package wgdesk-helper.")
    made.backend.errors |= {"hello": gone, "tunnels": gone}
    made.tell(made.backend.vanish)
    made.wait_until(lambda: "Install" in window._helper_trouble.text(), "the reason")
    assert says(window)[0] == "home: state unknown"
    assert window._helper_text.text() == "Helper not reachable"


def test_rows_of_a_table_can_be_copied(open_window, qtbot):
    _, window = open_window(FILES, a_backend(connected_home()))
    table = window.findChild(CopyTable)
    table.selectRow(0)
    qtbot.keyClick(table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    cells = QGuiApplication.clipboard().text().split("\t")
    assert cells[0] == "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw="
    assert cells[5] == "0.0.0.0/0, ::/0"


def test_lone_peer_is_seen_whole_and_stays_so_when_sorted(open_window, qtbot):
    _, window = open_window(FILES, a_backend(connected_home()))
    table = window.findChild(CopyTable)
    header = table.horizontalHeader()
    qtbot.waitUntil(lambda: table.width() > 700)
    assert table.horizontalScrollBar().maximum() == 0
    before = header.sectionSize(1)
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert header.sectionSize(1) >= max(before, header.sectionSizeHint(1))


@pytest.mark.parametrize("chosen", ["home", "work"])
def test_narrow_window_never_scrolls_sideways(open_window, qtbot, chosen):
    _, window = open_window(FILES, a_backend(connected_home()))
    window.choose(chosen)
    window.resize(10, 10)
    qtbot.wait(50)
    page = window.tunnels._page
    assert page.horizontalScrollBar().maximum() == 0
    assert page._button.mapTo(window, page._button.rect().topRight()).x() < window.width()


def test_every_control_has_a_name_for_a_screen_reader(open_window):
    _, window = open_window(FILES, a_backend(connected_home()))
    views = [view for view in window.findChildren(QAbstractItemView) if not is_header(view)]
    buttons = [each for each in window.findChildren(QAbstractButton) if not is_corner(each)]
    assert {view.accessibleName() for view in views} == {
        "Tunnels",
        "Also on this machine",
        "Peers",
        "Routes",
    }
    assert len(buttons) >= 4
    assert [each for each in buttons if not (each.accessibleName() or each.text())] == []


def is_header(view) -> bool:
    return isinstance(view, QHeaderView)


def is_corner(button) -> bool:
    return isinstance(button.parent(), QTableView)  # Qt's own, in the corner of a table


def test_colours_follow_the_desktop_while_the_window_is_open(open_window, qapp):
    made, window = open_window()
    made.backend.errors["up"] = EndpointUnresolved("x.example", "no network")
    window.choose("work")
    made.switchboard.connect_tunnel("work")
    made.wait_until(window.tunnels._page._trouble.isVisible, "the failure")
    quiet, bar = window.tunnels._page._sentence, window.tunnels._page._trouble
    before = qapp.palette()
    try:
        for color in ("#202020", "#f0f0f0"):
            qapp.setPalette(QPalette(QColor(color)))
            qapp.processEvents()
            ground = QColor(color).lightness()
            assert abs(quiet.palette().color(Role.WindowText).lightness() - ground) > 100
            assert abs(bar.palette().color(Role.Window).lightness() - ground) < 40
            accent = window.tunnels._list.palette().color(Role.Highlight).lightness()
            assert abs(accent - qapp.palette().color(Role.Base).lightness()) < 60
    finally:
        qapp.setPalette(before)


def test_window_is_watched_only_while_it_can_be_seen(open_window):
    made, window = open_window()
    assert made.switchboard._is_watched
    window.hide()
    assert not made.switchboard._is_watched


def test_page_keeps_a_person_s_text_selection_through_a_refresh(open_window):
    made, window = open_window(FILES, a_backend(connected_home()))
    value = window.tunnels._page._facts._lines[1][1]
    value.setSelection(0, 10)
    made.switchboard._repaint()
    assert value.selectedText() == value.text()[:10]


def test_list_has_the_focus_from_the_moment_it_has_something(open_window, qtbot):
    made, _ = open_window({})
    window = MainWindow(made.switchboard, (Page("Other", QPushButton("first")),))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.focusWidget() is not None)
    made.profiles.files = {"home": HOME}
    made.switchboard._on_profiles_arrived(made.profiles.entries())
    assert window.focusWidget() is window.tunnels._list


def test_pages_open_by_key_and_from_the_menu(open_window, qtbot):
    made, _ = open_window()
    other = QPushButton("first")
    window = MainWindow(made.switchboard, (Page("Other", other),))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window.tunnels._list, Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window._stack.currentWidget() is other
    window._menu._pages.actions()[0].trigger()
    assert window._stack.currentWidget() is window.tunnels
