"""What the tests of the tunnels share."""

import pytest

from tests.support.seen_tunnels import SeenTunnels


@pytest.fixture
def machine():
    return SeenTunnels()
