"""Asking the desktop's portal to be started at login, on a session bus of the test's own."""

import asyncio

import pytest
from dbus_next.aio import MessageBus
from dbus_next.signature import Variant

from tests.support.fake_portal import CANCELLED, GRANTED, OTHER, FakePortal
from tests.support.open_bus import open_bus
from wgdesk.client import portal_request
from wgdesk.client.login_start import LoginStart
from wgdesk.client.portal import ask_for_login_start
from wgdesk.domain.errors import LoginStartRefused


class Portal(FakePortal):
    """Its own settings decide where `grants` is given."""

    def __init__(self, outcome=GRANTED, grants=None, **how):
        def results(options):
            return {"autostart": Variant("b", options["autostart"] if grants is None else grants)}

        super().__init__("Background", "RequestBackground", results, outcome, **how)


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

    def forge(handle, question):
        desktop.outcome = GRANTED
        for forged in desktop.responses(handle):
            forged.destination = question.sender
            stranger.send(forged)
        return []

    monkeypatch.setattr(desktop, "answer", forge)
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
