"""The guard by itself: what a wrong line in the table could do, and calls nobody listed."""

import asyncio
from dataclasses import replace

import pytest
from dbus_next import Message, MessageFlag, MessageType

from wgdesk.domain.errors import NotAuthorized
from wgdesk.engine.bounded_bus import Header
from wgdesk.helper import open_calls
from wgdesk.helper.authority import Question
from wgdesk.helper.boot import Boot
from wgdesk.helper.caller import Callers
from wgdesk.helper.guard import Guard
from wgdesk.helper.methods import build_table
from wgdesk.helper.quotas import CALL_BURST, Quotas
from wgdesk.helper.service import Service
from wgdesk.helper.table import Answer, Argument, Deed, Method, Table
from wgdesk.wire import names

ALICE = 1000


class FakeBus:
    def __init__(self):
        self.sent = []
        self.uid = ALICE

    def send(self, message):
        self.sent.append(message)

    async def ask_daemon(self, member, signature="", body=()):
        return self.uid

    def tell_daemon(self, member, text):
        pass


class FakeAuthority:
    def __init__(self):
        self.asked = []
        self.refused = set()

    async def require(self, caller, question):
        self.asked.append((caller.uid, question.action))
        if question.action in self.refused:
            raise NotAuthorized


class World:
    """A guard over one method, and whether that method did something."""

    def __init__(self, understood, *, actions=frozenset(), takes=()):
        self.bus, self.authority, self.acted = FakeBus(), FakeAuthority(), False
        self.quotas = Quotas(lambda: 0.0)

        async def act():
            self.acted = True
            return []

        async def understand(caller, *arguments):
            return Deed(understood, act) if isinstance(understood, tuple) else understood

        method = Method(names.INTERFACE, "Up", understand, takes=takes, actions=actions)
        callers = Callers(self.bus)
        self.guard = Guard(self.bus, Table([method]), callers, self.authority, self.quotas)

    async def call(self, member="Up", **fields):
        message = Message(
            path=names.OBJECT_PATH,
            member=member,
            sender=":1.5",
            serial=3,
            **{"interface": names.INTERFACE, **fields},
        )
        assert self.guard.on_message(message)
        await self.guard.finish(5)
        return self.bus.sent[-1] if self.bus.sent else None


async def test_a_deed_happens_after_all_its_questions():
    world = World((Question("a"), Question("b")), actions=frozenset("ab"))
    reply = await world.call()
    assert reply.message_type is MessageType.METHOD_RETURN
    assert world.authority.asked == [(ALICE, "a"), (ALICE, "b")]
    assert world.acted


async def test_a_deed_does_not_happen_when_one_question_is_refused():
    world = World((Question("a"), Question("b")), actions=frozenset("ab"))
    world.authority.refused = {"b"}
    assert (await world.call()).error_name == "org.wgdesk.Error.NotAuthorized"
    assert not world.acted


@pytest.mark.parametrize(
    ("questions", "actions"),
    [((), frozenset("a")), ((), frozenset()), ((Question("b"),), frozenset("a"))],
    ids=["no question", "a deed of a method that does none", "an undeclared action"],
)
async def test_a_deed_without_its_authorisation_never_happens(questions, actions):
    world = World(questions, actions=actions)
    reply = await world.call()
    assert reply.error_name == "org.wgdesk.Error.InternalError"
    assert not world.acted


async def test_nothing_is_changed_while_leaving_but_answers_are_given():
    world, reader = World((Question("a"),), actions=frozenset("a")), World(Answer())
    for it in (world, reader):
        it.guard.is_leaving = True
    assert (await world.call()).error_name == "org.wgdesk.Error.Busy"
    assert not world.acted
    assert (await reader.call()).message_type is MessageType.METHOD_RETURN


async def test_an_unknown_caller_gets_nothing():
    world = World((Question("a"),), actions=frozenset("a"))
    world.bus.uid = None
    assert (await world.call()).error_name == "org.wgdesk.Error.NotAuthorized"
    assert not world.acted


@pytest.mark.parametrize(
    "fields",
    [
        {"member": "Down"},
        {"interface": "org.freedesktop.DBus.ObjectManager"},
        {"interface": None},
        {"interface": "org.freedesktop.DBus.Properties", "member": "Set"},
    ],
    ids=str,
)
async def test_what_is_not_in_the_table_is_unknown(fields):
    world = World(Answer())
    reply = await world.call(**fields)
    assert reply.error_name == "org.freedesktop.DBus.Error.UnknownMethod"


async def test_other_arguments_are_refused_unseen():
    world = World(Answer(), takes=(Argument("name", "s"),))
    reply = await world.call(signature="as", body=[["x"]])
    assert reply.error_name == "org.wgdesk.Error.InvalidRequest"
    assert reply.body == ["Up takes (name s)"]


async def test_an_error_text_that_the_bus_cannot_carry_is_made_fit():
    world = World((Question("a"),), actions=frozenset("a"))

    async def require(caller, question):
        raise NotAuthorized("a\0b\udcff\n" + "x" * 5000)

    world.authority.require = require
    reply = await world.call()
    assert reply.body[0].startswith("a?b??xxx")
    assert len(reply.body[0]) == 1000
    reply._marshall()


async def test_a_call_that_wants_no_reply_is_dropped_at_once():
    world = World((Question("a"),), actions=frozenset("a"))
    assert world.guard.on_message(call_of(":1.5", flags=MessageFlag.NO_REPLY_EXPECTED))
    assert world.guard.open_calls == 0
    await world.guard.finish(5)
    assert world.bus.sent == []
    assert not world.acted


def call_of(sender, **fields):
    return Message(
        path=names.OBJECT_PATH,
        interface=names.INTERFACE,
        member="Up",
        serial=3,
        sender=sender,
        **fields,
    )


@pytest.fixture
async def stuck():
    """A world in which the bus does not say who is calling."""
    world = World((Question("a"),), actions=frozenset("a"))
    waiting = asyncio.Event()
    world.bus.ask_daemon = lambda *_: waiting.wait()
    yield world
    await world.guard.finish(0)


async def test_calls_of_a_stranger_leave_room_for_others(stuck, caplog):
    for _ in range(300):
        stuck.guard.on_message(call_of(":1.9"))
    assert stuck.guard.open_calls == open_calls.OF_STRANGER
    refused = {(reply.destination, reply.error_name) for reply in stuck.bus.sent}
    assert refused == {(":1.9", "org.wgdesk.Error.LimitExceeded")}
    assert len(caplog.records) == 1
    stuck.guard.on_message(call_of(":1.5"))
    assert stuck.guard.open_calls == open_calls.OF_STRANGER + 1


async def test_all_connections_that_the_bus_gives_a_user_leave_room_for_others(stuck):
    for number in range(256):
        for _ in range(open_calls.OF_STRANGER):
            stuck.guard.on_message(call_of(f":1.{number}"))
    stuck.guard.on_message(call_of(":2.1"))
    assert stuck.bus.sent == []


async def test_a_caller_who_is_known_is_refused_before_anything_is_begun():
    world = World(Answer())
    await world.call()
    for _ in range(int(CALL_BURST)):
        world.guard.on_message(call_of(":1.5"))
    assert world.bus.sent[-1].error_name == "org.wgdesk.Error.LimitExceeded"
    assert world.guard.open_calls == open_calls.OF_SENDER
    await world.guard.finish(5)


async def test_a_call_counts_once_however_it_is_recognised():
    world = World(Answer())
    for _ in range(int(CALL_BURST)):
        assert (await world.call()).message_type is MessageType.METHOD_RETURN
    assert (await world.call()).error_name == "org.wgdesk.Error.LimitExceeded"
    assert world.guard.open_calls == 0


async def test_answered_calls_of_a_connection_no_longer_count():
    world = World(Answer())
    for _ in range(40):
        reply = await world.call()
    assert reply.message_type is MessageType.METHOD_RETURN


def header(member, signature, interface=names.INTERFACE):
    fields = {"member": member, "signature": signature, "interface": interface}
    return Header(MessageType.METHOD_CALL, MessageFlag.NONE, 1, 0, fields)


def test_only_bodies_of_listed_calls_are_wanted():
    table = build_table(Service(None, None, None, None), Boot(None, None, None, None, None, None))
    assert table.wants(header("Up", "saya{ss}"))
    assert not table.wants(header("Up", "av"))
    assert not table.wants(header("Up", ""))
    assert not table.wants(header("Sync", "say"))
    assert not table.wants(header("Up", "saya{ss}", "org.freedesktop.DBus.Properties"))
    unheard = replace(header("Up", "saya{ss}"), flags=MessageFlag.NO_REPLY_EXPECTED)
    assert not table.wants(unheard)


def test_what_changes_the_machine_or_tells_of_roots_files_has_an_action_and_takes_no_variant():
    table = build_table(Service(None, None, None, None), Boot(None, None, None, None, None, None))
    changing = {method.member for method in table.methods if method.actions}
    telling = {"ListSystemProfiles", "ReadSystemProfiles"}
    boot = {"SetBoot", "ClearBoot", "StartBoot", "StopBoot"}
    assert changing == {"Up", "Sync", "Down", "ApproveHooks", *boot, *telling}
    assert {method.member for method in table.methods if method.is_free} == {"Revoke"}
    for method in table.methods:
        assert method.actions <= set(names.ACTIONS)
        assert "v" not in method.takes_signature
