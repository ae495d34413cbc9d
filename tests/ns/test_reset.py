"""The way back to plain networking: what bears our marks goes, and nothing else does."""

from pathlib import Path

import pytest

from tests.labs.server_end import EVERYTHING
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop
from wgdesk.domain.conf import read_profile

SCRIPT = Path(__file__).resolve().parents[2] / "resources/reset/wgdesk-reset"
# The machine's own services, files and name servers are out of its reach.
APART = """
set -eu
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
mkdir -p /run/wgdesk/tunnels /run/wgdesk/kept /run/wireguard
touch /run/wgdesk/tunnels/home.json
status=0
$3 dash "$1" || status=$?
ls /run/wgdesk >"$2"
exit "$status"
"""
CLEAN = "wgdesk-reset: nothing of wgdesk is left in the network"
RULES = (
    "-4 rule add priority 5200 fwmark 0x77670001 lookup main protocol 119",
    "-4 rule add priority 5205 lookup 51820 suppress_prefixlength 0 protocol 119",
    "-4 rule add priority 5210 to 192.168.7.0/24 lookup main suppress_prefixlength 0 protocol 119",
    "-4 rule add priority 5220 lookup 51820 protocol 119",
    "-6 rule add priority 5220 lookup 51820 protocol 119",
)
FOREIGN_RULES = (
    "-4 rule add priority 5220 lookup 51820 protocol 118",
    "-4 rule add priority 5200 fwmark 0x77670001 lookup 7",
    "-6 rule add priority 119 lookup 119 protocol 11",
)
TABLES = ("inet wgdesk-home", "inet wgdesk-51820", "inet wgdesk", "arp wgdesk")
FOREIGN_TABLES = ("inet filter", "inet wgdeskish", "ip wgdesk-home", "ip wgdesk")


@pytest.fixture
def machine(two_hosts):
    """The user's machine, with much that is none of our business."""
    user = two_hosts.user
    for words in FOREIGN_RULES:
        user.ip(*words.split())
    load_tables(user, FOREIGN_TABLES)
    user.ip("link", "add", "office", "type", "bridge")
    user.ip("link", "set", "office", "alias", "wgdesks", "up")
    user.ip("route", "add", "10.8.0.0/24", "dev", "office", "table", "51820", "proto", "118")
    user.start_engine("theirs")
    return user


def load_tables(host, tables):
    text = "".join(f"table {table} {{ }}\n" for table in tables)
    host.run(["nft", "-f", "-"], input_text=text)


def reset(host, tmp_path, *, by=""):
    """What it said, line by line; `by` is a program that runs it."""
    kept = tmp_path / "kept"
    command = ["unshare", "--mount", "sh", "-c", APART, "sh", str(SCRIPT), str(kept), by]
    done = host.run(command, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines(), kept.read_text().split()


def add_ours(host):
    for words in RULES:
        host.ip(*words.split())
    load_tables(host, TABLES)
    for name, alias in (("home", "wgdesk"), ("work", "wgdesk:0a1b"), ("b*", "wgdesk")):
        host.ip("link", "add", name, "type", "bridge")
        host.ip("link", "set", name, "alias", alias, "up")
        host.ip("address", "add", "10.66.0.2/32", "dev", name)
    host.ip("route", "add", "10.66.0.0/24", "dev", "home", "table", "51820", "proto", "119")
    host.ip("route", "add", "10.77.0.0/24", "dev", "eth0", "proto", "119")
    host.ip("-6", "route", "add", "unreachable", "default", "table", "51821", "proto", "119")


def test_all_that_bears_our_marks_goes_and_nothing_else(machine, tmp_path):
    before = machine.network_state()
    add_ours(machine)
    status, said, kept = reset(machine, tmp_path)
    assert machine.network_state() == before
    assert (status, said[-1]) == (0, CLEAN)
    assert kept == ["kept"], "what the tunnels were is forgotten, and that alone"
    told = "\n".join(said)
    assert told.count("removed the rule") == len(RULES)
    assert told.count("removed the firewall table") == len(TABLES)
    assert [line.split()[-1] for line in said if "interface" in line] == ["b*", "home", "work"]
    assert "removed 1 IPv4 routes" in told
    assert "removed 1 IPv6 routes" in told
    assert "removed /run/wgdesk/tunnels" in told


def test_where_nothing_of_ours_is_nothing_is_done(machine, tmp_path):
    before = machine.network_state()
    status, said, _ = reset(machine, tmp_path)
    assert (status, said) == (0, ["wgdesk-reset: removed /run/wgdesk/tunnels", CLEAN])
    assert machine.network_state() == before


@on_loop
async def test_tunnels_of_the_engine_go_without_it(two_hosts, tmp_path):
    user, server = two_hosts.user, two_hosts.wireguard()
    with user.enter():
        before = user.network_state()
        async with a_rig() as rig:
            text = server.profile(server.add_client(), allowed_ips=EVERYTHING)
            await rig.tunnels.up(OWNER_UID, "home", read_profile(text.encode()))
            assert user.network_state() != before
            status, said, _ = reset(user, tmp_path)
            assert (status, said[-1]) == (0, CLEAN)
            assert user.network_state() == before


def test_it_says_what_it_could_not_take_away(machine, tmp_path):
    add_ours(machine)
    before = machine.network_state()
    powerless = "setpriv --bounding-set=-net_admin"
    status, said, _ = reset(machine, tmp_path, by=powerless)
    assert status == 1
    assert CLEAN not in said
    missed = ("remove rules", "look at the firewall", "remove interfaces", "remove 1 routes")
    for what in missed:
        assert any(line.startswith(f"wgdesk-reset: could not {what}") for line in said), what
    assert machine.network_state() == before


def test_only_root_can_do_it(machine, tmp_path):
    status, said, _ = reset(machine, tmp_path, by="setpriv --reuid=65534 --clear-groups")
    assert (status, len(said)) == (1, 1)
    assert "only root" in said[0]
