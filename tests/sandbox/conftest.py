"""A world for the tests of this lane."""

import os

import pytest

from wgdesk.sandbox.world import World

# Root runs the tests in both ways; an ordinary user has only the one.
collect_ignore = [] if os.geteuid() == 0 else ["test_ordinary_user.py"]


@pytest.fixture(scope="module")
def world():
    with World() as built:
        yield built
