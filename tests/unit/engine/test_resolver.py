import asyncio
import socket
from ipaddress import ip_address

import pytest

from wgdesk.domain.errors import EndpointUnresolved
from wgdesk.domain.plan import SocketAddress
from wgdesk.domain.profile import Endpoint
from wgdesk.engine.resolver import resolve


@pytest.fixture
def names(monkeypatch):
    """Host name -> address, or an error, or None for no answer at all; and what was asked."""
    book, asked = {}, []

    async def getaddrinfo(_loop, host, port, **_hints):
        asked.append(host)
        found = book[host]
        if found is None:
            await asyncio.Event().wait()
        if isinstance(found, Exception):
            raise found
        return [(0, 0, 0, "", (found, port))]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return book, asked


async def test_literals_are_not_looked_up(names):
    four, six = Endpoint("192.0.2.1", 5), Endpoint("fe80::1", 6, "eth0")
    assert await resolve([four, six, four]) == {
        four: SocketAddress(ip_address("192.0.2.1"), 5),
        six: SocketAddress(ip_address("fe80::1"), 6, "eth0"),
    }
    assert names[1] == []


async def test_each_name_is_looked_up_once(names):
    book, asked = names
    book["vpn.example.org"] = "2001:db8::7"
    endpoint = Endpoint("vpn.example.org", 51820)
    assert await resolve([endpoint, endpoint]) == {
        endpoint: SocketAddress(ip_address("2001:db8::7"), 51820)
    }
    assert asked == ["vpn.example.org"]


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (UnicodeError("label too long"), "it is not a host name"),
        (None, "no answer in 0.01 s"),
    ],
)
async def test_name_without_an_address_says_which_and_why(names, found, why):
    names[0]["vpn.example.org"] = found
    with pytest.raises(EndpointUnresolved) as caught:
        await resolve([Endpoint("vpn.example.org", 1)], timeout_s=0.01)
    assert (caught.value.host, caught.value.why) == ("vpn.example.org", why)
