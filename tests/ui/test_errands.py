"""What a menu outside asks for is done once, and as soon as it can be."""

from tests.support.fakes import FakeBackend
from wgdesk.ui.errands import Errands


def orders(backend: FakeBackend) -> list[tuple[str, str]]:
    return [call for call in backend.calls if call[0] in {"up", "down"}]


def test_tunnel_is_toggled_once_when_the_first_picture_is_whole(make_desktop):
    made = make_desktop(is_settled=False)
    errands = Errands(made.switchboard)
    errands.toggle("home")
    assert orders(made.backend) == []
    made.settle()
    home = lambda: made.switchboard.picture.find_row("home")  # noqa: E731
    made.wait_until(lambda: home().is_up and not home().is_changing, "home to be up")
    assert orders(made.backend) == [("up", "home")]
    errands.toggle("home")
    made.wait_until(lambda: not home().is_up, "home to be down")
    assert len(orders(made.backend)) == 2


def test_tunnel_that_is_gone_is_told(make_desktop, qtbot):
    made = make_desktop()
    errands = Errands(made.switchboard)
    with qtbot.waitSignal(errands.missed) as missed:
        errands.toggle("gone")
    assert missed.args == ["gone"]
    assert orders(made.backend) == []
