"""Profiles managed in the window, over a real folder: renamed, tagged, deleted and brought back."""

import time
from contextlib import ExitStack

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from tests.support.managed import Managed, managed
from tests.support.scenes import ATTACHED_HOME, FILES, HOME, WORK, a_backend, connected_home
from wgdesk.client.library import Library

Key = Qt.Key
Modifier = Qt.KeyboardModifier


@pytest.fixture
def make(qtbot, tmp_path):
    """Opens a window over these files; all ends with the test."""
    with ExitStack() as stack:

        def open_it(files=FILES, backend=None) -> Managed:
            made = stack.enter_context(managed(files, tmp_path, backend))
            qtbot.addWidget(made.window)
            made.window.show()
            made.window.activateWindow()
            qtbot.waitUntil(made.window.isActiveWindow)
            return made

        yield open_it


def press(made: Managed, key: Key, modifier: Modifier = Modifier.NoModifier) -> None:
    """Where the keyboard is."""
    QTest.keyClick(QApplication.focusWidget() or made.window, key, modifier)


CTRL_Z = (Key.Key_Z, Modifier.ControlModifier)
CTRL_A = (Key.Key_A, Modifier.ControlModifier)


def click(made: Managed, text: str, qtbot) -> None:
    buttons = made.window.findChildren(QPushButton)
    (button,) = (it for it in buttons if it.text() == text and it.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_deleted_profile_comes_back_by_key(make):
    made = make()
    made.window.choose("attached_home")
    made.window.tunnels.list.setFocus()
    press(made, Key.Key_Delete)
    made.wait_for_names("home", "work")
    made.wait_for_words("Deleted attached_home")
    assert made.files() == ["home.conf", "work.conf"]
    assert made.window.tunnels.chosen_row().name == "home", "the neighbour"
    press(made, *CTRL_Z)
    made.wait_for_names("attached_home", "home", "work")
    made.desktop.wait_until(lambda: made.window.tunnels.chosen_row().name == "attached_home", "it")
    assert made.said == "", "what the bar said is not so any more"
    assert (made.folder / "attached_home.conf").read_bytes() == ATTACHED_HOME


def test_last_row_deleted_leaves_the_one_above(make):
    made = make()
    made.window.choose("work")
    made.window.tunnels.list.setFocus()
    press(made, Key.Key_Delete)
    made.wait_for_names("attached_home", "home")
    assert made.window.tunnels.chosen_row().name == "home"


def test_most_rows_deleted_leave_the_next_one_below(make):
    made = make({f"office{number}": HOME for number in range(1, 8)})
    made.window.choose("office2")
    made.window.tunnels.list.setFocus()
    for _ in range(3):
        press(made, Key.Key_Down, Modifier.ShiftModifier)
    assert made.window.tunnels.chosen_names() == ("office2", "office3", "office4", "office5")
    press(made, Key.Key_Delete)
    made.wait_for_names("office1", "office6", "office7")
    assert made.window.tunnels.chosen_row().name == "office6"


def test_rows_that_go_one_by_one_leave_the_next_one_below(make, monkeypatch):
    def delete_slowly(library, name, delete=Library.delete):
        time.sleep(0.12)  # longer than the folder's watch waits for more
        return delete(library, name)

    monkeypatch.setattr(Library, "delete", delete_slowly)
    test_most_rows_deleted_leave_the_next_one_below(make)


def test_keyboard_goes_to_the_empty_page_with_the_last_profile(make):
    made = make({"home": HOME})
    made.window.tunnels.list.setFocus()
    press(made, Key.Key_Delete)
    made.desktop.wait_until(lambda: made.names == [], "the last one to go")
    made.desktop.wait_until(
        lambda: QApplication.focusWidget() is made.window.tunnels.empty._import, "the keyboard"
    )


def test_what_is_typed_survives_a_change_of_the_state(make):
    made = make({"home": HOME})
    made.window.tunnels.list.start_rename()
    editor = made.window.tunnels.list.findChild(QLineEdit)
    editor.setText("typed")
    made.desktop.tell(lambda: made.desktop.backend.show((connected_home(),)))
    made.desktop.wait_until(
        lambda: made.desktop.switchboard.picture.find_row("home").is_up, "another state"
    )
    assert (editor.text(), editor.isVisible()) == ("typed", True)


def test_rename_in_place_moves_the_file_and_is_taken_back(make, qtbot):
    made = make()
    made.window.choose("work")
    made.window.tunnels.list.setFocus()
    press(made, Key.Key_F2)
    editor = made.window.tunnels.list.findChild(QLineEdit)
    assert (editor.text(), editor.hasFocus()) == ("work", True)
    editor.selectAll()
    editor.insert("Büro Zürich")
    made.desktop.switchboard._repaint()  # a refresh must not take the typing away
    assert editor.text() == "Büro Zürich"
    press(made, Key.Key_Return)
    made.wait_for_names("attached_home", "buro-zurich", "home")
    made.desktop.wait_until(lambda: "Büro Zürich" in made.titles, "the title")
    assert made.titles == ["attached_home", "Büro Zürich", "home"]
    assert made.files() == ["attached_home.conf", "buro-zurich.conf", "home.conf"]
    assert made.window.tunnels.chosen_row().name == "buro-zurich"
    assert made.window.tunnels.page._headline.text() == "Büro Zürich is off"
    assert ("up", "work") not in made.desktop.backend.calls, "Return ended the typing, no more"
    press(made, *CTRL_Z)
    made.wait_for_names("attached_home", "home", "work")
    assert made.titles[2] == "work"


def test_escape_leaves_the_name_as_it_was(make, qtbot):
    made = make()
    made.window.choose("work")
    made.window.tunnels.list.start_rename()
    editor = made.window.tunnels.list.findChild(QLineEdit)
    qtbot.keyClicks(editor, "nonsense")
    press(made, Key.Key_Escape)
    QApplication.processEvents()
    assert made.keeper.last_step is None
    assert "work.conf" in made.files()


def test_tunnel_that_is_up_keeps_its_file_and_gets_the_title(make):
    made = make(FILES, a_backend(connected_home()))
    made.keeper.rename("home", "Heim – Büro")  # noqa: RUF001
    made.desktop.wait_until(lambda: "Heim – Büro" in made.titles, "the title")  # noqa: RUF001
    assert "home" in made.names
    assert "home.conf" in made.files()
    assert made.window.windowTitle().startswith("Connected to Heim – Büro")  # noqa: RUF001


def test_name_that_nothing_is_left_of_is_refused_in_words(make):
    made = make()
    made.keeper.rename("work", "\u200b")
    made.wait_for_words("work was not renamed")
    assert "work.conf" in made.files()


def test_several_are_deleted_and_come_back_together(make, qtbot):
    made = make()
    made.window.tunnels.list.setFocus()
    press(made, *CTRL_A)
    several = made.window.tunnels.several
    assert made.window.tunnels._right.currentWidget() is several
    assert several._title.text() == "3 tunnels"
    assert several._names.text() == "attached_home, home, work"
    click(made, "Delete 3 tunnels", qtbot)
    made.wait_for_words("Deleted 3 tunnels")
    made.desktop.wait_until(lambda: made.names == [], "nothing is left")
    click(made, "Undo", qtbot)
    made.wait_for_names("attached_home", "home", "work")


def test_up_tunnel_is_disconnected_first_where_that_is_wanted(make, qtbot):
    made = make(FILES, a_backend(connected_home()))
    made.window.choose("home")
    made.managing.actions.delete.trigger()
    made.wait_for_words("home is up")
    assert "home.conf" in made.files()
    click(made, "Disconnect and delete", qtbot)
    made.wait_for_names("attached_home", "work")
    made.wait_for_words("Deleted home")
    assert ("down", "id-home") in made.desktop.backend.calls


def test_up_tunnel_stays_up_where_only_its_profile_is_deleted(make, qtbot):
    made = make(FILES, a_backend(connected_home()))
    made.window.choose("home")
    made.managing.actions.delete.trigger()
    click(made, "Delete only", qtbot)
    made.wait_for_words("Deleted home")
    assert made.names == ["attached_home", "home", "work"]
    assert ("down", "id-home") not in made.desktop.backend.calls
    made.desktop.wait_until(lambda: not made.managing.actions.delete.isEnabled(), "no file")


def test_question_left_unanswered_deletes_nothing(make, qtbot):
    made = make(FILES, a_backend(connected_home()))
    made.window.choose("home")
    made.managing.actions.delete.trigger()
    click(made, "Cancel", qtbot)
    assert (made.said, "home.conf" in made.files()) == ("", True)


def test_folder_that_refuses_is_told_and_the_rest_is_done(make, tmp_path):
    made = make({"home": HOME, "work": WORK})
    (made.folder / "work.conf").unlink()
    (made.folder / "work.conf").mkdir()
    made.keeper.delete(("home", "work"))
    made.wait_for_words("work was not deleted")
    assert made.keeper.last_step.text == "Delete home"


def test_tags_are_typed_shown_found_and_taken_back(make, qtbot):
    made = make()
    made.window.choose("work")
    made.window.tunnels.list.setFocus()
    made.managing.actions.tags.trigger()
    field = QApplication.focusWidget()
    assert field.accessibleName() == "Tags of work"
    qtbot.keyClicks(field, "#office, travel")
    press(made, Key.Key_Return)
    row = lambda: made.desktop.switchboard.picture.find_row("work")  # noqa: E731
    made.desktop.wait_until(lambda: row().tags == ("office", "travel"), "the tags")
    assert made.window.tunnels.list.hasFocus()
    assert made.window.tunnels._tags.isVisible()
    made.window.tunnels._tags.picked.emit("office")
    assert (made.names, made.window.tunnels._search.text()) == (["work"], "#office")
    made.window.tunnels._tags.picked.emit("")
    press(made, *CTRL_Z)
    made.desktop.wait_until(lambda: row().tags == (), "no tags")
    assert not made.window.tunnels._tags.isVisible()


def test_tags_of_several_keep_what_they_do_not_have_in_common(make, qtbot):
    made = make()
    made.library.preferences.set_tags({"home": ("all", "own"), "work": ("all",)})
    made.desktop.switchboard.look_at_profiles()

    def row(name):
        return made.desktop.switchboard.picture.find_row(name)

    made.desktop.wait_until(lambda: row("work").tags == ("all",), "the tags")
    made.window.tunnels._search.setText("all")
    assert made.names == ["home", "work"]
    made.window.tunnels.list.selectAll()
    made.managing.actions.tags.trigger()
    field = QApplication.focusWidget()
    assert field.text() == "all"
    field.setText("new")
    press(made, Key.Key_Return)
    made.desktop.wait_until(lambda: row("work").tags == ("new",), "the new tag")
    assert row("home").tags == ("new", "own")


def test_actions_are_open_only_for_what_has_a_file(make):
    made = make({"work": WORK}, a_backend(connected_home()))
    actions = made.managing.actions
    made.window.choose("home")
    assert [it.isEnabled() for it in (actions.rename, actions.delete)] == [False, False]
    made.window.choose("work")
    assert [it.isEnabled() for it in (actions.rename, actions.delete)] == [True, True]
    made.window.tunnels.list.selectAll()
    assert [it.isEnabled() for it in (actions.rename, actions.delete)] == [False, False]


def test_menu_of_the_list_is_asked_for_by_key(make, qtbot):
    made = make()
    made.window.choose("work")
    made.window.tunnels.list.setFocus()
    made.managing._open_menu(made.window.mapToGlobal(made.window.rect().center()))
    menu = QApplication.activePopupWidget()
    texts = [it.text() for it in menu.actions() if it.text() and it.isVisible()]
    assert texts[:2] == ["Connect", "Rename"] or texts[:3] == ["Connect", "Edit…", "Rename"]
    assert "Delete" in texts
    menu.close()
