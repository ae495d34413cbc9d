"""A hidden window comes back by itself where no panel has an icon for it."""

import pytest

from tests.support.panel import FakePanel
from wgdesk.ui import way_back
from wgdesk.ui.curtain import Curtain
from wgdesk.ui.tray_host import Way
from wgdesk.ui.way_back import WayBack


@pytest.fixture
def away(open_window, monkeypatch):
    """A hidden window, a panel, and what leads back."""
    monkeypatch.setattr(way_back, "PATIENCE_MS", 30)

    def make(way: Way):
        _, window = open_window()
        curtain = Curtain(lambda: window)
        curtain.show()
        window.hide()
        panel = FakePanel(way)
        return window, panel, WayBack(curtain, panel)

    return make


def test_window_comes_back_when_its_panel_has_gone(away, qtbot):
    window, panel, _ = away(Way.BUS)
    panel.become(Way.NONE)
    assert not window.isVisible()
    qtbot.waitUntil(window.isVisible)


def test_window_that_starts_hidden_comes_where_no_panel_does(away, qtbot):
    window, _, back = away(Way.NONE)
    back.look()
    qtbot.waitUntil(window.isVisible)


def test_panel_that_starts_anew_brings_no_window(away, qtbot):
    window, panel, _ = away(Way.BUS)
    panel.become(Way.NONE)
    panel.become(Way.BUS)
    qtbot.wait(80)
    assert not window.isVisible()


def test_window_with_an_icon_stays_away(away, qtbot):
    window, _, back = away(Way.BUS)
    back.look()
    qtbot.wait(80)
    assert not window.isVisible()
