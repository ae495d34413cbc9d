"""Connecting at boot on a real system: systemd's units, polkit's answers, and root's copy.

That a boot by itself brings it up is shown in lab vm, tests/vm/test_boot.py.
"""

import json
from collections.abc import Iterator

import pytest

from tests.labs.box import Box
from tests.labs.programs import wait_until
from tests.labs.server_end import HOME4, HOME_SUBNETS
from tests.support.box_helper import RULES, listed
from wgdesk.wire import names

UNIT = "wgdesk-tunnel@home.service"
COPY = "/var/lib/wgdesk/boot/home.json"
PROFILE = "/home/alice/.wireguard/home.conf"
NOT_AUTHORISED = 3
ALICE_MAY = """polkit.addRule(function (action, subject) {
    if (action.id.indexOf("org.wgdesk.") == 0 && subject.user == "alice") return "yes";
});
"""


@pytest.fixture(scope="module")
def server(own_box):
    return own_box.world.wireguard()


@pytest.fixture(scope="module")
def client(server):
    return server.add_client()


@pytest.fixture(scope="module")
def text(server, client):
    return server.profile(client, allowed_ips=HOME_SUBNETS)


@pytest.fixture
def box(own_box, text) -> Iterator[Box]:
    """With alice's profile; policy lets her do everything. Afterwards nothing of it."""
    give(own_box, text)
    own_box.write(f"{RULES}/10-alice.rules", ALICE_MAY)
    own_box.run(["systemctl", "try-restart", "polkit"])
    yield own_box
    own_box.run(["systemctl", "disable", "--now", UNIT])
    own_box.run(["/usr/libexec/wgdesk/wgdesk-reset"])
    own_box.run(["systemctl", "stop", "wgdesk-helper"])
    own_box.run(["systemctl", "reset-failed"])
    own_box.run(["sh", "-c", "rm -rf /var/lib/wgdesk/*"])
    own_box.run(["journalctl", "--quiet", "--rotate", "--vacuum-time=1s"])


def give(box, text):
    box.write(PROFILE, text, owner="alice", mode=0o600)


def wgdesk(box, *words, user="alice", check=True):
    return box.run(["wgdesk", *words], user=user, check=check)


def call(box, user, member, *arguments):
    where = [names.BUS_NAME, names.OBJECT_PATH, names.INTERFACE]
    return box.run(["busctl", "call", *where, member, *arguments], user=user, check=False)


def systemctl(box, *words, check=True):
    return box.run(["systemctl", *words], check=check)


def show(box, what, unit=UNIT):
    return systemctl(box, "show", "--value", f"--property={what}", unit).stdout.strip()


def links(box):
    return box.ip("-o", "link")


def test_on_start_list_stop_and_off(box, server, client, text):
    said = wgdesk(box, "boot", "on", "home").stdout
    assert "home is connected at every boot from now on" in said
    assert "home:" not in links(box), "nothing is started now"
    stat = box.run(["stat", "-c", "%U %a", "/var/lib/wgdesk/boot", COPY]).stdout
    assert stat.split("\n")[:2] == ["root 700", "root 600"]
    assert systemctl(box, "is-enabled", UNIT).stdout.strip() == "enabled"

    # What the user does to the profile afterwards changes nothing of what connects.
    give(box, text.replace("Endpoint = 192.0.2.2", "Endpoint = 192.0.2.77"))
    systemctl(box, "start", UNIT)
    assert "Connected at boot." in box.journal(UNIT)
    assert box.world.source_seen_by(HOME4) == client.address4
    assert server.has_shaken_hands(client)
    (tunnel,) = listed(box)["tunnels"]
    assert (tunnel["name"], tunnel["state"]) == ("home", "up")
    told = wgdesk(box, "boot", "list").stdout
    assert told.startswith("home             on ")
    assert "the profile was edited since" in told
    (copy,) = json.loads(wgdesk(box, "boot", "list", "--json").stdout)["boot"]
    assert (copy["name"], copy["enabled"], copy["profile"]) == ("home", True, "edited")

    # It is hers: she takes it down, and up again.
    wgdesk(box, "down", "home")
    assert "home:" not in links(box)
    assert show(box, "ActiveState") == "active"
    systemctl(box, "restart", UNIT)
    assert "home:" in links(box)
    systemctl(box, "stop", UNIT)
    assert "home:" not in links(box)

    systemctl(box, "disable", UNIT)
    assert "is disabled" in wgdesk(box, "boot", "list").stdout
    wgdesk(box, "boot", "on", "home")
    assert wgdesk(box, "boot", "list").stdout.startswith("home             on ")
    wgdesk(box, "boot", "off", "home")
    assert box.run(["ls", "/var/lib/wgdesk/boot"]).stdout == ""
    assert systemctl(box, "is-enabled", UNIT, check=False).stdout.strip() == "disabled"
    assert wgdesk(box, "boot", "list").stdout == "Nothing is connected at boot.\n"

    key = next(line for line in text.splitlines() if line.startswith("PrivateKey"))
    assert key.partition("= ")[2] not in box.run(["journalctl", "--output=export"]).stdout


def test_nobody_but_an_administrator_turns_it_on_or_off(box):
    box.write("/home/bob/.wireguard/home.conf", box.read(PROFILE), owner="bob", mode=0o600)
    refused = wgdesk(box, "boot", "on", "home", user="bob", check=False)
    assert refused.returncode == NOT_AUTHORISED, refused.stderr
    assert box.run(["ls", "/var/lib/wgdesk/boot"], check=False).stdout == ""
    assert systemctl(box, "is-enabled", UNIT, check=False).stdout.strip() == "disabled"

    wgdesk(box, "boot", "on", "home")
    for member in ("StartBoot", "StopBoot", "ClearBoot"):
        assert call(box, "bob", member, "s", "home").returncode != 0
    for name in ("../approvals", "home.json", "", "a b", "x" * 16, "%i", "nix"):
        answered = call(box, "root", "StartBoot", "s", name)
        assert answered.returncode != 0, name
    taken = wgdesk(box, "boot", "on", "home", user="bob", check=False)
    assert "belongs to another user" in taken.stderr
    assert wgdesk(box, "boot", "list", user="bob").stdout == "Nothing is connected at boot.\n"
    assert "(of alice)" in wgdesk(box, "boot", "list", user="root").stdout
    assert systemctl(box, "is-enabled", UNIT).stdout.strip() == "enabled"
    assert "home:" not in links(box)


def test_commands_run_only_as_an_administrator_has_approved_them(box, text):
    hooked = text.replace("[Peer]", "PostUp = touch /run/hook-ran\n[Peer]", 1)
    give(box, hooked)
    said = wgdesk(box, "boot", "on", "home").stdout
    assert "Its commands are not run then" in said
    systemctl(box, "start", UNIT)
    assert "without its commands" in box.journal(UNIT)
    systemctl(box, "stop", UNIT)
    wgdesk(box, "boot", "on", "home", "--hooks=root")
    # Text that nobody has approved does not run, whatever the file says by now.
    give(box, hooked.replace("touch /run/hook-ran", "touch /run/other-ran"))
    assert box.run(["test", "-e", "/run/hook-ran"], check=False).returncode != 0
    systemctl(box, "start", UNIT)
    box.run(["test", "-e", "/run/hook-ran"])
    assert box.run(["test", "-e", "/run/other-ran"], check=False).returncode != 0
    systemctl(box, "stop", UNIT)
    box.run(["rm", "/run/hook-ran"])
    wgdesk(box, "approvals", "--revoke=home")
    systemctl(box, "start", UNIT)
    assert "their approval was withdrawn" in box.journal(UNIT)
    assert "their approval was withdrawn" in wgdesk(box, "log", "home").stdout
    assert box.run(["test", "-e", "/run/hook-ran"], check=False).returncode != 0


def test_an_endpoint_without_an_address_yet_is_tried_again(box, text):
    give(box, text.replace("Endpoint = 192.0.2.2", "Endpoint = late.example"))
    wgdesk(box, "boot", "on", "home")
    assert systemctl(box, "start", UNIT, check=False).returncode != 0
    assert show(box, "ActiveState") == "activating", "it waits for its next try"
    assert "“late.example” has no address" in box.journal(UNIT)
    box.run(["sh", "-c", "echo 192.0.2.2 late.example >>/etc/hosts"])
    wait_until(lambda: show(box, "ActiveState") == "active", what="the next try", timeout_s=30)
    assert "home:" in links(box)


def test_a_damaged_copy_is_set_aside_and_told(box):
    wgdesk(box, "boot", "on", "home")
    box.run(["sed", "-i", "s/10\\./11./", COPY])
    assert systemctl(box, "start", UNIT, check=False).returncode != 0
    assert show(box, "ActiveState") == "failed", "another try is of no use"
    assert box.run(["ls", "/var/lib/wgdesk/boot"]).stdout == "home.bad\n"
    assert any("home at boot is damaged" in it for it in listed(box)["degraded"])
    systemctl(box, "start", UNIT)  # skipped: there is nothing to bring up
    assert show(box, "ConditionResult") == "no"
    wgdesk(box, "boot", "on", "home")
    assert not listed(box)["degraded"]
    box.run(["rm", COPY])
    assert "nothing is approved" in call(box, "root", "StartBoot", "s", "home").stderr


def test_it_takes_no_tunnel_down_that_somebody_has_chosen(box, text):
    wgdesk(box, "boot", "on", "home")
    box.write("/home/alice/.wireguard/other.conf", text, owner="alice", mode=0o600)
    wgdesk(box, "up", "other")
    systemctl(box, "start", UNIT)
    assert "its routes meet those of other, which is up" in box.journal(UNIT)
    assert [it["name"] for it in listed(box)["tunnels"]] == ["other"]


def test_wg_quicks_own_unit_is_told_of(box):
    systemctl(box, "enable", "wg-quick@home")
    told = wgdesk(box, "boot", "on", "home").stderr
    assert "wg-quick brings home up at boot too" in told
    assert "sudo systemctl disable wg-quick@home" in told


def test_the_unit_is_well_closed(box):
    scored = box.run(["systemd-analyze", "security", "--threshold=13", UNIT], check=False)
    assert scored.returncode == 0, scored.stdout[-400:]
    assert "wgdesk-tunnel" not in box.run(["systemd-analyze", "verify", "--man=no", UNIT]).stderr
