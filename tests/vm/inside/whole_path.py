"""Run in lab vm, after a full boot: alice uses the CLI, the helper uses the kernel."""

import json
import time
from pathlib import Path

import pytest

from tests.labs.ns import INTERNET4, USER4, Lab
from tests.labs.programs import wait_until
from tests.labs.server_end import HOME4, HOME_SUBNETS
from tests.labs.vm import Inside
from wgdesk.domain.finding import CAUSES, Finding

RULE = """polkit.addRule(function(action, subject) {
    if (action.id.indexOf("org.wgdesk.") === 0 && subject.user === "alice") return "yes";
});
"""
HOME = Path("/home/alice/.wireguard/home.conf")
HOUR_S = 3600


@pytest.fixture
def world():
    Path("/etc/polkit-1/rules.d/10-alice.rules").write_text(RULE)
    lab = Lab(user=Inside())
    yield lab
    lab.close()


def give_profile(machine, text):
    machine.run(["install", "-d", "-o", "alice", "-m", "0700", str(HOME.parent)])
    HOME.write_text(text)
    machine.run(["chown", "alice", str(HOME)])


def test_alice_connects_through_the_kernel(world):
    machine, server = world.user, world.wireguard()
    client = server.add_client(preshared=True)
    give_profile(machine, server.profile(client, allowed_ips=HOME_SUBNETS))
    machine.run(["wgdesk", "up", "home", "--wait=30"], user="alice")
    machine.run(["systemctl", "is-active", "wgdesk-helper", "polkit", "systemd-logind"])
    assert world.source_seen_by(HOME4, timeout_s=20) == client.address4
    assert world.source_seen_by(INTERNET4, timeout_s=20) == USER4
    assert server.has_shaken_hands(client)
    assert "home" in machine.ip("-o", "link", "show", "type", "wireguard")
    machine.run(["wgdesk", "down", "home"], user="alice")
    assert "home" not in machine.ip("-o", "link")


def set_clock(world, by_s):
    world.user.run(["date", "-s", f"@{int(time.time()) + by_s}"])


def status(world):
    printed = world.user.run(["wgdesk", "status", "home", "--json"], user="alice").stdout
    (tunnel,) = json.loads(printed)["tunnels"]
    return tunnel


def test_server_refuses_a_clock_that_was_set_back(world):
    machine, server = world.user, world.wireguard()
    client = server.add_client()
    text = server.profile(client, allowed_ips=HOME_SUBNETS, peer="PersistentKeepalive = 5")
    give_profile(machine, text)
    machine.run(["wgdesk", "up", "home", "--wait=60"], user="alice")

    set_clock(world, -HOUR_S)
    assert status(world)["health"] == "connected"  # its session goes on, by the stopwatch
    machine.run(["wgdesk", "down", "home"], user="alice")
    up = machine.run(["wgdesk", "up", "home", "--wait=25"], user="alice", check=False)
    assert up.returncode == 1
    cause = CAUSES[Finding.CLOCK_BEHIND]
    assert f"{cause.sentence} {cause.remedy}" in up.stderr
    told = status(world)
    assert (told["health"], told["finding"]) == ("waiting", "clock-behind")
    assert told["why"] == cause.sentence

    set_clock(world, HOUR_S)
    wait_until(lambda: status(world)["health"] == "connected", what="a handshake", timeout_s=60)
    assert status(world)["finding"] is None
