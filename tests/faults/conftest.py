"""What the tests of the fault list share: the figure they measured, and the lab they ran in.

A fault's test lies in `test_fault_NN.py` and is called `test_fault_NN_<what happens>`; NN is the
fault's number, and `tests/lanes/faults.py` says in a few words what each number is. A fault may
have several tests: it passes when all of them do.
"""

from collections.abc import Callable, Iterator

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
    "box": {
        *("box", "fresh_box", "users", "box_server", "machine"),
        *("plain_names", "resolved_names", "networkmanager_names"),
    },
    "desk": {"desk"},
    "bus": {"private_bus"},
    "ns": {"two_hosts", "routed_hosts", "ns_host", "in_ns"},
}
# Cheap ones first, and the tests that share the one box together.
ORDER = ("unit", "ns", "bus", "desk", "box", "vm")


def lab_of(item: pytest.Item) -> str:
    fixtures = set(getattr(item, "fixturenames", ()))
    return next((lab for lab, names in LABS.items() if fixtures & names), "unit")


def place(item: pytest.Item) -> tuple[int, bool, str]:
    has_own_box = "fresh_box" in getattr(item, "fixturenames", ())
    return ORDER.index(lab_of(item)), has_own_box, item.path.name


HELPER = "wgdesk-helper.service"
RULE = "/etc/polkit-1/rules.d/10-faults.rules"
ALICE_AND_BOB_MAY = """polkit.addRule(function (action, subject) {
    var mine = ["org.wgdesk.connect", "org.wgdesk.approve-profile", "org.wgdesk.disconnect"];
    if (mine.indexOf(action.id) >= 0 && ["alice", "bob"].indexOf(subject.user) >= 0) return "yes";
});
"""


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
def told_lab(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    """Which lab the test runs in; `./dev faults` tells it."""
    record_property("lab", lab_of(request.node))


@pytest.fixture
def record(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Keep a figure for the table of `./dev faults`: `record("up in 3.1 s")`."""

    def keep(figure: str) -> None:
        record_property("figure", figure)

    return keep


@pytest.fixture(scope="session")
def box_server(box: Box) -> ServerEnd:
    """The one WireGuard server that the shared box can reach."""
    return box.world.wireguard()


@pytest.fixture
def users(box: Box) -> Iterator[Box]:
    """The shared box, where alice and bob may connect what they like; afterwards it is clean."""
    box.write(RULE, ALICE_AND_BOB_MAY)
    restart_polkit(box)
    yield box
    box.run(["systemctl", "start", "wgdesk-reset"])
    files = "/home/*/.wireguard /var/lib/wgdesk/approvals.json"
    box.run(["sh", "-c", f"rm -rf {RULE} {files}"])
    restart_polkit(box)


def restart_polkit(box: Box) -> None:
    """So that it knows the rules as they are now, however often that was asked lately."""
    box.run(["systemctl", "reset-failed", "polkit"], check=False)  # it may not be loaded
    box.run(["systemctl", "try-restart", "polkit"])
