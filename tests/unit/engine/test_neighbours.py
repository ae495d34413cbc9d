"""Other programs' tunnels: told when they come or go, to who has asked before."""

import asyncio

from tests.support.waiting import until
from wgdesk.domain.snapshot import ForeignLink

OFFICE = ForeignLink("office", "wg-quick")


async def test_one_that_comes_and_goes_is_told(machine):
    assert await machine.tunnels.foreign() == ()
    for links in ((OFFICE,), ()):
        told = len(machine.seen)
        machine.system.other_links = links
        machine.system.disturb()
        await until(lambda told=told: len(machine.seen) > told)
        assert machine.seen[told:] == [("", None)]
        assert await machine.tunnels.foreign() == links


async def test_nothing_is_told_where_they_stay_or_nobody_has_asked(machine):
    machine.system.other_links = (OFFICE,)
    machine.system.disturb()
    await asyncio.sleep(0.01)
    await machine.tunnels.foreign()
    machine.system.disturb()
    await asyncio.sleep(0.01)
    assert machine.seen == []
