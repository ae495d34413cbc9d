"""Two users start a tunnel for all traffic each."""

import json

import pytest

from tests.labs.server_end import EVERYTHING
from tests.support.box_helper import network

FAILED = 1


@pytest.fixture
def rivals(users, box_server):
    for user, name in (("alice", "secretplan"), ("bob", "work")):
        text = box_server.profile(box_server.add_client(), allowed_ips=EVERYTHING)
        users.write(f"/home/{user}/.wireguard/{name}.conf", text, owner=user, mode=0o600)
    return users


def test_fault_26_the_second_is_refused_and_hears_only_of_another_user(rivals, record):
    rivals.run(["wgdesk", "up", "secretplan"], user="alice")
    before = network(rivals)
    refused = rivals.run(["wgdesk", "up", "work"], user="bob", check=False)
    assert refused.returncode == FAILED
    said, remedy = refused.stderr.splitlines()
    assert said == "wgdesk: cannot bring work up: another user's tunnel carries the same traffic"
    for word in ("alice", "secretplan", str(rivals.user_id("alice"))):
        assert word not in said + remedy
    assert network(rivals) == before
    listed = json.loads(rivals.run(["wgdesk", "status", "--json"], user="alice").stdout)
    assert [it["state"] for it in listed["tunnels"]] == ["up"]
    rivals.run(["wgdesk", "down", "secretplan"], user="alice")
    rivals.run(["wgdesk", "up", "work"], user="bob")
    record(f"“{said.rpartition(': ')[2]}”")
