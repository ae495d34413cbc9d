"""A notification when nobody looks; a failure always; the tray's own balloon where nobody shows it."""

import pytest

from tests.support.scenes import FILES, NOW_UNIX_S, a_backend, connected_home
from wgdesk.domain.errors import NotAuthorized
from wgdesk.ui.announcer import Announcer
from wgdesk.ui.tray import Tray


class Notifications:
    """Shows what it is given, unless told that nobody is there."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str, str]] = []
        self.is_there = True

    async def notify(self, tunnel: str, title: str, body: str, icon: str) -> bool:
        self.shown.append((tunnel, title, body))
        return self.is_there


@pytest.fixture
def announce(make_desktop):
    """A desktop with a tunnel coming up, and what it says; the window has focus or not."""

    kept: list[Announcer] = []  # nobody else holds them

    def make(*, has_focus=False, backend=None):
        made = make_desktop(FILES, backend)
        notifications, tray = Notifications(), Tray(made.switchboard)
        kept.append(
            Announcer(made.switchboard, made.bridge, notifications.notify, tray, lambda: has_focus)
        )
        return made, notifications, tray

    return make


def come_up(made, name: str = "home") -> None:
    made.backend.handshake_unix_s = NOW_UNIX_S - 1
    made.switchboard.connect_tunnel(name)
    made.wait_until(lambda: name in made.answered, "the tunnel")


def test_tunnel_that_comes_up_is_announced_with_the_truth_about_it(announce):
    made, notifications, _ = announce()
    come_up(made)
    made.wait_until(lambda: bool(notifications.shown), "the notification")
    sentence = "Handshake 1 s ago · all traffic goes through 203.0.113.7."
    assert notifications.shown == [("home", "Connected to home", sentence)]


def test_take_over_is_named(announce):
    made, notifications, _ = announce(backend=a_backend(connected_home()))
    come_up(made, "work")
    made.wait_until(lambda: bool(notifications.shown), "the notification")
    assert notifications.shown[0][2].endswith("Disconnected for it: home.")


def test_success_is_quiet_while_the_window_has_focus(announce, qtbot):
    made, notifications, _ = announce(has_focus=True)
    come_up(made)
    qtbot.wait(50)
    assert notifications.shown == []


def test_failure_is_announced_even_while_the_window_has_focus(announce):
    made, notifications, _ = announce(has_focus=True)
    made.backend.errors["up"] = NotAuthorized()
    made.switchboard.connect_tunnel("home")
    made.wait_until(lambda: bool(notifications.shown), "the notification")
    body = "You are not authorised to do that. Ask an administrator of this machine."
    assert notifications.shown == [("home", "home was not connected", body)]


def test_tray_shows_it_where_there_is_no_notification_server(announce, monkeypatch):
    made, notifications, tray = announce()
    notifications.is_there = False
    balloons: list[str] = []
    monkeypatch.setattr(tray.icon, "showMessage", lambda title, *_: balloons.append(title))
    come_up(made)
    made.wait_until(lambda: bool(balloons), "the balloon")
    assert balloons == ["Connected to home"]
