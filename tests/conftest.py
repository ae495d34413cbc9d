"""What every lane shares, and no more."""

import os

import pytest
from hypothesis import settings

# No deadline: a busy machine is slow, and that is no bug. CI tries the same examples each time.
settings.register_profile("wgdesk", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("wgdesk")

# Every lab by a fixture of its own; each is made only when a test asks for it.
pytest_plugins = [
    "tests.labs.fixtures",
    "tests.labs.fixtures_desk",
    "tests.labs.fixtures_flat",
    "tests.labs.fixtures_sandbox",
]

QT_LANE = "tests/ui/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a warning from Qt fail its test; only this lane has Qt in its process."""
    for item in items:
        if item.nodeid.startswith(QT_LANE):
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
