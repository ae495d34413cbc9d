"""Commands of a profile that run as root, under the real systemd, polkit and helper."""

import pytest

from tests.labs.box import Box
from tests.support.box_commands import FAILED, LOG, UNIT, CommandScene


@pytest.fixture
def scene(fresh_box: Box) -> CommandScene:
    return CommandScene(fresh_box)


def test_approved_commands_run_as_root_in_their_order(scene):
    scene.allow("approve-profile", "run-hooks")
    scene.profile(
        "PostUp = note PostUp; env | sort >/root/env; cat >/root/stdin",
        "PreUp = note PreUp",
        "PostUp = note %i; x='a  b$$'; echo \"${x} $x\" >/root/words",
        "PostDown = note PostDown",
        "PreDown = note PreDown",
    )
    scene.wgdesk("up", "home", "--hooks=root")
    scene.wgdesk("down", "home")
    same = "uid=0 name=home umask=0077"
    assert scene.log() == [
        f"PreUp {same} mtu=1420 peers=0",
        f"PostUp {same} mtu=1420 peers=1",
        f"home {same} mtu=1420 peers=1",
        f"PreDown {same} mtu=1420 peers=1",
        f"PostDown {same} mtu=none peers=0",
    ]
    assert scene.box.read("/root/stdin") == ""
    assert scene.box.read("/root/words").startswith("a  b")
    names = [line.partition("=")[0] for line in scene.box.read("/root/env").splitlines()]
    assert names == ["LC_ALL", "PATH", "PWD", "SHLVL", "WGDESK_IFNAME", "_"]
    assert scene.hook_units() == ""
    assert "note" not in scene.box.journal(UNIT)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("PreUp = exit 7", "PreUp 1 failed: it ended with status 7"),
        ("PostUp = false; note never", "PostUp 1 failed: it ended with status 1"),
        ("PostUp = false | true; note never", "PostUp 1 failed: it ended with status 1"),
        ("PostUp = kill -9 $$", "PostUp 1 failed: it was ended by signal 9"),
    ],
)
def test_a_command_that_fails_undoes_the_up(scene, command, why):
    scene.allow("approve-profile", "run-hooks")
    scene.profile("PostDown = note PostDown", command)
    before = scene.box.ip("-json", "rule")
    refused = scene.wgdesk("up", "home", "--hooks=root", check=False)
    assert refused.returncode == FAILED
    assert why in refused.stderr
    assert not scene.has_link()
    assert scene.box.ip("-json", "rule") == before
    assert scene.box.run(["test", "-e", LOG], check=False).returncode == 1


def test_a_command_that_fails_on_the_way_down_keeps_nothing_up(scene):
    scene.allow("approve-profile", "run-hooks")
    scene.profile("PreDown = exit 3", "PreDown = note second", "PostDown = sleep 60")
    scene.wgdesk("up", "home", "--hooks=root")
    scene.wgdesk("down", "home")
    assert not scene.has_link()
    assert len(scene.log()) == 1
    journal = scene.box.journal(UNIT)
    assert "PreDown 1 failed: it ended with status 3" in journal
    assert "PostDown 1 failed: it took longer than 2 seconds" in journal


def test_what_a_command_prints_stays_out_of_the_journal_and_its_complaints_do_not(scene):
    scene.allow("approve-profile", "run-hooks")
    scene.profile("PostUp = wg showconf %i; echo 'not good' >&2; exit 1")
    scene.wgdesk("up", "home", "--hooks=root", check=False)
    journal = scene.box.run(["journalctl", "--no-pager", "-t", "wgdesk-hook"]).stdout
    assert "not good" in journal
    assert "PrivateKey" not in scene.box.journal()
