"""Windows beside the main one: one of each, asked before the end, imported when they are wanted."""

import subprocess
import sys
from contextlib import ExitStack

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from tests.support.managed import Managed, managed
from tests.support.scenes import FILES
from wgdesk.ui.windows.openers import Openers


@pytest.fixture
def made(qtbot, tmp_path):
    with ExitStack() as stack:
        made = stack.enter_context(managed(FILES, tmp_path))
        qtbot.addWidget(made.window)
        made.window.show()
        yield made
        for editor in editors(made):
            editor._may_leave = True


def editors(made: Managed) -> list:
    return made.openers._editors()


def open_editor(made: Managed, name: str):
    """Its window, once it has read the file."""
    made.openers.edit(name)
    editor = next(it for it in editors(made) if it.profile_name == name)
    made.desktop.wait_until(lambda: bool(editor._editing.before), "the file")
    return editor


def test_a_profile_has_one_editor(made):
    first = open_editor(made, "home")
    open_editor(made, "work")
    assert open_editor(made, "home") is first
    assert [it.profile_name for it in editors(made)] == ["home", "work"]


def test_closed_window_is_made_anew(made):
    first = open_editor(made, "home")
    first.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert editors(made) == []
    assert open_editor(made, "home") is not first


def test_end_waits_for_unsaved_edits(made):
    editor = open_editor(made, "home")
    assert made.openers.may_close()
    editor.text.insertPlainText("# typed\n")
    assert not made.openers.may_close()
    assert editor.question.isVisible()


def test_editor_follows_a_new_name_and_keeps_what_is_typed(made):
    editor = open_editor(made, "work")
    editor.text.insertPlainText("# typed\n")
    made.keeper.rename("work", "Büro")
    made.desktop.wait_until(lambda: editor.profile_name == "buro", "the name")
    made.desktop.wait_until(lambda: editor.windowTitle().startswith("Büro"), "the title")
    assert "# typed" in editor.text.toPlainText()
    editor._on_save()
    made.desktop.wait_until(lambda: b"# typed" in (made.folder / "buro.conf").read_bytes(), "it")
    assert open_editor(made, "buro") is editor
    made.keeper.undo()
    made.desktop.wait_until(lambda: editor.profile_name == "work", "the old name")


def test_editor_of_a_deleted_profile_goes_unless_something_is_typed(made):
    plain, typed = open_editor(made, "home"), open_editor(made, "work")
    typed.text.insertPlainText("# typed\n")
    made.keeper.delete(("home", "work"))
    made.desktop.wait_until(lambda: not plain.isVisible(), "the editor to go")
    assert typed.isVisible()
    assert not typed.question.isVisible(), "nobody is asked to close it"


def test_draft_is_a_profile_that_is_not_there_yet(made):
    made.openers.draft("Neu", FILES["home"])
    (editor,) = editors(made)
    assert (editor.profile_name, editor.is_changed) == ("", True)
    editor._on_save()
    made.desktop.wait_until(lambda: editor.profile_name == "Neu", "the file")
    assert open_editor(made, "Neu") is editor


def test_commands_are_chosen_on_the_page_of_the_tunnel(made):
    editor = open_editor(made, "work")
    editor.commands_asked.emit("work")
    assert made.window.tunnels.chosen_row().name == "work"
    assert made.window.tunnels.page._commands.isVisible()


def test_edit_is_in_the_menu_and_has_its_key(made, qtbot):
    made.window.choose("home")
    made.managing.actions.edit.trigger()
    assert [it.profile_name for it in editors(made)] == ["home"]


def test_library_is_opened_once_and_late(make_desktop):
    opened: list[object] = []
    made = make_desktop()
    openers = Openers(made.bridge, made.switchboard, lambda: opened.append("x") or object())
    assert opened == []
    assert openers.library is openers.library
    assert opened == ["x"]


def test_main_window_loads_nothing_of_them():
    """Its start-up time and its memory are measured."""
    code = (
        "import sys, wgdesk.ui.windows.whole\n"
        "print(*(name for name in sys.modules if name.startswith('wgdesk')))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    late = {
        "wgdesk.client.library",
        "wgdesk.client.importing",
        "wgdesk.client.gathering",
        "wgdesk.client.machine_sources",
        "wgdesk.client.qr_reading",
        "wgdesk.client.screenshot",
        "wgdesk.ui.import_job",
        "wgdesk.ui.windows.editor",
        "wgdesk.ui.windows.export_window",
        "wgdesk.ui.windows.import_window",
        "wgdesk.ui.windows.new_window",
    }
    assert late.isdisjoint(loaded)
    assert "wgdesk.ui.windows.managing" in loaded
