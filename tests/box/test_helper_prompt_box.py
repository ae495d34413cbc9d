"""What a person is shown when polkit asks for a password on the helper's behalf."""

from collections.abc import Iterator

import pytest

from tests.labs.box import Box
from tests.labs.dialog import Dialog
from tests.labs.server_end import HOME_SUBNETS
from wgdesk.wire import names

NOT_AUTHORISED = 3
UNIT = "wgdesk-helper.service"
PROFILE = "/home/alice/.wireguard/home.conf"
# Callers that ask for a password dialog and go away again.
HASTY_CALLERS = f"""
import asyncio, sys
from dbus_next import BusType, Message, MessageFlag
from dbus_next.aio import MessageBus

async def main():
    text = open({PROFILE!r}, "rb").read().replace(b"AllowedIPs = ", b"AllowedIPs = 198.18.0.0/15, ")
    buses = [await MessageBus(bus_type=BusType.SYSTEM).connect() for _ in range(50)]
    for bus in buses:
        await bus.send(Message(
            destination="{names.BUS_NAME}", path="{names.OBJECT_PATH}",
            interface="{names.INTERFACE}", member="Up", signature="saya{{ss}}",
            body=["home", text, {{}}], flags=MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION,
        ))
    print("asked", flush=True)
    sys.stdin.readline()

asyncio.run(main())
"""


class Desktop:
    """Alice at the screen with a profile and a password dialog."""

    def __init__(self, box: Box) -> None:
        self.box = box
        server = box.world.wireguard()
        self.text = server.profile(server.add_client(), allowed_ips=HOME_SUBNETS)
        self.write(self.text)
        self.session = box.log_in("alice")
        self.dialog = Dialog(box, "alice", self.session)

    def write(self, text: str) -> None:
        self.box.write(PROFILE, text, owner="alice", mode=0o600)

    def begin(self, *words: str):
        """Start the command line as alice; it may wait for the dialog."""
        return self.box.popen(["wgdesk", *words], user="alice")

    def allow_all(self, *words: str, dialogs: int) -> str:
        """Run it to its end while an administrator says yes that often; the last message."""
        running = self.begin(*words)
        message = ""
        for _ in range(dialogs):
            shown = self.dialog.shown()
            message = str(shown["message"])
            self.dialog.allow(shown)
        out, complaint = running.communicate(timeout=30)
        assert running.returncode == 0, (out, complaint)
        return message

    def is_up(self) -> bool:
        return "home:" in self.box.ip("-o", "link")


@pytest.fixture
def desktop(fresh_box: Box) -> Iterator[Desktop]:
    made = Desktop(fresh_box)
    yield made
    made.dialog.close()


def ended(running) -> tuple[int, str]:
    _, complaint = running.communicate(timeout=30)
    return running.returncode, complaint


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


def test_an_approved_profile_is_toggled_without_a_dialog_until_it_means_something_else(desktop):
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


def test_the_file_may_change_while_the_dialog_is_open(desktop):
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


def test_fifty_callers_that_leave_open_one_dialog_and_leave_nothing(desktop):
    crowd = desktop.box.popen(["python3", "-c", HASTY_CALLERS], user="alice")
    assert crowd.stdout.readline() == "asked\n"
    shown = desktop.dialog.shown()
    assert desktop.dialog.next_ones() == [], "one user has one dialog"
    crowd.communicate(timeout=10)
    taken_back = {"cancelled": shown["cookie"]}
    assert desktop.dialog.next_ones() in ([taken_back], [taken_back] * 2)  # polkit may say it twice
    desktop.allow_all("up", "home", dialogs=1)


def test_polkit_may_go_and_come_while_a_dialog_is_open(desktop):
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
