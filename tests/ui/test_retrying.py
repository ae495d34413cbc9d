"""Another try: down first where it is up, and never twice."""

from tests.support.scenes import FILES, a_backend, connected_home
from wgdesk.domain.errors import NotAuthorized
from wgdesk.ui.retrying import Retrying


def orders(made) -> list[tuple[str, str]]:
    return [call for call in made.backend.calls if call[0] in {"up", "down"}]


def test_tunnel_without_an_answer_starts_anew(make_desktop):
    made = make_desktop(FILES, a_backend(connected_home()))
    retrying = Retrying(made.switchboard)
    retrying.retry("home")
    retrying.retry("home")
    up_again = lambda: orders(made) == [("down", "id-home"), ("up", "home")]  # noqa: E731
    made.wait_until(up_again, "the new start")
    made.wait_until(lambda: made.switchboard.picture.find_row("home").is_up, "home")
    made.switchboard._repaint()
    assert up_again()


def test_order_that_failed_is_given_again(make_desktop, qtbot):
    made = make_desktop(FILES, a_backend(connected_home()))
    retrying = Retrying(made.switchboard)
    made.backend.errors["down"] = NotAuthorized()
    with qtbot.waitSignal(made.switchboard.tunnel_failed):
        made.switchboard.disconnect_tunnel("home")
    made.backend.errors.clear()
    retrying.retry("home")
    made.wait_until(lambda: not made.switchboard.picture.find_row("home").is_up, "the end")
    qtbot.wait(50)
    assert ("up", "home") not in orders(made)


def test_what_does_not_go_down_is_not_brought_up(make_desktop, qtbot):
    made = make_desktop(FILES, a_backend(connected_home()))
    retrying = Retrying(made.switchboard)
    made.backend.errors["down"] = NotAuthorized()
    with qtbot.waitSignal(made.switchboard.tunnel_failed):
        retrying.retry("home")
    qtbot.wait(50)
    assert orders(made) == [("down", "id-home")]


def test_nothing_is_ordered_for_a_tunnel_that_is_gone(make_desktop):
    made = make_desktop()
    Retrying(made.switchboard).retry("cellar")
    assert orders(made) == []
