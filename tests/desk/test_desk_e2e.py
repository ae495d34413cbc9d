"""The whole path by mouse and keyboard: an ordinary user's window, the real helper, a real server."""

import sys
from pathlib import Path

import pytest

from tests.labs.desk import PANEL_PX, Desk
from tests.labs.programs import run
from wgdesk.sandbox import network, profiles
from wgdesk.sandbox.polkit import Verdict
from wgdesk.sandbox.world import World
from wgdesk.wire.names import ACTION_CONNECT

WINDOW = (sys.executable, "-m", "wgdesk")
NOTHING_UP = "No tunnel is up"
HOME_UP = "Connected to home"
GOOD = (0x2A, 0x9A, 0x5F)  # the tray's green, ui/icons.py


@pytest.fixture
def place(desk, fresh_world) -> tuple[Desk, World]:
    return desk, fresh_world


def open_window(desk: Desk, world: World):
    process = desk.start(*WINDOW, env=world.own_env)
    desk.wait_for_window(NOTHING_UP)
    desk.wait_for_tray_item(NOTHING_UP)
    return process


def green_in_panel(desk: Desk, path: Path) -> int:
    """Pixels of the colour of a tunnel that works, in the panel."""
    desk.screenshot(path)
    crop = f"{PANEL_PX}x{PANEL_PX}+0+0"
    text = run(
        ["convert", str(path), "-crop", crop, "-depth", "8", "-format", "%c", "histogram:info:"]
    ).stdout
    wanted = f"({','.join(map(str, GOOD))}"
    return sum(
        int(line.split(":")[0]) for line in text.splitlines() if wanted in line.replace(" ", "")
    )


def came_through(world: World) -> bool:
    return profiles.address_of("home") in world.fetch(network.INTERNET_PAGE)


def has_link(world: World) -> bool:
    return " home:" in world.run_on_machine(["ip", "-oneline", "link"]).stdout


def test_tunnel_is_switched_from_the_tray_and_from_the_window(place, tmp_path):
    desk, world = place
    process = open_window(desk, world)
    owner = Path(f"/proc/{process.pid}").stat().st_uid
    assert owner != 0

    # Closed, the window leaves its icon; the menu's second tunnel is home.
    desk.key("ctrl+w")
    desk.wait_for(lambda: desk.find_window("wgdesk") is None or None, "the window to hide", 10)
    assert green_in_panel(desk, tmp_path / "off.png") == 0
    desk.open_tray_menu()
    desk.key("Down", "Down", "Return")
    desk.wait_for_tray_item(HOME_UP)
    shown = desk.wait_for_notification(HOME_UP)
    assert "all traffic goes through 203.0.113.10" in shown.body
    assert came_through(world)
    desk.wait_for(
        lambda: green_in_panel(desk, tmp_path / "up.png") > 50 or None, "the green icon", 10
    )

    # A second start raises the first window and leaves.
    second = desk.start(*WINDOW, env=world.own_env)
    assert second.wait(15) == 0
    desk.wait_for_window(HOME_UP)
    assert process.poll() is None

    # The window opens on what is up; Space in the list disconnects it.
    desk.key("space")
    desk.wait_for_window(NOTHING_UP)
    assert not has_link(world)
    assert not came_through(world)


def test_refusal_is_said_in_the_window_and_nothing_changes(place):
    desk, world = place
    open_window(desk, world)
    world.answer(Verdict.NO, ACTION_CONNECT)
    desk.key("Down", "Return")
    desk.wait_for_window("home failed")
    assert not has_link(world)
    assert desk.notifications() == []  # who looks at it need not be told
    world.answer(Verdict.YES, ACTION_CONNECT)
    desk.key("ctrl+t")
    desk.wait_for_window(HOME_UP)


def test_button_of_the_window_connects_by_mouse(place, tmp_path):
    desk, world = place
    open_window(desk, world)
    window = desk.wait_for_window(NOTHING_UP)
    desk.key("Down")
    desk.click(window.x + window.width - 92, window.y + 80)  # the one big button
    desk.wait_for_window(HOME_UP)
    assert has_link(world)


def test_quit_leaves_the_tunnel_up(place):
    desk, world = place
    process = open_window(desk, world)
    desk.key("Down", "ctrl+t")
    desk.wait_for_window(HOME_UP)
    desk.key("ctrl+q")
    desk.wait_for_window("Quit wgdesk")
    desk.key("Return")
    assert process.wait(10) == 0
    assert came_through(world)


def test_start_at_login_is_switched_by_the_keyboard(place):
    desk, world = place
    process = open_window(desk, world)
    path = world.layout.home_dir / ".config/autostart/org.wgdesk.WGDesk.desktop"
    desk.key("ctrl+4", "space")
    desk.wait_for(lambda: path.exists() or None, "the autostart file", 10)
    assert "\nExec=" in path.read_text()
    desk.key("space")
    desk.wait_for(lambda: not path.exists() or None, "the autostart file to go", 10)
    assert process.poll() is None
