"""Polkit goes and comes; unsure means no."""

import pytest

from tests.labs.dialog import Dialog
from tests.support.box_commands import NOT_AUTHORISED, UNIT, DialogScene, ended


@pytest.fixture
def desktop(fresh_box):
    made = DialogScene(fresh_box)
    yield made
    made.dialog.close()


def test_fault_28_polkit_may_be_restarted_while_a_dialog_is_open(desktop, record):
    waiting = desktop.begin("up", "home")
    desktop.dialog.shown()
    main_pid = desktop.box.run(["systemctl", "show", "--value", "-P", "MainPID", UNIT]).stdout
    desktop.box.run(["systemctl", "restart", "polkit"])
    assert ended(waiting)[0] == NOT_AUTHORISED
    assert not desktop.is_up()
    desktop.dialog.close()
    desktop.dialog = Dialog(desktop.box, "alice", desktop.session)
    desktop.allow_all("up", "home", dialogs=1)
    show = ["systemctl", "show", "--value", "-P", "MainPID", UNIT]
    assert desktop.box.run(show).stdout == main_pid
    record("NotAuthorized, and well again without a restart")


def test_fault_28_without_polkit_only_root_may_and_nothing_needs_a_restart_then(desktop, record):
    desktop.allow_all("up", "home", dialogs=1)
    desktop.box.run(["wgdesk", "down", "home"], user="alice")
    desktop.box.run(["systemctl", "mask", "--runtime", "--now", "polkit"])
    refused = desktop.box.run(["wgdesk", "up", "home"], user="alice", check=False)
    assert refused.returncode == NOT_AUTHORISED
    assert "polkit is not running, so only root may do that" in refused.stderr
    assert not desktop.is_up()
    desktop.box.run(["systemctl", "unmask", "--runtime", "polkit"])
    desktop.box.run(["systemctl", "start", "polkit"])
    desktop.box.run(["wgdesk", "up", "home"], user="alice")
    assert desktop.is_up()
    record("stopped: denied for all but root, and well again")
