"""The page of routes as a person finds it."""

import asyncio
from dataclasses import replace
from ipaddress import ip_address

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from tests.support.routes_page import find_addresses, routes_are_shown, routes_window
from tests.support.routings import PUSHED, a_route, attached_home, crowded, home, machine
from tests.support.scenes import FILES, NOW_UNIX_S, a_backend, with_peers
from wgdesk.domain.errors import EndpointUnresolved
from wgdesk.domain.machine_routing import MachineRouting
from wgdesk.ui.widgets.copy_table import CopyTable

Key = Qt.Key


@pytest.fixture
def open_page(qtbot, make_desktop):
    """The page on the screen, with what stands behind it."""
    windows = []

    def make(routing=None, *tunnels, find=find_addresses, is_settled=True):
        backend = a_backend(*tunnels)
        backend.route(routing or machine(*tunnels))
        made = make_desktop(FILES, backend)
        window, page = routes_window(made, find)
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        if is_settled:
            made.wait_until(lambda: routes_are_shown(page), "the routes")
        return made, page

    return make


def says(page) -> str:
    return page._headline.text()


def titles(page) -> list[str]:
    return [card.table.accessibleName() for card in page._cards.cards()]


def table(page, title: str) -> CopyTable:
    return next(it.table for it in page._cards.cards() if it.table.accessibleName() == title)


def cells(page, title: str) -> list[list[str]]:
    model = table(page, title).model()
    columns = range(model.columnCount())
    return [[model.index(r, c).data() for c in columns] for r in range(model.rowCount())]


def deciding(page) -> list[str]:
    """What a screen reader says of the lines that are marked."""
    found = []
    for card in page._cards.cards():
        model = card.table.model()
        said = (
            model.index(r, 0).data(Qt.ItemDataRole.AccessibleTextRole)
            for r in range(model.rowCount())
        )
        found += [text for text in said if text]
    return found


def ask(made, page, text: str) -> list[str]:
    page.ask(text)
    made.wait_until(lambda: page._where.texts() and routes_are_shown(page), "an answer")
    made.wait_until(lambda: "…" not in page._where.texts()[0], "an answer")
    return page._where.texts()


@pytest.mark.parametrize(
    ("tunnels", "sentence", "groups"),
    [
        ((), "No tunnel: everything goes out through wlan0.", ["Stays local", "Everything else"]),
        (
            (home(),),
            "Everything goes through home; the local network stays reachable.",
            ["Goes through home", "Stays local", "Not used while home is connected"],
        ),
        (
            (attached_home(),),
            "Only 192.168.50.0/24 and 192.168.51.0/24 go through attached_home.",
            ["Goes through attached_home", "Stays local", "Everything else"],
        ),
    ],
)
def test_each_of_the_three_situations_is_said_in_one_sentence(open_page, tunnels, sentence, groups):
    _, page = open_page(None, *tunnels)
    assert says(page) == sentence
    assert titles(page) == groups


def test_lines_name_destination_way_table_and_rule(open_page):
    _, page = open_page(None, home())
    assert cells(page, "Stays local") == [
        ["192.168.1.0/24", "wlan0", "main", "rule 5210, local network"],
        [
            "WireGuard packets to 203.0.113.7:51820",
            "wlan0 via 192.168.1.1",
            "main",
            "rule 5200, mark 0x77670001",
        ],
        ["this machine itself", "lo", "local", "rule 0"],
    ]


def test_pushed_route_is_named(open_page):
    _, page = open_page(machine(home(), routes=[PUSHED]), home())
    assert cells(page, "Not used while home is connected")[1] == [
        "1.1.1.1/32",
        "wlan0 via 192.168.1.1",
        "main",
        "pushed by the network (DHCP), ignored: would bypass the tunnel",
    ]


def test_answer_marks_the_line_that_decides(open_page):
    made, page = open_page(None, home())
    way = "Stays local: link wlan0, from 192.168.1.34."
    assert ask(made, page, "192.168.1.20") == [
        f"{way} Decided by rule 5210, “local network stays reachable”.",
    ]
    assert deciding(page) == ["192.168.1.0/24, this line decides"]


def test_answer_follows_what_happens(open_page):
    made, page = open_page()
    assert "in no tunnel" in ask(made, page, "1.1.1.1")[0]
    made.tell(lambda: made.backend.show((home(),)))
    made.tell(lambda: made.backend.route(machine(home())))
    made.wait_until(lambda: "through home" in page._where.texts()[0], "the new answer")
    assert deciding(page) == ["everything else (0.0.0.0/0), this line decides"]
    assert says(page).startswith("Everything goes through home")


def test_enter_and_a_pause_both_ask(open_page, qtbot):
    made, page = open_page(None, home())
    field = page.findChild(QLineEdit)
    qtbot.keyClicks(field, "1.1.1.1")
    assert "Type an address" in page._where.texts()[0]
    qtbot.keyClick(field, Key.Key_Return)
    made.wait_until(lambda: "through home" in page._where.texts()[0], "an answer")
    field.selectAll()
    qtbot.keyClicks(field, "192.168.1.9")
    made.wait_until(lambda: "Stays local" in page._where.texts()[0], "an answer after a pause")


def test_host_with_several_addresses_has_several_answers(open_page):
    made, page = open_page(None, attached_home())
    first, second = ask(made, page, "example.org")
    assert first.startswith("192.0.2.80: Goes in no tunnel: link wlan0, router 192.168.1.1")
    assert second == "2001:db8::80: Goes nowhere: this machine has no route to it."


def test_more_addresses_than_are_worth_a_line_are_counted(open_page):
    async def find(_: str):
        return tuple(ip_address(f"192.0.2.{n}") for n in range(1, 20))

    made, page = open_page(None, home(), find=find)
    texts = ask(made, page, "cdn.example")
    assert len(texts) == 5
    assert texts[-1] == "And 15 more addresses."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Type an address or a host name, such as 1.1.1.1 or example.org."),
        ("no way", "“no way” is neither an address nor a host name."),
        ("10.0.0.0/8", "“10.0.0.0/8” is a network. Type one address of it."),
        ("nobody.example", "That name has no address."),
        ("lost.example", "No name server knows “lost.example”."),
        ("<b>x</b>", "“<b>x</b>” is neither an address nor a host name."),
    ],
)
def test_what_is_no_question_or_has_no_answer_is_said_in_words(open_page, text, said):
    made, page = open_page(None, home())
    ask(made, page, "1.1.1.1")
    assert ask(made, page, text) == [said]
    assert deciding(page) == []


def test_slow_name_server_holds_nobody_up_and_a_late_answer_is_forgotten(open_page):
    async def find(_: str):
        await asyncio.sleep(0.2)
        return (ip_address("192.168.1.20"),)

    made, page = open_page(None, home(), find=find)
    page.ask("slow.example")
    assert page._where.texts() == ["Asking for the addresses of slow.example…"]
    ask(made, page, "1.1.1.1")
    made.tell(lambda: None)
    made.bridge.submit(asyncio.sleep(0.3)).result(5)
    made.tell(lambda: made.backend.route(machine(home(), routes=[PUSHED])))
    made.wait_until(lambda: len(cells(page, titles(page)[-1])) == 2, "the next look")
    assert "through home" in page._where.texts()[0]


def test_helper_that_goes_away_leaves_no_old_routes_behind(open_page):
    made, page = open_page(None, home())
    ask(made, page, "1.1.1.1")
    made.tell(made.backend.vanish)
    made.tell(lambda: made.backend.route(made.backend.machine_routing))
    made.wait_until(lambda: says(page) == "Nobody can say now where traffic goes", "the words")
    assert page._below.currentIndex() == 0
    assert page._where.texts() == ["The answer comes as soon as the routes are known."]
    made.backend.here = True
    made.tell(lambda: made.backend.route(made.backend.machine_routing))
    made.wait_until(lambda: "through home" in page._where.texts()[0], "the answer again")


def test_reason_is_said_where_the_helper_has_one(open_page):
    _, page = open_page(None, home())
    error = EndpointUnresolved("x", "y")
    error.remedy = "Install the new one."
    page._reader._on_feed_failed(error)
    assert page._detail.text().endswith("Install the new one.")
    assert not page._everything.isEnabled()


def test_everything_is_every_line_of_ip(open_page):
    made, page = open_page(None, home())
    ask(made, page, "1.1.1.1")
    page._everything.click()
    made.wait_until(lambda: page._lines.rowCount() > 0, "the lines")
    routing = made.backend.machine_routing
    assert page._lines.rowCount() == len(routing.rules) + len(routing.routes)
    texts = [page._lines.index(row, 2).data() for row in range(page._lines.rowCount())]
    assert "5220: from all lookup 51820" in texts
    assert "broadcast 192.168.1.255 dev wlan0 proto kernel scope link src 192.168.1.34" in texts
    marked = [
        text
        for row, text in enumerate(texts)
        if page._lines.index(row, 2).data(Qt.ItemDataRole.BackgroundRole)
    ]
    assert marked == ["5220: from all lookup 51820", "default dev home proto static"]
    page._everything.click()
    assert page._below.currentWidget() is page._cards


def test_20_000_subnets_are_told_by_the_first_and_the_deciding_one(open_page):
    made, page = open_page(crowded(20_000), attached_home())
    assert says(page) == "Only 20002 networks go through attached_home."
    ask(made, page, "11.0.200.9")
    shown = cells(page, "Goes through attached_home")
    assert len(shown) == 13
    assert shown[-1][0] == "11.0.200.0/24"
    card = page._cards.cards()[0]
    assert "19991" in card._more.text()
    card._more.click()
    made.wait_until(lambda: page._lines.rowCount() > 20_000, "everything")


def test_selection_and_scroll_survive_a_refresh(open_page):
    made, page = open_page(None, home())
    page.window().resize(700, 360)
    bar = page._cards.verticalScrollBar()
    made.wait_until(lambda: bar.maximum() > 40, "a bar to scroll with")
    bar.setValue(40)
    table(page, "Stays local").selectRow(1)
    made.tell(lambda: made.backend.route(machine(home(), routes=[PUSHED])))
    made.wait_until(lambda: len(cells(page, titles(page)[-1])) == 2, "the new route")
    selected = table(page, "Stays local").selectionModel().selectedRows()
    assert [index.data() for index in selected] == ["WireGuard packets to 203.0.113.7:51820"]
    assert bar.value() == 40


def test_selection_in_the_raw_lines_survives_a_route_before_it(open_page):
    made, page = open_page(None, home())
    page.show_everything(wanted=True)
    made.wait_until(lambda: page._lines.rowCount() > 0, "the lines")
    last = page._lines.rowCount() - 1
    text = page._table.model().index(last, 2).data()
    page._table.selectRow(last)
    made.tell(lambda: made.backend.route(machine(home(), routes=[PUSHED])))
    made.wait_until(lambda: page._lines.rowCount() == last + 2, "the new route")
    (index,) = page._table.selectionModel().selectedRows(2)
    assert (index.row(), index.data()) == (last + 1, text)


def test_one_selection_on_the_page_and_it_can_be_copied(open_page, qtbot):
    _, page = open_page(None, home())
    table(page, "Goes through home").selectRow(0)
    local = table(page, "Stays local")
    local.selectRow(0)
    assert not table(page, "Goes through home").selectionModel().hasSelection()
    qtbot.keyClick(local, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied == "192.168.1.0/24\twlan0\tmain\trule 5210, local network"


def test_columns_of_all_tables_stand_in_line(open_page, qtbot):
    _, page = open_page(None, home())
    tables = [card.table for card in page._cards.cards()]

    def widths() -> set[tuple[int, ...]]:
        return {tuple(it.columnWidth(column) for column in range(3)) for it in tables}

    assert len(widths()) == 1
    for each in tables:
        wanted = [each.sizeHintForColumn(column) for column in range(3)]
        assert all(each.columnWidth(column) >= wanted[column] for column in range(3)), wanted
    tables[1].horizontalHeader().resizeSection(0, 333)
    assert {width[0] for width in widths()} == {333}


def test_answer_below_the_edge_is_scrolled_to(open_page):
    made, page = open_page(None, attached_home())
    page.window().resize(700, 380)
    ask(made, page, "1.1.1.1")
    (card,) = (it for it in page._cards.cards() if it.table.accessibleName() == "Everything else")

    def is_seen() -> bool:
        place = card.mapTo(page._cards.viewport(), card.deciding_place())
        return 0 < place.y() < page._cards.viewport().height()

    made.wait_until(is_seen, "the line to be on the screen")


def test_nothing_is_read_while_the_page_is_not_on_the_screen(open_page):
    made, page = open_page(None, home())
    page.window().show_page(0)
    made.tell(lambda: None)
    assert made.backend._routing_news == []
    view = page._reader.view
    made.tell(lambda: made.backend.show(()))
    made.wait_until(lambda: not made.switchboard.picture.find_row("home").is_up, "the news")
    assert (page._reader.view, page._reader._job) == (view, None)
    page.window().show_page(1)
    made.wait_until(lambda: page._reader.view is not view, "a new look")
    assert "Goes through home" not in titles(page)


def test_counters_that_move_draw_no_table_again(open_page, monkeypatch):
    made, page = open_page(None, home())
    drawn = []
    monkeypatch.setattr(page._cards, "show_groups", drawn.append)
    made.tell(lambda: made.backend.shake_hands("home", NOW_UNIX_S))
    before = made.switchboard.picture
    made.wait_until(lambda: made.switchboard.picture is not before, "the counters")
    assert drawn == []
    made.tell(lambda: made.backend.route(machine(home(), routes=[PUSHED])))
    made.wait_until(lambda: bool(drawn), "the new route")


def test_tunnel_that_does_not_answer_shows_in_the_mark(open_page):
    silent = with_peers(home(), latest_handshake_unix_s=NOW_UNIX_S - 400, sent_bytes=1_480)
    _, page = open_page(machine(home()), silent)
    assert page._mark.accessibleName() == "No reply for 6 min"


def test_every_table_has_a_name_and_can_be_reached_by_keyboard(open_page, qtbot):
    _, page = open_page(None, home())
    tables = page._cards.findChildren(CopyTable)
    assert all(it.accessibleName() for it in tables)
    assert all(it.focusPolicy() & Qt.FocusPolicy.TabFocus for it in tables)
    assert page.findChild(QLineEdit).accessibleName()


def test_cut_routing_is_said(open_page):
    _, page = open_page(replace(machine(), is_cut=True))
    assert page._detail.text() == "This machine has more routes than are told here."


def test_machine_without_any_route_has_no_way_out(open_page):
    _, page = open_page(MachineRouting(rules=machine().rules))
    assert says(page) == "No way out: this machine has no route to the internet."
    assert titles(page) == []


def test_news_during_a_look_are_not_lost(open_page):
    made, page = open_page()
    for number in range(5):
        more = [a_route(f"10.{number}.0.0/16", "wlan0", protocol="static")]
        made.tell(lambda more=more: made.backend.route(machine(routes=more)))
    made.wait_until(
        lambda: "10.4.0.0/16" in [row[0] for row in cells(page, "Stays local")], "the last"
    )
