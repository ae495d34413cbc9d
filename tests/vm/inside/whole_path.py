"""Run in lab vm, after a full boot: alice uses the CLI, the helper uses the kernel."""

from pathlib import Path

import pytest

from tests.labs.ns import INTERNET4, USER4, Lab
from tests.labs.server_end import HOME4, HOME_SUBNETS
from tests.labs.vm import Inside

RULE = """polkit.addRule(function(action, subject) {
    if (action.id.indexOf("org.wgdesk.") === 0 && subject.user === "alice") return "yes";
});
"""
HOME = Path("/home/alice/.wireguard/home.conf")


@pytest.fixture
def world():
    Path("/etc/polkit-1/rules.d/10-alice.rules").write_text(RULE)
    lab = Lab(user=Inside())
    yield lab
    lab.close()


def test_alice_connects_through_the_kernel(world):
    machine, server = world.user, world.wireguard()
    client = server.add_client(preshared=True)
    machine.run(["install", "-d", "-o", "alice", "-m", "0700", str(HOME.parent)])
    HOME.write_text(server.profile(client, allowed_ips=HOME_SUBNETS))
    machine.run(["chown", "alice", str(HOME)])
    machine.run(["wgdesk", "up", "home", "--wait=30"], user="alice")
    machine.run(["systemctl", "is-active", "wgdesk-helper", "polkit", "systemd-logind"])
    assert world.source_seen_by(HOME4, timeout_s=20) == client.address4
    assert world.source_seen_by(INTERNET4, timeout_s=20) == USER4
    assert server.has_shaken_hands(client)
    assert "home" in machine.ip("-o", "link", "show", "type", "wireguard")
    machine.run(["wgdesk", "down", "home"], user="alice")
    assert "home" not in machine.ip("-o", "link")
