"""The helper does all that a backend does, as NetworkManager does in lab vm."""

import pytest

from tests.conformance import backends
from tests.labs.programs import wait_until
from wgdesk.client.helper_backend import HelperBackend


@pytest.fixture(scope="module")
def server(own_box):
    own_box.ip("address", "add", backends.LOCAL, "dev", "eth0")
    # IPv6 takes a moment to be sure of an address, and would change what is compared.
    wait_until(lambda: "tentative" not in own_box.ip("address"), what="the box's own addresses")
    return own_box.world.wireguard()


@pytest.mark.parametrize("check", backends.CHECKS, ids=backends.title)
def test_helper(own_box, server, check, monkeypatch):
    socket = own_box.seen_from_outside("/run/dbus/system_bus_socket")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={socket}")
    backends.run(check, HelperBackend, own_box.world, server)
