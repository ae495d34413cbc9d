"""Who shares which reading."""

import asyncio
import gc
import threading

import pytest

from tests.support.waiting import on_loop, until
from wgdesk.domain.errors import KernelRefused
from wgdesk.engine.routing_view import RoutingView


class Reading:
    """A kernel that answers when the test lets it."""

    def __init__(self):
        self.names = []
        self.go_on = threading.Semaphore(0)
        self.error = None
        self.is_over = False

    def __call__(self, tunnels):
        self.names.append(dict(tunnels))
        self.go_on.acquire(timeout=5)
        self.is_over = True
        if self.error:
            raise self.error
        return str(len(self.names))


@on_loop
async def test_whoever_asks_during_a_reading_shares_the_next_one():
    reading = Reading()
    view = RoutingView(lambda: {51820: "home"}, reading)
    first = asyncio.ensure_future(view.read())
    await until(lambda: reading.names)
    others = [asyncio.ensure_future(view.read()) for _ in range(3)]
    await asyncio.sleep(0)
    reading.go_on.release()
    assert await first == "1"
    reading.go_on.release()
    assert await asyncio.gather(*others) == ["2", "2", "2"]
    assert reading.names == [{51820: "home"}] * 2


@on_loop
async def test_a_caller_that_goes_away_takes_nobody_with_it():
    reading = Reading()
    view = RoutingView(dict, reading)
    both = [asyncio.ensure_future(view.read()) for _ in range(2)]
    await until(lambda: reading.names)
    both[0].cancel()
    reading.go_on.release()
    assert await both[1] == "1"


@on_loop
async def test_a_reading_that_fails_does_not_keep_the_next_from_working():
    reading = Reading()
    reading.error = KernelRefused("read routes and rules", 1, "Operation not permitted")
    view = RoutingView(dict, reading)
    reading.go_on.release()
    with pytest.raises(KernelRefused):
        await view.read()
    reading.error = None
    reading.go_on.release()
    assert await view.read() == "2"


@on_loop
async def test_a_failure_that_nobody_waits_for_is_no_bug():
    reading, told = Reading(), []
    reading.error = KernelRefused("read routes and rules", 1, "Operation not permitted")
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
    view = RoutingView(dict, reading)
    asked = asyncio.ensure_future(view.read())
    await until(lambda: reading.names)
    asked.cancel()
    reading.go_on.release()
    await until(lambda: reading.is_over)
    await asyncio.sleep(0.01)
    view = None
    gc.collect()
    assert told == []
