"""Every page for those who hear it or who have no mouse: names, roles, headers, the way of Tab.

The scenes are those of `./dev shots`, so that a new page is looked at as soon as it is pictured.
"""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
    QMainWindow,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from tests.shots.scene import all_scenes
from tests.support.desktop import desktop
from wgdesk.ui.faces import face
from wgdesk.ui.models.steady import ROW_ROLE
from wgdesk.ui.naming import shown_name
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.mark_label import MarkLabel
from wgdesk.ui.widgets.page_bar import PageBar
from wgdesk.ui.windows.main import MainWindow, Page

FocusPolicy = Qt.FocusPolicy
Role = QAccessible.Role
NAME = QAccessible.Text.Name
# What a screen reader has words for; Client and Pane are what Qt says of a widget it knows nothing of.
ROLES = {
    Role.Button,
    Role.ButtonMenu,
    Role.CheckBox,
    Role.ComboBox,
    Role.EditableText,
    Role.Link,
    Role.List,
    Role.PageTabList,
    Role.RadioButton,
    Role.Slider,
    Role.SpinBox,
    Role.StaticText,
    Role.Switch,
    Role.Table,
    Role.Tree,
}


@pytest.fixture(scope="module", params=all_scenes(), ids=lambda scene: scene.name)
def shown(request, qapp, tmp_path_factory) -> Iterator[QWidget]:
    """Each scene, opened once for all that is looked at."""
    scene = request.param
    with pytest.MonkeyPatch.context() as patch, desktop(scene.files, scene.backend()) as made:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        widget = scene.make(made)
        widget.show()
        widget.activateWindow()
        if isinstance(widget, QMainWindow):
            made.wait_until(widget.isActiveWindow, "the window to have the keyboard")
        yield widget
        widget.close()
        widget.deleteLater()


def told(widget: QWidget) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(widget)


def every(top: QWidget, kind: type = QWidget) -> list:
    return [it for it in top.findChildren(kind) if it.isVisibleTo(top)]


def is_other_choice(widget: QWidget) -> bool:
    """One of several that arrows go to, once Tab has come to the chosen one."""
    return told(widget).role() == Role.RadioButton and not told(widget).state().checked


def controls(top: QWidget) -> list[QWidget]:
    """What the keyboard may have."""
    return [it for it in every(top) if it.focusPolicy() & FocusPolicy.TabFocus and it.isEnabled()]


def test_every_control_says_what_it_is_and_what_it_is_for(shown):
    found = [(type(it).__name__, told(it).text(NAME), told(it).role()) for it in controls(shown)]
    assert [it for it in found if not it[1].strip()] == []
    assert [it for it in found if it[2] not in ROLES] == []


def test_what_can_be_clicked_can_be_reached(shown):
    """Nothing takes clicks alone but text that is there to be copied, and the rims of views."""
    by_mouse_only = [
        type(it).__name__
        for it in every(shown)
        if it.focusPolicy() == FocusPolicy.ClickFocus
        and told(it).role() not in {Role.StaticText, Role.RadioButton}  # arrows choose those
    ]
    assert by_mouse_only == []


def test_tab_comes_to_every_control(shown):
    wanted = {it for it in controls(shown) if not is_other_choice(it)}
    reached: set[QWidget] = set()
    for _ in range(3 * len(wanted) + 3):
        QTest.keyClick(QApplication.focusWidget() or shown, Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    missed = [it for it in wanted - reached if it.isVisible()]  # a field in a list ends with Tab
    assert [told(it).text(NAME) for it in missed] == []


def test_columns_have_headings_and_tables_names(shown):
    for table in every(shown, QTableView):
        assert table.accessibleName()
        columns = table.model().columnCount()
        first = [told(table).child(number) for number in range(columns + 1)]  # and the corner
        titles = [it.text(NAME).strip() for it in first if it.role() == Role.ColumnHeader]
        assert (len(titles), all(titles)) == (columns, True), titles


def test_marks_say_their_word(shown):
    for mark in every(shown, MarkLabel):
        assert told(mark).role() == Role.StaticText
        assert told(mark).text(NAME).strip()


def test_rows_of_the_list_say_their_state(shown):
    for view in every(shown, QListView):
        for number in range(view.model().rowCount()):
            row = view.model().index(number, 0).data(ROW_ROLE)
            if isinstance(row, TunnelRow):
                heard = told(view).child(number).text(NAME)
                assert shown_name(row) in heard
                assert face(row).word in heard


def test_views_are_left_by_tab(shown):
    """A table that keeps Tab for its cells is a trap."""
    for view in every(shown, QAbstractItemView):
        assert not view.tabKeyNavigation(), view.accessibleName()


def test_pages_are_told_as_one_of_several(qtbot):
    bar = PageBar()
    qtbot.addWidget(bar)
    for title in ("Tunnels", "Routes", "Log"):
        bar.add_page(title)
    bar.mark(1)
    buttons = [it for it in bar.findChildren(QWidget) if it.focusPolicy() != FocusPolicy.NoFocus]
    assert [told(it).text(NAME) for it in buttons] == ["Tunnels", "Routes", "Log"]
    assert {told(it).role() for it in buttons} == {Role.RadioButton}
    assert [told(it).state().checked for it in buttons] == [0, 1, 0]


@pytest.fixture
def paged(qtbot, make_desktop):
    """A window with a second page, whose last control has the keyboard first."""
    page = QWidget()
    column = QVBoxLayout(page)
    buttons = [QPushButton(text) for text in ("one", "two", "three")]
    for button in buttons:
        column.addWidget(button)
    FirstFocus(page, buttons[-1])
    window = MainWindow(make_desktop().switchboard, (Page("Second", page),))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def test_a_page_gives_the_keyboard_to_one_control_and_tab_to_all(paged):
    paged.show_page(1)
    texts = []
    for _ in range(6):
        texts.append(told(QApplication.focusWidget()).text(NAME))
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert texts == ["three", "Second", "Menu", "one", "two", "three"]


def test_arrows_go_through_the_pages(paged):
    paged.show_page(0)
    bar = paged.findChild(PageBar)
    bar.findChildren(QPushButton)[0].setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    QApplication.processEvents()
    assert told(bar.findChildren(QPushButton)[1]).state().checked
    assert paged._stack.currentIndex() == 1
    assert told(QApplication.focusWidget()).text(NAME) == "Second", "and stay there to go on"
