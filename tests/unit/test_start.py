"""Which face a start of the program gets, and what that face is told."""

import sys
from types import SimpleNamespace

import pytest

from wgdesk.__main__ import main


@pytest.fixture
def told(monkeypatch):
    """(face, arguments) of every start; neither face is loaded."""
    calls = []
    for name, entry in (("wgdesk.ui.start", "main"), ("wgdesk.cli.main", "start")):
        face = SimpleNamespace(**{entry: lambda argv, name=name: calls.append((name, argv)) or 0})
        monkeypatch.setitem(sys.modules, name, face)
    return calls


@pytest.mark.parametrize(
    ("argv", "face"),
    [
        ([], "wgdesk.ui.start"),
        (["--hidden"], "wgdesk.ui.start"),
        (["--toggle", "home"], "wgdesk.ui.start"),
        (["status", "home"], "wgdesk.cli.main"),
        (["--help"], "wgdesk.cli.main"),
        (["--hidden", "status"], "wgdesk.cli.main"),
    ],
)
def test_start_hands_its_arguments_to_the_face_they_ask_for(monkeypatch, told, argv, face):
    monkeypatch.setattr(sys, "argv", ["wgdesk", *argv])
    assert main() == 0
    assert told == [(face, argv)]
