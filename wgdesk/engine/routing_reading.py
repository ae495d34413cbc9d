"""Reads every link, rule and route of the machine, by a socket of its own; on any thread."""

import os
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from errno import EAFNOSUPPORT, EINTR, EOPNOTSUPP, EPROTO, ETIMEDOUT
from typing import Final

from wgdesk.domain.errors import KernelRefused
from wgdesk.domain.machine_routing import MachineLink, MachineRouting, MachineRule
from wgdesk.engine import routing_messages
from wgdesk.engine.attributes import NLM_F_DUMP_INTR, Message, decode_messages
from wgdesk.engine.routing_messages import RTM_GETROUTE, RTM_GETRULE, RouteDecoder
from wgdesk.engine.table_names import named_tables
from wgdesk.wire.routing_codec import ToldRoute, encode_routing

_FAMILIES: Final = (socket.AF_INET, socket.AF_INET6)
_NO_SUCH_FAMILY: Final = frozenset({EAFNOSUPPORT, EOPNOTSUPP})
_RECEIVE_BYTES: Final = 1 << 17
_ANSWER_TIMEOUT_S: Final = 5.0
# What changes while it is read is read again, but not for ever.
_ATTEMPTS: Final = 5
_AGAIN_S: Final = 0.02


def read_routing(tunnels: Mapping[int, str]) -> str:
    """As `wire.routing_codec` has it; blocks. `tunnels` are the names of tunnels by table.

    Raises:
        EngineError: The kernel does not answer, or not as it should.
    """
    try:
        return _read_undisturbed(tunnels)
    except OSError as error:
        number = error.errno or ETIMEDOUT  # a timeout has none
        raise KernelRefused("read routes and rules", number, os.strerror(number)) from error
    except (ValueError, struct.error) as error:
        why = "its answer is not understood"
        raise KernelRefused("tell routes and rules", EPROTO, why) from error


def _read_undisturbed(tunnels: Mapping[int, str]) -> str:
    """The last attempt counts whatever happened: who watches is told of changes anyhow."""
    for attempt in range(_ATTEMPTS):
        with closing(_Dumps()) as dumps:
            found = _read_all(dumps, tunnels)
            if not dumps.was_disturbed:
                break
        if attempt < _ATTEMPTS - 1:
            time.sleep(_AGAIN_S)
    return found


def _read_all(dumps: "_Dumps", tunnels: Mapping[int, str]) -> str:
    links = _read_links(dumps)
    head = MachineRouting(
        rules=tuple(_read_rules(dumps)),
        links=tuple(links.values()),
        table_names={**named_tables(), **tunnels},
    )
    # A dump that is not read to its end goes with the socket, so routes come last.
    names = {index: link.name for index, link in links.items()}
    return encode_routing(head, _read_routes(dumps, names))


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
        for message in dumps.dump_family(RTM_GETRULE, family):
            rule = routing_messages.decode_rule(message.payload)
            if rule is not None:
                yield rule


def _read_routes(dumps: "_Dumps", names: Mapping[int, str]) -> Iterator[ToldRoute]:
    decoder = RouteDecoder(names)
    for family in _FAMILIES:
        for message in dumps.dump_family(RTM_GETROUTE, family):
            yield from decoder.decode(message.payload)


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

    def dump_family(self, kind: int, family: int) -> Iterator[Message]:
        """Rules or routes of one family; a kernel without it says so, or tells all others."""
        try:
            for message in self.dump(routing_messages.encode_dump, kind, family):
                if message.payload[:1] == bytes([family]):
                    yield message
        except OSError as error:
            if error.errno not in _NO_SUCH_FAMILY:
                raise

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
