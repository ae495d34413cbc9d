"""Profiles that the machine has already, with the real polkit, NetworkManager and systemd."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.labs.box import Box
from tests.labs.dialog import Dialog
from tests.support import machine_program
from tests.support.box_helper import APPROVE_ALL
from wgdesk.domain.conf import read_profile
from wgdesk.wire import names

PROGRAM = Path(machine_program.__file__).read_text()
HELPER = "wgdesk-helper.service"
RULE = "/etc/polkit-1/rules.d/10-test.rules"
FOLDER = "/etc/wireguard"
MODIFY = "org.freedesktop.NetworkManager.settings.modify.system"
UNIT_FILES = "org.freedesktop.systemd1.manage-unit-files"
OFFICE = "NetworkManager, My Office"
KEYRING = "NetworkManager, Keyring"


@pytest.fixture(scope="module")
def box_packages():
    return ("network-manager",)


@pytest.fixture(scope="module")
def text(own_box: Box) -> str:
    """A profile; the same is in /etc/wireguard, with and without autostart, and in NetworkManager."""
    private, peer, shared = (
        own_box.run(["sh", "-c", line]).stdout.strip()
        for line in ("wg genkey", "wg genkey | wg pubkey", "wg genpsk")
    )
    made = (
        f"[Interface]\nPrivateKey = {private}\nAddress = 10.66.0.2/24, fd66::2/64\n"
        "DNS = 10.66.0.1, fd66::1, corp.example\nMTU = 1380\nListenPort = 51821\n"
        f"[Peer]\nPublicKey = {peer}\nPresharedKey = {shared}\nEndpoint = 192.0.2.1:51820\n"
        "AllowedIPs = 0.0.0.0/0, ::/0\nPersistentKeepalive = 25\n"
    )
    for name in ("home", "my-vpn", "office"):
        own_box.write(f"{FOLDER}/{name}.conf", made, mode=0o600)
    own_box.run(["systemctl", "enable", "wg-quick@my-vpn"])
    own_box.run(
        ["nmcli", "connection", "import", "type", "wireguard", "file", f"{FOLDER}/office.conf"]
    )
    own_box.run(
        [*("nmcli", "connection", "modify", "office"), *("connection.id", "My Office"),
         *("connection.zone", "home"), *("ipv4.route-metric", "77"), *("connection.autoconnect", "no")]
    )  # fmt: skip
    own_box.run(
        [*("nmcli", "connection", "add", "type", "wireguard", "con-name", "Keyring"),
         *("ifname", "wgk", "wireguard.private-key-flags", "1")]
    )  # fmt: skip
    return made


@pytest.fixture
def box(own_box: Box, text: str) -> Iterator[Box]:
    yield own_box
    own_box.run(["rm", "-f", RULE])
    restart_polkit(own_box)  # what it has kept goes with it
    own_box.run(["systemctl", "enable", "wg-quick@my-vpn"])


@pytest.fixture(scope="module")
def session(own_box: Box) -> str:
    return own_box.log_in("alice")


@pytest.fixture
def dialog(box: Box, session: str) -> Iterator[Dialog]:
    made = Dialog(box, "alice", session)
    yield made
    made.close()


def begin(box: Box, verb: str, *titles: str, user: str = "alice"):
    return box.popen(["python3", "-c", PROGRAM, verb, *titles], user=user)


def ended(running):
    out, complaint = running.communicate(timeout=30)
    assert running.returncode == 0, complaint
    return json.loads(out)


def ask(box: Box, verb: str, *titles: str, user: str = "alice"):
    return ended(begin(box, verb, *titles, user=user))


def read(box: Box, *wanted: str, user: str = "alice"):
    """The helper's own answer: (name, content, why not) for each."""
    where = [names.BUS_NAME, names.OBJECT_PATH, names.INTERFACE]
    words = ["ReadSystemProfiles", "as", str(len(wanted)), *wanted]
    done = box.run(["busctl", "--json=short", "call", *where, *words], user=user)
    found = json.loads(done.stdout)["data"][0]
    return {name: bytes(content).decode() or why for name, content, why in found}


def allow_everything(box: Box) -> None:
    box.write(RULE, APPROVE_ALL)
    restart_polkit(box)


def restart_polkit(box: Box) -> None:
    """As often as it is wanted: systemd has its own mind about that."""
    box.run(["systemctl", "reset-failed", "polkit"], check=False)
    box.run(["systemctl", "restart", "polkit"])


def test_whoever_sits_at_the_screen_sees_what_there_is_and_nobody_is_asked(box, dialog):
    found = ask(box, "find")
    assert found["profiles"] == {
        f"{FOLDER}/home.conf": [False, False],
        f"{FOLDER}/my-vpn.conf": [False, True],
        f"{FOLDER}/office.conf": [False, False],
        KEYRING: [False, True],
        OFFICE: [False, False],
    }
    assert (found["notes"], found["hidden"]) == ([], False)
    assert dialog.next_ones() == []


def test_a_program_without_a_session_sees_what_everybody_may_know(box):
    found = ask(box, "find", user="bob")
    assert found["hidden"]
    assert [it for it in found["profiles"] if it.startswith(FOLDER)] == [f"{FOLDER}/my-vpn.conf"]
    refused = ask(box, "ask", user="bob")
    assert refused["hidden"]


def test_files_are_read_once_an_administrator_says_yes_and_each_time_anew(box, dialog, text):
    running = begin(box, "fetch-twice", "home", "my-vpn")
    for _ in range(2):
        shown = dialog.shown()
        assert shown["action"] == names.ACTION_READ_SYSTEM_PROFILES
        assert shown["message"] == (
            "Authentication is required to copy from /etc/wireguard, with their private keys: "
            "home, my-vpn"
        )
        dialog.allow(shown)
    assert [it["content"] for it in ended(running)] == [text, text]
    refused = ask(box, "fetch", "my-vpn", user="bob")
    assert [it["content"] for it in refused] == [""]
    journal = box.journal(HELPER)
    assert f"user {box.user_id('alice')} reads from /etc/wireguard: home, my-vpn" in journal
    assert text.split("PrivateKey = ")[1][:20] not in journal


def test_nothing_is_read_where_nobody_says_yes(box, dialog, text):
    running = begin(box, "fetch", "home")
    dialog.dismiss(dialog.shown())
    (refused,) = ended(running)
    assert refused["content"] == ""
    assert refused["refusal"] == "The password dialog was closed."
    (refused,) = ask(box, "fetch", "my-vpn", user="bob")
    assert (refused["content"], bool(refused["refusal"])) == ("", True)


def test_nothing_but_roots_plain_files_is_ever_read(box, text):
    """Even where policy lets everybody; in the sandbox and with the rights of the real unit."""
    allow_everything(box)
    box.run(["ln", "-s", "/etc/shadow", f"{FOLDER}/link.conf"])
    box.run(["ln", "-s", "home.conf", f"{FOLDER}/inside.conf"])
    box.run(["mkfifo", f"{FOLDER}/pipe.conf"])
    box.run(["mknod", f"{FOLDER}/zero.conf", "c", "1", "5"])
    box.run(["mkdir", f"{FOLDER}/folder.conf"])
    box.run(["install", "-o", "bob", "-m", "644", f"{FOLDER}/home.conf", f"{FOLDER}/bobs.conf"])
    box.run(["install", "-m", "000", f"{FOLDER}/home.conf", f"{FOLDER}/closed.conf"])
    box.run(["truncate", "-s", "2M", f"{FOLDER}/big.conf"])
    box.run(["ln", f"{FOLDER}/home.conf", f"{FOLDER}/second.conf"])
    made = ["link", "inside", "pipe", "zero", "folder", "bobs", "closed", "big", "second"]
    try:
        assert read(box, *made, "gone", user="bob") == {
            "link": "link",
            "inside": "link",
            "pipe": "no-file",
            "zero": "no-file",
            "folder": "no-file",
            "bobs": "not-roots",
            "closed": "unreadable",  # the helper has not root's right to read everything
            "big": "too-large",
            "second": text,
            "gone": "absent",
        }
        box.run(["chmod", "777", FOLDER])
        (refused,) = ask(box, "fetch", "my-vpn", user="bob")
        assert "thers than root may write to /etc/wireguard" in refused["refusal"]
    finally:
        box.run(["chmod", "700", FOLDER])
        box.run(["rm", "-rf", *(f"{FOLDER}/{name}.conf" for name in made)])


def test_the_command_line_lists_them_and_takes_one_in(box, dialog, text):
    listed = box.run(["wgdesk", "import", "--from-machine"], user="alice").stdout
    assert f"my-vpn     {FOLDER}/my-vpn.conf  starts at boot\n" in listed
    running = box.popen(["wgdesk", "import", "--from-machine", "my-vpn"], user="alice")
    dialog.allow(dialog.shown())
    out, complaint = running.communicate(timeout=30)
    assert running.returncode == 0, complaint
    assert out.startswith(f"{FOLDER}/my-vpn.conf: imported as my-vpn\n")
    assert box.read("/home/alice/.wireguard/my-vpn.conf") == text
    assert box.run(["systemctl", "is-enabled", "wg-quick@my-vpn"]).stdout.strip() == "enabled"
    assert "my-vpn" not in box.ip("-o", "link")


def test_a_connection_of_networkmanager_becomes_the_profile_it_was_made_of(box, dialog, text):
    running = begin(box, "fetch", "My Office")
    shown = dialog.shown()
    assert shown["action"] == MODIFY
    dialog.allow(shown)
    (candidate,) = ended(running)
    assert candidate["refusal"] == ""
    assert read_profile(candidate["content"].encode()) == read_profile(text.encode())
    assert candidate["unsupported"] == [
        "It belongs to the firewall zone “home”.",
        "Its IPv4 routes have the metric 77.",
    ]


def test_a_key_in_a_keyring_is_a_sentence_and_others_are_still_read(box, dialog):
    running = begin(box, "fetch", "Keyring", "My Office")
    dialog.allow(dialog.shown())
    keyring, office = ended(running)
    assert keyring["refusal"] == (
        "“Keyring” has its private key in a desktop's keyring, which did not give it."
    )
    assert keyring["content"] == ""
    assert "PrivateKey = " in office["content"]


def test_a_program_without_a_session_gets_no_key_of_networkmanager(box):
    (refused,) = ask(box, "fetch", "My Office", user="bob")
    assert refused["content"] == ""
    assert refused["refusal"] == (
        "NetworkManager does not give the keys of “My Office” without an administrator."
    )


def test_wg_quicks_autostart_is_turned_off_and_on_by_systemds_own_dialog(box, dialog):
    enabled = ["systemctl", "is-enabled", "wg-quick@my-vpn"]
    refused = ask(box, "off", "my-vpn", user="bob")
    assert refused["error"] == "NotAuthorized"
    assert box.run(enabled).stdout.strip() == "enabled"
    running = begin(box, "off", "my-vpn")
    shown = dialog.shown()
    assert shown["action"] == UNIT_FILES
    dialog.allow(shown)
    assert ended(running) == "done"
    assert box.run(enabled, check=False).stdout.strip() == "disabled"
    running = begin(box, "on", "my-vpn")
    for shown in dialog.next_ones():
        dialog.allow(shown)
    assert ended(running) == "done"
    assert box.run(enabled).stdout.strip() == "enabled"


def test_networkmanagers_autostart_is_turned_off_and_on_and_nothing_else_changes(box, dialog):
    def state() -> list[str]:
        show = ["nmcli", "--show-secrets", "connection", "show", "My Office"]
        return [line for line in box.run(show).stdout.splitlines() if "timestamp" not in line]

    def autoconnect(lines: list[str]) -> str:
        return next(it for it in lines if it.startswith("connection.autoconnect:")).split()[-1]

    before = state()
    assert any(line.startswith("wireguard.private-key:") and "=" in line for line in before)
    running = begin(box, "on", "My Office")
    dialog.allow(dialog.shown())
    assert ended(running) == "done"
    assert autoconnect(state()) == "yes"
    kept = [line for line in before if not line.startswith("connection.autoconnect:")]
    assert [it for it in state() if not it.startswith("connection.autoconnect:")] == kept
    running = begin(box, "off", "My Office")
    for shown in dialog.next_ones():
        dialog.allow(shown)
    assert ended(running) == "done"
    assert state() == before
    refused = ask(box, "on", "My Office", user="bob")
    assert refused["error"] == "NotAuthorized"
    assert state() == before
