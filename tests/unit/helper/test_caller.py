import pytest
from dbus_next import Message, MessageType

from wgdesk.domain.errors import Busy, NotAuthorized
from wgdesk.engine.bounded_bus import DAEMON, NO_ANSWER, CallRefused
from wgdesk.helper.caller import KNOWN_CALLERS, Callers

GONE = [":1.5", ":1.5", ""]


class FakeDaemon:
    def __init__(self):
        self.answer = 1000
        self.asked = []
        self.told = []

    async def ask_daemon(self, member, signature="", body=()):
        self.asked.append((member, body[0]))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def tell_daemon(self, member, text):
        self.told.append((member, text))


@pytest.fixture
def daemon():
    return FakeDaemon()


@pytest.fixture
def callers(daemon):
    return Callers(daemon)


def owner_changed(body, sender=DAEMON):
    return Message(
        message_type=MessageType.SIGNAL,
        sender=sender,
        path="/org/freedesktop/DBus",
        interface=DAEMON,
        member="NameOwnerChanged",
        signature="sss",
        body=body,
    )


async def test_the_bus_is_asked_once_for_each_connection(daemon, callers):
    for _ in range(2):
        assert await callers.uid_of(":1.5") == 1000
    assert daemon.asked == [("GetConnectionUnixUser", ":1.5")]


@pytest.mark.parametrize("answer", [None, "0", CallRefused("x.y", ""), []], ids=str)
async def test_a_user_that_is_not_known_is_not_root(daemon, callers, answer):
    daemon.answer = answer
    with pytest.raises(NotAuthorized):
        await callers.uid_of(":1.5")


async def test_where_the_bus_keeps_silent_the_caller_may_try_again(daemon, callers):
    daemon.answer = CallRefused(NO_ANSWER, "")
    with pytest.raises(Busy):
        await callers.uid_of(":1.5")


@pytest.mark.parametrize("sender", [None, ""])
async def test_a_call_without_a_sender_is_refused(daemon, callers, sender):
    with pytest.raises(NotAuthorized):
        await callers.uid_of(sender)
    assert daemon.asked == []


async def test_not_all_callers_are_remembered(daemon, callers):
    for number in range(KNOWN_CALLERS + 1):
        await callers.uid_of(f":1.{number}")
    await callers.uid_of(":1.0")
    assert daemon.asked.count(("GetConnectionUnixUser", ":1.0")) == 2
    assert daemon.asked.count(("GetConnectionUnixUser", ":1.200")) == 1


async def test_who_watches_is_told_when_the_connection_ends(daemon, callers):
    told = []
    callers.watch(":1.5", lambda: told.append(1))
    callers.on_message(owner_changed([":1.6", ":1.6", ""]))
    callers.on_message(owner_changed([":1.5", "", ":1.5"]))
    assert told == []
    callers.on_message(owner_changed(GONE))
    assert told == [1]


async def test_only_the_bus_can_say_that_somebody_left(callers):
    told = []
    callers.watch(":1.5", lambda: told.append(1))
    assert callers.on_message(owner_changed(GONE, sender=":1.9")) is False
    assert told == []


async def test_one_rule_serves_all_who_watch_and_goes_with_the_last(daemon, callers):
    with callers.watching(":1.5", lambda: None):
        with callers.watching(":1.5", lambda: None):
            pass
        assert [member for member, _ in daemon.told] == ["AddMatch"]
    assert [member for member, _ in daemon.told] == ["AddMatch", "RemoveMatch"]
    assert "arg0=':1.5'" in daemon.told[0][1]
    assert daemon.told[0][1] == daemon.told[1][1]
