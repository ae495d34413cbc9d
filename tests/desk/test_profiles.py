"""Profiles imported, renamed, deleted and brought back in the real window, by the keyboard alone."""

import os
import sys
from functools import partial
from pathlib import Path

from tests.labs.desk_ears import wait_to_hear
from tests.support.imports import OTHER
from tests.support.scenes import HOME
from wgdesk.sandbox.world import World

WINDOW = (sys.executable, "-m", "wgdesk")
NOTHING_UP = "No tunnel is up"
IMPORT = "Import tunnels – wgdesk"  # noqa: RUF001  # as titles have it
wait_for = partial(wait_to_hear, application="wgdesk")


def profiles(world: World) -> set[str]:
    return {path.name for path in world.profiles_dir.glob("*.conf")}


def write(world: World, name: str, content: bytes = HOME) -> Path:
    """A profile somewhere in the home of whoever uses the window."""
    folder = world.profiles_dir.parent / "Downloads"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    owner = world.profiles_dir.stat()
    for each in (folder, path):
        os.chown(each, owner.st_uid, owner.st_gid)
    return path


def test_profile_is_imported_renamed_deleted_and_brought_back_by_keys(place, tmp_path):
    desk, world = place
    path = write(world, "Mallorca 7.conf")
    before = profiles(world)

    desk.key("ctrl+o")
    desk.wait_for_window(IMPORT)
    wait_for(desk, role="push button", name="Choose files…")
    desk.screenshot(tmp_path / "1-where-from.png")
    desk.key("Return")  # the first button
    wait_for(desk, role="push button", name="Open")
    desk.type(str(path))
    desk.screenshot(tmp_path / "2-files.png")
    desk.key("Return")
    wait_for(desk, role="push button", name="Import 1 tunnel")
    desk.screenshot(tmp_path / "3-what.png")
    assert profiles(world) == before
    desk.key("Return")
    desk.wait_for(lambda: profiles(world) - before or None, "the profile", 10)
    assert profiles(world) - before == {"mallorca-7.conf"}
    assert (world.profiles_dir / "mallorca-7.conf").read_bytes() == HOME
    assert (world.profiles_dir / "mallorca-7.conf").stat().st_mode & 0o777 == 0o600
    desk.screenshot(tmp_path / "4-result.png")
    desk.key("Escape")
    desk.wait_for(lambda: desk.find_window(IMPORT) is None or None, "the end", 10)

    # The new one is chosen in the list, which has the keyboard.
    wait_for(desk, role="push button", name="Connect: Mallorca 7")
    desk.key("F2")
    desk.type("Office in Palma")
    desk.screenshot(tmp_path / "5-rename.png")
    desk.key("Return")
    renamed = before | {"office-in-palma.conf"}
    desk.wait_for(lambda: profiles(world) == renamed or None, "the new name", 10)

    wait_for(desk, role="push button", name="Connect: Office in Palma")
    desk.key("Delete")
    desk.wait_for(lambda: profiles(world) == before or None, "it to be gone", 10)
    desk.screenshot(tmp_path / "6-deleted.png")
    desk.key("ctrl+z")
    desk.wait_for(lambda: profiles(world) == renamed or None, "it to be back", 10)
    desk.screenshot(tmp_path / "7-back.png")
    assert (world.profiles_dir / "office-in-palma.conf").read_bytes() == HOME
    assert desk.find_window(NOTHING_UP) is not None, "nothing was connected"


def test_folder_is_imported_and_a_taken_name_is_left_out_by_keys(place, tmp_path):
    desk, world = place
    folder = write(world, "Mallorca 7.conf").parent
    write(world, "home.conf", OTHER)
    before = profiles(world)
    mine = (world.profiles_dir / "home.conf").read_bytes()

    desk.key("ctrl+o")
    wait_for(desk, role="push button", name="Choose a folder…")
    desk.key("Tab", "Return")
    wait_for(desk, role="push button", name="Choose")
    desk.type(str(folder))
    desk.key("Return")
    wait_for(desk, role="push button", name="Import 2 tunnels")
    wait_for(desk, role="label", name="A tunnel of this name is there already")
    desk.key("Tab", "Tab", "Down", "Down")  # its name, then what to do
    desk.screenshot(tmp_path / "1-skip.png")
    desk.key("shift+Tab", "shift+Tab", "Return")
    wait_for(desk, role="label", name="Imported 1 of 2")
    desk.screenshot(tmp_path / "2-result.png")
    assert profiles(world) - before == {"mallorca-7.conf"}
    assert (world.profiles_dir / "home.conf").read_bytes() == mine


def test_all_are_deleted_and_come_back_by_keys(place, tmp_path):
    desk, world = place
    before = profiles(world)
    desk.key("ctrl+a")
    wait_for(desk, role="push button", name="Delete 3 tunnels")
    desk.screenshot(tmp_path / "1-several.png")
    desk.key("Delete")
    desk.wait_for(lambda: profiles(world) == set() or None, "all to be gone", 10)
    wait_for(desk, role="push button", name="Import tunnels…")
    desk.screenshot(tmp_path / "2-empty.png")
    desk.key("ctrl+z")
    desk.wait_for(lambda: profiles(world) == before or None, "all to be back", 10)
    wait_for(desk, role="list item", name="home, Off")
