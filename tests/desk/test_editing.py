"""A profile edited, and a server of one's own made, in the real window, by keys alone."""

import sys
from functools import partial

from tests.labs.desk_ears import wait_to_hear
from wgdesk.domain.conf import read_profile

WINDOW = (sys.executable, "-m", "wgdesk")
NOTHING_UP = "No tunnel is up"
EDITOR = "attached_home – wgdesk"  # noqa: RUF001  # as titles have it
NEW = "New tunnel – wgdesk"  # noqa: RUF001  # as titles have it
wait_for = partial(wait_to_hear, application="wgdesk")


def test_profile_is_edited_mended_and_saved_by_keys(place, tmp_path):
    desk, world = place
    path = world.profiles_dir / "attached_home.conf"
    before = path.read_text()
    desk.key("Home", "ctrl+e")
    wait_for(desk, role="text", name="Text of the profile")
    desk.screenshot(tmp_path / "1-editor.png")
    desk.key("ctrl+Home", "Down", "End", "Return")
    desk.type("mt")
    desk.key("Tab")  # takes the proposal
    desk.type("abc")
    wait_for(
        desk,
        role="push button",
        name="Line 3, column 7: The MTU must be a number of bytes from 68 to 65535.",
    )
    desk.screenshot(tmp_path / "2-problem.png")
    desk.key("BackSpace", "BackSpace", "BackSpace")
    desk.type("1400")
    desk.key("ctrl+d")
    wait_for(desk, role="push button", name="Back to the text")
    desk.screenshot(tmp_path / "3-compare.png")
    desk.key("ctrl+s")
    desk.wait_for(lambda: path.read_text() != before or None, "the save", 10)
    lines = before.split("\n")
    assert path.read_text().split("\n") == [*lines[:2], "MTU = 1400", *lines[2:]]
    assert path.stat().st_mode & 0o777 == 0o600
    desk.screenshot(tmp_path / "4-saved.png")
    desk.key("ctrl+w")
    desk.wait_for(lambda: desk.find_window(EDITOR) is None or None, "the end", 10)


def test_a_server_of_ones_own_is_made_by_keys(place, tmp_path):
    desk, world = place
    before = set(world.profiles_dir.glob("*.conf"))
    desk.key("ctrl+n")
    desk.wait_for_window(NEW)
    wait_for(desk, role="push button", name="Create")
    desk.screenshot(tmp_path / "1-empty.png")
    desk.key("shift+Tab", "Right", "space")
    desk.screenshot(tmp_path / "2-server.png")
    wait_for(desk, role="text", name="UDP port")
    desk.type("Home away")
    desk.key("Tab")
    desk.type("vpn.example.org")
    desk.key("ctrl+Return")
    desk.wait_for(
        lambda: len(set(world.profiles_dir.glob("*.conf")) - before) == 3 or None, "both ends", 10
    )
    desk.screenshot(tmp_path / "3-made.png")
    made = {path.stem for path in set(world.profiles_dir.glob("*.conf")) - before}
    assert all(name.startswith("hom") for name in made), made
    for name in made:
        read_profile((world.profiles_dir / f"{name}.conf").read_bytes())
    desk.key("Escape")
    desk.wait_for(lambda: desk.find_window(NEW) is None or None, "the end", 10)
    assert desk.find_window(NOTHING_UP) is not None, "nothing was connected"
