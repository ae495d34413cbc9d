"""Notifications out of a sandbox, to a portal on a session bus of the test's own."""

import asyncio
from dataclasses import replace

import pytest

from tests.support.notification_server import FakePortal
from tests.support.open_bus import open_bus
from wgdesk.client.notice import Answer, Choice, Notice
from wgdesk.client.notify import Notifier
from wgdesk.client.notify_portal import PortalNotifier
from wgdesk.ui import late_notices
from wgdesk.ui.late_notices import make_notices

LOST = Notice(
    tunnel="home",
    title="home does not reply",
    body="No <b>reply</b>",
    icon="org.wgdesk.WGDesk",
    choices=((Choice.RETRY, "Retry"), (Choice.SHOW, "Show")),
)


@pytest.fixture
def bus(monkeypatch):
    with open_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


@pytest.fixture
async def notifier():
    made = PortalNotifier()
    yield made
    await made.close()


async def next_answer(notifier) -> Answer:
    async with asyncio.timeout(5):
        return await anext(notifier.answers())


async def test_portal_gets_buttons_and_plain_text_under_an_id_for_each_tunnel(bus, notifier):
    portal = FakePortal()
    async with portal.serve(bus.address):
        assert await notifier.show(LOST)
        assert await notifier.show(replace(LOST, is_urgent=True))
    (number, content), (again, urgent) = portal.said("AddNotification")
    assert number == again == "tunnel-home"
    assert (content["title"].value, content["body"].value) == (LOST.title, LOST.body)
    assert content["default-action"].value == "show"
    assert [
        (button["label"].value, button["action"].value) for button in content["buttons"].value
    ] == [("Retry", "retry"), ("Show", "show")]
    kind, names = content["icon"].value
    assert (kind, names.value) == ("themed", ["org.wgdesk.WGDesk"])
    assert (content["priority"].value, urgent["priority"].value) == ("normal", "urgent")


async def test_button_is_an_answer_with_its_token(bus, notifier):
    portal = FakePortal()
    async with portal.serve(bus.address):
        await notifier.show(LOST)
        for number, action in (("other", "show"), ("tunnel-../x", "show"), ("tunnel-home", "x")):
            await portal.choose(number, action)
        await portal.choose("tunnel-home", "retry", "token-3")
        assert await next_answer(notifier) == Answer("home", Choice.RETRY, "token-3")
        await portal.choose("tunnel-home", "show")
        assert await next_answer(notifier) == Answer("home", Choice.SHOW, "")


async def test_withdrawn_notification_is_removed_once(bus, notifier):
    portal = FakePortal()
    async with portal.serve(bus.address):
        await notifier.show(LOST)
        await notifier.withdraw("home")
        await notifier.withdraw("home")
    assert portal.said("RemoveNotification") == [["tunnel-home"]]


async def test_nothing_happens_without_a_portal(bus, notifier):
    assert not await notifier.show(LOST)


@pytest.mark.parametrize(("sandboxed", "kind"), [(False, Notifier), (True, PortalNotifier)])
def test_portal_is_for_a_sandbox(monkeypatch, sandboxed, kind):
    monkeypatch.setattr(late_notices, "is_sandboxed", lambda: sandboxed)
    assert isinstance(make_notices(), kind)
