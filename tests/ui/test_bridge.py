"""One crossing: answers arrive on the GUI thread, a bug arrives as an ordinary error."""

import asyncio
import threading

import pytest

from wgdesk.domain.errors import Busy
from wgdesk.ui.bridge import Bridge


@pytest.fixture
def bridge(qapp):
    made = Bridge()
    made.start()
    yield made
    made.close()


def test_answer_arrives_on_the_gui_thread(qtbot, bridge):
    seen: list[tuple[str, str]] = []

    async def work() -> str:
        return threading.current_thread().name

    bridge.submit(work(), lambda where: seen.append((where, threading.current_thread().name)))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("bus", threading.main_thread().name)]


def test_failure_arrives_as_it_was_raised(qtbot, bridge):
    failures: list[Exception] = []

    async def work() -> None:
        raise Busy

    bridge.submit(work(), failed=failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert isinstance(failures[0], Busy)


def test_bug_is_logged_and_arrives_as_an_ordinary_error(qtbot, bridge, caplog):
    failures: list[Exception] = []

    async def work() -> None:
        raise ZeroDivisionError("secret detail")

    bridge.submit(work(), failed=failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert str(failures[0]) == "wgdesk made a mistake"
    assert "secret detail" in caplog.text


def test_cancelled_work_says_nothing(qtbot, bridge):
    said: list[object] = []

    async def work() -> None:
        await asyncio.sleep(60)

    bridge.submit(work(), said.append, said.append).cancel()
    qtbot.wait(50)
    assert said == []


def test_watch_brings_every_item_and_then_the_end(qtbot, bridge):
    seen: list[object] = []

    async def count():
        for number in range(3):
            yield number

    bridge.watch(count, seen.append, lambda error: seen.append(("end", error)))
    qtbot.waitUntil(lambda: len(seen) == 4)
    assert seen == [0, 1, 2, ("end", None)]


def test_close_does_the_last_thing_and_ends_streams(qtbot, bridge):
    ended: list[str] = []

    async def endless():
        try:
            yield 1
            await asyncio.sleep(60)
        finally:
            ended.append("stream")

    async def last() -> None:
        ended.append("last")

    arrived: list[int] = []
    bridge.watch(endless, arrived.append)
    qtbot.waitUntil(lambda: bool(arrived))
    bridge.close(last())
    assert ended == ["last", "stream"]


def test_ten_thousand_crossings_leave_the_process_alive(qtbot, bridge):
    arrived: list[int] = []

    async def count():
        for number in range(10_000):
            yield number

    bridge.watch(count, arrived.append)
    qtbot.waitUntil(lambda: len(arrived) == 10_000, timeout=20_000)
