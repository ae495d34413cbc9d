"""A screenshot from the desktop's portal, on a session bus of the test's own."""

import asyncio
import os
import time

import pytest
from dbus_next.signature import Variant

from tests.support.fake_portal import CANCELLED, GRANTED, FakePortal
from tests.support.open_bus import open_bus
from tests.support.pictures import a_code
from tests.support.texts import HOME
from wgdesk.client import portal_request, screenshot
from wgdesk.client.gathering import from_bytes
from wgdesk.client.screenshot import take_screenshot
from wgdesk.domain.profile_errors import ScreenshotRefused

PICTURE = a_code(HOME)


class Portal(FakePortal):
    """A desktop that makes a picture as it is told."""

    def __init__(self, make_results=dict, outcome=GRANTED):
        super().__init__("Screenshot", "Screenshot", lambda _: make_results(), outcome)


@pytest.fixture
def bus(monkeypatch):
    with open_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


@pytest.fixture
def path(tmp_path):
    return tmp_path / "Bildschirmfoto größer 1.png"


def leaving(path, content=PICTURE):
    """Results of a desktop that leaves this file when it is asked."""

    def make():
        path.write_bytes(content)
        return {"uri": Variant("s", path.as_uri())}

    return make


async def refusal(bus, desktop) -> str:
    async with desktop.serve(bus.address), asyncio.timeout(20):
        with pytest.raises(ScreenshotRefused) as caught:
            await take_screenshot()
    assert caught.value.remedy
    return str(caught.value).removeprefix("there is no picture of the screen: ")


async def test_a_profile_is_read_from_the_screen_and_no_picture_of_it_stays(bus, path):
    desktop = Portal(leaving(path))
    async with desktop.serve(bus.address):
        content = await take_screenshot()
    assert [it.content for it in from_bytes(content, "Screen")] == [HOME.encode()]
    assert list(path.parent.iterdir()) == []
    (asked,) = desktop.asked
    assert (asked["interactive"], asked["modal"]) == (True, True)


async def test_a_file_that_was_there_before_stays(bus, path):
    leaving(path)()
    os.utime(path, (time.time() - 60,) * 2)
    desktop = Portal(lambda: {"uri": Variant("s", path.as_uri())})
    async with desktop.serve(bus.address):
        assert await take_screenshot() == PICTURE
    assert path.exists()


async def test_a_file_that_is_no_picture_is_neither_taken_nor_removed(bus, path):
    assert await refusal(bus, Portal(leaving(path, b"secret"))) == (
        "what the desktop left is no picture"
    )
    assert path.read_bytes() == b"secret"


async def test_a_link_is_not_followed(bus, path):
    real = path.with_name("real.png")
    real.write_bytes(PICTURE)
    path.symlink_to(real)
    desktop = Portal(lambda: {"uri": Variant("s", path.as_uri())})
    assert await refusal(bus, desktop) == "what the desktop left is a link"
    assert path.is_symlink()
    assert real.exists()


async def test_a_pipe_hangs_nobody(bus, path):
    os.mkfifo(path)
    desktop = Portal(lambda: {"uri": Variant("s", path.as_uri())})
    assert await refusal(bus, desktop) == "it is a pipe, not a file"


@pytest.mark.parametrize(
    "results",
    [
        {},
        {"uri": Variant("s", "")},
        {"uri": Variant("s", "/etc/passwd")},
        {"uri": Variant("s", "https://example.org/a.png")},
        {"uri": Variant("s", "file://elsewhere/a.png")},
        {"uri": Variant("s", "file:relative.png")},
        {"uri": Variant("s", "file:///a%00b.png")},
        {"uri": Variant("s", "file://[bad/a.png")},
        {"uri": Variant("u", 5)},
    ],
)
async def test_an_answer_that_names_no_file_is_told(bus, results):
    assert await refusal(bus, Portal(lambda: results)) == "the desktop tells no file of it"


async def test_a_file_that_is_not_there_is_told(bus, path):
    desktop = Portal(lambda: {"uri": Variant("s", path.as_uri())})
    assert await refusal(bus, desktop) == "no such file or directory"


async def test_a_picture_that_is_too_large_is_told(bus, path, monkeypatch):
    monkeypatch.setattr(screenshot, "MAX_PICTURE_BYTES", 100)
    assert "larger than" in await refusal(bus, Portal(leaving(path)))


async def test_a_person_who_says_no_is_heard(bus):
    assert await refusal(bus, Portal(outcome=CANCELLED)) == "it was declined"


async def test_a_desktop_without_a_portal_is_told(bus):
    with pytest.raises(ScreenshotRefused, match="ServiceUnknown"):
        await take_screenshot()


async def test_a_portal_that_never_answers_is_not_waited_for_without_end(bus, monkeypatch):
    monkeypatch.setattr(portal_request, "PROMPT_TIMEOUT_S", 0.2)
    assert await refusal(bus, Portal(outcome=None)) == "it has not answered"
