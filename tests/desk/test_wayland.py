"""The window and its icon on Wayland: the real helper, compositors without a screen."""

import subprocess
import sys
from contextlib import ExitStack

import pytest

from tests.labs.fixtures import require
from tests.labs.wayland import WaylandDesk, missing
from wgdesk.sandbox.world import World
from wgdesk.wire.names import APP_ID

WINDOW = (sys.executable, "-m", "wgdesk")
NOTHING_UP = "No tunnel is up"
HOME_UP = "Connected to home"
TOKEN = "given-by-a-launcher"  # noqa: S105  # no secret


@pytest.fixture
def open_desk(fresh_world):
    """A desk with that compositor, and the program's window open on it."""
    require("wayland", missing())
    with ExitStack() as stack:

        def make(compositor: str) -> tuple[WaylandDesk, World, subprocess.Popen[bytes]]:
            desk = stack.enter_context(WaylandDesk(compositor))
            process = desk.open_window(*WINDOW, env=fresh_world.own_env)
            desk.wait_for_title(NOTHING_UP)
            desk.wait_for_tray_item(NOTHING_UP)
            stack.callback(require_no_complaint, desk)
            return desk, fresh_world, process

        yield make


def require_no_complaint(desk: WaylandDesk) -> None:
    """Whatever else was asked for: neither the compositor nor Python found a fault."""
    assert "wl_display@1.error" not in desk.protocol()
    assert "Traceback" not in desk.protocol()


def test_window_follows_the_terminal_and_the_tray_under_weston(open_desk):
    desk, world, process = open_desk("weston")
    assert world.cli("up", "home", "--wait").returncode == 0
    desk.wait_for_title(HOME_UP)
    desk.wait_for_tray_item(HOME_UP)
    desk.pick_from_tray("home")
    desk.wait_for_title(NOTHING_UP)
    for arguments, title in (((), NOTHING_UP), (("--toggle", "home"), HOME_UP)):
        second = desk.start(*WINDOW, *arguments, env=world.own_env)
        assert second.wait(15) == 0
        desk.wait_for_title(title)
    assert process.poll() is None
    process.terminate()
    assert process.wait(10) == 0


def test_menu_outside_toggles_a_tunnel_where_nothing_runs_yet(open_desk):
    desk, world, process = open_desk("weston")
    process.terminate()
    process.wait(10)
    desk.start(*WINDOW, "--toggle", "home", env=world.own_env)
    desk.wait_for_tray_item(HOME_UP)
    assert desk.title() is None


def test_closed_window_comes_back_with_the_launchers_token_under_sway(open_desk):
    desk, world, process = open_desk("sway")
    desk.close_window(APP_ID)
    desk.wait_for(lambda: True if desk.title() is None else None, "the window to close", 10)
    assert process.poll() is None
    second = desk.start(*WINDOW, env={**world.own_env, "XDG_ACTIVATION_TOKEN": TOKEN})
    assert second.wait(15) == 0
    desk.wait_for_title(NOTHING_UP)
    assert f'.activate("{TOKEN}", wl_surface@' in desk.protocol()


def test_closed_window_ends_the_program_where_no_panel_has_its_icon(open_desk):
    desk, _, process = open_desk("sway")
    desk.end_panel()
    desk.close_window(APP_ID)
    assert process.wait(15) == 0
