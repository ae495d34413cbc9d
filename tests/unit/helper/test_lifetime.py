import asyncio
import os
import socket
from contextlib import ExitStack, suppress

import pytest

from tests.support.waiting import until
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


@pytest.fixture
def listen(tmp_path, monkeypatch):
    """Opens a notification socket at an address; what has been told there is read at once."""
    monkeypatch.chdir(tmp_path)
    with ExitStack() as stack:

        def open_at(address):
            channel = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
            channel.bind(address)

            def heard():
                with suppress(BlockingIOError):
                    return channel.recv(100, socket.MSG_DONTWAIT).decode()
                return ""

            return heard

        yield open_at


def test_manager_is_told_at_a_path_and_at_an_abstract_name(listen, tmp_path):
    path, name = str(tmp_path / "socket"), f"wgdesk-test-{os.getpid()}"
    for given, address in ((path, path), (f"@{name}", f"\0{name}")):
        heard = listen(address)
        Manager({"NOTIFY_SOCKET": given}).tell("READY=1")
        assert heard() == "READY=1"


def test_without_a_manager_nothing_is_told(listen):
    heard = listen("relative")
    Manager({}).tell("READY=1")
    Manager({"NOTIFY_SOCKET": "relative"}).tell("READY=1")
    Manager({"NOTIFY_SOCKET": "/nonexistent/socket"}).tell("READY=1")
    assert heard() == ""


async def test_watchdog_is_fed_again_and_again(listen, tmp_path):
    heard = listen(str(tmp_path / "socket"))
    environ = {"NOTIFY_SOCKET": str(tmp_path / "socket"), "WATCHDOG_USEC": "2000"}
    feeding = asyncio.ensure_future(Manager(environ).keep_watchdog_quiet())
    for _ in range(3):
        await until(lambda: heard() == "WATCHDOG=1")
    feeding.cancel()


async def test_a_watchdog_of_another_process_is_not_fed():
    other = {"WATCHDOG_USEC": "1000", "WATCHDOG_PID": str(os.getpid() + 1)}
    async with asyncio.timeout(5):
        await Manager(other).keep_watchdog_quiet()
        await Manager({"WATCHDOG_USEC": "soon"}).keep_watchdog_quiet()
