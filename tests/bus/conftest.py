"""The helper's real face on a private bus, with an engine that only remembers."""

from tests.support.bus_fixtures import (  # noqa: F401  # pytest finds fixtures by their names here
    alice,
    bus,
    client,
    helper,
    join,
    polkit,
    private_bus,
    root,
)
from tests.support.started_helper import start  # noqa: F401  # likewise
