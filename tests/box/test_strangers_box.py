"""The system bus of an installed machine, and users on it who mean no good."""

import json
from pathlib import Path

import pytest

from tests.labs.box import Box
from tests.labs.programs import wait_until
from tests.support.box_helper import UNIT, helper_pid, listed, network
from wgdesk.helper.boot import Boot
from wgdesk.helper.methods import build_table
from wgdesk.helper.service import Service
from wgdesk.wire import names

PROGRAM = "/usr/local/bin/stranger"
SOURCE = Path(__file__).parent / "inside/stranger.py"
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
DENIED = "org.freedesktop.DBus.Error.AccessDenied"
RULE = "/etc/polkit-1/rules.d/10-strangers.rules"
ALICE_MAY = """polkit.addRule(function (action, subject) {
    if (action.id.indexOf("org.wgdesk.") == 0 && subject.user == "alice") return polkit.Result.YES;
});
"""
PRIVATE = "aGFyZGx5IGEgc2VjcmV0IG9mIGFueWJvZHkgaGVyZSE="
PROFILE = f"""[Interface]
PrivateKey = {PRIVATE}
Address = 10.99.0.2/32

[Peer]
PublicKey = eKFEd2VsbCwgYSBwdWJsaWMgb25lIGlzIG5lZWRlZDA=
AllowedIPs = 10.99.0.0/24
Endpoint = 198.51.100.9:51820
"""


@pytest.fixture(scope="module")
def crossed(box: Box):
    """Alice has a tunnel up, and at each boot again; bob and nobody may nothing."""
    box.write(PROGRAM, SOURCE.read_text(encoding="utf-8"), mode=0o755)
    box.write(RULE, ALICE_MAY)
    box.run(["systemctl", "restart", "polkit"])
    box.write("/home/alice/.wireguard/mine.conf", PROFILE, owner="alice", mode=0o600)
    wait_until(lambda: "tentative" not in box.ip("address"), what="the box's own addresses")
    box.run(["wgdesk", "up", "mine"], user="alice")
    box.run(["wgdesk", "boot", "on", "mine"], user="alice")
    yield box
    box.run(["wgdesk", "boot", "off", "mine"], user="alice")
    box.run(["/usr/libexec/wgdesk/wgdesk-reset"])
    box.run(
        ["rm", "-rf", RULE, PROGRAM, "/home/alice/.wireguard", "/var/lib/wgdesk/approvals.json"]
    )
    box.run(["systemctl", "restart", "polkit"])


def stranger(box, user, *words, input_text=None):
    argv = ["python3", "-I", PROGRAM, *words]
    if user == "nobody":
        argv, user = [*NOBODY, *argv], "root"
    return json.loads(box.run(argv, user=user, input_text=input_text).stdout)


@pytest.mark.parametrize("user", ["alice", "bob", "nobody"])
def test_the_bus_itself_keeps_names_members_and_descriptors_away(crossed, user):
    said = stranger(crossed, user, "policy")
    through = ("hello", "ping", "another's ping with a descriptor")
    assert [said.pop(it) for it in through] == [True, [], []]
    assert said.keys() > {"own helper", "hello with descriptors", "reload", "no interface"}
    assert {it: why for it, why in said.items() if why != DENIED} == {}


def test_root_alone_may_have_the_name(crossed):
    said = stranger(crossed, "root", "policy")
    assert said["own helper"] == [3]  # somebody has it already, which is the helper
    assert said["own another"] == DENIED


def kept_by_root(box):
    approvals = box.read("/var/lib/wgdesk/approvals.json")
    return approvals, box.read("/var/lib/wgdesk/boot/mine.json")


@pytest.mark.parametrize("user", ["bob", "nobody"])
def test_every_method_of_the_helper_refuses_a_stranger_or_tells_nothing(crossed, user):
    box = crossed
    (tunnel,) = listed(box)["tunnels"]
    standing, kept = network(box), kept_by_root(box)
    boot = Boot(None, None, None, None, None, None)
    methods = build_table(Service(None, None, None, None), boot).methods
    values = {
        "s": "mine",
        "ay": list(PROFILE.encode()),
        "a{ss}": {},
        "as": ["mine"],
        "b": True,
        "u": 0,
        "t": 0,
    }

    def said(argument):
        return tunnel["id"] if argument.name == "id" else values[argument.signature]

    wanted = [
        [it.interface, it.member, it.takes_signature, [said(each) for each in it.takes]]
        for it in methods
        if it.interface == names.INTERFACE
    ]
    answers = stranger(box, user, "calls", input_text=json.dumps(wanted))
    assert len(answers) == len(wanted)
    no = ("NotAuthorized", "AuthRequired", "NotOwner", "NameConflict", "NoSuchTunnel")
    refusals = {f"{names.ERROR_PREFIX}.{it}" for it in no}
    changing = {it.member for it in methods if it.actions}
    assert {it: answers[it] for it in changing if answers[it] not in refusals} == {}
    assert answers["GetStatus"] == f"{names.ERROR_PREFIX}.NoSuchTunnel"
    assert f"{names.ERROR_PREFIX}.InternalError" not in answers.values()
    assert network(box) == standing
    assert kept_by_root(box) == kept
    assert listed(box)["tunnels"] == [tunnel]
    assert PRIVATE[:20] not in box.journal(UNIT)


def test_an_answer_that_somebody_else_sends_is_stopped_by_the_bus(crossed):
    box, pid = crossed, helper_pid(crossed)
    box.run(["kill", "-STOP", pid])  # while alice waits, as for a password dialog
    try:
        alice = box.popen(["python3", "-I", PROGRAM, "ask"], user="alice")
        who, serial = json.loads(alice.stdout.readline())
        assert 1 <= serial <= 40
        assert stranger(box, "bob", "forge", who, "40") == {"sent": 120}
    finally:
        box.run(["kill", "-CONT", pid])
    out, _ = alice.communicate(timeout=20)
    # A signal reaches whoever it is sent to: that is why a listener looks at the sender.
    assert json.loads(out) == {"api": names.API_VERSION, "heard": 40}


STARTED_BY_ROOT = (
    "wgdesk-go@evil",
    "wgdesk-tunnel@mine",
    "wgdesk-resolv",
    "wgdesk-reset",
    "wgdesk-helper",
)


@pytest.mark.parametrize("user", ["alice", "bob"])
def test_no_unit_is_started_or_stopped_by_an_ordinary_user(crossed, user):
    box, pid = crossed, helper_pid(crossed)
    verbs = [("start", it) for it in STARTED_BY_ROOT]
    verbs += [("stop", "wgdesk-helper"), ("kill", "wgdesk-helper"), ("stop", "wgdesk-go@mine")]
    for verb, unit in verbs:
        refused = box.run(["systemctl", "--no-ask-password", verb, unit], user=user, check=False)
        assert "Interactive authentication required" in refused.stderr, (verb, unit)
    assert helper_pid(box) == pid
    assert box.run(["systemctl", "is-active", "wgdesk-go@mine"]).stdout.strip() == "active"


def test_no_file_of_the_helper_is_open_to_others(crossed):
    box, pid = crossed, helper_pid(crossed)
    folders = ("/run/wgdesk", "/run/wireguard", "/var/lib/wgdesk")
    kept = box.run(["find", *folders, "-perm", "/077", "-not", "-type", "s"]).stdout
    assert kept == ""
    assert "mine.json" in box.run(["ls", "-R", *folders]).stdout
    tried = [
        *(f"ls {it}" for it in folders),
        *(f"cat /proc/{pid}/{it}" for it in ("environ", "mem")),
    ]
    tried += [f"touch {it}/evil" for it in folders]
    for command in tried:
        done = box.run(["sh", "-c", command], user="alice", check=False)
        assert (done.stdout, done.returncode == 0) == ("", False), command


def test_a_caller_cannot_put_words_into_a_password_dialog(crossed):
    ask = "exec pkcheck --action-id org.wgdesk.approve-profile --process $$ --detail profile evil"
    refused = crossed.run(["sh", "-c", ask], user="alice", check=False)
    assert "Only trusted callers" in refused.stderr
