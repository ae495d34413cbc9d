"""The userspace engine crashes."""

import time

from tests.labs.programs import wait_until
from tests.labs.server_end import HOME4
from tests.support.box_helper import engine_pid, listed

LIMIT_S = 2


def test_fault_33_a_crashed_engine_is_back_and_configured(connected, record):
    box, _, client = connected
    assert box.world.source_seen_by(HOME4) == client.address4
    (before,) = listed(box)["tunnels"]
    pid = engine_pid(box)
    began_s = time.monotonic()
    box.run(["kill", "-SEGV", pid])
    wait_until(lambda: engine_pid(box) not in ("0", pid), what="the next engine", timeout_s=10)
    wait_until(lambda: listed(box)["tunnels"][0]["state"] == "up", what="it to be up", timeout_s=10)
    took_s = time.monotonic() - began_s
    assert took_s <= LIMIT_S
    assert box.world.source_seen_by(HOME4) == client.address4
    time.sleep(LIMIT_S)  # until its device has been looked at again
    (after,) = listed(box)["tunnels"]
    kept = ("id", "routes", "rules", "addresses", "fwmark", "public_key", "mtu", "notices")
    assert {key: after[key] for key in kept} == {key: before[key] for key in kept}
    record(f"up again after {took_s:.2f} s")


def test_fault_33_also_when_the_helper_was_replaced_before(connected, record):
    box, _, client = connected
    box.run(["systemctl", "restart", "wgdesk-helper"])
    (before,) = listed(box)["tunnels"]
    pid = engine_pid(box)
    box.run(["kill", "-KILL", pid])
    wait_until(lambda: engine_pid(box) not in ("0", pid), what="the next engine", timeout_s=10)
    wait_until(lambda: listed(box)["tunnels"][0]["state"] == "up", what="it to be up", timeout_s=10)
    assert listed(box)["tunnels"][0]["id"] == before["id"]
    assert box.world.source_seen_by(HOME4) == client.address4
    record("by the next helper too, keys read from the engine")
