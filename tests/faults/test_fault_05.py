"""The helper crashes again and again, with a tunnel up."""

import json
import time

import pytest

from tests.labs.programs import wait_until
from tests.labs.server_end import EVERYTHING
from tests.support.box_helper import network

HELPER = "wgdesk-helper.service"
RULE = """polkit.addRule(function (action, subject) {
    if (action.id.indexOf("org.wgdesk.") === 0 && subject.user === "alice") return "yes";
});
"""
UNREACHABLE = 4
CRASHES = 10


@pytest.fixture
def connected(fresh_box):
    """The box with everything going through alice's tunnel, and its network before."""
    box = fresh_box
    server = box.world.wireguard()
    text = server.profile(server.add_client(), allowed_ips=EVERYTHING)
    box.write("/home/alice/.wireguard/home.conf", text, owner="alice", mode=0o600)
    box.write("/etc/polkit-1/rules.d/10-alice.rules", RULE)
    wait_until(lambda: "tentative" not in box.ip("address"), what="the box's own addresses")
    before = network(box)
    box.run(["wgdesk", "up", "home"], user="alice")
    return box, before


def show(box, what):
    asked = box.run(["systemctl", "show", "--value", f"--property={what}", HELPER])
    return asked.stdout.strip()


def crash_until_it_is_given_up(box):
    """How often it was killed, and in how many seconds."""
    started_s = time.monotonic()
    for number in range(1, CRASHES * 2):
        wait_until(lambda: show(box, "ActiveState") in {"active", "failed"}, what="its next start")
        if show(box, "ActiveState") == "failed":
            return number - 1, time.monotonic() - started_s
        box.run(["systemctl", "kill", "--signal=KILL", HELPER])
        wait_until(lambda: show(box, "ActiveState") != "active", what="its end")
    raise AssertionError("it is started again and again")


def test_fault_05_it_is_given_up_and_the_reset_needs_no_python(connected, record):
    box, before = connected
    up = network(box)
    crashes, took_s = crash_until_it_is_given_up(box)
    assert crashes == CRASHES
    assert took_s < 60
    assert show(box, "Result") in {"signal", "start-limit-hit"}
    assert network(box) == up, "nothing is opened, nothing half taken down"
    refused = box.run(["wgdesk", "status", "--json"], user="alice", check=False)
    assert refused.returncode == UNREACHABLE, refused.stdout
    assert "wgdesk restore" in refused.stderr, "the way out is named"
    pythons = "for it in /usr/bin/python3*; do chmod {} $it; done"
    box.run(["sh", "-ec", pythons.format("a-x")])
    started_s = time.monotonic()
    box.run(["systemctl", "start", "wgdesk-reset"])
    reset_s = time.monotonic() - started_s
    assert network(box) == before
    box.run(["sh", "-ec", pythons.format("a+x")])
    listed = json.loads(box.run(["wgdesk", "status", "--json"], user="alice").stdout)
    assert listed["tunnels"] == []
    record(f"given up after {crashes} crashes in {took_s:.0f} s; reset in {reset_s:.1f} s")
