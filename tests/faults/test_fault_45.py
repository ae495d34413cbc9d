"""The window is killed while a tunnel comes up, is started twice, and is older than the helper."""

import shlex
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.labs import desk_ears
from tests.labs.desk import Desk
from tests.labs.desk_ears import HEARD, listen, wait_to_hear
from tests.labs.fixtures import require
from wgdesk.sandbox import init, network, profiles
from wgdesk.sandbox.world import World
from wgdesk.wire.names import API_VERSION

WINDOW = (sys.executable, "-m", "wgdesk")
PROGRAM = Path(__file__).parent / "inside/another_helper.py"
NOTHING_UP = "No tunnel is up"
wait_for = partial(wait_to_hear, application="wgdesk")


@pytest.fixture
def place(desk, fresh_world) -> tuple[Desk, World]:
    require("desk", desk_ears.missing())
    return desk, fresh_world


def open_window(desk: Desk, world: World):
    process = desk.start(*WINDOW, env={**world.own_env, **HEARD})
    desk.wait_for_window(NOTHING_UP)
    wait_for(desk, role="list item", name="home, Off")
    return process


def replace_helper(world: World, *words: object) -> None:
    """The next one that is started is this one; the one that runs ends."""
    script = world.layout.helper_script
    program = shlex.join([sys.executable, str(PROGRAM), *map(str, words)])
    lines = script.read_text(encoding="utf-8").splitlines()
    log = lines[-1].partition(">>")[2]
    script.write_text("\n".join([*lines[:-1], f"exec {program} >>{log}", ""]), encoding="utf-8")
    world.stop(init.HELPER)


def network_of(world: World) -> list[str]:
    """Names of links, rules, and the routes that the helper made."""
    links = world.run_on_machine(["ip", "-oneline", "link"]).stdout.splitlines()
    asked = (["rule"], ["-6", "rule"], ["route", "show", "table", "all", "proto", "119"])
    told = [world.run_on_machine(["ip", *words]).stdout for words in asked]
    return [*told, *(it.split(":")[1] for it in links)]


def kill_midway(desk: Desk, world: World, kind: str) -> None:
    """The window has ordered home; it is gone when the third step of that is done."""
    folder = world.layout.root_dir
    process = open_window(desk, world)
    replace_helper(world, kind, folder)
    desk.key("Down", "Return")
    desk.wait_for(lambda: (folder / "midway").exists() or None, "the third step", 20)
    process.kill()
    process.wait(10)
    (folder / "go").touch()


def test_fault_45_a_window_that_is_killed_midway_leaves_a_whole_tunnel(place, record):
    desk, world = place
    kill_midway(desk, world, "waits")
    desk.wait_for(lambda: "home" in world.cli("status").stdout or None, "the tunnel", 20)
    assert profiles.address_of("home") in world.fetch(network.INTERNET_PAGE)
    assert world.cli("down", "home").returncode == 0
    record("window killed after step 3: the helper finished")


def test_fault_45_or_none_at_all_where_it_cannot_be_had(place, record):
    desk, world = place
    before = network_of(world)
    kill_midway(desk, world, "fails")
    desk.wait_for(lambda: "Failed" in world.cli("list").stdout or None, "the failure", 20)
    assert network_of(world) == before
    record("step 4 failed: all undone")


def test_fault_45_a_second_start_raises_the_first_window(place, record):
    desk, world = place
    first = open_window(desk, world)
    desk.key("ctrl+w")
    desk.wait_for(lambda: desk.find_window("wgdesk") is None or None, "the window to hide", 10)
    others = [desk.start(*WINDOW, env=world.own_env) for _ in range(2)]
    assert [it.wait(20) for it in others] == [0, 0]
    desk.wait_for_window(NOTHING_UP)
    assert first.poll() is None
    assert len(desk.tray_items()) == 1
    record("2 more starts: one window, one icon")


def test_fault_45_a_window_that_is_older_than_the_helper_says_so_and_works(place, record):
    desk, world = place
    open_window(desk, world)
    assert world.cli("up", "home", "--wait").returncode == 0
    wait_for(desk, role="list item", name="home, Connected")

    def wait_until_said(words: str) -> None:
        def is_said():
            told = [it.name for it in listen(desk, "wgdesk").every("label")]
            return any(words in it for it in told) or None

        desk.wait_for(is_said, words, 20)

    standing = network_of(world)
    replace_helper(world, "speaks", "9.0", API_VERSION + 1, 1)
    wait_until_said("The helper is newer than this window")
    wait_until_said("The helper has version 9.0")
    replace_helper(world, "speaks", "0.0.9", 1, 1)
    wait_until_said("The helper is older than this window")
    assert network_of(world) == standing
    wait_for(desk, role="list item", name="home, Connected")
    desk.key("Down", "space")
    wait_for(desk, role="list item", name="home, Off")
    record("a newer and an older helper under an open window: each told")
