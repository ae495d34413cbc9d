"""The installed helper: started by the real bus, answering to the real polkit, for two users."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.labs.box import Box
from tests.labs.ns import INTERNET4, USER4
from tests.labs.programs import wait_until
from tests.labs.server_end import HOME4, HOME_SUBNETS
from wgdesk.wire import names

UNIT = "wgdesk-helper.service"
RULES = "/etc/polkit-1/rules.d"
EXAMPLE = "/usr/share/doc/wgdesk-helper/examples/49-wgdesk.rules"
MEMBERS_RULE = f"{RULES}/49-wgdesk.rules"
APPROVE_RULE = """polkit.addRule(function (action) {
    if (action.id == "org.wgdesk.approve-profile") return polkit.Result.YES;
});
"""
NOT_AUTHORISED = 3  # exit code of the command line


@pytest.fixture(scope="module")
def group(box: Box) -> None:
    box.run(["groupadd", "wgdesk"])
    box.run(["usermod", "--append", "--groups=wgdesk", "alice"])


@pytest.fixture
def clean(box: Box) -> Iterator[Box]:
    """The box, and afterwards no helper, no rule and no approval."""
    yield box
    box.run(["/usr/libexec/wgdesk/wgdesk-reset"])
    box.run(["rm", "-f", MEMBERS_RULE, "/var/lib/wgdesk/approvals.json"])
    box.run(["systemctl", "try-restart", "polkit"])
    box.run(["systemctl", "stop", UNIT])
    box.run(["systemctl", "reset-failed", UNIT, "polkit"], check=False)


@pytest.fixture
def members_may(clean: Box, group: None) -> Box:
    """Policy lets alice, who is in the group, connect and approve; bob not."""
    clean.run(["install", "-m", "644", EXAMPLE, MEMBERS_RULE])
    clean.run(["systemctl", "try-restart", "polkit"])
    return clean


@pytest.fixture(scope="module")
def home(box: Box):
    """The server end, and its profile among alice's."""
    server = box.world.wireguard()
    client = server.add_client()
    text = server.profile(client, allowed_ips=HOME_SUBNETS)
    for user in ("alice", "bob"):
        box.write(f"/home/{user}/.wireguard/home.conf", text, owner=user, mode=0o600)
    # IPv6 takes a moment to be sure of an address, and would change what is compared below.
    wait_until(lambda: "tentative" not in box.ip("address"), what="the box's own addresses")
    return server, client


def call(box: Box, user: str, member: str, *arguments: str, check: bool = True):
    where = [names.BUS_NAME, names.OBJECT_PATH, names.INTERFACE]
    return box.run(
        ["busctl", "--json=short", "call", *where, member, *arguments], user=user, check=check
    )


def machine(box: Box, user: str):
    answer = json.loads(call(box, user, "List").stdout)
    return json.loads(answer["data"][0])


def wgdesk(box: Box, user: str, *words: str, check: bool = True):
    return box.run(["wgdesk", *words], user=user, check=check)


def show(box: Box, what: str) -> str:
    return box.run(["systemctl", "show", "--value", f"--property={what}", UNIT]).stdout.strip()


def network(box: Box) -> str:
    commands = ("link", "address", "route show table all", "rule", "-6 rule")
    text = "\n".join(box.ip(*words.split()) for words in commands)
    return re.sub(r"(valid_lft|preferred_lft) \d+sec|expires \d+sec", "", text)


def test_the_first_call_starts_the_helper(clean):
    assert show(clean, "ActiveState") == "inactive"
    answer = json.loads(call(clean, "bob", "Hello", "u", "1").stdout)
    api, abilities = answer["data"]
    assert api == names.API_VERSION
    assert abilities["engine"] == "userspace"
    assert abilities["version"]
    assert show(clean, "ActiveState") == "active"
    owner = clean.run(["busctl", "status", names.BUS_NAME]).stdout
    assert "UID=0" in owner.splitlines()
    assert f"PID={show(clean, 'MainPID')}" in owner.splitlines()


def test_only_root_can_have_the_name(clean):
    asked = clean.run(
        [
            *("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus"),
            *("RequestName", "su", names.BUS_NAME, "0"),
        ],
        user="alice",
        check=False,
    )
    assert asked.returncode != 0
    assert "Access denied" in asked.stderr


def test_the_bus_lets_unlisted_members_not_through(clean):
    refused = call(clean, "alice", "Reload", check=False)
    assert refused.returncode != 0
    assert "Access denied" in refused.stderr


def test_a_user_without_a_session_is_refused(clean, home):
    before = network(clean)
    refused = wgdesk(clean, "alice", "up", "home", check=False)
    assert refused.returncode == NOT_AUTHORISED, refused.stderr
    assert refused.stderr.startswith("wgdesk: ")
    assert network(clean) == before
    assert machine(clean, "alice")["tunnels"] == []


def test_a_user_whom_policy_lets_gets_a_tunnel_that_carries_traffic(members_may, home):
    box, (server, client) = members_may, home
    before = network(box)
    wgdesk(box, "alice", "up", "home")
    assert box.world.source_seen_by(HOME4) == client.address4
    assert box.world.source_seen_by(INTERNET4) == USER4
    assert server.has_shaken_hands(client)
    (tunnel,) = machine(box, "alice")["tunnels"]
    assert (tunnel["name"], tunnel["state"]) == ("home", "up")
    assert tunnel["peers"][0]["latest_handshake"] > 0
    assert "latest handshake" in wgdesk(box, "alice", "status", "home").stdout
    assert "wireguard-go" in box.run(["systemctl", "status", "wgdesk-go@home"]).stdout
    assert "wireguard-go" not in box.run(["systemctl", "status", UNIT]).stdout
    wgdesk(box, "alice", "down", "home")
    assert network(box) == before


def test_other_users_see_an_outline_and_can_do_nothing(members_may, home):
    box = members_may
    wgdesk(box, "alice", "up", "home")
    (tunnel,) = machine(box, "alice")["tunnels"]
    seen = machine(box, "bob")
    assert seen["tunnels"] == []
    assert [set(it) for it in seen["others"]] == [{"name", "owner_uid", "state", "full_tunnel"}]
    assert tunnel["id"] not in json.dumps(seen)
    read = call(box, "bob", "GetStatus", "s", tunnel["id"], check=False)
    assert read.returncode != 0
    assert "there is no such tunnel" in read.stderr
    lowered = call(box, "bob", "Down", "s", tunnel["id"], check=False)
    assert lowered.returncode != 0
    assert "authorise" in lowered.stderr
    assert [it["id"] for it in machine(box, "alice")["tunnels"]] == [tunnel["id"]]
    assert box.world.source_seen_by(HOME4) is not None
    call(box, "root", "Down", "s", tunnel["id"])
    assert machine(box, "alice")["tunnels"] == []


def test_in_the_active_session_only_new_content_needs_an_administrator(fresh_box):
    box = fresh_box
    server = box.world.wireguard()
    client = server.add_client()
    text = server.profile(client, allowed_ips=HOME_SUBNETS)
    box.write("/home/alice/.wireguard/home.conf", text, owner="alice", mode=0o600)
    box.log_in("alice")
    refused = wgdesk(box, "alice", "up", "home", check=False)
    assert refused.returncode == NOT_AUTHORISED, refused.stderr

    box.write(f"{RULES}/10-test.rules", APPROVE_RULE)
    box.run(["systemctl", "restart", "polkit"])
    wgdesk(box, "alice", "up", "home")
    wgdesk(box, "alice", "down", "home")
    box.run(["rm", f"{RULES}/10-test.rules"])
    box.run(["systemctl", "restart", "polkit", UNIT])
    wgdesk(box, "alice", "up", "home")  # the same content, approved before
    changed = text.replace("AllowedIPs = ", "AllowedIPs = 198.18.0.0/15, ")
    assert changed != text
    box.write("/home/alice/.wireguard/other.conf", changed, owner="alice", mode=0o600)
    refused = wgdesk(box, "alice", "up", "other", check=False)
    assert refused.returncode == NOT_AUTHORISED, refused.stderr
    listed = box.run(["stat", "-c", "%U %a", "/var/lib/wgdesk", "/var/lib/wgdesk/approvals.json"])
    assert listed.stdout.split("\n")[:2] == ["root 700", "root 600"]


def test_stopping_the_helper_leaves_tunnels_up_for_the_next_one(members_may, home):
    box, (_, client) = members_may, home
    before = network(box)
    wgdesk(box, "alice", "up", "home")
    (tunnel,) = machine(box, "alice")["tunnels"]
    box.run(["systemctl", "stop", UNIT])
    assert show(box, "Result") == "success"
    assert box.world.source_seen_by(HOME4) == client.address4
    (found,) = machine(box, "alice")["tunnels"]
    assert (found["id"], found["state"]) == (tunnel["id"], "up")
    wgdesk(box, "alice", "down", "home")
    assert network(box) == before


def test_without_polkit_only_root_may(members_may, home):
    box = members_may
    wgdesk(box, "alice", "list")
    box.run(["systemctl", "mask", "--runtime", "--now", "polkit"])
    try:
        refused = wgdesk(box, "alice", "up", "home", check=False)
        assert refused.returncode == NOT_AUTHORISED, refused.stderr
        assert "polkit" in refused.stderr
    finally:
        box.run(["systemctl", "unmask", "--runtime", "polkit"])
        box.run(["systemctl", "start", "polkit"])
    wgdesk(box, "alice", "up", "home")


def test_no_call_is_lost_while_the_helper_comes_and_goes(fresh_box):
    box = fresh_box
    hasty = "from wgdesk.helper.main import open_engine, run\nrun(open_engine, idle_s=0.2)\n"
    box.write("/usr/libexec/wgdesk/wgdesk-helper", hasty, mode=0o755)
    # A minute of idleness never meets this limit; a fifth of a second does.
    unlimited = "[Unit]\nStartLimitIntervalSec=0\n"
    box.write(f"/etc/systemd/system/{UNIT}.d/test.conf", unlimited)
    box.run(["systemctl", "daemon-reload"])
    where = f"{names.BUS_NAME} {names.OBJECT_PATH} {names.INTERFACE}"
    again = f"for n in $(seq 12); do busctl call {where} Down s none; sleep 0.2$n; done"
    box.run(["bash", "-e", "-c", again], user="bob", timeout_s=100)
    assert box.journal(UNIT).count("Started ") >= 3


def test_the_unit_is_well_closed(clean):
    scored = clean.run(["systemd-analyze", "security", "--threshold=20", UNIT], check=False)
    assert scored.returncode == 0, scored.stdout[-400:]
    assert "wgdesk-helper" not in clean.run(["systemd-analyze", "verify", "--man=no", UNIT]).stderr
