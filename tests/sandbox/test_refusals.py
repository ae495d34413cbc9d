"""What a person is told when the helper may not, or something it needs is gone.

Only where root builds the world: in a user namespace the person is root to the helper.
"""

import os

import pytest

from wgdesk.engine.engine_program import PROGRAM_PLACES
from wgdesk.sandbox import init
from wgdesk.sandbox.polkit import Verdict


def rules(world):
    return [world.run_on_machine(["ip", family, "rule"]).stdout for family in ("-4", "-6")]


def devices(world):
    return world.run_on_machine(["wg", "show", "interfaces"]).stdout.split()


@pytest.mark.parametrize("verdict", [Verdict.NO, Verdict.CHALLENGE, Verdict.DISMISSED])
def test_up_is_refused_and_changes_nothing_when_polkit_does_not_say_yes(fresh_world, verdict):
    assert fresh_world.account.uid != os.geteuid()
    fresh_world.answer(verdict)
    done = fresh_world.cli("up", "home")
    assert (done.returncode, done.stdout) == (3, "")
    assert "cannot bring home up" in done.stderr
    assert devices(fresh_world) == []
    asked = fresh_world.asked()
    assert {each["kind"] for each in asked} == {"system-bus-name"}
    assert all(each["action"].startswith("org.wgdesk.") for each in asked)


def test_up_is_refused_when_polkit_is_gone(fresh_world):
    before = [rules(fresh_world), devices(fresh_world)]
    fresh_world.stop(init.POLKIT)
    done = fresh_world.cli("up", "home")
    assert done.returncode == 3, done.stderr
    what, remedy = done.stderr.splitlines()
    assert what.startswith("wgdesk: cannot bring home up: polkit ")
    assert remedy == "Ask an administrator of this machine."
    assert [rules(fresh_world), devices(fresh_world)] == before


def test_helper_is_unreachable_when_the_bus_is_gone(fresh_world):
    before = [rules(fresh_world), devices(fresh_world)]
    fresh_world.stop(init.BUS)
    done = fresh_world.cli("up", "home")
    assert done.returncode == 4, done.stderr
    what, remedy = done.stderr.splitlines()
    assert what.startswith("wgdesk: cannot bring home up: the helper cannot be reached: ")
    assert remedy.startswith("Start D-Bus")
    assert [rules(fresh_world), devices(fresh_world)] == before


def test_without_wireguard_go_it_is_the_kernel_or_a_sentence_that_says_what_to_install(
    fresh_world,
):
    before = [rules(fresh_world), devices(fresh_world)]
    places = map(str, PROGRAM_PLACES)
    hidden = 'for one; do [ ! -e "$one" ] || mount --bind /dev/null "$one"; done'
    engines = fresh_world.run_on_machine(["sh", "-c", hidden, "sh", *places])
    assert engines.returncode == 0, engines.stderr
    probe = fresh_world.run_on_machine(["ip", "link", "add", "probe", "type", "wireguard"])
    done = fresh_world.cli("up", "home")
    if probe.returncode == 0:
        assert "the kernel's WireGuard" in done.stdout
        return
    assert (done.returncode, done.stdout) == (1, "")
    what, remedy = done.stderr.splitlines()
    assert what.startswith("wgdesk: cannot bring home up: this machine has no WireGuard: ")
    assert remedy.startswith("Install wireguard-go")
    assert [rules(fresh_world), devices(fresh_world)] == before


def test_profiles_are_still_listed_when_the_bus_is_gone(fresh_world):
    fresh_world.stop(init.BUS)
    done = fresh_world.cli("list")
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "attached_home",
        "home",
        "work",
    ]


def test_next_helper_takes_over_what_a_killed_one_left(fresh_world):
    assert fresh_world.cli("list").returncode == 0
    before = [rules(fresh_world), devices(fresh_world)]
    assert fresh_world.cli("up", "home", "--wait").returncode == 0
    assert devices(fresh_world) == ["home"]
    up = [fresh_world.cli("list").stdout, rules(fresh_world)]
    fresh_world.stop(init.HELPER)
    assert [fresh_world.cli("list").stdout, rules(fresh_world)] == up
    assert fresh_world.cli("down", "home").returncode == 0
    assert [rules(fresh_world), devices(fresh_world)] == before


def test_next_call_starts_a_new_helper_when_it_was_killed(fresh_world):
    assert fresh_world.cli("list").returncode == 0
    fresh_world.stop(init.HELPER)
    done = fresh_world.cli("up", "home", "--wait")
    assert done.returncode == 0, done.stderr
    assert devices(fresh_world) == ["home"]


def test_commands_as_root_are_refused_where_there_is_no_systemd(fresh_world):
    home = fresh_world.profiles_dir / "home.conf"
    text = home.read_text()
    home.write_text(text.replace("[Peer]", "PostUp = true\n[Peer]", 1))
    before = rules(fresh_world)
    refused = fresh_world.cli("up", "home", "--hooks=root")
    assert refused.returncode == 1
    assert "cannot be run as root here: systemd does not run this machine" in refused.stderr
    assert devices(fresh_world) == []
    assert rules(fresh_world) == before
    assert fresh_world.asked() == []
    ignored = fresh_world.cli("up", "home")
    assert ignored.returncode == 0, ignored.stderr
    assert "Note: 1 command in this profile is not run." in ignored.stdout
