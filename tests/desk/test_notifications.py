"""Notifications on a real server: buttons that do what they say, and no more than one a tunnel."""

import sys

import pytest

from tests.labs.desk import Desk
from tests.labs.desk_panel import press_in_notification, shown_notifications
from tests.labs.programs import end_processes
from wgdesk.sandbox.polkit import Verdict
from wgdesk.sandbox.world import World
from wgdesk.ui.flapping import MOST
from wgdesk.wire.names import ACTION_CONNECT

NOTHING_UP = "No tunnel is up"
HOME_UP = "Connected to home"


@pytest.fixture
def place(desk, fresh_world) -> tuple[Desk, World]:
    """A desk with the icon of a hidden window on it."""
    desk.start(sys.executable, "-m", "wgdesk", "--hidden", env=fresh_world.own_env)
    desk.wait_for_tray_item(NOTHING_UP)
    return desk, fresh_world


def connect(desk: Desk) -> None:
    desk.open_tray_menu()
    desk.key("Down", "Down", "Return")


def test_disconnect_in_the_notification_takes_the_tunnel_down(place):
    desk, world = place
    connect(desk)
    shown = desk.wait_for_notification(HOME_UP)
    assert "all traffic goes through" in shown.body
    press_in_notification(desk, "Disconnect")
    desk.wait_for_tray_item(NOTHING_UP)
    assert " home:" not in world.run_on_machine(["ip", "-oneline", "link"]).stdout
    assert shown_notifications(desk) == 0


def test_show_and_retry_do_what_they_say(place):
    desk, world = place
    world.answer(Verdict.NO, ACTION_CONNECT)
    connect(desk)
    assert "authori" in desk.wait_for_notification("home was not connected").body
    press_in_notification(desk, "Show")
    desk.wait_for_window("home failed")
    desk.key("ctrl+w")
    desk.wait_for(lambda: None if desk.find_window("wgdesk") else True, "the window to hide", 10)
    connect(desk)
    desk.wait_for(lambda: shown_notifications(desk) or None, "the second refusal", 10)
    world.answer(Verdict.YES, ACTION_CONNECT)
    press_in_notification(desk, "Retry")
    desk.wait_for_tray_item(HOME_UP)


def test_tunnel_that_comes_and_goes_is_told_a_few_times_in_one_place(place):
    desk, world = place
    for _ in range(MOST + 2):
        assert world.cli("up", "home", "--wait").returncode == 0
        desk.wait_for_tray_item(HOME_UP)
        assert shown_notifications(desk) == 1
        world.cli("down", "home")
        desk.wait_for_tray_item(NOTHING_UP)
    summaries = [shown.summary for shown in desk.notifications()]
    assert summaries == [HOME_UP] * MOST + ["home keeps changing"]
    assert shown_notifications(desk) == 1


def test_session_without_a_notification_server_is_none_the_worse(place):
    desk, world = place
    servers = [
        pid for pid in desk.processes() if desk.run("ps", "-o", "comm=", str(pid)) == "dunst\n"
    ]
    end_processes(servers)
    connect(desk)
    desk.wait_for_tray_item(HOME_UP)
    assert "Traceback" not in desk.logs()
    assert world.cli("down", "home").returncode == 0
    desk.wait_for_tray_item(NOTHING_UP)
