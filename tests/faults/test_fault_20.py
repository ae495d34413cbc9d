"""A command that somebody has put into a profile is text until an administrator has read it."""

import pytest

from tests.support.box_commands import NOT_AUTHORISED, DialogScene, ended

WIPE = "rm -rf --no-preserve-root /"


@pytest.fixture
def desktop(fresh_box):
    made = DialogScene(fresh_box)
    yield made
    made.dialog.close()


def test_fault_20_a_command_is_shown_and_not_run(desktop, record):
    mark = "/root/precious"
    desktop.box.write(mark, "here")
    desktop.write(desktop.text.replace("[Peer]", f"PostUp = {WIPE}\n[Peer]"))
    running = desktop.begin("up", "home")
    desktop.dialog.allow(desktop.dialog.shown())
    said, _ = running.communicate(timeout=30)
    assert running.returncode == 0
    assert "Note: 1 command in this profile is not run." in said
    listed = desktop.box.run(["wgdesk", "hooks", "home"], user="alice").stdout
    assert listed == f"PostUp = {WIPE}\nThey are not run.\n"
    desktop.allow_all("down", "home", dialogs=0)
    asked = desktop.begin("up", "home", "--hooks=root")
    shown = desktop.dialog.shown()
    assert shown["message"] == f"Profile “home” wants to run as root: PostUp: {WIPE}"
    desktop.dialog.dismiss(shown)
    assert ended(asked)[0] == NOT_AUTHORISED
    assert not desktop.is_up()
    assert desktop.box.read(mark) == "here"
    record("ignored with a note; as root: whole text in the dialog")
