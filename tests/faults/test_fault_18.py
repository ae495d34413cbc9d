"""The bytes that were shown are the bytes that are used, whatever the file is by then."""

import pytest

from tests.support.box_commands import DialogScene, ended


@pytest.fixture
def desktop(fresh_box):
    made = DialogScene(fresh_box)
    yield made
    made.dialog.close()


def test_fault_18_the_file_may_change_while_the_dialog_is_open(desktop, record):
    desktop.write(desktop.text.replace("[Peer]", "PostUp = touch /root/seen\n[Peer]"))
    running = desktop.begin("up", "home", "--hooks=root")
    shown = desktop.dialog.shown()
    desktop.write(desktop.text.replace("[Peer]", "PostUp = touch /root/swapped\n[Peer]"))
    desktop.dialog.allow(shown)
    desktop.dialog.allow(desktop.dialog.shown())
    assert ended(running)[0] == 0
    assert (
        desktop.box.run(["sh", "-c", "cd /root; ls seen swapped"], check=False).stdout == "seen\n"
    )
    record("the bytes sent are the bytes approved")
