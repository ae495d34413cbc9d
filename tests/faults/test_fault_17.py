"""A profile that is no file: a pipe, a device, a folder, or a file that never gives its content."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.labs.namespaces import enter_private_world
from tests.support.ordinary_user import ordinary_user
from wgdesk.client.preferences import Preferences
from wgdesk.client.store import ProfileStore
from wgdesk.ui.shelf import Shelf

STUCK = Path(__file__).parent / "inside/stuck_file.py"
INVALID = 5
GOOD = "[Interface]\nAddress = 10.66.0.2/32\n"
MAX_S = 3.0  # with the start of Python on a busy machine
PATIENCE_S = 5.0


@pytest.fixture
def user():
    with ordinary_user() as user:
        user.write("good.conf", GOOD)
        yield user


@pytest.fixture
def stuck(user):
    """stuck.conf opens and says how long it is, and whoever reads it waits for ever."""
    enter_private_world()  # what is mounted is seen from here alone
    path = user.write("stuck.conf", "")
    words = [sys.executable, str(STUCK), str(path)]
    server = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout.readline() == "mounted\n"
    yield path
    server.communicate(timeout=10)


def make(user, kind):
    path = user.profiles / "odd.conf"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "device":
            path.symlink_to("/dev/zero")
    user.own(path)
    return path


def timed(user, *words):
    started_s = time.monotonic()
    done = user.wgdesk(*words)
    return done, time.monotonic() - started_s


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("pipe", "it is a pipe, not a file"),
        ("folder", "it is a folder, not a file"),
        ("device", "it is a link that leads out of"),
    ],
)
def test_fault_17_what_is_no_file_is_refused_at_once(user, kind, why, record):
    path = make(user, kind)
    by_name, name_s = timed(user, "plan", "odd")
    by_path, path_s = timed(user, "plan", str(path))
    assert (by_name.returncode, by_path.returncode) == (INVALID, INVALID)
    assert why in by_name.stderr
    assert "not a file" in by_path.stderr
    listed, list_s = timed(user, "list")
    assert [line.split()[0] for line in listed.stdout.splitlines() if "good" in line] == ["good"]
    slowest_s = max(name_s, path_s, list_s)
    assert slowest_s < MAX_S
    record(f"{kind}: {slowest_s:.1f} s")


def test_fault_17_a_file_that_never_answers_is_given_up(user, stuck, record):
    refused, took_s = timed(user, "plan", "stuck")
    assert refused.returncode == INVALID
    assert "its file system has not answered for 5 seconds" in refused.stderr
    assert PATIENCE_S <= took_s < PATIENCE_S + MAX_S
    listed, _ = timed(user, "list")
    assert "good" in listed.stdout
    record(f"stuck file: given up after {took_s:.1f} s")


async def test_fault_17_the_window_lists_the_others_and_its_loop_goes_on(user, stuck, record):
    shelf = Shelf(ProfileStore(user.profiles), Preferences(user.home / "profiles.json"))
    changes = shelf.changes()
    first = asyncio.ensure_future(anext(changes))
    worst_s, started_s = 0.0, time.monotonic()
    while not first.done():
        before_s = time.monotonic()
        await asyncio.sleep(0.01)
        worst_s = max(worst_s, time.monotonic() - before_s - 0.01)
        assert time.monotonic() - started_s < PATIENCE_S + MAX_S
    entries = {entry.name: entry for entry in first.result()}
    await changes.aclose()
    assert entries["good"].error is None
    assert "has not answered" in str(entries["stuck"].error)
    assert worst_s < 0.5
    record(f"window: loop held up {worst_s:.2f} s")
