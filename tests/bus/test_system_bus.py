"""The engine's own connection, against a real bus that comes and goes."""

import asyncio
import time
from pathlib import Path

import pytest
from dbus_next import Message, MessageType, Variant

from tests.support.private_bus import PrivateBus, connect
from tests.support.waiting import until
from wgdesk.engine.bounded_bus import CallRefused
from wgdesk.engine.system_bus import NO_ANSWER, NO_BUS, SystemBus, variant
from wgdesk.helper.authority import POLKIT

NAME = "org.example.Service1"
PATH = "/org/example/Service1"


@pytest.fixture
async def system_bus(bus):
    opened = SystemBus()
    yield opened
    await opened.close()


class Service:
    """Echoes what it is sent; says nothing to `Silent`, and no to `Refuse`."""

    def __init__(self, bus):
        self.bus = bus
        bus.add_message_handler(self._on_message)

    def _on_message(self, message):
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        if message.member == "Silent":
            return True
        if message.member == "Refuse":
            return Message.new_error(message, "org.example.No", "not today")
        return Message.new_method_return(message, message.signature, message.body)

    def signal(self, member, signature, body, destination=None):
        sent = Message.new_signal(PATH, NAME, member, signature, body)
        sent.destination = destination
        self.bus.send(sent)


async def serve(bus, *, name=NAME):
    service = Service(await connect(bus.address))
    if name:
        await service.bus.request_name(name)
    return service


async def test_a_call_brings_back_what_was_answered(bus, system_bus):
    service = await serve(bus)
    body = ["eth0", [["Description", variant("s", "x")]]]
    answer = await system_bus.call(NAME, PATH, f"{NAME}.Echo", "sa(sv)", body)
    assert answer == ["eth0", [["Description", Variant("s", "x")]]]
    service.bus.disconnect()


async def test_an_error_comes_back_with_its_name_and_text(bus, system_bus):
    service = await serve(bus)
    with pytest.raises(CallRefused) as refused:
        await system_bus.call(NAME, PATH, f"{NAME}.Refuse")
    assert (refused.value.name, refused.value.text) == ("org.example.No", "not today")
    service.bus.disconnect()


async def test_a_service_that_says_nothing_is_waited_for_so_long_and_no_longer(bus, system_bus):
    service = await serve(bus)
    begun = time.monotonic()
    with pytest.raises(CallRefused) as refused:
        await system_bus.call(NAME, PATH, f"{NAME}.Silent", timeout_s=0.3)
    assert refused.value.name == NO_ANSWER
    assert 0.25 < time.monotonic() - begun < 10
    service.bus.disconnect()


async def test_without_a_bus_a_call_fails_at_once_and_works_when_there_is_one(bus, system_bus):
    bus.stop()
    with pytest.raises(CallRefused) as refused:
        await system_bus.call(NAME, PATH, f"{NAME}.Echo")
    assert refused.value.name == NO_BUS
    bus.start()
    service = await serve(bus)
    assert await system_bus.call(NAME, PATH, f"{NAME}.Echo", "s", ["x"]) == ["x"]
    service.bus.disconnect()


async def test_the_owner_of_a_name_is_told_at_every_change(bus, system_bus):
    seen = []
    assert await system_bus.watch_owner(NAME, seen.append) == ""
    first = await serve(bus)
    await until(lambda: seen == [first.bus.unique_name])
    first.bus.disconnect()
    await until(lambda: len(seen) == 2)
    second = await serve(bus)
    await until(lambda: len(seen) == 3)
    assert seen == [first.bus.unique_name, "", second.bus.unique_name]
    assert await system_bus.owner(NAME) == second.bus.unique_name
    assert await system_bus.owner("org.example.Nobody") == ""
    second.bus.disconnect()


async def test_a_bus_that_was_restarted_is_joined_again_by_itself(bus, system_bus):
    owners, heard = [], []
    await system_bus.watch_owner(NAME, owners.append)
    await system_bus.listen(NAME, f"{NAME}.Done", lambda _path, body: heard.append(body[0]))
    first = await serve(bus)
    await until(lambda: owners)
    bus.stop()
    await until(lambda: owners[-1] == "")
    bus.start()
    service = await serve(bus)
    await until(lambda: owners[-1] == service.bus.unique_name)
    service.signal("Done", "s", ["again"])
    await until(lambda: heard == ["again"])
    service.bus.disconnect()
    assert first.bus.unique_name in owners


async def test_a_signal_is_heard_from_the_owner_of_the_name_only(bus, system_bus):
    heard = []
    await system_bus.listen(NAME, f"{NAME}.Done", lambda path, body: heard.append((path, body)))
    service, stranger = await serve(bus), await serve(bus, name="")
    assert await system_bus.owner(NAME) == service.bus.unique_name
    await system_bus.call(NAME, PATH, f"{NAME}.Echo")
    me = system_bus._bus.unique_name
    stranger.signal("Done", "s", ["forged"], destination=me)
    service.signal("Other", "s", ["of no interest"], destination=me)
    await asyncio.sleep(0.1)
    service.signal("Done", "s", ["true"])
    await until(lambda: heard)
    assert heard == [(PATH, ["true"])]
    for each in (service, stranger):
        each.bus.disconnect()


async def test_what_strangers_send_is_thrown_away_unread(bus, system_bus):
    service, stranger = await serve(bus), await serve(bus, name="")
    await system_bus.call(NAME, PATH, f"{NAME}.Echo")
    me = system_bus._bus.unique_name
    body = [[Variant("y", 7)] * 1_000_000]
    stranger.signal("Done", "av", body, destination=me)
    await until(lambda: stranger.bus._writer.messages.empty() and stranger.bus._writer.buf is None)
    begun = time.process_time()
    assert await system_bus.call(NAME, PATH, f"{NAME}.Echo", "s", ["x"], timeout_s=10) == ["x"]
    assert time.process_time() - begun < 0.5
    for each in (service, stranger):
        each.bus.disconnect()


@pytest.fixture
def guarded_bus(monkeypatch, tmp_path):
    """With the project's policy, as on a machine where it is installed."""
    opened = PrivateBus(tmp_path)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", opened.address)
    yield opened
    opened.close()


async def test_the_bus_lets_through_what_a_service_tells_everybody_and_nothing_sent_straight(
    guarded_bus, system_bus_on
):
    heard = []
    service, stranger = await serve(guarded_bus, name=POLKIT), await serve(guarded_bus, name="")
    await system_bus_on.listen(POLKIT, f"{NAME}.Done", lambda _path, body: heard.append(body[0]))
    arrived = []
    system_bus_on._bus.add_message_handler(
        lambda message: arrived.append(message.sender) if message.member == "Done" else None
    )
    me = system_bus_on._bus.unique_name
    for sender in (stranger, service):
        sender.signal("Done", "s", ["straight"], destination=me)
        await sender.bus.call(ping())
    service.signal("Done", "s", ["to all"])
    await until(lambda: heard)
    assert heard == ["to all"]
    assert arrived == [service.bus.unique_name]
    for each in (service, stranger):
        each.bus.disconnect()


@pytest.fixture
async def system_bus_on(guarded_bus):
    opened = SystemBus()
    yield opened
    await opened.close()


def ping():
    return Message(
        destination="org.freedesktop.DBus",
        path="/org/freedesktop/DBus",
        interface="org.freedesktop.DBus",
        member="GetId",
    )


async def test_nobody_can_call_it(bus, system_bus):
    service = await serve(bus)
    await system_bus.call(NAME, PATH, f"{NAME}.Echo")
    me = system_bus._bus.unique_name
    message = Message(destination=me, path="/", interface=NAME, member="Any")
    reply = await service.bus.call(message)
    assert reply.error_name == "org.freedesktop.DBus.Error.UnknownMethod"
    service.bus.disconnect()


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))
