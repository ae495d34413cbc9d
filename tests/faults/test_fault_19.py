"""An approved profile needs no password; one that means something else does."""

import pytest

from tests.labs.dialog import Dialog
from tests.support.box_commands import NOT_AUTHORISED, UNIT, DialogScene, ended


@pytest.fixture
def desktop(fresh_box):
    made = DialogScene(fresh_box)
    yield made
    made.dialog.close()


def test_fault_19_only_what_means_something_else_is_asked_for_again(desktop, record):
    desktop.allow_all("up", "home", dialogs=1)
    for _ in range(2):
        desktop.allow_all("toggle", "home", dialogs=0)
        desktop.allow_all("toggle", "home", dialogs=0)
    desktop.allow_all("down", "home", dialogs=0)
    desktop.box.run(["systemctl", "restart", UNIT, "polkit"])
    desktop.dialog.close()
    desktop.dialog = Dialog(desktop.box, "alice", desktop.session)
    desktop.write("# another comment\n" + desktop.text.replace(" = ", "="))
    desktop.allow_all("up", "home", dialogs=0)
    desktop.allow_all("down", "home", dialogs=0)
    desktop.write(desktop.text.replace("192.0.2.2:51820", "198.51.100.99:51820"))
    refused = desktop.begin("up", "home")
    shown = desktop.dialog.shown()
    assert "198.51.100.99:51820" in shown["message"]
    desktop.dialog.dismiss(shown)
    assert ended(refused)[0] == NOT_AUTHORISED
    assert not desktop.is_up()
    desktop.write(desktop.text)
    desktop.allow_all("up", "home", dialogs=0)
    record("no dialog for 5 toggles; new endpoint: dialog names it")
