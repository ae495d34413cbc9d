"""The way back to plain networking: what bears our marks goes, and nothing else does."""

import json
import shlex
import sys
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
for folder in /run /var/lib /etc; do mount -t tmpfs tmpfs "$folder"; done
mkdir -p /run/wgdesk/tunnels /run/wgdesk/kept /run/wireguard
touch /run/wgdesk/tunnels/home.json
eval "$4"
status=0
$3 dash "$1" $5 || status=$?
ls /run/wgdesk >"$2"
ls -AR /etc /var/lib >"$2.files"
[ ! -e /etc/resolv.conf ] || stat -c '%a %Y' /etc/resolv.conf >"$2.stat"
[ ! -e /etc/resolv.conf ] || cat /etc/resolv.conf >"$2.text"
readlink /etc/resolv.conf >"$2.link" || true
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


def reset(host, tmp_path, *, by="", first="", words=""):
    """What it said, line by line; `by` is a program that runs it, `first` shell run before."""
    kept = tmp_path / "kept"
    command = [
        "unshare",
        "--mount",
        "sh",
        "-c",
        APART,
        "sh",
        str(SCRIPT),
        str(kept),
        by,
        first,
        words,
    ]
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


# systemctl as far as the reset asks it; /run/units has a file for each unit, with its state in it.
SYSTEMCTL = """#!/bin/sh
case $1 in
mask) touch /run/wgdesk/masked ;;
unmask) rm /run/wgdesk/masked ;;
list-units)
    states=${5#--state=}
    cd /run/units
    for unit in $6; do
        case ,$states, in *,"$(cat "$unit" 2>/dev/null)",*) echo "$unit loaded" ;; esac
    done
    ;;
stop) rm "/run/units/$2" ;;
esac
"""
WAITING, BOOTED = "wgdesk-tunnel@home.service", "wgdesk-tunnel@work.service"


@pytest.fixture
def systemd(tmp_path):
    """Shell that has it run the machine, with these units."""
    program = tmp_path / "systemctl"
    program.write_text(SYSTEMCTL)
    program.chmod(0o755)
    socket = "import socket; socket.socket(socket.AF_UNIX).bind('/run/systemd/private')"
    states = {WAITING: "activating", BOOTED: "active", "wgdesk-helper.service": "active"}
    units = [f"echo {state} >/run/units/{unit}" for unit, state in states.items()]
    make = f"mkdir -p /run/systemd /run/units; {sys.executable} -c {shlex.quote(socket)}"
    return "; ".join([make, *units, f"mount --bind {program} $(command -v systemctl)"])


def test_a_tunnel_of_the_boot_that_still_waits_is_not_connected_afterwards(
    machine, tmp_path, systemd
):
    status, said, kept = reset(machine, tmp_path, first=systemd)
    stopped = [line.split()[-1] for line in said if "stopped" in line]
    assert (status, stopped) == (0, [WAITING, "wgdesk-helper.service"])
    assert "masked" not in kept, "the helper may come again"


def test_the_helper_stays_away_where_its_files_go_next(machine, tmp_path, systemd):
    status, _, kept = reset(machine, tmp_path, first=systemd, words="--keep-helper-away")
    assert status == 0
    assert "masked" in kept


OURS = "# Written by wgdesk for the tunnel home.\nnameserver 10.66.0.1\n"
BEFORE = "# mine\nnameserver 192.0.2.53\n"
MTIME_S = 1_700_000_000


def kept_by_the_helper(original, data=BEFORE):
    """Shell that leaves behind what the helper does, and our resolv.conf."""
    words = {"kind": "file", "target": "", "mode": 0o600, "label": "", **original}
    words["times_ns"] = [1, MTIME_S * 10**9 + 5]
    entry = {"name": "home", "servers": ["10.66.0.1"], "search": []}
    state = json.dumps({"boot": "b", "original": words, "entries": [entry]})
    folder = "/var/lib/wgdesk-resolv"
    files = {f"{folder}/state.json": state, f"{folder}/original": data, "/etc/resolv.conf": OURS}
    writes = (f"printf %s {shlex.quote(text)} >{path}" for path, text in files.items())
    return "; ".join([f"mkdir {folder}", *writes])


def names_nobody_has(tmp_path):
    files = (tmp_path / "kept.files").read_text()
    return "state.json" not in files and "original" not in files and "wgdesk-reset" not in files


def test_resolv_conf_is_again_the_file_it_was(machine, tmp_path):
    status, said, _ = reset(machine, tmp_path, first=kept_by_the_helper({}))
    assert (status, said[-1]) == (0, CLEAN)
    assert "wgdesk-reset: restored /etc/resolv.conf" in said
    assert (tmp_path / "kept.text").read_text() == BEFORE
    assert (tmp_path / "kept.stat").read_text().split() == ["600", str(MTIME_S)]
    assert names_nobody_has(tmp_path)


def test_resolv_conf_is_again_the_link_it_was(machine, tmp_path):
    link = {"kind": "link", "target": "../run/systemd/resolve/stub-resolv.conf"}
    status, _, _ = reset(machine, tmp_path, first=kept_by_the_helper(link))
    assert status == 0
    assert (tmp_path / "kept.link").read_text().strip() == link["target"]
    assert names_nobody_has(tmp_path)


def test_resolv_conf_that_was_not_there_is_gone_again(machine, tmp_path):
    status, _, _ = reset(machine, tmp_path, first=kept_by_the_helper({"kind": "none"}, data=""))
    assert status == 0
    assert not (tmp_path / "kept.text").exists()
    assert names_nobody_has(tmp_path)


def test_resolv_conf_that_somebody_wrote_since_stays(machine, tmp_path):
    newer = f"; printf %s {shlex.quote(BEFORE)} >/etc/resolv.conf"
    status, said, _ = reset(machine, tmp_path, first=kept_by_the_helper({}, "old\n") + newer)
    assert status == 0
    assert (tmp_path / "kept.text").read_text() == BEFORE
    assert not [line for line in said if "restored" in line]
    assert names_nobody_has(tmp_path)


@pytest.mark.parametrize("state", ["{}", "", "rm"], ids=["empty", "cut short", "gone"])
def test_resolv_conf_of_ours_without_what_was_there_before_is_told(machine, tmp_path, state):
    spoil = "rm $f" if state == "rm" else f"printf %s '{state}' >$f"
    first = f"{kept_by_the_helper({})}; f=/var/lib/wgdesk-resolv/state.json; {spoil}"
    status, said, _ = reset(machine, tmp_path, first=first)
    assert status == 1
    assert "wgdesk-reset: could not restore /etc/resolv.conf" in said
    assert (tmp_path / "kept.text").read_text() == OURS


def test_files_for_networkmanager_go_and_others_stay(machine, tmp_path):
    folder = "/run/NetworkManager/conf.d"
    files = f"mkdir -p {folder}; touch {folder}/90-wgdesk-dns.conf {folder}/90-other.conf"
    _, said, _ = reset(machine, tmp_path, first=f"{files}; ln -s {folder} /etc/nm")
    assert f"wgdesk-reset: removed {folder}/90-wgdesk-dns.conf" in said
    assert not [line for line in said if "other" in line]
