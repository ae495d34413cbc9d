"""Windows beside the main one: one of each, asked before the end, imported when they are wanted."""

import subprocess
import sys
import types

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from wgdesk.ui.windows import openers as module
from wgdesk.ui.windows.openers import Openers


class FakeEditor(QWidget):
    """Attributes: `has_edits` is whether something would be lost."""

    made: list["FakeEditor"] = []  # noqa: RUF012  # of one test

    def __init__(self, bridge, switchboard, library, name) -> None:
        super().__init__()
        self.name, self.has_edits, self.asked = name, False, 0
        FakeEditor.made.append(self)

    def may_close(self) -> bool:
        self.asked += 1
        return not self.has_edits


@pytest.fixture
def openers(make_desktop, monkeypatch):
    FakeEditor.made = []
    monkeypatch.setitem(
        sys.modules, "a_fake_editor", types.SimpleNamespace(EditorWindow=FakeEditor)
    )
    monkeypatch.setattr(module, "_EDITOR", "a_fake_editor")
    made = make_desktop()
    opened = Openers(made.bridge, made.switchboard, object)
    yield opened
    for window in FakeEditor.made:
        window.has_edits = False
    opened.close_all()


def test_a_profile_has_one_editor(openers):
    for name in ("home", "work", "home"):
        openers.edit(name)
    assert [window.name for window in FakeEditor.made] == ["home", "work"]
    assert all(window.isVisible() for window in FakeEditor.made)


def test_closed_window_is_made_anew(openers):
    openers.edit("home")
    FakeEditor.made[0].close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    openers.edit("home")
    assert len(FakeEditor.made) == 2


def test_end_waits_for_unsaved_edits(openers):
    openers.edit("home")
    openers.edit("work")
    assert openers.may_close()
    FakeEditor.made[0].has_edits = True
    assert not openers.may_close()
    assert FakeEditor.made[0].asked == 2


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
