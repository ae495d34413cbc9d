"""The real window on a real desktop, as a person with a keyboard and a screen reader has it."""

import sys
from functools import partial

import pytest

from tests.labs import desk_ears
from tests.labs.desk import Desk
from tests.labs.desk_ears import HEARD, wait_to_hear
from tests.labs.fixtures import require
from wgdesk.sandbox.world import World

WINDOW = (sys.executable, "-m", "wgdesk")
NOTHING_UP = "No tunnel is up"
wait_for = partial(wait_to_hear, application="wgdesk")


@pytest.fixture
def place(desk, fresh_world) -> tuple[Desk, World]:
    """A window that is open, with the keyboard in its list."""
    require("desk", desk_ears.missing())
    desk.start(*WINDOW, env={**fresh_world.own_env, **HEARD})
    desk.wait_for_window(NOTHING_UP)
    wait_for(desk, role="list item", name="home, Off")
    return desk, fresh_world
