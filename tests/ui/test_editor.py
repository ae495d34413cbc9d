"""The editor: what is typed, hidden, mended, saved, collided with, compared and restored."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from tests.support.imports import a_library
from tests.support.texts import HOME, PRIVATE_KEY
from wgdesk.client.history import Why
from wgdesk.domain.conf import MAX_PROFILE_BYTES, parse, read_profile
from wgdesk.domain.line_edit import LineEdit, apply_edits
from wgdesk.domain.options import HookMode
from wgdesk.ui.widgets.conf_editor import ConfEditor
from wgdesk.ui.windows.editor import COMPARE, FORM, HISTORY, TEXT, EditorWindow

Key, Modifier = Qt.Key, Qt.KeyboardModifier
KEYED = HOME.replace("Address", "# mine\nAddress")


@pytest.fixture
def library(tmp_path):
    return a_library(tmp_path, {"home": KEYED.encode(), "work": HOME.encode()})


@pytest.fixture
def open_editor(qtbot, make_desktop, library):
    made = make_desktop()

    def make(name="home", draft=None):
        window = EditorWindow(made.bridge, made.switchboard, library, name, draft)
        window.made = made
        qtbot.addWidget(window)
        window.show()
        made.wait_until(lambda: window.text.toPlainText() != "", "the text")
        return window

    return make


def on_disk(library, name="home"):
    return library.file(name).read().decode()


def wait_for(window, text):
    window.made.wait_until(lambda: text in window.question.text(), text)


# The text widget.


def lines_of(editor):
    return tuple(
        editor.document().findBlockByNumber(at).text() for at in range(editor.blockCount())
    )


@pytest.fixture
def editor(qtbot):
    made = ConfEditor()
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    return made


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.sampled_from(["", "MTU = 1", "[Peer]", "# x", "a\u2028b"]), min_size=1, max_size=6),
    st.lists(
        st.tuples(
            st.integers(0, 8),
            st.integers(0, 3),
            st.lists(st.sampled_from(["", "x", "y = 1"]), max_size=3),
        ),
        max_size=4,
    ),
)
def test_edits_of_lines_are_told_as_they_are_done(editor, lines, changes):
    told = tuple(lines)

    def follow(edit):
        nonlocal told
        told = apply_edits(told, [edit]) or ("",)

    editor.set_lines(lines)
    editor.edited.connect(follow)
    for at, count, come in changes:
        first = min(at, len(told))
        edit = LineEdit(first, min(first + count, len(told)), tuple(come))
        wanted = apply_edits(told, [edit]) or ("",)
        editor.do_edits([edit])
        assert told == wanted
    editor.undo()
    editor.redo()
    editor.edited.disconnect(follow)
    assert len(told) == editor.blockCount()


def test_typing_is_told_line_by_line(editor):
    told = []
    editor.set_lines(["[Interface]", "MTU = 1", ""])
    editor.edited.connect(told.append)
    editor.go_to(2, 8)
    QTest.keyClicks(editor, "4")
    assert told == [LineEdit(1, 2, ("MTU = 14",))]
    QTest.keyClick(editor, Key.Key_Return)
    assert told[-1] == LineEdit(1, 2, ("MTU = 14", ""))
    QTest.keyClick(editor, Key.Key_Backspace)
    assert told[-1] == LineEdit(1, 3, ("MTU = 14",))


def test_a_hidden_secret_is_not_copied(editor):
    editor.set_lines([f"PrivateKey = {PRIVATE_KEY}", f"# PrivateKey = {PRIVATE_KEY}", "MTU = 1"])
    editor.selectAll()
    copied = editor.createMimeDataFromSelection()
    assert copied.formats() == ["text/plain"]
    assert PRIVATE_KEY[:8] not in copied.text()
    assert copied.text().endswith("\nMTU = 1")
    editor.reveal(is_revealed=True)
    assert PRIVATE_KEY in editor.createMimeDataFromSelection().text()


def test_a_hidden_secret_is_not_cut_away(editor):
    said = []
    text = [f"PrivateKey = {PRIVATE_KEY}", "MTU = 1"]
    editor.set_lines(text)
    editor.refused.connect(said.append)
    editor.selectAll()
    QTest.keyClick(editor, Key.Key_X, Modifier.ControlModifier)
    assert lines_of(editor) == tuple(text)
    assert said == ["A hidden key cannot be cut: show the keys first."]
    editor.reveal(is_revealed=True)
    QTest.keyClick(editor, Key.Key_X, Modifier.ControlModifier)
    assert lines_of(editor) == ("",)


def test_too_much_is_not_pasted_and_that_is_said(open_editor):
    window = open_editor()
    data = QMimeData()
    data.setText("x" * (MAX_PROFILE_BYTES + 1))
    window.text.insertFromMimeData(data)
    assert window.text.toPlainText() == KEYED
    assert window._trouble.text() == "That is too much to be a profile"


def test_emojis_before_a_secret_shift_nothing(editor):
    editor.set_lines([f"# \N{GRINNING FACE}\N{GRINNING FACE} PrivateKey {PRIVATE_KEY}"])
    editor.selectAll()
    assert not set(editor.createMimeDataFromSelection().text()) & set("+/0123456789")
    shown = []
    for key in (PRIVATE_KEY, PRIVATE_KEY[::-1].replace("=", "A")):
        editor.set_lines([f"# {chr(0x1F600) * 30} PrivateKey {key}", ""])
        editor.moveCursor(QTextCursor.MoveOperation.End)
        shown.append(colours(editor))
    assert shown[0] == shown[1], "the picture depends on the key"


def colours(editor):
    image = editor.viewport().grab().toImage()
    return [image.pixel(x, y) for x in range(image.width()) for y in range(image.height())]


def test_a_hidden_secret_is_not_painted(editor):
    one, other = PRIVATE_KEY, PRIVATE_KEY[::-1].replace("=", "A")
    shown = []
    for key in (one, other):
        editor.set_lines([f"PrivateKey = {key}", ""])
        shown.append(colours(editor))
    assert shown[0] == shown[1], "the picture depends on the key"
    editor.selectAll()
    assert len({tuple(colours(editor))}) == 1
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.reveal(is_revealed=True)
    assert colours(editor) != shown[1]


def test_keys_are_proposed_and_taken(editor):
    editor.set_lines(["[Interface]", "", ""])
    editor.go_to(2, 1)
    QTest.keyClicks(editor, "mt")
    assert editor._list.isVisible()
    QTest.keyClick(editor, Key.Key_Tab)
    assert lines_of(editor)[1] == "MTU = "
    assert not editor._list.isVisible()
    QTest.keyClicks(editor, "1400")
    QTest.keyClick(editor, Key.Key_Return)
    QTest.keyClick(editor, Key.Key_Space, Modifier.ControlModifier)
    assert editor._list.isVisible()
    QTest.keyClick(editor, Key.Key_Down)
    QTest.keyClick(editor, Key.Key_Escape)
    assert not editor._list.isVisible()
    assert lines_of(editor)[2] == ""


def test_problems_are_underlined_where_they_are(editor):
    text = ["[Interface]", "MTU = abc # x"]
    editor.set_lines(text)
    editor.show_problems(parse("\n".join(text).encode()).problems)
    assert [it.cursor.selectedText() for it in editor.extraSelections()] == ["abc"]


def test_tab_takes_a_proposal_and_else_goes_on(open_editor):
    window = open_editor()
    window.text.go_to(2, 1)
    QTest.keyClick(window.text, Key.Key_Return)
    window.text.go_to(2, 1)
    QTest.keyClicks(window.text, "mt")
    QTest.keyClick(window.text, Key.Key_Tab)
    assert window.text.hasFocus()
    assert lines_of(window.text)[1] == "MTU = "
    QTest.keyClick(window.text, Key.Key_Tab)
    assert not window.text.hasFocus()


# The window.


def test_it_opens_with_what_it_means(open_editor):
    window = open_editor()
    key = read_profile(KEYED.encode()).interface.private_key.public().base64()
    assert window.side._key.text() == key
    assert "Sends all traffic to 192.0.2.1." in window.side._about.text()
    assert window.text.hasFocus()
    assert not window._save_button.isEnabled()
    assert window.may_close()


def test_who_runs_its_commands_is_said_as_it_is(open_editor, library):
    hooked = HOME.replace("[Peer]", "PostUp = true\n[Peer]").encode()
    library.save(library.file("home"), KEYED.encode(), hooked)
    window = open_editor()
    assert window.side._commands.text() == "1 command in this profile is not run."
    window.made.switchboard.choose_hooks("home", HookMode.ME)
    window.made.wait_until(
        lambda: window.made.switchboard.picture.find_row("home").hooks is HookMode.ME, "the choice"
    )
    window._show_meaning()
    assert window.side._commands.text() == "1 command runs as you."


def test_a_key_in_the_keyring_is_said_to_be_there(open_editor):
    line = f"# wgdesk-secret: PrivateKey {uuid4()}"
    text = HOME.replace(f"PrivateKey = {PRIVATE_KEY}", line).encode()
    window = open_editor("", ("elsewhere", text))
    assert "Its private key is in the keyring." in window.side._about.text()
    assert window.side._key.text() == "(unknown)"


def test_a_change_is_saved_and_the_old_text_kept(open_editor, library):
    window = open_editor()
    window.text.go_to(4, 1)
    QTest.keyClicks(window.text, "# ")
    assert window._save_button.isEnabled()
    assert "not saved yet" in window._footer.text()
    QTest.keyClick(window.text, Key.Key_S, Modifier.ControlModifier)
    wait_for(window, "Saved")
    assert on_disk(library) == KEYED.replace("\nAddress", "\n# Address")
    (version,) = library.history("home")
    assert library.version(version).decode() == KEYED
    assert not window._save_button.isEnabled()
    assert window.may_close()


def test_a_problem_has_a_way_there_and_a_remedy(open_editor):
    window = open_editor()
    window.text.go_to(4, 1)
    QTest.keyClicks(window.text, "MTU = abc")
    QTest.keyClick(window.text, Key.Key_Return)
    window._show_meaning()
    row = window.problems._rows[0]
    assert row._text.text().startswith("Line 4, column 7: ")
    assert window.side._about.text() == "It cannot be used until the errors are mended."
    window.text.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClick(window.text, Key.Key_F8)
    assert (window.text.caret_line(), window.text.textCursor().positionInBlock()) == (3, 6)
    row._button.click()
    assert window.text.toPlainText() == KEYED
    assert window.problems.isHidden()


def test_a_text_with_errors_is_saved_and_says_so(open_editor, library):
    window = open_editor()
    window.text.do_edits([LineEdit(1, 1, ("MTU = abc",))])
    window._on_save()
    wait_for(window, "Saved with errors")
    assert "MTU = abc" in on_disk(library)


@pytest.mark.parametrize(
    ("choice", "stands", "kept"),
    [("Keep mine", "mine", "theirs"), ("Take theirs", "theirs", "mine")],
)
def test_where_two_changed_it_one_stays_and_the_other_is_kept(
    open_editor, library, choice, stands, kept
):
    window = open_editor()
    window.text.do_edits([LineEdit(0, 0, ("# mine, too",))])
    library.file("home").path.write_text("# theirs\n" + KEYED)
    window._on_save()
    wait_for(window, "Another program changed this file")
    (button,) = [it for it in window.question._buttons if it.text() == choice]
    button.click()
    window.made.wait_until(lambda: bool(library.history("home")), "the history")
    texts = {"mine": "# mine, too\n" + KEYED, "theirs": "# theirs\n" + KEYED}
    window.made.wait_until(lambda: window.text.toPlainText() == texts[stands], "what stays")
    window.made.wait_until(lambda: not window.is_changed, "the end")
    assert on_disk(library) == texts[stands]
    assert texts[kept] in [library.version(it).decode() for it in library.history("home")]


def test_what_another_program_changed_comes_in_where_nothing_was_typed(open_editor, library):
    window = open_editor()
    library.file("home").path.write_text("# theirs\n" + KEYED)
    window._editing.look()
    window.made.wait_until(lambda: window.text.toPlainText().startswith("# theirs"), "theirs")
    assert not window.is_changed


def test_what_another_program_changed_is_asked_about_where_something_was_typed(
    open_editor, library
):
    window = open_editor()
    window.text.do_edits([LineEdit(0, 0, ("# mine, too",))])
    library.file("home").path.write_text("# theirs\n" + KEYED)
    window._editing.look()
    wait_for(window, "Another program changed this file")
    assert window.text.toPlainText() == "# mine, too\n" + KEYED


def test_what_was_typed_into_the_form_just_now_is_not_lost(open_editor):
    window = open_editor()
    window.show_view(FORM)
    window.form.interface._fields["Address"].text.setPlainText("10.66.0.9/32")
    assert not window.may_close()
    assert "Address = 10.66.0.9/32" in window.text.toPlainText()


def test_compare_hides_secrets_and_says_it_in_words(open_editor):
    window = open_editor()
    window.text.do_edits([LineEdit(3, 4, ("Address = 10.66.0.3/32, fd66::2/128",))])
    window._show_meaning()
    window._on_compare()
    shown = window._compare.toPlainText()
    assert "Address is 10.66.0.3/32, fd66::2/128 now" in shown
    assert "- " in shown
    assert "+ " in shown
    assert PRIVATE_KEY not in shown
    assert window._stack.currentIndex() == COMPARE
    window._on_compare()
    assert window._stack.currentIndex() == TEXT


def test_an_earlier_version_comes_into_the_text_and_can_be_undone(open_editor, library):
    library.keep(library.file("home"), HOME.encode(), Why.EDITED)
    window = open_editor()
    window.show_view(HISTORY)
    window.made.wait_until(lambda: window.history.chosen() is not None, "the versions")
    window.history._restore.click()
    window.made.wait_until(lambda: window.text.toPlainText() == HOME, "the version")
    assert window.is_changed
    window.text.undo()
    assert window.text.toPlainText() == KEYED
    assert on_disk(library) == KEYED


def test_leaving_asks_in_its_place(open_editor, library):
    window = open_editor()
    window.text.do_edits([LineEdit(0, 0, ("# new",))])
    window.close()
    assert window.isVisible()
    wait_for(window, "Save what was changed?")
    (button,) = [it for it in window.question._buttons if it.text() == "Save"]
    button.click()
    window.made.wait_until(lambda: not window.isVisible(), "the end")
    assert on_disk(library) == "# new\n" + KEYED


def test_discarding_leaves_the_file(open_editor, library):
    window = open_editor()
    window.text.do_edits([LineEdit(0, 0, ("# new",))])
    window.close()
    (button,) = [it for it in window.question._buttons if it.text() == "Discard"]
    button.click()
    assert not window.isVisible()
    assert on_disk(library) == KEYED


def test_a_new_name_is_saved_with_its_file(open_editor, library):
    window = open_editor()
    window.name._field.selectAll()
    QTest.keyClicks(window.name._field, "Zu Hause")
    window._on_save()
    window.made.wait_until(lambda: library.store.find("zu-hause") is not None, "the new name")
    window.made.wait_until(lambda: not window.is_changed, "the end")
    assert window.name._interface.text() == "Interface zu-hause"


def test_a_draft_becomes_a_profile(open_editor, library):
    window = open_editor("", ("New one", b"[Interface]\n"))
    assert window.is_changed
    window._on_save()
    window.made.wait_until(lambda: library.store.find("new-one") is not None, "the profile")
    assert on_disk(library, "new-one") == "[Interface]\n"


def test_new_keys_are_typed_for_a_person(open_editor):
    window = open_editor()
    window.side._new_key.click()
    window.text.go_to(8, 1)
    assert window.side._new_preshared.isEnabled()
    window.side._new_preshared.click()
    profile = read_profile(window.text.toPlainText().encode())
    assert profile.interface.private_key.base64() != PRIVATE_KEY
    assert profile.peers[0].preshared_key != read_profile(KEYED.encode()).peers[0].preshared_key
    window.text.go_to(1, 1)
    assert not window.side._new_preshared.isEnabled()
    window.text.undo()
    window.text.undo()
    assert window.text.toPlainText() == KEYED


# The form.


def test_the_form_writes_into_the_same_text(open_editor):
    window = open_editor()
    window.show_view(FORM)
    form = window.form
    QTest.keyClicks(form.interface._fields["MTU"].text, "1400")
    form.interface._fields["Address"].text.setPlainText("10.66.0.9/32")
    form.peers[0]._reach.setCurrentIndex(1)
    form.peers[0]._on_reach(1)
    form.flush()
    text = window.text.toPlainText()
    profile = read_profile(text.encode())
    assert profile.interface.mtu == 1400
    assert [str(it) for it in profile.interface.addresses] == ["10.66.0.9/32"]
    assert not profile.is_full_tunnel()
    assert "# mine\n" in text
    assert "Outside stay" in form.peers[0]._ips._note.text()
    form.peers[0]._on_reach(0)
    assert read_profile(window.text.toPlainText().encode()).is_full_tunnel()


def test_what_is_wrong_stands_under_its_field(open_editor):
    window = open_editor()
    window.show_view(FORM)
    field = window.form.interface._fields["MTU"]
    QTest.keyClicks(field.text, "abc")
    assert field._error.text().startswith("The MTU must be")
    field.text.selectAll()
    QTest.keyClick(field.text, Key.Key_Delete)
    assert field._error.text() == ""
    assert window.text.toPlainText() == KEYED


def test_peers_come_go_and_change_places(open_editor):
    window = open_editor()
    window.show_view(FORM)
    form = window.form
    form._add.click()
    assert len(form.peers) == 2
    QTest.keyClicks(form.peers[1]._fields["PublicKey"].text, "wrong")
    assert form.peers[1]._fields["PublicKey"]._error.text()
    form.peers[1]._up.click()
    assert form.peers[0]._fields["PublicKey"].text.text() == "wrong"
    form.peers[0]._remove.click()
    assert len(form.peers) == 1
    assert read_profile(window.text.toPlainText().encode()) == read_profile(KEYED.encode())


def test_a_crowd_of_peers_is_edited_as_text(open_editor):
    window = open_editor("", ("many", b"[Interface]\n" + b"[Peer]\n" * 60))
    window.show_view(FORM)
    assert len(window.form.peers) == 50
    assert window.form._rest.text() == "10 more peers: edit them as text."


def test_commands_for_name_servers_become_a_line_with_one_click(open_editor, library):
    content = HOME.replace("Address", "PostUp = resolvectl dns %i 10.9.9.9\nAddress", 1)
    window = open_editor(draft=("lab", content.encode()))
    window._show_meaning()
    button = window.side._native_dns
    assert not button.isHidden()
    button.click()
    shown = window.text.toPlainText()
    assert "PostUp" not in shown
    (dns,) = [line for line in shown.splitlines() if line.startswith("DNS")]
    assert "10.9.9.9" in dns
    assert button.isHidden()
    window.text.undo()
    assert window.text.toPlainText() == content


def test_a_profile_without_such_commands_offers_none(open_editor):
    window = open_editor()
    assert window.side._native_dns.isHidden()
