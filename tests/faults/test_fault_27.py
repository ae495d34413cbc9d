"""Who sits in front may connect; everybody else needs an administrator, or may not at all."""

import pytest

from tests.labs.dialog import Dialog
from tests.support.box_commands import ALL_BUT_COMMANDS, NOT_AUTHORISED, PROFILE, RULE, AdminScene
from wgdesk.wire import names


@pytest.fixture
def scene(fresh_box):
    return AdminScene(fresh_box)


def test_fault_27_commands_are_approved_in_the_session_in_front_alone(scene, record):
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
    record("run-hooks: no from nowhere, behind and ssh; asked in front")


def test_fault_27_nobody_gets_nothing_and_is_asked_nothing(scene, record):
    """As a service account or an at job: no session at all, and no password would help."""
    scene.profile()
    where = f"{names.BUS_NAME} {names.OBJECT_PATH} {names.INTERFACE}"
    call = f"busctl --allow-interactive-authorization=yes call {where} Up 'saya{{ss}}' home $# $* 0"
    script = f"set -- $(od -An -v -tu1 /tmp/nobody.conf); {call}"
    scene.box.write("/tmp/nobody.conf", scene.text)  # noqa: S108  # in the box
    scene.box.run(["rm", "-f", RULE])
    scene.box.run(["systemctl", "restart", "polkit"])
    as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    refused = scene.box.run([*as_nobody, "sh", "-c", script], check=False)
    assert refused.returncode != 0
    assert "authorise" in refused.stderr
    assert "home" not in scene.box.ip("link")
    record("nobody: refused")


def test_fault_27_an_approved_profile_from_behind_needs_an_administrator(scene, record):
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
    record("connect: free in front, an administrator's word from behind")
