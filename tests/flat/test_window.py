"""The window of the Flatpak on a real desktop, with the helper of the machine and without it."""

import json
import os
import stat
from pathlib import Path

import pytest

from tests.labs.programs import wait_until
from tests.support.texts import HOME
from wgdesk.sandbox import network, profiles

NOTHING_UP = "No tunnel is up"
HOME_UP = "Connected to home"


def shot(desk, tmp_path: Path, name: str) -> None:
    """For a person's eyes: WGDESK_SHOTS is where they look."""
    desk.screenshot(Path(os.environ.get("WGDESK_SHOTS") or tmp_path) / f"flatpak-{name}.png")


def test_the_window_switches_a_tunnel_through_the_helper_of_the_machine(sandboxed, tmp_path):
    desk, world = sandboxed.desk, sandboxed.world
    sandboxed.start_portals()
    first = sandboxed.open()
    desk.wait_for_window(NOTHING_UP)
    desk.wait_for_tray_item(NOTHING_UP)

    # Closed, the window leaves its icon; the menu's second tunnel is home.
    desk.key("ctrl+w")
    desk.wait_for(lambda: desk.find_window("wgdesk") is None or None, "the window to hide", 10)
    desk.open_tray_menu()
    desk.key("Down", "Down", "Return")
    desk.wait_for_tray_item(HOME_UP)
    assert profiles.address_of("home") in world.fetch(network.INTERNET_PAGE)
    wait_until(lambda: sandboxed.asked("AddNotification"), what="a notification")
    number, content = sandboxed.asked("AddNotification")[0]
    assert number == "tunnel-home"
    assert HOME_UP in content["title"]
    assert not desk.notifications()  # nobody is spoken to but the portal

    # Another start is another sandbox, and finds the first all the same.
    second = sandboxed.open()
    assert second.wait(30) == 0
    desk.wait_for_window(HOME_UP)
    assert first.poll() is None
    shot(desk, tmp_path, "connected")

    third = sandboxed.open("--toggle", "home")
    assert third.wait(30) == 0
    desk.wait_for_window(NOTHING_UP)
    assert network.MACHINE_ADDRESS in world.fetch(network.INTERNET_PAGE)


def test_the_window_starts_at_login_by_the_portal(sandboxed):
    sandboxed.start_portals()
    inside = (
        "import asyncio\n"
        "from wgdesk.client.login_start import LoginStart\n"
        "asyncio.run(LoginStart().switch(on=True, hidden=True, reason='tunnels'))\n"
        "print('null')\n"
    )
    sandboxed.python(inside)
    ((_, options),) = sandboxed.asked("RequestBackground")
    assert options["autostart"] is True
    assert options["commandline"] == ["wgdesk", "--hidden"]
    assert not (sandboxed.home / ".config/autostart").exists()


def test_a_file_is_chosen_in_the_desktop_s_own_dialog(sandboxed):
    desk = sandboxed.desk
    sandboxed.start_portals()
    sandboxed.choose("1a2b3c", "office.conf", HOME.encode())
    sandboxed.open()
    desk.wait_for_window(NOTHING_UP)
    desk.key("ctrl+o")
    desk.wait_for_window("Import tunnels")
    desk.key("space")  # on “Choose files…”
    wait_until(lambda: sandboxed.asked("OpenFile"), what="the dialog", timeout_s=30)
    inside = sandboxed.home / ".wireguard/office.conf"

    def press_and_look() -> bool:
        desk.key("Return")  # on “Import 1 tunnel”, once that is shown
        return inside.exists()

    wait_until(press_and_look, what="the profile", timeout_s=30, step_s=1)
    assert inside.read_bytes() == HOME.encode()


@pytest.fixture
def without_helper(sandboxed) -> dict[str, str]:
    """A system bus that nobody but D-Bus itself is on."""
    return {"DBUS_SYSTEM_BUS_ADDRESS": sandboxed.desk.env["DBUS_SESSION_BUS_ADDRESS"]}


def test_without_the_helper_the_window_says_what_to_install(sandboxed, without_helper, tmp_path):
    sandboxed.open(env=without_helper)
    sandboxed.desk.wait_for_window("wgdesk")
    shot(sandboxed.desk, tmp_path, "no-helper")
    done = sandboxed.run("status", env=without_helper)
    assert done.returncode == 4
    assert "wgdesk-helper" in done.stderr
    # What needs no helper works.
    listed = json.loads(sandboxed.run("list", "--json", env=without_helper).stdout)
    assert {each["name"] for each in listed["profiles"]} == {"attached_home", "home", "work"}


def test_the_folder_that_flatpak_makes_is_closed_with_the_first_profile(sandboxed):
    folder = sandboxed.home / ".wireguard"
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert sandboxed.run("new", "first").returncode == 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "first.conf").stat().st_mode) == 0o600
