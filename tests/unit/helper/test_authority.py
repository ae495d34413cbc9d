"""What polkit's answers come to; the question itself is tried on a bus."""

import asyncio

import pytest
from dbus_next import Variant

from wgdesk.domain.errors import AuthRequired, Busy, NotAuthorized
from wgdesk.engine.bounded_bus import CallRefused
from wgdesk.helper.authority import Polkit, Question, sanitised
from wgdesk.helper.caller import Caller, Callers
from wgdesk.helper.quotas import Quotas

ABSENT = CallRefused("org.freedesktop.DBus.Error.ServiceUnknown", "")
ODD = CallRefused("org.freedesktop.PolicyKit1.Error.Failed", "Action is not registered")
QUESTION = Question("org.wgdesk.connect", {"profile": "home"})


class FakeBus:
    """The bus, the daemon on it and polkit, all in one."""

    def __init__(self):
        self.answer = [[True, False, {}]]
        self.is_there = True
        self.hangs = False
        self.asked = []
        self.told = []

    async def ask(self, destination, path, member, signature="", body=()):
        self.asked.append((member.rpartition(".")[2], list(body)))
        if member.endswith(".CancelCheckAuthorization"):
            return []
        if self.hangs:
            await asyncio.Event().wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def ask_daemon(self, member, signature="", body=()):
        assert member == "NameHasOwner"
        return self.is_there

    def tell_daemon(self, member, text):
        self.told.append(member)

    def members(self):
        return [member for member, _ in self.asked]


@pytest.fixture
def bus():
    return FakeBus()


@pytest.fixture
def polkit(bus):
    return Polkit(bus, Callers(bus), Quotas(lambda: 0.0), deadline_s=0.05)


def caller(uid=1000, *, may_prompt=False):
    return Caller(":1.7", uid, may_prompt=may_prompt)


async def test_yes_is_yes_and_the_question_names_the_connection(bus, polkit):
    await polkit.require(caller(), QUESTION)
    ((_, body),) = bus.asked
    subject, action, details, flags, cancellation = body
    assert subject == ["system-bus-name", {"name": Variant("s", ":1.7")}]
    assert (action, details, flags) == ("org.wgdesk.connect", {"profile": "home"}, 0)
    assert len(cancellation) == 32
    assert bus.told == ["AddMatch", "RemoveMatch"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ([[False, False, {}]], NotAuthorized),
        ([[False, True, {}]], AuthRequired),
        ([[False, False, {"polkit.dismissed": "true"}]], NotAuthorized),
        ([], NotAuthorized),
        ([[]], NotAuthorized),
        ([True], NotAuthorized),
        ([["yes", False, {}]], NotAuthorized),
        ([[1, False, {}]], NotAuthorized),
        (ODD, NotAuthorized),
        (ABSENT, NotAuthorized),
    ],
    ids=str,
)
async def test_anything_else_is_no(bus, polkit, answer, error):
    bus.answer = answer
    with pytest.raises(error):
        await polkit.require(caller(), QUESTION)


async def test_root_may_without_polkit_but_not_against_it(bus, polkit):
    bus.answer = ABSENT
    await polkit.require(caller(uid=0), QUESTION)
    for answer in (ODD, [[False, False, {}]]):
        bus.answer = answer
        with pytest.raises(NotAuthorized):
            await polkit.require(caller(uid=0), QUESTION)


async def test_a_caller_who_is_gone_afterwards_gets_nothing(bus, polkit):
    bus.is_there = False
    with pytest.raises(Busy):
        await polkit.require(caller(), QUESTION)


async def test_a_question_that_nobody_answers_is_cancelled(bus, polkit):
    bus.hangs = True
    with pytest.raises(AuthRequired, match="nobody answered"):
        await polkit.require(caller(), QUESTION)
    await asyncio.sleep(0)
    assert bus.members() == ["CheckAuthorization", "CancelCheckAuthorization"]
    assert bus.asked[1][1] == [bus.asked[0][1][4]]


def test_details_cannot_mislead_a_dialog():
    assert sanitised("<b>home</b>\n\x1b[31m & more") == "bhome/b[31m  more"
    assert "$(" not in sanitised("$$($(((profile) $(x)")
    assert len(sanitised("x" * 500)) == 120
