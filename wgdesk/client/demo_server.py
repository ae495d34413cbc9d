"""Asks a demo server for a place on it: one line to it, one line back, in clear text."""

import asyncio
import os
from contextlib import suppress
from typing import Final

from wgdesk.client.lookup import look_up
from wgdesk.client.own_program import is_sandboxed
from wgdesk.domain.demo_profile import LONGEST_ANSWER, DemoAnswer, read_answer
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.names import printable
from wgdesk.domain.profile_errors import DemoRefused, DemoUnreachable

LIMIT_S: Final = 10.0


async def ask(host: str, port: int, key: PublicKey, limit_s: float = LIMIT_S) -> DemoAnswer:
    """A place for this key; `port` is TCP, and the whole talk has `limit_s` seconds.

    Raises:
        HostUnresolved, DemoUnreachable: Nobody is there, or too slow.
        DemoRefused: It says no, or is no demo server.
    """
    shown = printable(host)
    if is_sandboxed():
        raise DemoUnreachable(shown, port, "a Flatpak has no network, so it can ask nobody")
    try:
        async with asyncio.timeout(limit_s):
            addresses = await look_up(host, limit_s)
            return read_answer(shown, await _talk([str(it) for it in addresses], port, key))
    except TimeoutError as error:
        raise DemoUnreachable(shown, port, f"no answer in {limit_s:g} s") from error
    except OSError as error:
        why = os.strerror(error.errno).lower() if error.errno else "the connection failed"
        raise DemoUnreachable(shown, port, why) from error
    except asyncio.LimitOverrunError as error:
        raise DemoRefused(shown, "it is no demo server") from error


async def _talk(addresses: list[str], port: int, key: PublicKey) -> bytes:
    """The line that came back, from the first address that takes the connection."""
    *others, last = addresses
    for address in others:
        with suppress(OSError):
            return await _exchange(address, port, key)
    return await _exchange(last, port, key)


async def _exchange(address: str, port: int, key: PublicKey) -> bytes:
    reader, writer = await asyncio.open_connection(address, port, limit=LONGEST_ANSWER)
    try:
        writer.write(f"{key.base64()}\n".encode())
        await writer.drain()
        return await reader.readuntil()
    except asyncio.IncompleteReadError as error:
        return error.partial  # a server may close without ending its line
    finally:
        writer.close()
