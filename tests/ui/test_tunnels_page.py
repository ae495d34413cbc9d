"""The frame and the first page: search, menu, choices, others' tunnels, and what is told in place."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from tests.support.scenes import FILES, NOW_UNIX_S, a_backend, connected_home
from wgdesk import __version__
from wgdesk.client import reset
from wgdesk.client.backend import Hello
from wgdesk.domain.errors import ClientTooOld, NotAuthorized, PreferencesUnwritable
from wgdesk.domain.options import HookMode
from wgdesk.domain.snapshot import ForeignLink, ForeignTunnel, Lifecycle, MachineSnapshot
from wgdesk.ui.protection import Wish
from wgdesk.ui.troubles import newer_abilities
from wgdesk.ui.widgets.copy_table import CopyTable
from wgdesk.wire.names import API_VERSION

Key = Qt.Key


def says(window) -> tuple[str, str]:
    return window.tunnels._page._headline.text(), window.tunnels._page._sentence.text()


def test_search_narrows_the_list_and_escape_brings_it_back(open_window, qtbot):
    _, window = open_window()
    page = window.tunnels
    window.choose("work")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(page._list, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page._search.hasFocus)
    assert page._search.placeholderText() == "Search 3 tunnels"
    qtbot.keyClicks(page._search, "HOME")
    assert [row.name for row in page._model._rows] == ["attached_home", "home"]
    assert says(window)[0] == "attached_home is off"
    qtbot.keyClicks(page._search, "xyz")
    assert page._nothing.isVisible()
    assert says(window)[0] == "attached_home is off"
    qtbot.keyClick(page._search, Key.Key_Escape)
    assert page._model.rowCount() == 3
    assert not page._nothing.isVisible()
    qtbot.keyClick(page._search, Key.Key_Down)
    qtbot.waitUntil(page._list.hasFocus)


def test_search_that_hides_the_chosen_tunnel_survives_a_refresh(open_window):
    made, window = open_window(FILES, a_backend(connected_home()))
    window.choose("home")
    window.tunnels._search.setText("nowhere")
    made.switchboard._repaint()
    assert says(window)[0] == "Connected to home"
    assert window.tunnels._model.rowCount() == 0


def test_tunnel_that_vanishes_while_it_is_chosen_leaves_another(open_window):
    made, window = open_window({"work": FILES["work"]}, a_backend(connected_home()))
    window.choose("home")
    made.tell(lambda: made.backend.show(()))
    made.wait_until(lambda: says(window)[0] == "work is off", "the other one")


def test_menu_has_every_action_and_names_what_the_toggle_does(open_window, qtbot):
    made, window = open_window()
    menu = window._menu
    texts = [(it.text(), it.shortcut().toString()) for it in menu.actions() if it.text()]
    assert texts == [
        ("Connect", "Ctrl+T"),
        ("Disconnect all", ""),
        ("Restore plain internet…", ""),
        ("Tunnels", "Ctrl+1"),
        ("Search", "Ctrl+F"),
        ("Open the folder of profiles", ""),
        ("About wgdesk", ""),
        ("Close the window", "Ctrl+W"),
        ("Quit", "Ctrl+Q"),
    ]
    assert not menu.disconnect_all.isEnabled()
    menu.toggle.trigger()
    made.wait_until(lambda: menu.toggle.text() == "Disconnect", "the tunnel")
    menu.disconnect_all.trigger()
    made.wait_until(lambda: menu.toggle.text() == "Connect", "the end")


def test_menu_opens_by_key_and_its_button(open_window, qtbot):
    _, window = open_window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Key.Key_F10)
    assert window._menu.isVisible()
    window._menu.close()
    qtbot.mouseClick(window._menu.button, Qt.MouseButton.LeftButton)
    assert window._menu.isVisible()
    window._menu.close()


def test_restore_asks_first_and_tells_what_was_done(open_window, qtbot, monkeypatch):
    made, window = open_window()
    done: list[str] = []
    monkeypatch.setattr(reset, "restore", lambda: done.append("x") or ("took away: home",))
    window._menu.restore.trigger()
    assert window.question.text().startswith("Restore plain internet?")
    qtbot.mouseClick(window.question._close, Qt.MouseButton.LeftButton)
    assert (window.question.text(), done) == ("", [])
    window._menu.restore.trigger()
    qtbot.mouseClick(window.question._buttons[0], Qt.MouseButton.LeftButton)
    made.wait_until(lambda: "is restored" in window.question.text(), "the report")
    assert (window.question.text().splitlines()[-1], done) == ("took away: home", ["x"])


def test_restore_that_fails_says_why(open_window, qtbot, monkeypatch):
    made, window = open_window()

    def refuse() -> tuple[str, ...]:
        raise NotAuthorized

    monkeypatch.setattr(reset, "restore", refuse)
    window._restore()
    made.wait_until(lambda: "was not restored" in window.question.text(), "the reason")
    assert str(NotAuthorized())[:20].lower() in window.question.text().lower()


def test_commands_are_reviewed_in_place_and_the_choice_is_kept(open_window, qtbot):
    made, window = open_window()
    window.choose("work")
    page = window.tunnels._page
    (review,) = (it for it in page._lines._buttons.values() if it.text() == "Review")
    qtbot.mouseClick(review, Qt.MouseButton.LeftButton)
    assert "PreDown = logger going home" in page._commands._text.toPlainText()
    page._commands._group.button(1).click()
    made.wait_until(lambda: made.profiles.modes.get("work") is HookMode.ME, "the choice")
    made.wait_until(lambda: "run as you" in page._lines._lines[2][1].text(), "its words")
    window.choose("home")
    assert not page._commands.isVisible()


def test_choice_that_cannot_be_saved_is_told_and_the_old_one_shown(open_window):
    made, window = open_window()
    window.choose("work")
    page = window.tunnels._page
    page._on_wished(Wish.REVIEW_COMMANDS)
    assert page._commands.isVisible()
    made.wait_until(lambda: made.switchboard._poll is None, "the look of somebody who opens it")
    made.profiles.refusal = PreferencesUnwritable("~/.config/x", "the disk is full")
    page._commands._group.button(2).click()
    assert page._commands._group.checkedId() == 2
    made.wait_until(lambda: "the disk is full" in window.question.text(), "the reason")
    assert page._commands._group.checkedId() == 0


def test_ipv6_is_let_past_from_the_next_connect_on(open_window):
    made, window = open_window()
    window.choose("work")
    window.tunnels._page._on_wished(Wish.LET_IPV6_PAST)
    made.wait_until(lambda: "work" in made.profiles.unblocked, "the choice")
    made.switchboard.connect_tunnel("work")
    made.wait_until(lambda: made.backend.options == {"ipv6": "leave"}, "the order")


def test_others_tunnels_are_seen_and_cannot_be_chosen(open_window):
    made, window = open_window()
    others = ForeignTunnel(name="lab", owner_uid=7, lifecycle=Lifecycle.UP, full_tunnel=False)
    machine = MachineSnapshot(
        (), (others,), (ForeignLink("wg0", "wg-quick"),), ("nft is missing.",)
    )
    made.tell(lambda: made.backend.show_machine(machine))
    shown = window.tunnels._neighbours._list
    made.wait_until(lambda: shown.count() == 2, "the others")
    said = [shown.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert said == ["lab, Another user's (number 7)", "wg0, Made by wg-quick"]
    assert window.tunnels._page._degraded._lines[0][1].text() == "nft is missing."
    assert [row.name for row in window.tunnels._model._rows] == ["attached_home", "home", "work"]


NEWER = (
    f"The helper is newer than this window\nThe helper has version 9.0, this window {__version__}."
    " All that this window knows works; what is new in the helper is not shown.\n"
    "Quit this window and open it again; if that does not help, update wgdesk."
)
OLDER = (
    f"The helper is older than this window\nThe helper has version 0.0.9, this window {__version__}."
    " It cannot do yet: show the routes of this machine, tell what it did,"
    " read the profiles in /etc/wireguard, connect a tunnel at boot. Everything else works.\n"
    "Install the newest package wgdesk-helper; tunnels stay up meanwhile."
)
REFUSED = (
    "The helper is newer than this window\n"
    f"It no longer speaks with windows of version {__version__}.\n"
    "Quit this window and open it again; if that does not help, update wgdesk."
)
SAME = Hello(API_VERSION, {"version": __version__})


@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        (Hello(API_VERSION + 1, {"version": "9.0"}), NEWER),
        (Hello(1, {"version": "0.0.9"}), OLDER),
        (Hello(0, {}, ClientTooOld()), REFUSED),
    ],
)
def test_helper_that_starts_anew_in_another_version_is_told_with_what_to_do(
    open_window, greeting, words
):
    made, window = open_window(FILES, a_backend(connected_home()))
    bar = window._helper_trouble
    assert bar.text() == ""
    made.tell(lambda: made.backend.restart_as(greeting))
    made.wait_until(lambda: bar.text() == words, "the words")
    made.switchboard.toggle("home")  # everything else goes on
    made.wait_until(lambda: ("down", "id-home") in made.backend.calls, "the order")
    made.tell(lambda: made.backend.restart_as(SAME))
    made.wait_until(lambda: bar.text() == "", "that all is well")


def test_every_version_of_the_api_has_words_for_what_came_with_it():
    assert {api for api, _ in newer_abilities()} == set(range(2, API_VERSION + 1))


def test_a_helper_that_is_only_of_another_release_is_no_trouble(open_window):
    made, window = open_window()
    made.tell(lambda: made.backend.restart_as(Hello(API_VERSION, {"version": "9.0"})))
    made.wait_until(lambda: made.switchboard.picture.helper_version == "9.0", "the greeting")
    assert window._helper_trouble.text() == ""


def test_window_opens_in_the_size_that_it_had(open_window, qtbot):
    _, window = open_window()
    window.resize(900, 640)
    window.tunnels.set_list_width(230)
    width = window.tunnels.list_width()
    window.close()
    _, again = open_window()
    assert (again.width(), again.height()) == (900, 640)
    assert abs(again.tunnels.list_width() - width) <= 2


def test_graph_is_told_to_who_cannot_see_it(open_window):
    made, window = open_window(FILES, a_backend(connected_home()))
    window.choose("home")
    made.now_unix_s += 2
    made.tell(lambda: made.backend.shake_hands("home", NOW_UNIX_S, received=8192, sent=0))
    graph = window.tunnels._page._throughput._graph
    made.wait_until(lambda: "4.0 KiB/s" in graph.accessibleDescription(), "the rate")
    assert "↓ 4.0 KiB/s" in window.tunnels._model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_all_rows_are_selected_and_copied_by_keys(open_window, qtbot):
    _, window = open_window(FILES, a_backend(connected_home()))
    window.choose("home")
    table = next(it for it in window.findChildren(CopyTable) if it.accessibleName() == "Routes")
    for key in (Key.Key_A, Key.Key_C):
        qtbot.keyClick(table, key, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["0.0.0.0/0", "::/0", "192.168.1.0/24"]
