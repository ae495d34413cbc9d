"""An older helper finds the journal of a newer one."""

import json

from tests.labs.server_end import HOME4
from tests.support.box_helper import UNIT, listed, network

RECORD = "/run/wgdesk/tunnels/home.json"


def test_fault_04_the_machine_is_left_alone_and_down_works_by_looking(connected, record):
    box, _, client = connected
    assert box.world.source_seen_by(HOME4) == client.address4
    standing = network(box)
    (tunnel,) = listed(box)["tunnels"]
    box.run(["systemctl", "stop", UNIT])
    known = json.loads(box.read(RECORD))
    newer = {"v": known["v"] + 1, "id": known["id"], "owner_uid": known["owner_uid"], "how": "?"}
    box.write(RECORD, json.dumps(newer), mode=0o600)
    found = listed(box)
    assert network(box) == standing
    assert box.world.source_seen_by(HOME4) == client.address4
    assert "record it cannot read" in found["degraded"][0]
    assert [(it["id"], it["state"]) for it in found["tunnels"]] == [(tunnel["id"], "up")]
    box.run(["wgdesk", "down", "home"], user="alice")
    after = network(box)
    assert "home" not in after
    assert "proto 119" not in after
    assert box.run(["ls", "/run/wgdesk/tunnels"]).stdout == ""
    record("untouched, then down by what the kernel shows")
