"""The log as a person finds it: what stays in sight, what a filter leaves, what can be taken along."""

import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFileDialog, QPushButton

from tests.support.a_log import a_log
from wgdesk.client.log_text import line_text
from wgdesk.domain.errors import HelperTooOld
from wgdesk.domain.log_line import LogKind, LogLine, LogPage
from wgdesk.ui.feed import Feed, stream_of
from wgdesk.ui.models.log import DROPPED_AT_ONCE, KIND, MOST_LINES, TEXT, TIME, LogModel
from wgdesk.ui.models.steady import COPY_ROLE
from wgdesk.ui.windows.log_page import LogPage as Sheet
from wgdesk.ui.windows.main import MainWindow, Page

Flag = QItemSelectionModel.SelectionFlag
NOW_MS = int(datetime.now().timestamp() * 1000)  # noqa: DTZ005  # by this machine's clock


def a_line(number, text="", tunnel="home", kind=LogKind.DONE, at_unix_ms=NOW_MS):
    text = text or f"[#] line {number}"
    return LogLine(number=number, at_unix_ms=at_unix_ms, tunnel=tunnel, kind=kind, text=text)


def lines(first, last):
    return tuple(map(a_line, range(first, last + 1)))


class Opened:
    def __init__(self, qtbot, made):
        async def open_backend():
            return made.backend

        self.made, self.backend = made, made.backend
        self.feed = Feed(made.bridge, stream_of(open_backend, lambda it: it.log_changes()))
        self.sheet = Sheet(self.feed, made.bridge)
        self.model, self.table = self.sheet._model, self.sheet._table
        self.window = MainWindow(
            made.switchboard, (Page("Log", self.sheet, self.feed, self.sheet.start_search),)
        )
        qtbot.addWidget(self.window)
        self.window.resize(900, 500)
        self.window.show()
        self.window.show_page(1)

    def write(self, *new):
        before = self.model.count
        self.made.tell(lambda: self.backend.write_log(*new))
        self.made.wait_until(lambda: self.model.count >= min(before + 1, MOST_LINES), "the lines")

    def texts(self):
        return [line.text for line in self.model.shown]

    def status(self):
        return self.sheet._status.text()

    def nothing(self):
        return self.sheet._nothing._title.text()

    def select(self, *rows):
        self.table.clearSelection()
        for row in rows:
            index = self.model.index(row, 0)
            self.table.selectionModel().select(index, Flag.Select | Flag.Rows)

    def tail(self):
        bar = self.table.verticalScrollBar()
        return bar.maximum() - bar.value()


@pytest.fixture
def opened(qtbot, make_desktop):
    return Opened(qtbot, make_desktop())


def test_lines_show_time_tunnel_kind_and_message(opened):
    opened.write(*a_log())
    row = [opened.model.index(17, column).data() for column in range(4)]
    assert row[0].endswith(":00.214")
    assert row[1:3] == ["work", "Error"]
    assert row[3].startswith("Not brought up: ")
    assert opened.status() == "27 lines"


def test_every_kind_has_a_mark_and_a_word_of_its_own(opened):
    kinds = tuple(LogKind)
    opened.write(*(a_line(number, kind=kind) for number, kind in enumerate(kinds, 1)))
    rows = [opened.model.index(row, KIND) for row in range(len(kinds))]
    assert len({it.data() for it in rows}) == len(kinds)
    pictures = [it.data(Qt.ItemDataRole.DecorationRole).pixmap(16, 16) for it in rows]
    assert len({bytes(it.toImage().bits()) for it in pictures}) == len(kinds)


def test_a_command_is_read_from_the_left_and_copied_as_it_is(opened):
    opened.write(a_line(1), a_line(2, "Down.", kind=LogKind.STATE))
    command, sentence = (opened.model.index(row, TEXT) for row in (0, 1))
    assert (command.data(), command.data(COPY_ROLE)) == ("\u2066[#] line 1\u2069", "[#] line 1")
    assert sentence.data() == "Down."


def test_a_line_of_another_day_says_the_day(opened):
    before = datetime.now() - timedelta(days=1)  # noqa: DTZ005  # as above
    opened.write(a_line(1, at_unix_ms=int(before.timestamp() * 1000)), a_line(2))
    assert opened.model.index(0, TIME).data().startswith(f"{before:%Y-%m-%d} ")
    assert len(opened.model.index(1, TIME).data()) == len("20:40:00.123")


def test_the_newest_line_stays_in_sight(opened):
    opened.write(*lines(1, 200))
    opened.made.wait_until(lambda: opened.table.verticalScrollBar().maximum() > 0, "the layout")
    assert opened.tail() == 0
    opened.write(*lines(201, 260))
    opened.made.wait_until(lambda: opened.tail() == 0, "the tail")
    assert opened.table.rowAt(opened.table.viewport().height() - 2) == 259


def test_whoever_scrolled_up_is_left_where_they_are(opened):
    opened.write(*lines(1, 200))
    opened.made.wait_until(lambda: opened.table.verticalScrollBar().maximum() > 0, "the layout")
    opened.table.verticalScrollBar().setValue(300)
    opened.write(*lines(201, 230))
    opened.made.wait_until(lambda: opened.model.count == 230, "the lines")
    assert opened.table.verticalScrollBar().value() == 300
    opened.table.scrollToBottom()
    opened.write(*lines(231, 240))
    opened.made.wait_until(lambda: opened.tail() == 0, "the tail again")


@pytest.mark.parametrize(("rows", "follows"), [((198,), True), ((198, 199), False)])
def test_more_than_one_selected_row_holds_the_view(opened, rows, follows):
    opened.write(*lines(1, 200))
    opened.made.wait_until(lambda: opened.table.verticalScrollBar().maximum() > 0, "the layout")
    opened.select(*rows)
    before = opened.table.verticalScrollBar().maximum()
    opened.write(*lines(201, 230))
    opened.made.wait_until(lambda: opened.table.verticalScrollBar().maximum() > before, "the rows")
    assert (opened.tail() == 0) is follows
    assert [line.number for line in opened.table.selected_lines()] == [row + 1 for row in rows]


def test_a_window_that_becomes_smaller_stays_at_the_newest_line(opened):
    opened.write(*lines(1, 200))
    opened.made.wait_until(lambda: opened.table.verticalScrollBar().maximum() > 0, "the layout")
    before = opened.table.verticalScrollBar().maximum()
    opened.window.resize(900, 400)
    opened.made.wait_until(lambda: opened.table.verticalScrollBar().maximum() > before, "the size")
    assert opened.tail() == 0


def test_lines_are_appended_and_never_begun_anew(opened):
    resets = []
    opened.model.modelReset.connect(lambda: resets.append(1))
    opened.write(*lines(1, 50))
    opened.write(*lines(51, 80))
    assert (opened.model.count, resets) == (80, [])


def test_only_the_newest_lines_are_kept_and_reading_goes_on(opened):
    opened.write(*lines(1, MOST_LINES))
    opened.made.wait_until(lambda: opened.table.verticalScrollBar().maximum() > 0, "the layout")
    opened.table.verticalScrollBar().setValue(200_000)
    height_px = opened.table.verticalHeader().defaultSectionSize()
    seen = opened.model.shown[200_000 // height_px].number
    opened.write(*lines(MOST_LINES + 1, MOST_LINES + 10))
    opened.made.wait_until(lambda: opened.model.count == MOST_LINES + 10 - DROPPED_AT_ONCE, "room")
    assert opened.model.shown[0].number == DROPPED_AT_ONCE + 1
    top = opened.table.verticalScrollBar().value() // height_px
    assert opened.model.shown[top].number == seen


def test_a_tunnel_can_be_looked_at_alone(opened):
    opened.write(*a_log())
    combo = opened.sheet._tunnel
    assert [combo.itemText(n) for n in range(combo.count())] == [
        "All tunnels",
        "attached_home",
        "home",
        "work",
    ]
    combo.setCurrentIndex(combo.findData("work"))
    assert {line.tunnel for line in opened.model.shown} == {"work"}
    assert opened.status() == "2 of 27 lines"
    opened.write(a_line(28, tunnel="work"), a_line(29), a_line(30, tunnel="cafe"))
    assert opened.model.shown[-1].number == 28
    assert combo.currentData() == "work"
    assert combo.findData("cafe") > 0


def test_words_are_searched_for_in_any_case(opened, qtbot):
    opened.write(*a_log())
    qtbot.keySequence(opened.table, QKeySequence(QKeySequence.StandardKey.Find))
    assert opened.window.focusWidget() is opened.sheet._search
    qtbot.keyClicks(opened.sheet._search, "ANSWERS AGAIN ")
    assert opened.texts() == ["203.0.113.7:51820 answers again, after 4 min."]
    qtbot.keyClick(opened.sheet._search, Qt.Key.Key_Return)
    assert opened.window.focusWidget() is opened.table
    qtbot.keyClicks(opened.sheet._search, "never")
    assert opened.nothing() == "No line matches"
    assert opened.sheet._middle.currentWidget() is opened.sheet._nothing
    qtbot.keyClick(opened.sheet._search, Qt.Key.Key_Escape)
    assert len(opened.texts()) == 27
    opened.made.wait_until(lambda: opened.tail() == 0, "the tail")


def test_the_keys_go_to_the_table_once_there_is_one_and_stay_in_a_field(opened):
    assert opened.window.focusWidget() is opened.sheet._nothing
    opened.write(*lines(1, 2))
    assert opened.window.focusWidget() is opened.table
    opened.sheet._search.setFocus()
    opened.sheet._search.setText("nothing has this in it")
    assert opened.window.focusWidget() is opened.sheet._search


def test_selected_rows_are_copied_whole_from_top_to_bottom(opened, qtbot):
    opened.write(*a_log())
    opened.select(13, 3)
    qtbot.keySequence(opened.table, QKeySequence(QKeySequence.StandardKey.Copy))
    chosen = [opened.model.shown[row] for row in (3, 13)]
    assert QGuiApplication.clipboard().text() == "\n".join(map(line_text, chosen))


def test_all_can_be_selected_and_copied(opened, qtbot):
    opened.write(*lines(1, 30))
    qtbot.keySequence(opened.table, QKeySequence(QKeySequence.StandardKey.SelectAll))
    (copy,) = [it for it in opened.sheet.findChildren(QPushButton) if it.text() == "Copy"]
    assert copy.isEnabled()
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().count("[#] line") == 30


def test_buttons_wait_until_there_is_something_to_take(opened):
    buttons = {it.text(): it for it in opened.sheet.findChildren(QPushButton) if it.text()}
    names = ("Copy", "Save to file…", "Clear view")
    assert [buttons[name].isEnabled() for name in names] == [False, False, False]
    opened.write(*lines(1, 3))
    assert [buttons[name].isEnabled() for name in names] == [False, True, True]
    opened.select(1)
    assert buttons["Copy"].isEnabled()


def test_what_is_shown_is_saved_for_its_owner_alone(opened, tmp_path):
    opened.write(*a_log())
    opened.sheet._search.setText("work")
    path = tmp_path / "log.txt"
    path.write_text("old")
    path.chmod(0o644)
    opened.sheet.save_to(path)
    opened.made.wait_until(lambda: opened.status().startswith("Saved to "), "the file")
    assert path.read_text() == "".join(f"{line_text(it)}\n" for it in opened.model.shown)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_the_name_of_the_file_says_when(opened):
    opened.write(*lines(1, 3))
    opened.sheet._save.trigger()
    (dialog,) = opened.sheet.findChildren(QFileDialog)
    name = Path(dialog.selectedFiles()[0]).name
    assert datetime.strptime(name, "wgdesk-log-%Y-%m-%dT%H%M%S.txt")  # noqa: DTZ007  # its form
    dialog.close()


@pytest.mark.parametrize("place", ["gone/log.txt", "."])
def test_a_file_that_cannot_be_written_is_told_in_place(opened, tmp_path, place):
    opened.write(*lines(1, 3))
    opened.sheet.save_to(tmp_path / place)
    bar = opened.sheet._saving
    opened.made.wait_until(lambda: bar.text() != "", "the reason")
    assert bar.text().startswith("The log was not saved\n")
    assert str(tmp_path) in bar.text()
    assert list(tmp_path.iterdir()) == []
    bar.dismissed.emit()
    assert bar.text() == ""


def test_a_cleared_view_shows_only_what_comes(opened):
    opened.write(*lines(1, 3))
    opened.sheet._clear.trigger()
    assert opened.nothing() == "Nothing was done yet"
    opened.write(*lines(4, 4))
    assert opened.texts() == ["[#] line 4"]


def test_a_helper_that_is_gone_is_said_and_the_lines_stay(opened):
    opened.write(*lines(1, 3))
    opened.backend.here = False
    opened.made.tell(opened.backend.write_log)
    gone = "3 lines · the helper does not answer; what is here stays"
    opened.made.wait_until(lambda: opened.status() == gone, "the words")
    opened.backend.here = True
    opened.backend.log_source = "the next one"
    opened.backend.log_lines = ()
    opened.write(a_line(1, "Was up already when the helper started; taken over."))
    assert opened.texts()[3:] == [
        "The helper started anew.",
        "Was up already when the helper started; taken over.",
    ]
    assert opened.status() == "5 lines"


def test_an_older_helper_is_told_in_words(qtbot, make_desktop):
    made = make_desktop()

    async def refuse(after=0):
        raise HelperTooOld
        yield

    made.backend.log_changes = refuse
    opened = Opened(qtbot, made)
    bar = opened.sheet._reading
    made.wait_until(lambda: bar.text() != "", "the words")
    assert bar.text().startswith("The log cannot be read\nThe helper is older than this program")
    assert opened.nothing() == "The log is not here"


def test_the_page_asks_for_nothing_while_another_one_is_open(opened):
    opened.write(*lines(1, 2))
    opened.window.show_page(0)
    opened.made.wait_until(lambda: not opened.backend._log_news, "the end of the stream")
    opened.made.tell(lambda: opened.backend.write_log(*lines(3, 4)))
    opened.window.show_page(1)
    opened.made.wait_until(lambda: opened.model.count == 4, "what was missed")
    assert [line.number for line in opened.model.shown] == [1, 2, 3, 4]


def test_lines_that_were_dropped_meanwhile_are_told_as_a_number(qtmodeltester):
    model = LogModel()
    qtmodeltester.check(model)
    model.take(LogPage(lines(5, 6), "one", 6))
    assert [line.number for line in model.shown] == [5, 6]  # the beginning of what is known
    model.take(LogPage(lines(6, 7), "one", 7))
    model.take(LogPage(lines(10, 10), "one", 10))
    assert [model.index(row, TEXT).data(COPY_ROLE) for row in range(model.rowCount())] == [
        "[#] line 5",
        "[#] line 6",
        "[#] line 7",
        "2 lines were dropped before they could be read.",
        "[#] line 10",
    ]
    qtmodeltester.check(model)


def test_long_text_is_there_whole_in_a_tooltip_and_commands_nothing(opened):
    opened.write(a_line(1, "<b>bold</b> " + "x" * 400))
    tip = opened.model.index(0, TEXT).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;" in tip
    assert "x" * 400 in tip
