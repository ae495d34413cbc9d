"""Ctrl+F in the editor: found in turn, in words beyond the first plane too, and never what is hidden."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from wgdesk.ui.widgets.conf_editor import ConfEditor
from wgdesk.ui.widgets.find_bar import FindablePane

KEY = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="
LINES = (
    "[Interface]",
    f"PrivateKey = {KEY}",
    "# 🐧 home, sweet home",
    "Address = 10.0.0.2/32",
    "[Peer]  # Home",
)


@pytest.fixture
def pane(qtbot):
    editor = ConfEditor()
    editor.set_lines(LINES)
    made = FindablePane(editor)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    made.editor = editor
    editor.setFocus()
    return made


def find(pane, words):
    QTest.keySequence(pane, "Ctrl+F")
    pane.bar.field.setText(words)


def place(pane):
    cursor = pane.editor.textCursor()
    return cursor.blockNumber(), cursor.selectedText()


def said(pane):
    return pane.bar._count.text()


def test_it_opens_with_its_keys_goes_round_and_leaves_with_escape(pane):
    assert pane.bar.isHidden()
    find(pane, "home")
    assert (place(pane), said(pane)) == ((2, "home"), "1 of 3")
    QTest.keyClick(pane.bar.field, Qt.Key.Key_Return)
    assert (place(pane), said(pane)) == ((2, "home"), "2 of 3")
    QTest.keyClick(pane.bar.field, Qt.Key.Key_Return)
    assert (place(pane), said(pane)) == ((4, "Home"), "3 of 3")
    QTest.keyClick(pane.bar.field, Qt.Key.Key_Return)
    assert said(pane) == "1 of 3"
    QTest.keyClick(pane.bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert (place(pane), said(pane)) == ((4, "Home"), "3 of 3")
    QTest.keyClick(pane.bar.field, Qt.Key.Key_Escape)
    assert pane.bar.isHidden()
    assert place(pane) == (4, "Home")


def test_it_stays_where_it_is_as_the_word_grows(pane):
    find(pane, "h")
    for words in ("ho", "hom", "home,"):
        pane.bar.field.setText(words)
    assert (place(pane), said(pane)) == ((2, "home,"), "1 of 1")


def test_what_is_not_there_is_said_and_nothing_can_be_stepped_to(pane):
    find(pane, "office (")
    assert said(pane) == "Not in the text"
    assert not pane.bar._on.isEnabled()
    pane.bar.field.clear()
    assert said(pane) == ""


def test_a_hidden_key_is_not_found_and_a_shown_one_is(pane):
    find(pane, KEY[3:9])
    assert said(pane) == "Not in the text"
    pane.editor.reveal(is_revealed=True)
    pane.bar.step(1)
    assert (place(pane), said(pane)) == ((1, KEY[3:9]), "1 of 1")


def test_it_opens_with_what_is_selected_unless_that_is_hidden(pane):
    pane.editor.select(3, 0, 7)
    QTest.keySequence(pane, "Ctrl+F")
    assert pane.bar.field.text() == "Address"
    pane.bar.leave()
    pane.editor.select(1, 13, 20)
    QTest.keySequence(pane, "Ctrl+F")
    assert KEY[:4] not in pane.bar.field.text()


def test_f3_opens_it_and_goes_on(pane):
    QTest.keySequence(pane, "F3")
    pane.bar.field.setText("home")
    QTest.keySequence(pane, "F3")
    assert said(pane) == "2 of 3"
    QTest.keySequence(pane, "Shift+F3")
    assert said(pane) == "1 of 3"
