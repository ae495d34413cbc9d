import asyncio
import os

from wgdesk.helper.lifetime import Idleness, Manager


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


def test_idleness_begins_with_the_last_need():
    clock, need = Clock(), [True]
    idleness = Idleness(lambda: bool(need), clock, idle_s=60)
    clock.now_s = 100.0
    assert idleness.left_s() == 60
    need.clear()
    clock.now_s = 130.0
    assert idleness.left_s() == 30
    idleness.touch()
    assert idleness.left_s() == 60
    clock.now_s = 190.0
    assert idleness.left_s() == 0


async def test_waiting_ends_when_it_has_been_idle():
    loop = asyncio.get_running_loop()
    idleness = Idleness(lambda: False, loop.time, idle_s=0.05)
    async with asyncio.timeout(5):
        await idleness.wait()
    assert idleness.left_s() == 0


def test_without_a_manager_nothing_is_told():
    Manager({}).tell("READY=1")
    Manager({"NOTIFY_SOCKET": "relative"}).tell("READY=1")
    Manager({"NOTIFY_SOCKET": "/nonexistent/socket"}).tell("READY=1")


async def test_a_watchdog_of_another_process_is_not_fed():
    other = {"WATCHDOG_USEC": "1000", "WATCHDOG_PID": str(os.getpid() + 1)}
    async with asyncio.timeout(5):
        await Manager(other).keep_watchdog_quiet()
        await Manager({"WATCHDOG_USEC": "soon"}).keep_watchdog_quiet()
