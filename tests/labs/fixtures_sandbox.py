"""Lab sandbox as a fixture: the demo's world, with the real helper in it."""

from collections.abc import Iterator

import pytest

from tests.labs.fixtures import require
from wgdesk.sandbox.confinement import Impossible, find_confinement
from wgdesk.sandbox.world import World


def missing() -> str | None:
    """One sentence why this lab cannot run here, or None."""
    try:
        found = find_confinement()
    except Impossible as error:
        return str(error)
    return f"it would have to ask for a password: {found.why_root}" if found.asks_password else None


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One world for all tests of a module."""
    require("sandbox", missing())
    with World() as built:
        yield built


@pytest.fixture
def fresh_world() -> Iterator[World]:
    """A world for this test alone, with everything down."""
    require("sandbox", missing())
    with World() as built:
        yield built
