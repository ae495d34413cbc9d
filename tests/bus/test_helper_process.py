"""The helper as a process: attacked, told to end, idle, and without a bus."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import time

from dbus_next import Message, MessageType

from tests.support.private_bus import HOME
from tests.support.started_helper import peak_kib, until_served
from wgdesk.domain.errors import LimitExceeded
from wgdesk.wire import names

MIB = 1 << 20
VARIANT = b"\x01y\0\x07"  # one byte, wrapped: four bytes that cost a Python object each


async def ended(process):
    return await asyncio.to_thread(process.wait, 20)


class RawConnection:
    """Speaks to the bus without dbus-next, which would take a minute to write the attack."""

    def __init__(self, address):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(30)
        self._socket.connect(address.removeprefix("unix:path="))
        uid = str(os.getuid()).encode().hex().encode()
        self._socket.sendall(b"\0AUTH EXTERNAL " + uid + b"\r\n")
        self._socket.recv(256)
        hello = Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member="Hello",
            serial=1,
        )
        self._socket.sendall(b"BEGIN\r\n" + bytes(hello._marshall()))

    def send_array(self, member, signature, before, elements):
        """Call with `before`, then one array of raw elements."""
        message = Message(
            destination=names.BUS_NAME,
            path=names.OBJECT_PATH,
            interface=names.INTERFACE,
            member=member,
            signature=signature,
            body=before,
            serial=2,
        )
        data = bytearray(message._marshall())
        body_bytes = int.from_bytes(data[4:8], "little")
        data[4:8] = (body_bytes + len(elements)).to_bytes(4, "little")
        data[-4:] = len(elements).to_bytes(4, "little")
        self._socket.sendall(bytes(data) + elements)

    def read_until(self, pattern):
        data = b""
        while not (found := re.search(pattern, data)):
            piece = self._socket.recv(65536)
            assert piece, "the bus closed the connection"
            data += piece
        return found[0]

    def close(self):
        self._socket.close()


async def test_thirty_mebibytes_of_variants_are_refused_unread(private_bus, start, join):
    client = await join()
    process = start()
    await until_served(client)
    await client.call("List")
    before_kib = peak_kib(process)
    attacker = RawConnection(private_bus.address)
    started_s = time.monotonic()
    elements = VARIANT * (30 * MIB // len(VARIANT))
    await asyncio.to_thread(attacker.send_array, "Up", "av", [[]], elements)
    answer = await asyncio.to_thread(attacker.read_until, rb"org\.[A-Za-z.]*Error\.\w+")
    took_s = time.monotonic() - started_s
    await client.call("List")
    attacker.close()
    assert answer == b"org.freedesktop.DBus.Error.LimitsExceeded"
    assert peak_kib(process) - before_kib < 8 * 1024
    # Taken apart it is three quarters of a minute; most of this is the bus's own check.
    assert took_s < 10


async def test_others_are_served_while_a_big_message_is_thrown_away(private_bus, start, join):
    client = await join()
    start()
    await until_served(client)
    attacker = RawConnection(private_bus.address)
    elements = VARIANT * (30 * MIB // len(VARIANT))
    sending = asyncio.ensure_future(
        asyncio.to_thread(attacker.send_array, "Up", "av", [[]], elements)
    )
    slowest_s = 0.0
    while not sending.done():
        started_s = time.monotonic()
        await client.bus.call(_ping())
        slowest_s = max(slowest_s, time.monotonic() - started_s)
        await asyncio.sleep(0.2)
    attacker.close()
    assert slowest_s < 5


async def test_a_heap_of_options_is_refused_before_it_is_taken_apart(start, join):
    client = await join()
    process = start()
    await until_served(client)
    await client.call("List")
    before_kib = peak_kib(process)
    options = {str(number): "" for number in range(30_000)}
    error = await client.refusal("Up", "saya{ss}", ["home", HOME, options])
    assert isinstance(error, LimitExceeded)
    assert peak_kib(process) - before_kib < 8 * 1024


async def test_a_big_profile_is_read(private_bus, start, join):
    client = await join()
    start()
    await until_served(client)
    profile = HOME + b"# nothing\n" * 90_000
    (answer,) = await client.call("Check", "saya{ss}", ["home", profile, {}])
    assert '"needs_approval":true' in answer


async def test_it_leaves_when_idle(start, join):
    client = await join()
    process = start(WGDESK_TEST_IDLE_S="0.3")
    await until_served(client)
    assert await ended(process) == 0
    assert not await client.sees(names.BUS_NAME)


async def test_it_stays_for_a_subscriber(start, join):
    client = await join()
    process = start(WGDESK_TEST_IDLE_S="0.3")
    await until_served(client)
    await client.call("Subscribe")
    await asyncio.sleep(1.5)
    assert process.poll() is None
    await client.leave()
    assert await ended(process) == 0


async def test_it_ends_in_good_order_when_told(start, join):
    client = await join()
    process = start()
    await until_served(client)
    process.send_signal(signal.SIGTERM)
    assert await ended(process) == 0
    assert process.log == ""


async def test_without_a_bus_it_says_so(start):
    process = start(DBUS_SYSTEM_BUS_ADDRESS="unix:path=/nonexistent/bus")
    assert await ended(process) == 1
    assert "there is no system bus" in process.log


async def test_it_ends_when_the_bus_goes_away(private_bus, start, join):
    client = await join()
    process = start()
    await until_served(client)
    private_bus.close()
    with contextlib.suppress(EOFError):
        await client.bus.wait_for_disconnect()
    assert await ended(process) == 1
    assert "the bus went away" in process.log


async def test_a_second_helper_does_not_take_the_name(start, join):
    client = await join()
    first = start()
    await until_served(client)
    second = start()
    assert await ended(second) == 1
    assert "somebody else has the name" in second.log
    assert first.poll() is None


async def test_the_service_manager_hears_of_its_life(start, join, tmp_path):
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(tmp_path / "notify"))
    heard.settimeout(10)
    client = await join()
    process = start(NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="400000")
    await until_served(client)
    assert heard.recv(100) == b"READY=1"
    assert heard.recv(100) == heard.recv(100) == b"WATCHDOG=1"
    process.send_signal(signal.SIGTERM)
    await ended(process)
    heard.settimeout(0)
    states = []
    with contextlib.suppress(BlockingIOError):
        while True:
            states.append(heard.recv(100))
    heard.close()
    assert b"STOPPING=1" in states


def _ping():
    return Message(
        message_type=MessageType.METHOD_CALL,
        destination=names.BUS_NAME,
        path=names.OBJECT_PATH,
        interface="org.freedesktop.DBus.Peer",
        member="Ping",
    )
