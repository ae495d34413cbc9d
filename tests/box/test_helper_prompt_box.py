"""What a person is shown when polkit asks for a password on the helper's behalf."""

from collections.abc import Iterator

import pytest

from tests.labs.box import Box
from tests.labs.server_end import HOME_SUBNETS
from tests.support.box_commands import NOT_AUTHORISED, DialogScene, ended
from wgdesk.wire import names


@pytest.fixture
def desktop(fresh_box: Box) -> Iterator[DialogScene]:
    made = DialogScene(fresh_box)
    yield made
    made.dialog.close()


def test_a_new_profile_is_shown_with_what_it_does(desktop):
    refused = desktop.begin("up", "home")
    shown = desktop.dialog.shown()
    assert shown["action"] == names.ACTION_APPROVE_PROFILE
    networks = ", ".join(sorted(HOME_SUBNETS.split(", ")))
    assert shown["message"] == (
        f"Authentication is required to send traffic for {networks} "
        "through 192.0.2.2:51820 (profile “home”)"
    )
    desktop.dialog.dismiss(shown)
    code, complaint = ended(refused)
    assert code == NOT_AUTHORISED, complaint
    assert "the password dialog was closed" in complaint


def test_a_script_that_forbids_it_shows_nothing(desktop):
    where = f"{names.BUS_NAME} {names.OBJECT_PATH} {names.INTERFACE}"
    read = 'set -- $(od -An -v -tu1 "$HOME/.wireguard/home.conf")'
    call = f"busctl --allow-interactive-authorization=no call {where} Up 'saya{{ss}}' home $# $* 0"
    refused = desktop.box.run(["sh", "-c", f"{read}; {call}"], user="alice", check=False)
    assert "nobody could be asked" in refused.stderr
    assert desktop.dialog.next_ones() == []


def test_commands_are_shown_whole_and_once(desktop):
    hooks = "PostUp = touch /root/up && wg show %i >/root/shown\nPreDown = rm /root/up\n"
    desktop.write(desktop.text.replace("[Peer]", hooks + "[Peer]"))
    message = desktop.allow_all("up", "home", "--hooks=root", dialogs=2)
    assert message == (
        "Profile “home” wants to run as root: "
        "PostUp: touch /root/up ＆＆ wg show home ＞/root/shown\nPreDown: rm /root/up"  # noqa: RUF001  # as it is shown
    )
    assert "interface: home" in desktop.box.read("/root/shown")
    for words in (["down", "home"], ["up", "home", "--hooks=root"], ["down", "home"]):
        desktop.allow_all(*words, dialogs=0)
    assert desktop.box.run(["test", "-e", "/root/up"], check=False).returncode == 1
    more = hooks + "PostDown = touch /root/more\n"
    desktop.write(desktop.text.replace("[Peer]", more + "[Peer]"))
    refused = desktop.begin("up", "home", "--hooks=root")
    desktop.dialog.allow(desktop.dialog.shown())
    shown = desktop.dialog.shown()
    assert "touch /root/more" in shown["message"]
    desktop.dialog.dismiss(shown)
    assert ended(refused)[0] == NOT_AUTHORISED
    assert not desktop.is_up()
