"""Notifications on a session bus of the test's own."""

from contextlib import asynccontextmanager

import pytest
from dbus_next.aio import MessageBus
from dbus_next.message import Message

from tests.support.open_bus import open_bus
from wgdesk.client.notify import Notifier

SERVER = "org.freedesktop.Notifications"


class Desktop:
    """A notification server that remembers.

    Attributes:
        shown: The arguments of every Notify.
    """

    def __init__(self):
        self.shown = []

    @asynccontextmanager
    async def serve(self, address):
        bus = await MessageBus(bus_address=address).connect()
        bus.add_message_handler(self._on_message)
        await bus.request_name(SERVER)
        yield
        bus.disconnect()
        if bus._disconnect_future.done():  # the bus was faster; that is no news
            bus._disconnect_future.exception()

    def _on_message(self, message):
        if message.member != "Notify":
            return False
        self.shown.append(message.body)
        return Message.new_method_return(message, "u", [message.body[1] or 40 + len(self.shown)])


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


async def test_notify_shows_summary_body_and_icon(bus, notifier):
    desktop = Desktop()
    async with desktop.serve(bus.address):
        assert await notifier.notify("home", "home is up", "All traffic", "network-vpn")
    app, replaces, icon, summary, body, actions, hints, timeout = desktop.shown[0]
    assert (app, replaces, icon, summary) == ("wgdesk", 0, "network-vpn", "home is up")
    assert (body, actions, timeout) == ("All traffic", [], -1)
    assert hints["desktop-entry"].value == "org.wgdesk.WGDesk"


async def test_notify_replaces_what_it_said_of_the_same_tunnel(bus, notifier):
    desktop = Desktop()
    async with desktop.serve(bus.address):
        for tunnel in ("home", "work", "home"):
            await notifier.notify(tunnel, f"{tunnel} is up", "")
    assert [arguments[1] for arguments in desktop.shown] == [0, 0, 41]


async def test_notify_sends_no_markup_and_no_controls(bus, notifier):
    desktop = Desktop()
    async with desktop.serve(bus.address):
        await notifier.notify("home", "a\x1b[31mb", "<b>bold</b> & more")
    assert desktop.shown[0][3:5] == ["a?[31mb", "&lt;b&gt;bold&lt;/b&gt; &amp; more"]


async def test_notify_does_nothing_when_there_is_no_server(bus, notifier):
    assert not await notifier.notify("home", "home is up", "")


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "nonsense", None])
async def test_notify_does_nothing_when_there_is_no_bus(monkeypatch, notifier, address):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    if address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    assert not await notifier.notify("home", "home is up", "")


async def test_notify_speaks_again_after_the_bus_was_away(bus, notifier):
    async with Desktop().serve(bus.address):
        await notifier.notify("home", "home is up", "")
        bus.stop()
        assert not await notifier.notify("home", "home is down", "")
    bus.start()
    again = Desktop()
    async with again.serve(bus.address):
        assert await notifier.notify("home", "home is up", "")
    assert again.shown[0][1] == 0
