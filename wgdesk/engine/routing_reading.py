"""Reads every rule and route of the machine, on a thread of its own.

A dump of 20,000 routes takes a good part of a second, and the netlink thread has tunnels to
bring up.
"""

import asyncio
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from errno import EINTR
from itertools import islice
from typing import Final

from wgdesk.domain.errors import EngineFailed, KernelRefused
from wgdesk.domain.machine_routing import MachineLink, MachineRoute, MachineRouting, MachineRule
from wgdesk.engine import routing_messages
from wgdesk.engine.attributes import NLM_F_DUMP_INTR, Message, decode_messages
from wgdesk.engine.routing_messages import RTM_GETROUTE, RTM_GETRULE
from wgdesk.engine.table_names import named_tables

# A profile may have 20,000, and the rest of the machine some; a router with the whole
# internet's has a million.
MAX_ROUTES: Final = 30_000
_FAMILIES: Final = (socket.AF_INET, socket.AF_INET6)
_RECEIVE_BYTES: Final = 1 << 17
_ANSWER_TIMEOUT_S: Final = 5.0
# What changes while it is read is read again, but not for ever.
_ATTEMPTS: Final = 5
_AGAIN_S: Final = 0.02


class RoutingReader:
    """Gives the machine's routing to everybody who asks.

    One reading at a time: whoever asks meanwhile shares the next one, and that waits as long
    as the last one took, so that nobody keeps this process busy by asking.
    """

    def __init__(self, read: Callable[[], MachineRouting] | None = None) -> None:
        self._read = read or read_routing
        self._turn = asyncio.Lock()
        self._next: asyncio.Future[MachineRouting] | None = None
        self._rests_until_s = 0.0

    async def read(self) -> MachineRouting:
        """As it is a moment from now.

        Raises:
            EngineError: The kernel does not answer, or not as it should.
        """
        if self._next is None:
            self._next = asyncio.ensure_future(self._read_next())
        return await asyncio.shield(self._next)

    async def _read_next(self) -> MachineRouting:
        async with self._turn:
            await asyncio.sleep(self._rests_until_s - time.monotonic())
            self._next = None  # who asks from here on may want to see what changed since
            began_s = time.monotonic()
            try:
                return await asyncio.to_thread(self._read)
            finally:
                ended_s = time.monotonic()
                self._rests_until_s = 2 * ended_s - began_s


def read_routing() -> MachineRouting:
    """Blocks; gives at most MAX_ROUTES routes.

    Raises:
        EngineError: The kernel does not answer, or not as it should.
    """
    try:
        return _read_undisturbed()
    except OSError as error:
        raise KernelRefused(
            "read routes and rules", error.errno or 0, str(error.strerror)
        ) from error
    except (ValueError, struct.error) as error:
        raise EngineFailed("the kernel tells routes in a way that is not known here") from error


def _read_undisturbed() -> MachineRouting:
    """The last attempt counts whatever happened: who watches is told of changes anyhow."""
    for attempt in range(_ATTEMPTS):
        with closing(_Dumps()) as dumps:
            found = _read_all(dumps)
            if not dumps.was_disturbed:
                break
        if attempt < _ATTEMPTS - 1:
            time.sleep(_AGAIN_S)
    return found


def _read_all(dumps: "_Dumps") -> MachineRouting:
    links = _read_links(dumps)
    names = {index: link.name for index, link in links.items()}
    rules = tuple(_read_rules(dumps))
    # A dump that is not read to its end goes with the socket, so routes come last.
    routes = tuple(islice(_read_routes(dumps, names), MAX_ROUTES + 1))
    return MachineRouting(
        rules=rules,
        routes=routes[:MAX_ROUTES],
        links=tuple(links.values()),
        table_names=named_tables(),
        is_cut=len(routes) > MAX_ROUTES,
    )


def _read_links(dumps: "_Dumps") -> dict[int, MachineLink]:
    """By index."""
    told = dumps.dump(routing_messages.encode_link_dump)
    links = dict(routing_messages.decode_link(it.payload) for it in told)
    for message in dumps.dump(routing_messages.encode_address_dump):
        found = routing_messages.decode_address(message.payload)
        if found is not None and found[0] in links:
            index, address = found
            links[index] = routing_messages.with_address(links[index], address)
    return links


def _read_rules(dumps: "_Dumps") -> Iterator[MachineRule]:
    for family in _FAMILIES:
        for message in dumps.dump(routing_messages.encode_dump, RTM_GETRULE, family):
            rule = routing_messages.decode_rule(message.payload)
            if rule is not None:
                yield rule


def _read_routes(dumps: "_Dumps", names: dict[int, str]) -> Iterator[MachineRoute]:
    for family in _FAMILIES:
        for message in dumps.dump(routing_messages.encode_dump, RTM_GETROUTE, family):
            yield from routing_messages.decode_routes(message.payload, names)


class _Dumps:
    """A socket for a few dumps, one after the other.

    Attributes:
        was_disturbed: Something changed while it was read, so that parts may be missing.
    """

    def __init__(self) -> None:
        kind = socket.SOCK_RAW | socket.SOCK_CLOEXEC
        self._socket = socket.socket(socket.AF_NETLINK, kind, socket.NETLINK_ROUTE)
        self._socket.settimeout(_ANSWER_TIMEOUT_S)
        self._socket.bind((0, 0))
        self._sequence = 0
        self.was_disturbed = False

    def close(self) -> None:
        self._socket.close()

    def dump(self, encode: Callable[..., bytes], *words: int) -> Iterator[Message]:
        """Each message of a list; `encode` takes `words` and a number."""
        self._sequence += 1
        self._socket.send(encode(*words, self._sequence))
        while True:
            for message in decode_messages(self._socket.recv(_RECEIVE_BYTES)):
                if message.sequence != self._sequence:
                    continue
                self.was_disturbed |= bool(message.flags & NLM_F_DUMP_INTR)
                number = message.errno()
                if number is None:
                    yield message
                elif number in (0, EINTR):
                    return
                else:
                    raise OSError(number, "")
