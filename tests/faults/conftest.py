"""What the tests of the fault list share: the figure they measured, and the lab they ran in.

A fault's test lies in `test_fault_NN.py` and is called `test_fault_NN_<what happens>`; NN is the
fault's number, and `tests/lanes/faults.py` says in a few words what each number is. A fault may
have several tests: it passes when all of them do.
"""

from collections.abc import Callable

import pytest

from tests.labs.box import Box
from tests.labs.programs import wait_until
from tests.labs.server_end import HOME_SUBNETS, Client, ServerEnd
from tests.support.box_helper import approve_all
from tests.support.bus_fixtures import join, private_bus  # noqa: F401  # found by their names here
from tests.support.started_helper import start  # noqa: F401  # likewise

# Lab -> the fixtures that bring it; the dearest lab of a test is the one it is told with.
LABS = {
    "vm": {"vm"},
    "box": {"box", "fresh_box"},
    "bus": {"private_bus"},
    "ns": {"two_hosts", "routed_hosts", "ns_host", "in_ns"},
}
# Cheap ones first, and the tests that share the one box together.
ORDER = ("unit", "ns", "bus", "box", "vm")


def lab_of(item: pytest.Item) -> str:
    fixtures = set(getattr(item, "fixturenames", ()))
    return next((lab for lab, names in LABS.items() if fixtures & names), "unit")


def place(item: pytest.Item) -> tuple[int, bool, str]:
    has_own_box = "fresh_box" in getattr(item, "fixturenames", ())
    return ORDER.index(lab_of(item)), has_own_box, item.path.name


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=place)


@pytest.fixture
def connected(fresh_box: Box) -> tuple[Box, ServerEnd, Client]:
    """A box where alice has the split tunnel home up, its server, and herself as its client."""
    box = fresh_box
    approve_all(box)
    server = box.world.wireguard()
    client = server.add_client()
    text = server.profile(client, allowed_ips=HOME_SUBNETS)
    box.write("/home/alice/.wireguard/home.conf", text, owner="alice", mode=0o600)
    wait_until(lambda: "tentative" not in box.ip("address"), what="the box's own addresses")
    box.run(["wgdesk", "up", "home"], user="alice")
    return box, server, client


@pytest.fixture(autouse=True)
def lab(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> str:
    """Which lab the test runs in; `./dev faults` tells it."""
    name = lab_of(request.node)
    record_property("lab", name)
    return name


@pytest.fixture
def record(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Keep a figure for the table of `./dev faults`: `record("up in 3.1 s")`."""

    def keep(figure: str) -> None:
        record_property("figure", figure)

    return keep
