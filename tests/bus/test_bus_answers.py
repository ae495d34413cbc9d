"""Answers of the bus that never come, as in a flood: it drops its own when a queue is full."""

import asyncio

import pytest

from wgdesk.engine import bounded_bus
from wgdesk.engine.bounded_bus import NO_ANSWER, BoundedBus, CallRefused


class Forgetful(BoundedBus):
    """Loses the answers to the first questions."""

    lost = 0
    asked = 0

    async def call(self, message):
        self.asked += 1
        if self.asked <= self.lost:
            message.serial = self.next_serial()
            self._method_return_handlers[message.serial] = lambda *_: None
            await asyncio.Event().wait()
        return await super().call(message)


@pytest.fixture
async def bus(private_bus, monkeypatch):
    monkeypatch.setattr(bounded_bus, "DAEMON_TIMEOUT_S", 0.2)
    bus = Forgetful()
    await bus.connect()
    yield bus
    bus.hang_up()


async def test_the_bus_is_asked_again_where_an_answer_was_lost(bus):
    bus.lost = 2
    assert await bus.ask_daemon("NameHasOwner", "s", [bus.unique_name]) is True
    assert bus.asked == 3
    assert bus._method_return_handlers == {}


async def test_a_bus_that_does_not_answer_is_no_reason_to_wait_for_ever(bus):
    bus.lost = 9
    with pytest.raises(CallRefused) as refused:
        await bus.ask_daemon("GetConnectionUnixUser", "s", [bus.unique_name])
    assert refused.value.name == NO_ANSWER
    assert bus._method_return_handlers == {}
