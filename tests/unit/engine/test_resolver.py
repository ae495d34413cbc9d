import asyncio
import socket
import threading
from ipaddress import ip_address

import pytest

from wgdesk.domain.device import SocketAddress
from wgdesk.domain.errors import EndpointUnresolved
from wgdesk.domain.profile import Endpoint
from wgdesk.engine.resolver import LOOK_UPS_AT_ONCE, resolve


class Names:
    """What the machine's resolver says.

    Attributes:
        book: Host name -> address, or an error, or None for no answer at all.
        asked: The names it was asked for, in order.
    """

    def __init__(self):
        self.book, self.asked, self.waiting = {}, [], 0
        self._ended = threading.Event()

    def look_up(self, host, port, **_hints):
        self.asked.append(host)
        found = self.book.get(host)
        if found is None:
            self.waiting += 1
            self._ended.wait(20)
            raise socket.gaierror(-3, "Temporary failure in name resolution")
        if isinstance(found, Exception):
            raise found
        return [(0, 0, 0, "", (found, port))]

    def end(self):
        self._ended.set()


@pytest.fixture
def names(monkeypatch):
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names.look_up)
    yield names
    names.end()


async def test_literals_are_not_looked_up(names):
    four, six = Endpoint("192.0.2.1", 5), Endpoint("fe80::1", 6, "eth0")
    assert await resolve([four, six, four]) == {
        four: SocketAddress(ip_address("192.0.2.1"), 5),
        six: SocketAddress(ip_address("fe80::1"), 6, "eth0"),
    }
    assert names.asked == []


async def test_each_name_is_looked_up_once(names):
    names.book["vpn.example.org"] = "2001:db8::7"
    one, two = Endpoint("vpn.example.org", 51820), Endpoint("vpn.example.org", 443)
    address = ip_address("2001:db8::7")
    assert await resolve([one, two, one]) == {
        one: SocketAddress(address, 51820),
        two: SocketAddress(address, 443),
    }
    assert names.asked == ["vpn.example.org"]


async def test_many_names_are_found(names):
    names.book = {f"h{number}.example": f"192.0.2.{number}" for number in range(1, 60)}
    endpoints = [Endpoint(host, 1) for host in names.book]
    assert await resolve(endpoints) == {
        it: SocketAddress(ip_address(names.book[it.host]), 1) for it in endpoints
    }


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (UnicodeError("label too long"), "it is not a host name"),
        (None, "no answer in 0.01 s"),
    ],
)
async def test_name_without_an_address_says_which_and_why(names, found, why):
    names.book["vpn.example.org"] = found
    timeout_s = 0.01 if found is None else 5
    with pytest.raises(EndpointUnresolved) as caught:
        await resolve([Endpoint("vpn.example.org", 1)], timeout_s=timeout_s)
    assert (caught.value.host, caught.value.why) == ("vpn.example.org", why)


async def test_names_that_hang_keep_neither_other_look_ups_nor_other_work_waiting(names):
    """Forty names each for three tunnels, and a name server that never answers."""
    names.book["vpn.example.org"] = "192.0.2.9"
    stuck = [
        asyncio.ensure_future(
            resolve([Endpoint(f"h{at}.t{tunnel}.example", 1) for at in range(40)])
        )
        for tunnel in range(3)
    ]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(5):
        assert await asyncio.to_thread(int, "7") == 7
        assert await resolve([Endpoint("vpn.example.org", 1)])
    assert names.waiting == 3 * LOOK_UPS_AT_ONCE
    for task in stuck:
        task.cancel()
    await asyncio.wait(stuck)


async def test_nothing_more_is_looked_up_after_a_name_that_has_no_answer(names):
    names.book["h0.example"] = socket.gaierror(-2, "Name or service not known")
    with pytest.raises(EndpointUnresolved):
        await resolve([Endpoint(f"h{at}.example", 1) for at in range(40)])
    names.end()
    await asyncio.sleep(0.1)
    assert len(names.asked) <= LOOK_UPS_AT_ONCE + 1
