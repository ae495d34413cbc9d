"""The tray on real panels: its menu as they are told of it, and what becomes of a panel that goes."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.labs.desk import HEIGHT, Desk
from tests.labs.desk_panel import (
    MenuEntry,
    choose_entry,
    read_menu,
    start_panel,
    stop_panel,
)
from tests.labs.fixtures import require
from tests.labs.programs import absent_programs, end_processes
from wgdesk.sandbox.world import World

NOTHING_UP = "No tunnel is up"
HOME_UP = "Connected to home"
XEMBED_PX = 28


@pytest.fixture
def place(desk, fresh_world) -> tuple[Desk, World]:
    return desk, fresh_world


def start_hidden(desk: Desk, world: World):
    return desk.start(sys.executable, "-m", "wgdesk", "--hidden", env=world.own_env)


def open_tray(desk: Desk, world: World):
    """The process, and its icon with the profiles in its menu."""
    process = start_hidden(desk, world)
    item = desk.wait_for_tray_item(NOTHING_UP)
    desk.wait_for(lambda: find(desk, item, "home"), "the profiles in the menu", 10)
    return process, item


def find(desk: Desk, item, label: str) -> MenuEntry | None:
    return next((each for each in read_menu(desk, item) if each.label == label), None)


def labels(desk: Desk, item) -> list[str]:
    return [entry.label for entry in read_menu(desk, item)]


def add_profiles(world: World, count: int) -> None:
    """More of them, as files of the same owner."""
    pattern = world.profiles_dir / "home.conf"
    owner = pattern.stat()
    for number in range(count):
        path = world.profiles_dir / f"office{number}.conf"
        path.write_bytes(pattern.read_bytes())
        path.chmod(0o600)
        os.chown(path, owner.st_uid, owner.st_gid)


def test_menu_tells_the_state_and_a_click_changes_it(place):
    desk, world = place
    _, item = open_tray(desk, world)
    names = ["attached__home", "home", "work"]
    assert labels(desk, item) == [
        NOTHING_UP,
        "---",
        *names,
        "---",
        "Open wgdesk",
        "Import tunnels…",
        "Quit",
    ]
    assert not read_menu(desk, item)[0].enabled
    desk.open_tray_menu()
    desk.key("Down", "Down", "Return")
    desk.wait_for_tray_item(HOME_UP)
    first, second, *_ = read_menu(desk, item)
    assert (first.label, second.label) == (HOME_UP, "Addresses: 10.50.0.2, fd00:50::2")
    assert [each.label for each in read_menu(desk, item) if each.ticked] == ["home"]
    assert labels(desk, item)[-1] == "Quit…"


def test_many_profiles_have_the_used_ones_on_top_of_a_submenu(place):
    desk, world = place
    add_profiles(world, 20)
    _, item = open_tray_of_many(desk, world)
    entries = read_menu(desk, item)
    everything = next(entry for entry in entries if entry.label == "All tunnels")
    assert len(everything.entries) == 23
    chosen = next(entry for entry in everything.entries if entry.label == "office17")
    choose_entry(desk, item, chosen.id)
    desk.wait_for_tray_item("Connected to office17")
    assert labels(desk, item)[3:5] == ["office17", "All tunnels"]
    world.cli("down", "office17")
    desk.wait_for_tray_item(NOTHING_UP)
    assert labels(desk, item)[2:4] == ["office17", "All tunnels"]
    recent = Path(world.own_env["XDG_STATE_HOME"]) / "wgdesk/recent.json"
    assert json.loads(recent.read_text())["names"] == ["office17"]


def open_tray_of_many(desk: Desk, world: World):
    process = start_hidden(desk, world)
    item = desk.wait_for_tray_item(NOTHING_UP)
    desk.wait_for(lambda: find(desk, item, "All tunnels"), "the submenu", 10)
    return process, item


def test_another_panel_with_an_old_menu_does_no_harm(place):
    desk, world = place
    process, item = open_tray(desk, world)
    old = find(desk, item, "work")
    desk.open_tray_menu()
    (world.profiles_dir / "work.conf").unlink()
    desk.wait_for(lambda: True if find(desk, item, "work") is None else None, "the entry to go", 10)
    choose_entry(desk, item, old.id)
    desk.key("Escape")
    choose_entry(desk, item, find(desk, item, "home").id)
    desk.wait_for_tray_item(HOME_UP)
    assert process.poll() is None
    assert "Traceback" not in desk.logs()


def test_icon_comes_back_with_its_panel_and_the_window_where_none_comes(place):
    desk, world = place
    process, _ = open_tray(desk, world)
    stop_panel(desk)
    start_panel(desk)
    desk.wait_for_tray_item(NOTHING_UP)
    desk.click_tray()
    desk.wait_for_window(NOTHING_UP)
    desk.key("ctrl+w")
    desk.wait_for(lambda: None if desk.find_window("wgdesk") else True, "the window to hide", 10)
    stop_panel(desk)
    desk.wait_for_window(NOTHING_UP)
    assert process.poll() is None


def start_before_the_panel(desk: Desk, world: World, **env: str) -> None:
    stop_panel(desk)
    desk.start(sys.executable, "-m", "wgdesk", "--hidden", env={**world.own_env, **env})
    folder = Path(world.own_env["XDG_RUNTIME_DIR"])
    desk.wait_for(lambda: True if list(folder.glob("*.socket")) else None, "the start", 20)
    start_panel(desk)
    desk.wait_for_tray_item(NOTHING_UP)


def test_panel_that_starts_after_us_shows_the_icon(place):
    desk, world = place
    start_before_the_panel(desk, world)
    assert desk.find_window("wgdesk") is None


def test_panel_that_starts_after_us_shows_the_icon_on_wayland_too(place):
    require("desk", absent_programs(("weston",)))
    desk, world = place
    desk.start("weston", "--backend=headless-backend.so", "--socket=wayland-desk")
    display = Path(desk.env["XDG_RUNTIME_DIR"]) / "wayland-desk"
    desk.wait_for(lambda: True if display.exists() else None, "weston", 20)
    start_before_the_panel(desk, world, QT_QPA_PLATFORM="wayland", WAYLAND_DISPLAY=str(display))
    desk.open_tray_menu()
    desk.key("Down", "Down", "Return")
    desk.wait_for_tray_item(HOME_UP)
    desk.wait_for_notification(HOME_UP)


def test_panel_of_the_old_kind_shows_the_icon_too(place, tmp_path):
    require("desk", absent_programs(("trayer",)))
    desk, world = place
    stop_panel(desk)
    place_at = ("--edge", "bottom", "--align", "left", "--widthtype", "pixel", "--width", "200")
    trayer = desk.start("trayer", *place_at, "--height", str(XEMBED_PX), "--SetDockType", "true")
    desk.wait_for_window("panel")
    start_hidden(desk, world)
    x, y = XEMBED_PX // 2, HEIGHT - XEMBED_PX // 2

    def click() -> bool | None:
        desk.click(x, y)
        return True if desk.find_window(NOTHING_UP) else None

    desk.wait_for(click, "the window by a click on the icon", 20)
    desk.key("ctrl+w")
    desk.wait_for(lambda: None if desk.find_window("wgdesk") else True, "the window to hide", 10)
    end_processes([trayer.pid])
    desk.wait_for_window(NOTHING_UP, timeout_s=45)


def test_quit_by_the_menu_asks_and_disconnects_where_it_is_told_to(place):
    desk, world = place
    process, item = open_tray(desk, world)
    world.cli("up", "home", "--wait")
    desk.wait_for_tray_item(HOME_UP)
    choose_entry(desk, item, find(desk, item, "Quit…").id)
    desk.wait_for_window("Quit wgdesk")
    desk.key("Escape")
    desk.wait_for(lambda: None if desk.find_window("Quit") else True, "the question to go", 10)
    assert process.poll() is None
    choose_entry(desk, item, find(desk, item, "Quit…").id)
    desk.wait_for_window("Quit wgdesk")
    desk.key("Tab", "space")
    assert process.wait(20) == 0
    assert " home:" not in world.run_on_machine(["ip", "-oneline", "link"]).stdout
