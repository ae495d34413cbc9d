"""Run in lab vm, by a unit of a boot that had a tunnel to bring up."""

import json
import os

from tests.labs.ns import INTERNET4, USER4, Lab
from tests.labs.programs import wait_until
from tests.labs.server_end import HOME4
from tests.labs.vm import Inside

UNIT = "wgdesk-tunnel@home.service"
CLIENT4 = "10.99.0.2"


def test_tunnel_is_up_and_nobody_has_logged_in():
    machine = Inside()

    def show(what):
        return machine.run(["systemctl", "show", "--value", f"--property={what}", UNIT]).stdout

    wait_until(lambda: show("ActiveState").strip() == "active", what="the unit", timeout_s=240)
    assert machine.run(["loginctl", "list-sessions", "--no-legend"]).stdout == ""
    assert "home" in machine.ip("-o", "link", "show", "type", "wireguard")
    # There was no network yet. It comes now, and the tunnel finds its server.
    lab = Lab(user=machine)
    try:
        server = lab.wireguard()
        key = ["wg", "set", server.interface, "private-key", "/dev/stdin"]
        server.host.run(key, input_text=os.environ["WGDESK_SERVER_KEY"])
        client = os.environ["WGDESK_CLIENT"]
        allowed = ["allowed-ips", f"{CLIENT4}/32,fd99::2/128"]
        server.host.run(["wg", "set", server.interface, "peer", client, *allowed])
        wait_until(lambda: server.handshakes()[client] > 0, what="a handshake", timeout_s=120)
        assert lab.source_seen_by(HOME4, timeout_s=20) == CLIENT4
        assert lab.source_seen_by(INTERNET4, timeout_s=20) == USER4
        # Its owner finds it.
        printed = machine.run(["wgdesk", "status", "--json"], user="alice").stdout
        (tunnel,) = json.loads(printed)["tunnels"]
        assert (tunnel["name"], tunnel["health"]) == ("home", "connected")
    finally:
        lab.close()
