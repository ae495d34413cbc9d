"""Models tell Qt what is different and nothing else; Qt's own tester watches every step."""

import random

import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from tests.support.fakes import a_tunnel
from tests.support.scenes import ATTACHED_HOME, HOME, NOW_UNIX_S, WORK, a_look, connected_home
from wgdesk.domain.conf import read_profile
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.snapshot import PeerSnapshot
from wgdesk.ui.look import PeerRow
from wgdesk.ui.models.peers import PeerModel, file_rows, idle_columns, peer_rows
from wgdesk.ui.models.routes import RouteModel, route_rows
from wgdesk.ui.models.steady import COPY_ROLE, ROW_ROLE
from wgdesk.ui.models.tunnels import TunnelModel
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.wording import short_key

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def rows(*names: str) -> tuple[TunnelRow, ...]:
    return tuple(TunnelRow(name=name) for name in names)


def names(model: TunnelModel) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


@pytest.mark.parametrize("seed", range(30))
def test_model_follows_any_sequence_of_pictures(qtbot, seed):
    model = TunnelModel()
    tester = QAbstractItemModelTester(model, FATAL)
    chance = random.Random(seed)  # noqa: S311  # no secret
    for _ in range(20):
        wanted = chance.sample("abcdefghij", chance.randint(0, 10))
        model.show_rows(rows(*wanted))
        assert names(model) == wanted
    assert tester.model() is model


def test_model_keeps_the_place_of_a_row_when_others_come_and_go(qtbot):
    model = TunnelModel()
    model.show_rows(rows("b", "c", "d"))
    kept = QPersistentModelIndex(model.find_index("c"))
    model.show_rows(rows("a", "c", "d", "e"))
    assert kept.isValid()
    assert (kept.row(), kept.data()) == (1, "c")


def test_model_tells_only_changed_rows(qtbot):
    model = TunnelModel()
    model.show_rows(rows("a", "b", "c"))
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.show_rows(rows("a", "b", "c"))
    assert told == []
    changed = [*rows("a"), TunnelRow(name="b", took_over=("x",)), *rows("c")]
    model.show_rows(changed)
    assert told == [(1, 1)]


def test_model_of_tunnels_says_name_and_state_to_a_screen_reader(qtbot):
    model = TunnelModel()
    model.show_rows([TunnelRow(name="home", profile=read_profile(HOME))])
    said = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "home, Off · all traffic"


def peers_of_home() -> tuple[PeerRow, ...]:
    return a_look(connected_home()).tunnels["home"].peers


def cells(model, role=Qt.ItemDataRole.DisplayRole) -> list[str]:
    return [model.index(0, column).data(role) for column in range(model.columnCount())]


def test_peers_are_shown_in_the_words_of_wg_show(qtbot):
    model = PeerModel()
    QAbstractItemModelTester(model, FATAL)
    model.show_rows_at(peers_of_home(), NOW_UNIX_S)
    assert [cell.strip() for cell in cells(model)] == [
        "HIgo9xNz…Kf8ykw=",
        "203.0.113.7:51820",
        "38 seconds ago",
        "1.82 GiB",
        "211.40 MiB",
        "0.0.0.0/0, ::/0",
        "0 B/s",
        "0 B/s",
        "every 25 s",
        "no",
    ]


def test_handshake_counts_up_with_time_alone(qtbot):
    model, peers = PeerModel(), peers_of_home()
    model.show_rows_at(peers, NOW_UNIX_S)
    told: list[int] = []
    model.dataChanged.connect(lambda first, last: told.append(first.column()))
    model.show_rows_at(peers, NOW_UNIX_S + 1)
    assert told == [2]
    assert model.index(0, 2).data() == "39 seconds ago"


def test_peers_sort_by_raw_values_and_copy_whole_keys(qtbot):
    model = PeerModel()
    model.show_rows_at(peers_of_home(), NOW_UNIX_S)
    assert model.index(0, 3).data(ROW_ROLE).peer.received_bytes == 1_954_210_120
    assert model.index(0, 0).data(COPY_ROLE) == "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw="
    assert model.index(0, 3).data(COPY_ROLE) == "1.82 GiB"


def test_peers_of_a_tunnel_that_is_off_come_from_the_file(qtbot):
    (peer,) = peer_rows(TunnelRow(name="home", profile=read_profile(HOME)))
    model = PeerModel()
    model.show_rows_at((peer,), NOW_UNIX_S)
    assert [cell.strip() for cell in cells(model)] == [
        "HIgo9xNz…Kf8ykw=",
        "203.0.113.7:51820",
        *("–" for _ in range(3)),  # noqa: RUF001  # as tables have it
        "0.0.0.0/0, ::/0",
        *("–" for _ in range(2)),  # noqa: RUF001  # as above
        "every 25 s",
        "no",
    ]


def titles(columns) -> list[str]:
    model = PeerModel()
    return [model.headerData(it, Qt.Orientation.Horizontal).strip() for it in sorted(columns)]


def test_a_lone_peer_has_no_column_that_says_nothing(qtbot):
    assert titles(idle_columns(peers_of_home())) == ["↓ Rate", "↑ Rate", "Preshared key"]
    off = peer_rows(TunnelRow(name="work", profile=read_profile(WORK)))
    assert titles(idle_columns(off)) == [
        "Latest handshake",
        "Received",
        "Sent",
        "↓ Rate",
        "↑ Rate",
    ]
    assert idle_columns(crowd(1, 2)) == frozenset()


def test_short_key_shows_both_ends():
    assert short_key("HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=") == "HIgo9xNz…Kf8ykw="


def test_routes_name_the_rule_that_decides(qtbot):
    model = RouteModel()
    QAbstractItemModelTester(model, FATAL)
    model.show_rows_at(route_rows(connected_home()), NOW_UNIX_S)
    shown = [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
    assert shown == [
        ["0.0.0.0/0", "home", "51820", "5220: everything else"],
        ["::/0", "home", "51820", "5220: everything else"],
        ["192.168.1.0/24", "local network", "main", "5210: stays local"],
    ]


def test_routes_of_a_split_tunnel_are_asked_before_all_others(qtbot):
    shown = route_rows(a_tunnel("attached_home", ATTACHED_HOME))
    assert [(str(row.destination), row.rule) for row in shown] == [
        ("192.168.50.0/24", "5205: before all others"),
        ("192.168.51.0/24", "5205: before all others"),
    ]
    assert "ip -4 route add 192.168.50.0/24 dev attached_home table 51820" in shown[0].command


def test_model_survives_a_selection_through_a_refresh(qtbot):
    model = PeerModel()
    model.show_rows_at(peers_of_home(), NOW_UNIX_S)
    selection = QItemSelectionModel(model)
    selection.select(model.index(0, 0), QItemSelectionModel.SelectionFlag.Select)
    model.show_rows_at(peers_of_home(), NOW_UNIX_S + 5)
    assert selection.isRowSelected(0) or selection.hasSelection()


def crowd(*received: int) -> tuple[PeerRow, ...]:
    keys = (PublicKey(bytes([number]) * 32) for number in range(1, len(received) + 1))
    return tuple(
        PeerRow(PeerSnapshot(public_key=key, received_bytes=count))
        for key, count in zip(keys, received, strict=True)
    )


def received(model: PeerModel) -> list[int]:
    return [
        model.index(row, 3).data(ROW_ROLE).peer.received_bytes for row in range(model.rowCount())
    ]


def test_sorted_model_stays_sorted_and_rows_keep_their_selection(qtbot):
    model = PeerModel()
    QAbstractItemModelTester(model, FATAL)
    model.show_rows_at(crowd(10, 30, 20), NOW_UNIX_S)
    model.sort(3, Qt.SortOrder.DescendingOrder)
    assert received(model) == [30, 20, 10]
    smallest = QPersistentModelIndex(model.index(2, 3))
    model.show_rows_at(crowd(99, 20, 30), NOW_UNIX_S + 1)
    assert received(model) == [99, 30, 20]
    assert (smallest.row(), smallest.data(ROW_ROLE).peer.received_bytes) == (0, 99)
    model.sort(-1)
    assert received(model) == [99, 20, 30]
    model.show_rows_at(crowd(1, 2, 3), NOW_UNIX_S + 2)
    assert received(model) == [1, 2, 3]


@pytest.mark.parametrize("column", range(10))
def test_peers_can_be_sorted_by_every_column_on_and_off(qtbot, column):
    model = PeerModel()
    for shown in (crowd(3, 1, 2), file_rows(read_profile(HOME).peers)):
        model.show_rows_at(shown, NOW_UNIX_S)
        model.sort(column, Qt.SortOrder.DescendingOrder)
        assert model.rowCount() == len(shown)


@pytest.mark.parametrize("seed", range(10))
def test_model_follows_big_pictures_too(qtbot, seed):
    model = TunnelModel()
    QAbstractItemModelTester(model, FATAL)
    chance = random.Random(seed)  # noqa: S311  # no secret
    pool = [f"office{number}" for number in range(600)]
    for _ in range(6):
        wanted = chance.sample(pool, 500) if chance.random() < 0.5 else pool[: 5 * seed + 400]
        model.show_rows(rows(*wanted))
        assert names(model) == wanted
