"""Who may let commands run as root: the administrator on a terminal, and who cannot at all."""

import json

import pytest

from tests.labs.box import Box
from tests.labs.dialog import Dialog
from tests.labs.server_end import HOME_SUBNETS
from wgdesk.wire import names

FAILED, USAGE, NOT_AUTHORISED = 1, 2, 3
PROFILE = "/home/alice/.wireguard/home.conf"
APPROVALS = "/var/lib/wgdesk/approvals.json"
RULE = "/etc/polkit-1/rules.d/10-test.rules"
ALL_BUT_COMMANDS = """polkit.addRule(function (action) {
    if (["org.wgdesk.connect", "org.wgdesk.approve-profile", "org.wgdesk.disconnect"].indexOf(action.id) >= 0)
        return polkit.Result.YES;
});
"""
LONG = "PostUp = " + "true; " * 900 + "touch /root/long"


class Scene:
    """Alice has a profile with commands; new profiles need no password, commands do."""

    def __init__(self, box: Box) -> None:
        self.box = box
        server = box.world.wireguard()
        self.text = server.profile(server.add_client(), allowed_ips=HOME_SUBNETS)
        box.write(RULE, ALL_BUT_COMMANDS)
        box.run(["systemctl", "restart", "polkit"])

    def profile(self, *hooks: str, user: str = "alice") -> None:
        text = self.text.replace("[Peer]", "\n".join([*hooks, "[Peer]"]))
        self.box.write(f"/home/{user}/.wireguard/home.conf", text, owner=user, mode=0o600)

    def up(self, user: str):
        return self.box.run(["wgdesk", "up", "home", "--hooks=root"], user=user, check=False)

    def down(self, user: str) -> None:
        self.box.run(["wgdesk", "down", "home"], user=user)

    def admin(self, *words: str, typed: str = "", as_user: str = "alice"):
        """As alice's sudo would start it, on a terminal."""
        env = {"SUDO_UID": str(self.box.user_id(as_user))}
        line = "exec wgdesk-admin " + " ".join(words)
        terminal = ["script", "--quiet", "--return", "--command", line, "/dev/null"]
        return self.box.run(terminal, input_text=typed, env=env, check=False)

    def approved(self) -> list[dict[str, object]]:
        document = json.loads(self.box.read(APPROVALS))
        return [it for listed in document["approved"].values() for it in listed]


@pytest.fixture
def scene(fresh_box: Box) -> Scene:
    return Scene(fresh_box)


def test_commands_that_fit_no_dialog_are_approved_on_a_terminal_and_run(scene):
    session = scene.box.log_in("alice")
    dialog = Dialog(scene.box, "alice", session)
    scene.profile(LONG)
    assert len(LONG) > 5000
    refused = scene.up("alice")
    assert refused.returncode == NOT_AUTHORISED
    assert "sudo wgdesk-admin hooks approve home" in refused.stderr
    assert scene.admin("hooks", "approve", "home", typed="no\n").returncode == FAILED
    assert scene.up("alice").returncode == NOT_AUTHORISED
    read = scene.admin("hooks", "approve", "home", typed="yes\n")
    assert read.returncode == 0, read.stdout
    assert LONG in read.stdout.replace("\r\n", "\n")
    raised = scene.up("alice")
    assert raised.returncode == 0, raised.stderr
    assert scene.box.run(["test", "-e", "/root/long"], check=False).returncode == 0
    assert dialog.next_ones() == []
    dialog.close()


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


def test_commands_cannot_be_approved_from_afar_or_from_another_session(scene):
    """From no session, from one behind another, and over ssh: no, and no password helps."""
    refusal = "you are not authorised"
    scene.profile("PostUp = touch /root/up")
    alone = scene.up("alice")
    assert alone.returncode == NOT_AUTHORISED
    assert refusal in alone.stderr
    session = scene.box.log_in("alice")
    dialog = Dialog(scene.box, "alice", session)
    scene.box.log_in("bob")
    behind = scene.up("alice")
    assert refusal in behind.stderr
    scene.box.activate(session)
    asked = scene.box.popen(["wgdesk", "up", "home", "--hooks=root"], user="alice")
    shown = dialog.shown()
    assert shown["action"] == names.ACTION_RUN_HOOKS
    dialog.dismiss(shown)
    asked.communicate(timeout=20)
    scene.box.log_in("alice", seat=None)
    remote = scene.up("alice")
    assert refusal in remote.stderr
    assert dialog.next_ones() == []
    dialog.close()


def test_who_may_connect_what_is_approved(scene):
    """An approved profile, from everywhere but the session in front: an administrator's word."""
    scene.profile()
    session = scene.box.log_in("alice")
    dialog = Dialog(scene.box, "alice", session)
    assert scene.up("alice").returncode == 0
    scene.down("alice")
    scene.box.run(["rm", RULE])
    scene.box.run(["systemctl", "restart", "polkit"])
    dialog.close()
    dialog = Dialog(scene.box, "alice", session)
    assert scene.up("alice").returncode == 0
    scene.down("alice")
    assert dialog.next_ones() == []
    scene.box.log_in("bob")
    behind = scene.box.popen(["wgdesk", "up", "home"], user="alice")
    shown = dialog.shown()
    assert shown["action"] == names.ACTION_CONNECT
    dialog.dismiss(shown)
    behind.communicate(timeout=20)
    assert behind.returncode == NOT_AUTHORISED
    changed = scene.text.replace("AllowedIPs = ", "AllowedIPs = 198.18.0.0/15, ")
    scene.box.write(PROFILE, changed, owner="alice", mode=0o600)
    scene.box.write(RULE, ALL_BUT_COMMANDS.replace(', "org.wgdesk.approve-profile"', ""))
    scene.box.run(["systemctl", "restart", "polkit"])
    refused = scene.up("alice")
    assert "you are not authorised" in refused.stderr, "new content, from a session behind"
    dialog.close()


def test_a_full_disk_loses_no_approval_and_gains_none(scene):
    box = scene.box
    box.run(["mkdir", "-p", "-m", "700", "/var/lib/wgdesk"])
    box.run(["mount", "-t", "tmpfs", "-o", "size=16k,mode=700", "tmpfs", "/var/lib/wgdesk"])
    scene.profile()
    assert scene.up("alice").returncode == 0
    scene.down("alice")
    before = box.read(APPROVALS)
    fill = "head -c 1000000 /dev/zero >/var/lib/wgdesk/fill"
    assert "No space left" in box.run(["sh", "-c", fill], check=False).stderr
    changed = scene.text.replace("AllowedIPs = ", "AllowedIPs = 198.18.0.0/15, ")
    box.write(PROFILE, changed, owner="alice", mode=0o600)
    for _ in range(2):
        refused = scene.up("alice")
        assert refused.returncode == FAILED
        assert "the approval could not be saved: No space left on device" in refused.stderr
    assert "home:" not in box.ip("-o", "link")
    assert box.read(APPROVALS) == before
    assert box.run(["ls", "/var/lib/wgdesk"]).stdout.split() == ["approvals.json", "fill"]
    scene.profile()
    box.run(["systemctl", "restart", "wgdesk-helper"])
    box.run(["rm", RULE])
    box.run(["systemctl", "restart", "polkit"])
    box.log_in("alice")
    assert scene.up("alice").returncode == 0, "what was approved before still is"
