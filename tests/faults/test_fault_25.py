"""Two users toggle a tunnel of the same name, one after the other and at the same time."""

import json
import time

import pytest

from tests.labs.server_end import HOME_SUBNETS
from tests.support.box_helper import network
from wgdesk.wire import names

NOT_AUTHORISED, FAILED = 3, 1
LIVE = {"rising", "up", "falling"}
ROUNDS = 10
KNOWN_CODES = {0, FAILED, NOT_AUTHORISED}
TOGGLE = """
for round in $(seq {rounds}); do
    wgdesk toggle home >/dev/null 2>>$HOME/said
    echo $?
done
"""


@pytest.fixture
def rivals(users, box_server):
    """Alice and bob have a home each, to the same server by keys of their own."""
    for user in ("alice", "bob"):
        text = box_server.profile(box_server.add_client(), allowed_ips=HOME_SUBNETS)
        users.write(f"/home/{user}/.wireguard/home.conf", text, owner=user, mode=0o600)
        users.run(["rm", "-f", f"/home/{user}/said"])
    users.run(["systemctl", "start", "wgdesk-helper"])
    return users


def call(box, user, member, *arguments, check=True):
    where = [names.BUS_NAME, names.OBJECT_PATH, names.INTERFACE]
    words = ["busctl", "--json=short", "call", *where, member, *arguments]
    return box.run(words, user=user, check=check)


def machine(box, user):
    return json.loads(json.loads(call(box, user, "List").stdout)["data"][0])


def test_fault_25_the_second_user_is_refused_by_name_and_by_id(rivals, record):
    rivals.run(["wgdesk", "toggle", "home"], user="alice")
    (tunnel,) = machine(rivals, "alice")["tunnels"]
    toggled = rivals.run(["wgdesk", "toggle", "home"], user="bob", check=False)
    assert toggled.returncode == FAILED
    assert "another user" in toggled.stderr
    downed = rivals.run(["wgdesk", "down", "home"], user="bob", check=False)
    assert downed.returncode == NOT_AUTHORISED
    assert "that tunnel belongs to another user" in downed.stderr
    # Whoever knows the id meets the question for an administrator.
    by_id = call(rivals, "bob", "Down", "s", tunnel["id"], check=False)
    assert "an administrator must authorise that" in by_id.stderr
    assert [it["id"] for it in machine(rivals, "alice")["tunnels"]] == [tunnel["id"]]
    assert "alice" not in toggled.stderr + downed.stderr + by_id.stderr
    record("NameConflict to up, NotOwner to down, manage-others by id")


def test_fault_25_toggles_at_the_same_time_never_interleave(rivals, record):
    before = network(rivals)
    toggle = ["bash", "-c", TOGGLE.format(rounds=ROUNDS)]
    both = [rivals.popen(toggle, user=user) for user in ("alice", "bob")]
    looks = 0
    while any(it.poll() is None for it in both):
        found = [it for it in machine(rivals, "carol")["others"] if it["state"] in LIVE]
        assert len(found) <= 1, "two tunnels of one name"
        looks += 1
        time.sleep(0.06)
    codes = [int(word) for it in both for word in it.communicate()[0].split()]
    said = "".join(rivals.read(f"/home/{user}/said") for user in ("alice", "bob"))
    assert len(codes) == 2 * ROUNDS
    assert set(codes) <= KNOWN_CODES, said
    assert codes.count(0) >= ROUNDS, said
    assert "incident" not in said
    for user in ("alice", "bob"):
        rivals.run(["wgdesk", "down", "--all"], user=user)
    assert network(rivals) == before
    record(f"{len(codes)} toggles by two users, {codes.count(0)} done, {looks} looks in between")
