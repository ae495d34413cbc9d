"""A world that root builds for somebody else, on a machine with further users."""

import os
import subprocess
import sys

import pytest

from wgdesk.sandbox.world import World

GREET = """
import asyncio
from dbus_next import BusType
from wgdesk.client.bus import connect
asyncio.run(connect(BusType.SYSTEM))
"""


def greet_bus(world, uid, gid):
    ids = (f"--reuid={uid}", f"--regid={gid}", "--clear-groups")
    return subprocess.run(
        ["setpriv", *ids, sys.executable, "-c", GREET],
        env=world.env,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def test_other_accounts_can_neither_reach_nor_use_the_bus(world):
    uid, gid = world.account.uid, world.account.gid
    assert greet_bus(world, uid, gid).returncode == 0
    assert "Permission denied" in greet_bus(world, uid - 1, gid - 1).stderr  # the folder
    refused = greet_bus(world, uid - 1, gid)  # the bus, for one of the same group
    assert refused.returncode != 0
    assert "Permission denied" not in refused.stderr


@pytest.fixture
def unbuilt():
    world = World()
    yield world
    world.close()


def test_user_is_let_in_only_when_all_is_written(monkeypatch, unbuilt):
    """Before that, root would write and give by paths that the user can swap for links."""
    modes = []

    def chown(*_, **__):
        modes.append(unbuilt.layout.root_dir.stat().st_mode & 0o777)
        assert (unbuilt.layout.answers_path).exists()

    monkeypatch.setattr(os, "chown", chown)
    unbuilt._furnish()
    assert modes == [0o700] * 7  # three profiles, three folders, the world's own group
    assert unbuilt.layout.root_dir.stat().st_mode & 0o777 == 0o710
