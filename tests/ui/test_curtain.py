"""The window is made when it is first to be seen, and only once."""

import pytest

from wgdesk.ui.curtain import Curtain


@pytest.fixture
def hung(open_window):
    """A curtain, and the windows that were made for it."""
    _, window = open_window()
    window.hide()
    made = []

    def make():
        made.append(window)
        return window

    return Curtain(make), made


def test_nothing_is_made_for_a_question(hung):
    curtain, made = hung
    assert not curtain.isActiveWindow()
    assert not curtain.is_showing("home")
    assert curtain.find_visible() is None
    assert made == []


@pytest.mark.parametrize("way", ["show", "show_quietly", "raise_up"])
def test_each_way_to_it_makes_one_window(hung, way):
    curtain, made = hung
    getattr(curtain, way)()
    getattr(curtain, way)()
    assert len(made) == 1
    assert curtain.find_visible() is made[0]


def test_a_tunnel_is_shown_on_the_first_page(hung, qtbot):
    curtain, made = hung
    curtain.show_tunnel("work")
    made[0].show()
    assert made[0].tunnels.is_showing("work")


def test_what_the_window_says_is_passed_on(hung, qtbot):
    curtain, made = hung
    curtain.show()
    with qtbot.waitSignals([curtain.closed, curtain.quit_asked, curtain.folder_asked]):
        made[0].close()
        made[0].quit_asked.emit()
        made[0].folder_asked.emit()
