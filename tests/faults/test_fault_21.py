"""Commands that fit no dialog are read on a terminal."""

import pytest

from tests.labs.dialog import Dialog
from tests.support.box_commands import FAILED, NOT_AUTHORISED, AdminScene

LONG = "PostUp = " + "true; " * 900 + "touch /root/long"


@pytest.fixture
def scene(fresh_box):
    return AdminScene(fresh_box)


def test_fault_21_a_long_command_is_approved_on_a_terminal_and_runs(scene, record):
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
    record("refused with the command; approved on a terminal; runs")
