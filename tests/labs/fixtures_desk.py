"""Lab desk as a fixture."""

from collections.abc import Iterator

import pytest

from tests.labs.desk import Desk, missing
from tests.labs.fixtures import require


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desktop of one's own: display, panel with a tray, notifications."""
    require("desk", missing())
    with Desk() as started:
        yield started
