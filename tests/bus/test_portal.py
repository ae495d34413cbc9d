"""Asking the desktop's portal to be started at login, on a session bus of the test's own."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from dbus_next.aio import MessageBus
from dbus_next.message import Message
from dbus_next.signature import Variant

from tests.support.open_bus import open_bus
from wgdesk.client import portal_request
from wgdesk.client.login_start import LoginStart
from wgdesk.client.portal import ask_for_login_start
from wgdesk.domain.errors import LoginStartRefused

NAME = "org.freedesktop.portal.Desktop"
GRANTED, CANCELLED, OTHER = range(3)


class Portal:
    """A desktop's portal that answers as it is told.

    Attributes:
        outcome: The number in its Response; None is none at all.
        asked: The options of every RequestBackground, unpacked.
        is_hasty: Sends the Response before the call returns, as the interface allows.
    """

    def __init__(self, outcome=GRANTED, grants=None, *, is_hasty=False):
        self.outcome, self.grants, self.is_hasty = outcome, grants, is_hasty
        self.asked = []

    @asynccontextmanager
    async def serve(self, address):
        self.bus = await MessageBus(bus_address=address).connect()
        self.bus.add_message_handler(self._on_message)
        await self.bus.request_name(NAME)
        yield
        self.bus.disconnect()
        await self.bus.wait_for_disconnect()

    def _on_message(self, message):
        if message.member != "RequestBackground":
            return False
        parent, options = message.body
        assert (parent, message.interface) == ("", "org.freedesktop.portal.Background")
        self.asked.append({key: value.value for key, value in options.items()})
        sender = message.sender[1:].replace(".", "_")
        handle = (
            f"/org/freedesktop/portal/desktop/request/{sender}/{self.asked[-1]['handle_token']}"
        )
        calls = [
            Message.new_method_return(message, "o", [handle]),
            *self._responses(handle, message),
        ]
        for each in reversed(calls) if self.is_hasty else calls:
            self.bus.send(each)
        return True

    def _responses(self, handle, message):
        if self.outcome is None:
            return []
        wanted = self.asked[-1]["autostart"]
        granted = wanted if self.grants is None else self.grants
        results = {"autostart": Variant("b", granted)}

        def response(path, outcome, results):
            return Message.new_signal(
                path, "org.freedesktop.portal.Request", "Response", "ua{sv}", [outcome, results]
            )

        others = response(f"{handle}x", OTHER, {})  # another question of this program
        return [others, response(handle, self.outcome, results if self.outcome == GRANTED else {})]


@pytest.fixture
def bus(monkeypatch):
    with open_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


@pytest.mark.parametrize("is_hasty", [False, True])
@pytest.mark.parametrize(
    ("hidden", "command"), [(False, ["wgdesk"]), (True, ["wgdesk", "--hidden"])]
)
async def test_sandboxed_program_is_started_by_the_desktop(bus, is_hasty, hidden, command):
    desktop = Portal(is_hasty=is_hasty)
    async with desktop.serve(bus.address):
        await LoginStart(sandboxed=True).switch(on=True, hidden=hidden, reason="Because")
    (asked,) = desktop.asked
    assert (asked["autostart"], asked["commandline"], asked["reason"]) == (True, command, "Because")
    assert asked["dbus-activatable"] is False


async def test_it_is_turned_off_the_same_way(bus):
    desktop = Portal()
    async with desktop.serve(bus.address):
        await ask_for_login_start(on=False, hidden=False)
    assert [each["autostart"] for each in desktop.asked] == [False]


@pytest.mark.parametrize(
    ("desktop", "why"),
    [
        (Portal(CANCELLED), "it was declined"),
        (Portal(OTHER), "it ended the question"),
        (Portal(grants=False), "its own settings say otherwise"),
    ],
)
async def test_a_desktop_that_says_no_is_heard(bus, desktop, why):
    async with desktop.serve(bus.address):
        with pytest.raises(LoginStartRefused, match=why):
            await ask_for_login_start(on=True, hidden=False)


async def test_an_answer_that_somebody_else_sends_counts_for_nothing(bus, monkeypatch):
    monkeypatch.setattr(portal_request, "PROMPT_TIMEOUT_S", 0.5)
    desktop, stranger = Portal(None), await MessageBus(bus_address=bus.address).connect()
    answer = desktop._responses

    def forge(handle, question):
        desktop.outcome = GRANTED
        for forged in answer(handle, question):
            forged.destination = question.sender
            stranger.send(forged)
        return []

    monkeypatch.setattr(desktop, "_responses", forge)
    async with desktop.serve(bus.address):
        with pytest.raises(LoginStartRefused, match="it has not answered"):
            await ask_for_login_start(on=True, hidden=False)
    stranger.disconnect()


async def test_a_desktop_without_a_portal_is_told(bus):
    with pytest.raises(LoginStartRefused, match="ServiceUnknown"):
        await ask_for_login_start(on=True, hidden=False)


async def test_a_session_without_a_bus_is_told(monkeypatch):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    with pytest.raises(LoginStartRefused, match="there is no session bus"):
        await ask_for_login_start(on=True, hidden=False)


async def test_a_portal_that_never_answers_is_not_waited_for_without_end(bus, monkeypatch):
    monkeypatch.setattr(portal_request, "PROMPT_TIMEOUT_S", 0.2)
    async with Portal(None).serve(bus.address), asyncio.timeout(10):
        with pytest.raises(LoginStartRefused, match="it has not answered"):
            await ask_for_login_start(on=True, hidden=False)
