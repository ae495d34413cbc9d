"""Quit asks only where a tunnel stays up, and does what was answered."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from tests.support.fakes import a_tunnel
from tests.support.scenes import FILES, WORK, a_backend, connected_home
from wgdesk.domain.errors import NotAuthorized
from wgdesk.domain.snapshot import Lifecycle
from wgdesk.ui.curtain import Curtain
from wgdesk.ui.leaving import Leaving


@pytest.fixture
def leave(open_window):
    """A window, and the way out of it; `said` lists what came of it."""

    def make(*tunnels):
        made, window = open_window(FILES, a_backend(*tunnels))
        curtain = Curtain(lambda: window)
        curtain.show()
        leaving, said = Leaving(made.switchboard, curtain.find_visible), []
        leaving.window = window
        leaving.left.connect(lambda: said.append("left"))
        leaving.stayed.connect(lambda: said.append("stayed"))
        return made, leaving, said

    return make


def press(leaving: Leaving, text: str, qtbot) -> None:
    button = next(each for each in leaving._question.buttons() if each.text().strip("&") == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_nothing_is_asked_where_nothing_is_up(leave):
    _, leaving, said = leave()
    leaving.ask()
    assert (said, leaving._question) == (["left"], None)


def test_question_says_what_stays_up(leave):
    home = connected_home()
    _, leaving, said = leave(home, replace(a_tunnel("work", WORK), name="work"))
    leaving.ask()
    assert leaving._question.text() == "2 tunnels stay up: home, work."
    assert leaving._question.isModal()
    assert leaving._question.parent() is leaving.window
    assert said == []
    first = leaving._question
    leaving.ask()
    assert leaving._question is first


def test_quit_leaves_the_tunnel_as_it_is(leave, qtbot):
    made, leaving, said = leave(connected_home())
    leaving.ask()
    press(leaving, "Quit", qtbot)
    assert said == ["left"]
    assert not [call for call in made.backend.calls if call[0] == "down"]


def test_disconnect_and_quit_waits_until_it_is_down(leave, qtbot):
    made, leaving, said = leave(connected_home())
    leaving.ask()
    press(leaving, "Disconnect and quit", qtbot)
    assert said == []
    made.wait_until(lambda: bool(said), "the end")
    assert said == ["left"]
    assert ("down", "id-home") in made.backend.calls


def test_tunnel_that_cannot_be_taken_down_keeps_the_window(leave, qtbot):
    made, leaving, said = leave(connected_home())
    made.backend.errors["down"] = NotAuthorized()
    leaving.ask()
    press(leaving, "Disconnect and quit", qtbot)
    made.wait_until(lambda: bool(said), "the refusal")
    assert said == ["stayed"]


def test_refusal_of_before_does_not_count(leave, qtbot):
    made, leaving, said = leave(connected_home())
    made.backend.errors["down"] = NotAuthorized()
    made.switchboard.disconnect_tunnel("home")
    made.wait_until(lambda: made.switchboard.picture.find_row("home").failure, "the refusal")
    made.backend.errors.clear()
    leaving.ask()
    press(leaving, "Disconnect and quit", qtbot)
    made.wait_until(lambda: bool(said), "the end")
    assert said == ["left"]


def test_escape_is_no(leave, qtbot):
    _, leaving, said = leave(connected_home())
    leaving.ask()
    qtbot.keyClick(leaving._question, Qt.Key.Key_Escape)
    assert (said, leaving._question) == (["stayed"], None)


def test_question_of_a_hidden_window_stands_alone(leave):
    _, leaving, _ = leave(connected_home())
    leaving.window.hide()
    leaving.ask()
    assert leaving._question.parent() is None
    leaving._question.close()


def test_question_closed_by_its_frame_is_no(leave):
    _, leaving, said = leave(connected_home())
    leaving.ask()
    leaving._question.close()
    assert (said, leaving._question) == (["stayed"], None)


def test_answer_is_heard_once(leave, qtbot):
    _, leaving, said = leave(connected_home())
    leaving.ask()
    press(leaving, "Cancel", qtbot)
    assert said == ["stayed"]


def test_tunnel_that_was_just_coming_up_is_taken_down_too(leave, qtbot):
    rising = replace(connected_home(), lifecycle=Lifecycle.RISING)
    made, leaving, said = leave(rising)
    leaving.ask()
    press(leaving, "Disconnect and quit", qtbot)
    made.tell(lambda: made.backend.show((replace(rising, lifecycle=Lifecycle.UP),)))
    made.wait_until(lambda: bool(said), "the end")
    assert said == ["left"]
    assert ("down", "id-home") in made.backend.calls


def test_helper_that_ends_meanwhile_is_no_reason_to_leave(leave, qtbot):
    made, leaving, said = leave(connected_home())
    leaving.ask()
    press(leaving, "Disconnect and quit", qtbot)
    made.switchboard._lose_helper()
    assert said == []


def test_tunnel_that_is_on_its_way_is_asked_about_too(leave):
    made, leaving, said = leave()
    made.backend.delay_s = 0.2
    made.switchboard.connect_tunnel("home")
    leaving.ask()
    assert said == []
    assert leaving._question.text() == "1 tunnel stays up: home."
    leaving._question.close()


def test_tunnel_that_does_not_come_up_after_all_holds_nobody(leave, qtbot):
    made, leaving, said = leave()
    made.backend.delay_s = 0.2
    made.backend.errors["up"] = NotAuthorized()
    made.switchboard.connect_tunnel("home")
    leaving.ask()
    press(leaving, "Disconnect and quit", qtbot)
    assert said == []
    made.wait_until(lambda: bool(said), "the end")
    assert said == ["left"]
