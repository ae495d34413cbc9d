"""Notifications on a session bus of the test's own."""

import asyncio
from dataclasses import replace

import pytest
from dbus_next.aio import MessageBus

from tests.support.notification_server import FakeServer
from tests.support.open_bus import open_bus
from wgdesk.client.notice import Answer, Choice, Kind, Notice
from wgdesk.client.notify import Notifier

BUTTONS = ((Choice.DISCONNECT, "Disconnect"), (Choice.SHOW, "Show"))
HOME_UP = Notice(tunnel="home", title="home is up", body="All traffic", choices=BUTTONS)
WORK_UP = replace(HOME_UP, tunnel="work", title="work is up")


@pytest.fixture
def bus(monkeypatch):
    with open_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


@pytest.fixture
async def notifier():
    made = Notifier()
    yield made
    await made.close()


async def next_answer(notifier) -> Answer:
    async with asyncio.timeout(5):
        return await anext(notifier.answers())


async def test_notice_shows_all_it_has(bus, notifier):
    server = FakeServer()
    async with server.serve(bus.address):
        assert await notifier.show(replace(HOME_UP, icon="network-vpn"))
    app, replaces, icon, summary, body, actions, hints, timeout = server.said("Notify")[0]
    assert (app, replaces, icon, summary) == ("wgdesk", 0, "network-vpn", "home is up")
    assert (body, timeout) == ("All traffic", -1)
    assert actions == ["default", "Show", "disconnect", "Disconnect", "show", "Show"]
    assert hints["desktop-entry"].value == "org.wgdesk.WGDesk"
    assert (hints["urgency"].value, hints["category"].value) == (1, "network.connected")


async def test_urgent_error_has_the_hints_of_one(bus, notifier):
    server = FakeServer()
    async with server.serve(bus.address):
        await notifier.show(replace(HOME_UP, kind=Kind.ERROR, is_urgent=True))
    hints = server.said("Notify")[0][6]
    assert (hints["urgency"].value, hints["category"].value) == (2, "network.error")


async def test_server_without_buttons_gets_none(bus, notifier):
    server = FakeServer("body")
    async with server.serve(bus.address):
        await notifier.show(replace(HOME_UP, body="<b> & more"))
    assert server.said("Notify")[0][5] == []
    assert server.said("Notify")[0][4] == "<b> & more"  # it would show an escape as it is


async def test_notice_replaces_what_was_said_of_the_same_tunnel(bus, notifier):
    server = FakeServer()
    async with server.serve(bus.address):
        for notice in (HOME_UP, WORK_UP, HOME_UP):
            await notifier.show(notice)
    assert [arguments[1] for arguments in server.said("Notify")] == [0, 0, 41]
    assert len(server.said("GetCapabilities")) == 1


async def test_no_markup_no_controls_and_nothing_without_end_is_sent(bus, notifier):
    server = FakeServer()
    async with server.serve(bus.address):
        await notifier.show(replace(HOME_UP, title="a\x1b[31mb", body="<b>bold</b> & more"))
        await notifier.show(replace(WORK_UP, title="x" * 5000, body="y" * 5000))
    assert server.said("Notify")[0][3:5] == ["a?[31mb", "&lt;b&gt;bold&lt;/b&gt; &amp; more"]
    assert [len(text) for text in server.said("Notify")[1][3:5]] == [400, 400]


async def test_button_is_an_answer_with_the_token_that_came_before_it(bus, notifier):
    server = FakeServer()
    async with server.serve(bus.address):
        await notifier.show(HOME_UP)
        await notifier.show(WORK_UP)
        await server.tell("ActivationToken", "us", 42, "token-7")
        await server.tell("ActionInvoked", "us", 42, "disconnect")
        assert await next_answer(notifier) == Answer("work", Choice.DISCONNECT, "token-7")
        await server.tell("ActionInvoked", "us", 41, "default")
        assert await next_answer(notifier) == Answer("home", Choice.SHOW, "")


async def test_answers_that_are_not_ours_are_passed_over(bus, notifier, caplog):
    server = FakeServer()
    async with server.serve(bus.address):
        await notifier.show(HOME_UP)
        await server.tell("ActionInvoked", "us", 99, "disconnect")  # another program's
        await server.tell("ActionInvoked", "us", 41, "format-disk")
        await server.tell("ActionInvoked", "s", "nonsense")
        await server.tell("ActionInvoked", "u", 41)
        await server.tell("ActivationToken", "us", 41, "a\nb")
        await server.tell("ActionInvoked", "us", 41, "show")
        assert await next_answer(notifier) == Answer("home", Choice.SHOW, "")
    assert caplog.records == []


async def test_only_the_server_itself_is_believed(bus, notifier):
    server, stranger = FakeServer(), await MessageBus(bus_address=bus.address).connect()
    async with server.serve(bus.address):
        await notifier.show(HOME_UP)
        own_name = notifier._service._bus.unique_name
        forged = ("ActionInvoked", "us", 41, "disconnect")
        await server.tell(*forged, bus=stranger, destination=own_name)
        await stranger.call(_ping(own_name))  # it has arrived
        await server.tell("ActionInvoked", "us", 41, "show")
        assert (await next_answer(notifier)).choice is Choice.SHOW
    stranger.disconnect()


def _ping(name):
    from dbus_next.message import Message  # noqa: PLC0415

    return Message(destination=name, path="/", interface="org.freedesktop.DBus.Peer", member="Ping")


async def test_closed_notification_is_not_replaced_and_not_closed_again(bus, notifier):
    server = FakeServer()
    async with server.serve(bus.address):
        await notifier.show(HOME_UP)
        await notifier.show(WORK_UP)
        await server.tell("NotificationClosed", "uu", 41, 2)
        await server.tell("ActionInvoked", "us", 42, "show")
        await next_answer(notifier)
        await notifier.withdraw("home")
        await notifier.show(HOME_UP)
    assert server.said("CloseNotification") == []
    assert server.said("Notify")[2][1] == 0


async def test_withdrawn_notification_is_closed_once(bus, notifier):
    server = FakeServer()
    async with server.serve(bus.address):
        await notifier.show(HOME_UP)
        await notifier.withdraw("home")
        await notifier.withdraw("home")
        await notifier.withdraw("never-shown")
    assert server.said("CloseNotification") == [[41]]


async def test_another_server_gets_no_numbers_of_the_first(bus, notifier):
    async with FakeServer().serve(bus.address):
        await notifier.show(HOME_UP)
    second = FakeServer("body")
    async with second.serve(bus.address):
        await notifier.show(HOME_UP)
    assert second.said("Notify")[0][1] == 0
    assert second.said("Notify")[0][5] == []


async def test_nothing_happens_when_there_is_no_server(bus, notifier):
    assert not await notifier.show(HOME_UP)
    await notifier.withdraw("home")


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "nonsense", None])
async def test_nothing_happens_when_there_is_no_bus(monkeypatch, notifier, address):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    if address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    assert not await notifier.show(HOME_UP)


async def test_it_speaks_again_after_the_bus_was_away(bus, notifier):
    async with FakeServer().serve(bus.address):
        await notifier.show(HOME_UP)
        bus.stop()
        assert not await notifier.show(HOME_UP)
    bus.start()
    again = FakeServer()
    async with again.serve(bus.address):
        assert await notifier.show(HOME_UP)
    assert again.said("Notify")[0][1] == 0
