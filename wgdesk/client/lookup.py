"""Host names become addresses, for whoever asks where they go."""

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, Final

from wgdesk.client.own_program import is_sandboxed
from wgdesk.domain.errors import HostHidden, HostUnresolved
from wgdesk.domain.names import printable
from wgdesk.domain.profile import Address

LIMIT_S: Final = 5.0

_Found = list[tuple[Any, ...]]


async def look_up(host: str, limit_s: float = LIMIT_S) -> tuple[Address, ...]:
    """All addresses of a name, each once, the one to try first in front; a literal is its own.

    Raises:
        HostUnresolved: It has none, or nobody has said so within `limit_s` seconds.
        HostHidden: It is a name, and nobody can be asked from here.
    """
    try:
        return (ip_address(host.removeprefix("[").removesuffix("]")),)
    except ValueError:
        pass
    shown = printable(host)
    if is_sandboxed():
        raise HostHidden(shown, "a Flatpak has no network, so it looks up no names")
    try:
        async with asyncio.timeout(limit_s):
            found = await _in_background(lambda: socket.getaddrinfo(host, None))
    except TimeoutError as error:
        raise HostUnresolved(shown, f"no answer in {limit_s:g} s") from error
    except socket.gaierror as error:
        raise HostUnresolved(shown, (error.strerror or "the look-up failed").lower()) from error
    except (UnicodeError, ValueError) as error:  # an over-long label, or a null character
        raise HostUnresolved(shown, "it is not a host name") from error
    addresses = (ip_address(address[0]) for *_, address in found)
    return tuple(dict.fromkeys(addresses))


async def _in_background(work: Callable[[], _Found]) -> _Found:
    """A thread that nobody waits for: the C library may go on for half a minute."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[_Found] = loop.create_future()

    def run() -> None:
        try:
            found, failure = work(), None
        except Exception as error:  # noqa: BLE001  # told to whoever waits
            found, failure = [], error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, found, failure)

    def settle(found: _Found, failure: Exception | None) -> None:
        if answer.done():  # given up
            return
        if failure is None:
            answer.set_result(found)
        else:
            answer.set_exception(failure)

    threading.Thread(target=run, name="look-up", daemon=True).start()
    return await answer
