"""Run in lab vm, after a full boot with NetworkManager: it carries tunnels in the helper's place.

First the checks that the helper passes in lab box; then alice, whose machine has no helper,
uses the command line.
"""

import json
import subprocess
from pathlib import Path

import pytest

from tests.conformance import backends
from tests.labs.ns import INTERNET4, USER4, USER6, Lab
from tests.labs.programs import wait_until
from tests.labs.server_end import EVERYTHING, HOME4
from tests.labs.vm import Inside
from wgdesk.client.networkmanager_backend import NetworkManagerBackend

# As on a desktop, where alice would sit at the screen.
RULE = """polkit.addRule(function(action, subject) {
    if (action.id.indexOf("org.freedesktop.NetworkManager.") === 0 && subject.user === "alice")
        return "yes";
});
"""
SERVICE = Path("/usr/share/dbus-1/system-services/org.wgdesk.Helper1.service")
HOME = Path("/home/alice/.wireguard/home.conf")


@pytest.fixture(scope="module")
def world():
    Path("/etc/polkit-1/rules.d/10-alice.rules").write_text(RULE)
    lab = Lab(user=Inside())
    give_link_to_networkmanager(lab)
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def server(world):
    return world.wireguard()


def give_link_to_networkmanager(lab):
    """Its own connection has the addresses that the lab gave the link, and a name server."""
    Path("/etc/NetworkManager/conf.d/lab.conf").write_text("[main]\nno-auto-default=*\n")
    run = lab.user.run
    run(["nmcli", "general", "reload"])
    words = ["type", "ethernet", "ifname", "eth0", "con-name", "wire"]
    for version, address, bits, gateway in (
        (4, USER4, 24, lab.server4),
        (6, USER6, 64, lab.server6),
    ):
        words += [f"ipv{version}.method", "manual"]
        local = [backends.LOCAL] if version == 4 else []
        words += [f"ipv{version}.addresses", ",".join([f"{address}/{bits}", *local])]
        words += [f"ipv{version}.gateway", gateway]
    run(["nmcli", "connection", "add", *words, "ipv4.dns", lab.server4])
    run(["nmcli", "device", "set", "eth0", "managed", "yes"])
    run(["nmcli", "connection", "up", "wire"])
    wait_until(lambda: lab.source_seen_by(INTERNET4) == USER4, what="the link", timeout_s=30)


@pytest.mark.parametrize("check", backends.CHECKS, ids=backends.title)
def test_networkmanager(world, server, check):
    backends.run(check, NetworkManagerBackend, world, server)


def test_alice_has_no_helper_and_is_told_who_carries_her_tunnel(world, server):
    machine, client = world.user, server.add_client()
    SERVICE.rename(SERVICE.with_suffix(".away"))
    machine.run(["systemctl", "stop", "wgdesk-helper"])
    machine.run(
        ["busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReloadConfig"]
    )
    machine.run(["install", "-d", "-o", "alice", "-m", "0700", str(HOME.parent)])
    HOME.write_text(server.profile(client, allowed_ips=EVERYTHING))
    HOME.chmod(0o600)
    machine.run(["chown", "alice", str(HOME)])
    before = machine.ip("rule"), machine.ip("-6", "rule"), machine.ip("-o", "link")

    said = machine.run(["wgdesk", "up", "home", "--wait=30"], user="alice").stdout
    assert "home is up through the kernel's WireGuard (NetworkManager made it)" in said
    assert "Note: NetworkManager carries this tunnel, not wgdesk's helper." in said
    assert world.source_seen_by(HOME4, timeout_s=20) == client.address4
    assert not keys_on_disk(client), "the key lies where only root reads"
    machine.run(["systemctl", "restart", "NetworkManager"])
    printed = machine.run(["wgdesk", "status", "--json"], user="alice").stdout
    (tunnel,) = json.loads(printed)["tunnels"]
    assert (tunnel["name"], tunnel["health"]) == ("home", "connected")
    assert world.source_seen_by(INTERNET4, timeout_s=20) == client.address4
    machine.run(["wgdesk", "down", "home"], user="alice")
    wait_until(
        lambda: before == (machine.ip("rule"), machine.ip("-6", "rule"), machine.ip("-o", "link")),
        what="the network as before",
        timeout_s=20,
    )
    assert world.source_seen_by(INTERNET4, timeout_s=20) == USER4


def keys_on_disk(client):
    """Files that a user could read with the key in them."""
    words = ["grep", "-rlF", client.private_key, "/run/NetworkManager", "/etc/NetworkManager"]
    done = subprocess.run(
        ["runuser", "-u", "bob", "--", *words], capture_output=True, text=True, check=False
    )
    return done.stdout
