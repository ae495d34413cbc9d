"""Lab box itself: what other tests rely on."""

from pathlib import Path

import pytest

from tests.labs.box import Box
from tests.labs.ns import INTERNET4, USER4
from tests.labs.programs import ProgramFailed
from tests.labs.server_end import HOME4, HOME_SUBNETS

SWITCH_OFF = "org.freedesktop.login1.power-off"  # for an active session: yes; else: a password


def may_switch_off(box: Box, user: str) -> bool:
    ask = f"exec pkcheck --action-id {SWITCH_OFF} --process $$"
    answer = box.run(["bash", "-c", ask], user=user, check=False)
    assert answer.returncode in {0, 1, 2}, answer.stderr  # yes, no, not without a password
    return answer.returncode == 0


def test_box_runs_the_real_services(box):
    for service in ("systemd-logind", "dbus"):
        assert box.run(["systemctl", "is-active", service]).stdout == "active\n"
    box.run(["systemctl", "start", "polkit"])
    assert box.run(["systemctl", "list-units", "--failed", "--quiet"]).stdout == ""
    assert "Debian GNU/Linux 13" in box.read("/etc/os-release")


def test_box_runs_programs_as_its_users(box):
    assert box.run(["id", "-un"], user="bob").stdout == "bob\n"
    assert box.run(["pwd"], user="alice").stdout == "/home/alice\n"
    assert "sudo" in box.run(["groups"], user="carol").stdout
    with pytest.raises(ProgramFailed, match="Permission denied"):
        box.run(["cat", "/etc/shadow"], user="alice")


def test_polkit_lets_the_active_session_do_more_than_the_others(fresh_box):
    alice = fresh_box.log_in("alice")
    assert fresh_box.session_property(alice, "Active") == "yes"
    assert fresh_box.session_property(alice, "Seat") == "seat0"
    assert may_switch_off(fresh_box, "alice")
    assert not may_switch_off(fresh_box, "carol"), "she has no session"

    bob = fresh_box.log_in("bob")
    assert fresh_box.session_property(alice, "Active") == "no"
    assert not may_switch_off(fresh_box, "alice")
    assert may_switch_off(fresh_box, "bob")

    fresh_box.activate(alice)
    assert may_switch_off(fresh_box, "alice")
    assert not may_switch_off(fresh_box, "bob")

    remote = fresh_box.log_in("carol", seat=None)
    assert fresh_box.session_property(remote, "Seat") == ""
    assert not may_switch_off(fresh_box, "carol"), "hers is no session at this machine"
    assert bob != remote


def test_box_reaches_a_real_server_through_a_tunnel(fresh_box):
    world = fresh_box.world
    server = world.wireguard()
    client = server.add_client()
    profile = server.profile(client, allowed_ips=HOME_SUBNETS)
    fresh_box.write("/etc/wireguard/home.conf", profile, mode=0o600)
    userspace = {"WG_QUICK_USERSPACE_IMPLEMENTATION": "wireguard-go"}
    fresh_box.run(["wg-quick", "up", "home"], env=userspace)
    assert world.source_seen_by(HOME4) == client.address4
    assert world.source_seen_by(INTERNET4) == USER4
    assert server.has_shaken_hands(client)


def test_box_has_the_project_where_a_package_puts_it(box):
    printed = box.run(
        ["python3", "-I", "-c", "import wgdesk; print(wgdesk.__file__)"], user="alice"
    ).stdout
    assert printed == "/usr/lib/python3/dist-packages/wgdesk/__init__.py\n"
    assert box.run(["stat", "-c", "%U %a", "/usr/bin/wgdesk"]).stdout == "root 755\n"
    assert (
        "__init__.cpython-313.pyc"
        in box.run(["ls", "/usr/lib/python3/dist-packages/wgdesk/__pycache__"]).stdout
    )


def test_box_keeps_nothing_from_the_one_before(box, fresh_box):
    fresh_box.write("/etc/left-behind", "text")
    assert fresh_box.read("/etc/left-behind") == "text"
    assert box.run(["test", "-e", "/etc/left-behind"], check=False).returncode == 1


def test_the_box_leaves_the_devices_of_the_machine_as_they_are(fresh_box):
    node = Path("/dev/net/tun")
    before = node.stat()
    fresh_box.run(["chmod", "0640", "/dev/net/tun"])
    assert node.stat().st_mode == before.st_mode
