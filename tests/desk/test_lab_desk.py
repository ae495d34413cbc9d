"""The lab itself: a Qt program's icon, notification and window really appear on it."""

import subprocess
import sys
from pathlib import Path

from tests.labs.desk import Desk
from tests.labs.desk_home import PANEL_PX
from tests.labs.programs import is_running, run, wait_until

PROGRAM = Path(__file__).with_name("tray_program.py")
RED = "(255,0,0)"


def count_red(path):
    """Pixels of the icon's colour within the panel."""
    text = run(
        ["convert", str(path), "-crop", "1280x32+0+0", "-format", "%c", "histogram:info:"]
    ).stdout
    return sum(
        int(line.split(":")[0]) for line in text.splitlines() if RED in line.replace(" ", "")
    )


def test_desk_shows_tray_icon_notification_and_window(desk, tmp_path):
    desk.start(sys.executable, str(PROGRAM))
    item = desk.wait_for_tray_item("traytrial")
    assert item.status == "Active"
    assert "tray trial tip" in item.tooltip
    screen = tmp_path / "tray.png"
    wait_until(lambda: count_red(desk.screenshot(screen)) > 200, what="the icon in the panel")
    assert desk.find_window("Tray trial window") is None
    desk.click_tray()
    window = desk.wait_for_window("Tray trial window")
    assert (window.width, window.height) == (320, 120)
    shown = desk.wait_for_notification("really shown")
    assert (shown.summary, shown.body) == ("Tray trial", "A balloon, really shown")


def test_desk_opens_tray_menu_with_mouse_and_keys(desk):
    desk.start(sys.executable, str(PROGRAM))
    desk.wait_for_tray_item("traytrial")
    menu = desk.open_tray_menu()
    assert menu.y <= PANEL_PX + 2
    desk.key("Down", "Return")
    desk.wait_for_window("Tray trial window")


def test_desk_knows_no_window_and_no_icon_before_anything_started(desk):
    assert desk.tray_items() == []
    assert desk.find_window("Tray trial window") is None
    assert desk.notifications() == []


def test_desk_ends_all_its_programs_when_closed():
    with Desk() as desk:
        program = desk.start(sys.executable, str(PROGRAM))
        desk.wait_for_tray_item("traytrial")
        pids = desk.processes()
        assert program.pid in pids
        assert len(pids) >= 6  # display, bus, window manager, panel, notifications, the program
    assert not [pid for pid in pids if is_running(pid)]


def test_desk_runs_nothing_as_root(desk):
    ids = desk.run("id", "-u").strip()
    assert ids != "0"
    owners = {
        subprocess.run(
            ["stat", "-c", "%u", f"/proc/{pid}"], capture_output=True, text=True, check=True
        ).stdout.strip()
        for pid in desk.processes()
    }
    assert owners == {ids}
