import json

import pytest
from dbus_next import Message, MessageType, Variant

from wgdesk.sandbox.polkit import INTERFACE, Authority, Verdict, verdict_for

CONNECT = "org.wgdesk.connect"


def question(action=CONNECT, **changes):
    message = Message(
        path="/org/freedesktop/PolicyKit1/Authority",
        interface=INTERFACE,
        member="CheckAuthorization",
        signature="(sa{sv})sa{ss}us",
        body=[
            ["system-bus-name", {"name": Variant("s", ":1.7")}],
            action,
            {"profile": "home"},
            1,
            "",
        ],
        serial=1,
    )
    for name, value in changes.items():
        setattr(message, name, value)
    return message


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / "answers.json", tmp_path / "asked.jsonl")


@pytest.mark.parametrize(
    ("table", "verdict"),
    [
        ('{"*": "yes"}', Verdict.YES),
        ('{"*": "yes", "org.wgdesk.connect": "no"}', Verdict.NO),
        ('{"*": "no", "org.wgdesk.connect": "challenge"}', Verdict.CHALLENGE),
        ('{"org.wgdesk.disconnect": "yes"}', Verdict.NO),
        ("{}", Verdict.NO),
        ("", Verdict.NO),
        ("[]", Verdict.NO),
        ('{"*": "maybe"}', Verdict.NO),
    ],
)
def test_table_says_yes_only_when_it_says_so(table, verdict):
    assert verdict_for(CONNECT, table) is verdict


@pytest.mark.parametrize(
    ("verdict", "reply"),
    [
        (Verdict.YES, [True, False, {}]),
        (Verdict.NO, [False, False, {}]),
        (Verdict.CHALLENGE, [False, True, {}]),
        (Verdict.DISMISSED, [False, False, {"polkit.dismissed": "true"}]),
    ],
)
def test_authority_replies_as_polkit_does(authority, tmp_path, verdict, reply):
    (tmp_path / "answers.json").write_text(json.dumps({"*": verdict}), encoding="utf-8")
    answer = authority.answer(question())
    assert (answer.message_type, answer.signature) == (MessageType.METHOD_RETURN, "(bba{ss})")
    assert answer.body == [reply]


def test_authority_refuses_when_there_is_no_table(authority):
    assert authority.answer(question()).body == [[False, False, {}]]


def test_authority_writes_down_what_it_was_asked(authority, tmp_path):
    authority.answer(question())
    assert json.loads((tmp_path / "asked.jsonl").read_text(encoding="utf-8")) == {
        "kind": "system-bus-name",
        "subject": {"name": ":1.7"},
        "action": CONNECT,
        "details": {"profile": "home"},
        "flags": 1,
    }


def test_authority_leaves_other_messages_alone(authority):
    assert authority.answer(question(interface="org.freedesktop.DBus.Peer")) is None
    assert authority.answer(question(member="Unknown")) is None
