"""The helper does all that a backend does, as NetworkManager does in lab vm."""

import pytest

from tests.conformance import backends
from tests.labs.programs import wait_until
from wgdesk.client.helper_backend import HelperBackend


@pytest.fixture(scope="module")
def server(box):
    box.ip("address", "add", backends.LOCAL, "dev", "eth0")
    # IPv6 takes a moment to be sure of an address, and would change what is compared.
    wait_until(lambda: "tentative" not in box.ip("address"), what="the box's own addresses")
    yield box.world.wireguard()
    box.ip("address", "del", backends.LOCAL, "dev", "eth0")
    box.run(["systemctl", "stop", "wgdesk-helper"])


@pytest.mark.parametrize("check", backends.CHECKS, ids=backends.title)
def test_helper(box, server, check, monkeypatch):
    socket = box.seen_from_outside("/run/dbus/system_bus_socket")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={socket}")
    backends.run(check, HelperBackend, box.world, server)
