"""The open window follows what others do: a terminal, `ip link del`, `wg-quick`; and its tables move."""

import sys
import time
from functools import partial

import pytest

from tests.labs import desk_ears
from tests.labs.desk import Desk
from tests.labs.desk_ears import HEARD, listen, wait_to_hear
from tests.labs.fixtures import require
from wgdesk.sandbox import network
from wgdesk.sandbox.world import World

WINDOW = (sys.executable, "-m", "wgdesk")
hear = partial(listen, application="wgdesk")
wait_for = partial(wait_to_hear, application="wgdesk")

OFFICE = """[Interface]
PrivateKey = OPiSBHJ/Kj6VcTqIi7MAxfZr5P6WrqMIqLJzpHEjW3k=
Address = 10.77.0.2/32
"""


@pytest.fixture
def place(desk, fresh_world, record_property) -> tuple[Desk, World]:
    require("desk", desk_ears.missing())
    desk.start(*WINDOW, env={**fresh_world.own_env, **HEARD})
    wait_for(desk, role="list item", name="home, Off")
    return desk, fresh_world


def names(desk: Desk, role: str) -> list[str]:
    return [it.name for it in hear(desk).every(role) if "showing" in it.states]


def told_in(began_s: float) -> str:
    return f"{time.monotonic() - began_s:.2f} s"


def test_window_follows_a_terminal_and_a_deleted_link(place, record_property):
    desk, world = place
    began_s = time.monotonic()
    desk.key("Down")  # to home
    assert world.cli("up", "home").returncode == 0
    up_s = time.monotonic()
    wait_for(desk, role="list item", name="home, Connected")
    record_property(
        "figure", f"up on a terminal: shown {told_in(up_s)} after it ({told_in(began_s)} in all)"
    )
    world.run_on_machine(["ip", "link", "del", "home"])
    gone_s = time.monotonic()
    wait_for(desk, role="list item", name="home, Failed")
    record_property("figure", f"ip link del: shown after {told_in(gone_s)}")
    assert "deleted by another program" in " ".join(names(desk, "label"))


def test_window_lists_a_tunnel_of_wg_quick_as_its_own_and_lets_it_go(place, record_property):
    desk, world = place
    conf = world.layout.home_dir / "office.conf"
    conf.write_text(OFFICE, encoding="ascii")
    conf.chmod(0o600)
    quick = ["env", "WG_QUICK_USERSPACE_IMPLEMENTATION=wireguard-go", "wg-quick"]
    done = world.run_on_machine([*quick, "up", str(conf)])
    assert done.returncode == 0, done.stderr
    up_s = time.monotonic()
    item = wait_for(desk, role="list item", name="office")
    record_property("figure", f"wg-quick up: shown after {told_in(up_s)}")
    assert item.name == "office, Made by another program"
    world.run_on_machine([*quick, "down", str(conf)])
    desk.wait_for(
        lambda: not any("office" in it for it in names(desk, "list item")) or None, "its end", 30
    )


def test_tables_move_while_data_goes_through(place):
    desk, world = place
    assert world.cli("up", "home", "--wait").returncode == 0
    desk.key("Down")
    wait_for(desk, role="table cell", name="203.0.113.10:51820")
    before = names(desk, "table cell")
    assert world.fetch(network.INTERNET_PAGE)

    def have_moved() -> bool | None:
        return names(desk, "table cell") != before or None

    desk.wait_for(have_moved, "the counters to move", 30)
