"""The way back to plain networking on a booted system: as root, and as an ordinary user."""

import json

import pytest

from tests.labs.programs import wait_until
from tests.labs.server_end import EVERYTHING
from tests.support.box_helper import network

HELPER = "wgdesk-helper.service"
RESET = "wgdesk-reset.service"
REPORT = "/run/wgdesk-reset/report"
CLEAN = "nothing of wgdesk is left in the network"
NOT_AUTHORISED = 3
# Alice may connect; restoring asks the service manager's own action, which is another one.
MAY_CONNECT = """polkit.addRule(function (action, subject) {
    if (action.id.indexOf("org.wgdesk.") === 0 && subject.user === "alice") return "yes";
});
"""
MAY_RESTORE = """polkit.addRule(function (action, subject) {
    if (action.id === "org.freedesktop.systemd1.manage-units" &&
        action.lookup("unit") === "wgdesk-reset.service" && subject.user === "alice") return "yes";
});
"""
# Until its standard input is closed.
ASK_ON = """
while :; do
    wgdesk status --json >/dev/null 2>&1
    read -t 0.05
    [ $? -gt 128 ] || exit 0
done
"""
# As several tunnels leave it, beside what is none of ours.
OURS = """
ip link add home type bridge && ip link set home alias wgdesk:0a up
ip route add 10.66.0.0/24 dev home table 51820 proto 119
for family in -4 -6; do
    ip $family rule add priority 5200 fwmark 0x77670001 lookup main protocol 119
    ip $family rule add priority 5205 lookup 51820 suppress_prefixlength 0 protocol 119
    ip $family rule add priority 5220 lookup 51820 protocol 119
done
ip -6 route add unreachable default table 51820 proto 119
nft add table inet wgdesk-51820
nft add table arp wgdesk
"""
THEIRS = """
ip link add office type bridge && ip link set office alias wgdesks up
ip rule add priority 5220 lookup 51820 protocol 11
nft add table inet wgdeskish
"""


def state_of(box) -> str:
    """The network, and who is asked for names."""
    tell = ["sh", "-c", "stat -c '%a %Y' $0; cat $0", "/etc/resolv.conf"]
    return network(box) + box.run(tell).stdout


@pytest.fixture
def connected(fresh_box):
    """Everything goes through alice's tunnel; the network as it was before."""
    box = fresh_box
    server = box.world.wireguard()
    dns = "DNS = 10.99.0.1\n"
    text = server.profile(server.add_client(), allowed_ips=EVERYTHING, interface=dns)
    box.write("/home/alice/.wireguard/home.conf", text, owner="alice", mode=0o600)
    box.write("/etc/polkit-1/rules.d/10-alice.rules", MAY_CONNECT)
    wait_until(lambda: "tentative" not in box.ip("address"), what="the box's own addresses")
    before = state_of(box)
    box.run(["wgdesk", "up", "home"], user="alice")
    assert state_of(box) != before
    return box, before


def test_the_service_takes_everything_away_and_the_helper_may_come_again(connected):
    box, before = connected
    ours = box.read("/etc/resolv.conf")
    assert "# Written by wgdesk" in ours
    assert "nameserver 10.99.0.1" in ours
    box.run(["systemctl", "start", RESET])
    assert "state.json" not in box.run(["ls", "-A", "/var/lib/wgdesk-resolv"]).stdout
    assert state_of(box) == before
    assert box.read(REPORT).splitlines()[-1] == CLEAN
    assert f"stopped {HELPER}" in box.read(REPORT)
    assert box.run(["ls", "-A", "/run/wgdesk"]).stdout == ""
    listed = json.loads(box.run(["wgdesk", "status", "--json"], user="alice").stdout)
    assert listed["tunnels"] == [], "the next helper knows of no tunnel"
    box.run(["wgdesk", "up", "home"], user="alice")
    box.run(["wgdesk", "down", "home"], user="alice")
    assert state_of(box) == before
    box.run(["systemctl", "start", RESET])  # with nothing to do
    assert box.read(REPORT).splitlines()[-1] == CLEAN


def test_a_window_that_asks_again_and_again_does_not_bring_it_back(connected):
    box, before = connected
    asking = box.popen(["bash", "-c", ASK_ON], user="alice")
    box.run(["systemctl", "start", RESET])
    assert state_of(box) == before
    asking.communicate(timeout=20)


def test_restore_needs_what_the_service_manager_asks_for(connected):
    box, before = connected
    refused = box.run(["wgdesk", "restore"], user="alice", check=False)
    assert refused.returncode == NOT_AUTHORISED, refused.stderr
    assert refused.stderr.startswith("wgdesk: cannot go back to plain networking: ")
    assert state_of(box) != before
    box.write("/etc/polkit-1/rules.d/20-restore.rules", MAY_RESTORE)
    box.run(["systemctl", "restart", "polkit"])
    done = box.run(["wgdesk", "restore"], user="alice")
    assert done.stdout.splitlines()[-1] == CLEAN
    assert state_of(box) == before


def test_it_needs_no_python_and_leaves_alone_what_others_made(fresh_box):
    box = fresh_box
    box.run(["sh", "-ec", THEIRS])
    wait_until(lambda: "tentative" not in box.ip("address"), what="the box's own addresses")
    before = state_of(box)
    box.run(["sh", "-ec", OURS])
    box.run(["sh", "-ec", "for it in /usr/bin/python3*; do chmod a-x $it; done"])
    box.run(["systemctl", "start", RESET])
    said = box.read(REPORT)
    assert state_of(box) == before
    assert said.count("removed the rule") == OURS.count("rule add") * 2
    assert said.count("removed the firewall table") == 2
    assert "removed 1 IPv6 routes" in said
    assert said.splitlines()[-1] == CLEAN
