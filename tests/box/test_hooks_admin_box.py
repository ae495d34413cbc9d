"""Who may let commands run as root: the administrator on a terminal, and who cannot at all."""

import pytest

from tests.labs.box import Box
from tests.support.box_commands import APPROVALS, FAILED, NOT_AUTHORISED, PROFILE, USAGE, AdminScene
from wgdesk.wire import names


@pytest.fixture
def scene(fresh_box: Box) -> AdminScene:
    return AdminScene(fresh_box)


def test_an_approval_is_for_one_user_and_ends_when_it_is_revoked(scene):
    for user in ("alice", "bob"):
        scene.profile("PostUp = touch /root/up", user=user)
    assert scene.admin("hooks", "approve", "home", typed="yes\n").returncode == 0
    assert scene.up("bob").returncode == NOT_AUTHORISED
    assert scene.up("alice").returncode == 0, "also without a session: no question is left"
    scene.down("alice")
    listed = scene.admin("approvals", "list").stdout
    assert listed.count("home") == 2
    assert "commands" in listed
    assert scene.box.run(["wgdesk", "approvals"], user="alice").stdout.splitlines() == (
        listed.splitlines()
    )
    assert "Nothing" in scene.admin("approvals", "list", "--user", "bob").stdout
    assert "2 revoked" in scene.admin("approvals", "revoke", "home").stdout
    assert scene.up("alice").returncode == NOT_AUTHORISED


def test_a_user_forgets_own_approvals_without_a_question(scene):
    scene.profile("PostUp = touch /root/up")
    scene.admin("hooks", "approve", "home", typed="yes\n")
    assert scene.up("alice").returncode == 0
    scene.down("alice")
    scene.box.run(["wgdesk", "approvals", "--revoke", "home"], user="alice")
    assert scene.approved() == []
    assert scene.up("alice").returncode == NOT_AUTHORISED


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (["ln", "-sfn", "/etc/shadow", PROFILE], "leads out of"),
        (["sh", "-c", f"rm {PROFILE}; mkfifo {PROFILE}"], "it is a pipe, not a file"),
        (["sh", "-c", f"rm {PROFILE}; mkdir {PROFILE}"], "it is a folder, not a file"),
        (["chmod", "000", PROFILE], "you have no permission to read it"),
    ],
)
def test_root_reads_nothing_of_a_user_that_the_user_could_not(scene, make, why):
    scene.profile("PostUp = touch /root/up")
    scene.box.run(make, user="alice")
    refused = scene.admin("hooks", "approve", "home", typed="yes\n")
    assert refused.returncode == FAILED
    assert why in refused.stdout
    assert "root:" not in refused.stdout


def test_nobody_but_root_on_a_terminal_approves(scene):
    scene.profile("PostUp = touch /root/up")
    as_alice = scene.box.run(
        ["/usr/sbin/wgdesk-admin", "hooks", "approve", "home"], user="alice", check=False
    )
    assert (as_alice.returncode, as_alice.stdout) == (USAGE, "")
    env = {"SUDO_UID": str(scene.box.user_id("alice"))}
    piped = scene.box.run(
        ["wgdesk-admin", "hooks", "approve", "home"], input_text="yes\n", env=env, check=False
    )
    assert piped.returncode == USAGE
    assert "on a terminal" in piped.stderr
    where = f"{names.BUS_NAME} {names.OBJECT_PATH} {names.INTERFACE}"
    uid = scene.box.user_id("alice")
    call = (
        'set -- $(od -An -v -tu1 "$HOME/.wireguard/home.conf"); busctl '
        f"--allow-interactive-authorization=yes call {where} ApproveHooks usay {uid} home $# $*"
    )
    scene.box.log_in("alice")
    refused = scene.box.run(["sh", "-c", call], user="alice", check=False)
    assert "only root approves" in refused.stderr
    assert scene.box.run(["test", "-e", APPROVALS], check=False).returncode == 1
