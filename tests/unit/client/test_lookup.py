import asyncio
import socket
import threading
from ipaddress import ip_address

import pytest

from wgdesk.client.lookup import look_up
from wgdesk.domain.errors import HostUnresolved


def answers(monkeypatch, answer):
    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
    ],
)
async def test_a_literal_is_asked_of_nobody(monkeypatch, text, address):
    answers(monkeypatch, lambda *_: pytest.fail("somebody was asked"))
    assert await look_up(text) == (ip_address(address),)


async def test_a_name_has_all_its_addresses_once_and_in_order(monkeypatch):
    found = [(0, 0, 0, "", (it, 0)) for it in ("2001:db8::1", "203.0.113.9", "2001:db8::1")]
    answers(monkeypatch, lambda *_: found)
    assert await look_up("example.org") == (ip_address("2001:db8::1"), ip_address("203.0.113.9"))


async def test_this_machines_name_is_found_for_real():
    assert ip_address("127.0.0.1") in await look_up("localhost")


async def test_a_look_up_that_takes_too_long_is_given_up(monkeypatch):
    is_over = threading.Event()
    answers(monkeypatch, lambda *_: is_over.wait(5) and [])
    with pytest.raises(HostUnresolved, match=r"“slow.example” has no address: no answer in 0.05 s"):
        await look_up("slow.example", 0.05)
    is_over.set()
    await asyncio.sleep(0.05)  # its answer comes to nobody, and that is no fault


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "name or service not known"),
        (UnicodeError("label too long"), "it is not a host name"),
        (ValueError("embedded null character"), "it is not a host name"),
    ],
)
async def test_what_has_no_address_is_refused_in_words(monkeypatch, error, words):
    def fail(*_):
        raise error

    answers(monkeypatch, fail)
    with pytest.raises(HostUnresolved, match=words):
        await look_up("nobody.example")


async def test_an_odd_name_does_not_reach_the_terminal_as_it_is():
    with pytest.raises(HostUnresolved) as caught:
        await look_up("a\x1b[2J\x00b")
    assert str(caught.value).isprintable()
