"""The helper is killed while tunnels are up, on the booted system."""

import json
import time

from tests.labs.ns import INTERNET4, USER4
from tests.labs.programs import wait_until
from tests.labs.server_end import HOME4
from tests.support.box_helper import UNIT, helper_pid, kill_helper, listed, network

RESTART_LIMIT_S = 2


def test_fault_02_traffic_goes_on_and_the_next_helper_takes_over(connected, record):
    box, server, client = connected
    assert box.world.source_seen_by(HOME4) == client.address4
    (before,) = listed(box)["tunnels"]
    standing, handshakes = network(box), server.handshakes()
    pid = helper_pid(box)
    began_s = time.monotonic()
    kill_helper(box)
    assert box.world.source_seen_by(HOME4) == client.address4
    wait_until(lambda: helper_pid(box) not in ("0", pid), what="the next helper", timeout_s=10)
    took_s = time.monotonic() - began_s
    assert took_s <= RESTART_LIMIT_S
    (after,) = listed(box)["tunnels"]
    kept = ("id", "name", "owner_uid", "state", "since", "routes", "rules", "public_key")
    assert {key: after[key] for key in kept} == {key: before[key] for key in kept}
    (peer,), (peer_before,) = after["peers"], before["peers"]
    assert peer["received"] >= peer_before["received"] > 0
    assert server.handshakes() == handshakes
    assert network(box) == standing
    assert box.world.source_seen_by(INTERNET4) == USER4
    box.run(["wgdesk", "down", "home"], user="alice")
    assert json.dumps(listed(box)["tunnels"]) == "[]"
    assert "SIGKILL" in box.journal(UNIT) or "killed" in box.journal(UNIT)
    record(f"next helper after {took_s:.2f} s; no new handshake")
