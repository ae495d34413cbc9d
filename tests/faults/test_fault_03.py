"""The helper is replaced by a newer one with two tunnels up."""

from tests.labs.server_end import HOME4
from tests.support.box_helper import UNIT, helper_pid, listed, network

PACKAGE = "/usr/lib/python3/dist-packages/wgdesk/__init__.py"


def test_fault_03_both_tunnels_stay_up_over_an_upgrade(connected, record):
    box, server, client = connected
    other = server.profile(server.add_client(), allowed_ips="198.18.0.0/16")
    box.write("/home/alice/.wireguard/other.conf", other, owner="alice", mode=0o600)
    box.run(["wgdesk", "up", "other"], user="alice")
    assert box.world.source_seen_by(HOME4) == client.address4
    before = {it["name"]: it["id"] for it in listed(box)["tunnels"]}
    assert before.keys() == {"home", "other"}
    standing, handshakes, pid = network(box), server.handshakes(), helper_pid(box)
    module = box.read(PACKAGE)
    box.write(PACKAGE, module.replace('__version__ = "', '__version__ = "9.'))
    box.run(["systemctl", "try-restart", UNIT])  # as a package does after an upgrade
    assert helper_pid(box) != pid
    hello = ["busctl", "call", "org.wgdesk.Helper1", "/org/wgdesk/Helper1", "org.wgdesk.Helper1"]
    assert '"9.' in box.run([*hello, "Hello", "u", "1"], user="alice").stdout
    after = {it["name"]: it["id"] for it in listed(box)["tunnels"]}
    assert after == before
    assert all(it["state"] == "up" for it in listed(box)["tunnels"])
    assert (network(box), server.handshakes()) == (standing, handshakes)
    assert box.world.source_seen_by(HOME4) == client.address4
    record("2 tunnels stayed, no handshake reset")
