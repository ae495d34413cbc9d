"""A socket for many routes at once. Lives on the netlink thread."""

import select
import socket
from collections.abc import Iterator, Sequence
from errno import ETIMEDOUT
from itertools import islice
from typing import Final

from wgdesk.domain.profile import Address
from wgdesk.domain.routing import Route
from wgdesk.engine import route_messages
from wgdesk.engine.attributes import NLM_F_ACK, NLM_F_REQUEST, Message, decode_messages
from wgdesk.engine.route_messages import Hop

# The kernel works a message's requests off within `send` and queues all answers meanwhile;
# an answer occupies about a kilobyte of the buffer.
_BATCH: Final = 250
_BUFFER_BYTES: Final = 1 << 20
_RECEIVE_BYTES: Final = 1 << 17
_ANSWER_TIMEOUT_S: Final = 10
_SO_RCVBUFFORCE: Final = 33  # asm-generic/socket.h
_MAIN_TABLE: Final = 254


class RouteSocket:
    """Adds routes, and asks about them, hundreds in one message."""

    def __init__(self, protocol: int) -> None:
        """`protocol` marks the routes as ours."""
        self._protocol = protocol
        self._sequence = 0
        kind = socket.SOCK_RAW | socket.SOCK_CLOEXEC
        self._socket = socket.socket(socket.AF_NETLINK, kind, socket.NETLINK_ROUTE)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER_BYTES)
        except PermissionError:  # root of a user namespace only: the most that everybody may
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        self._socket.bind((0, 0))

    def close(self) -> None:
        self._socket.close()

    def add(self, link: int, routes: Sequence[Route]) -> int:
        """Add routes up to the first that is refused; how many were added.

        Raises:
            OSError: The socket does not work; what was added then is not known.
        """
        for at in range(0, len(routes), _BATCH):
            batch = routes[at : at + _BATCH]
            refused = self._send_all(route_messages.RTM_NEWROUTE, route_messages.ADDED, link, batch)
            if refused:
                first = min(refused)
                after = [it for number, it in enumerate(batch) if number > first]
                mine = [it for number, it in enumerate(after, first + 1) if number not in refused]
                self._send_all(route_messages.RTM_DELROUTE, NLM_F_REQUEST, link, mine)
                return at + first
        return len(routes)

    def hops(self, addresses: Sequence[Address], mark: int) -> Iterator[Hop | None]:
        """The way of a packet with that mark to each address; None where there is none."""
        for at in range(0, len(addresses), _BATCH):
            batch = addresses[at : at + _BATCH]
            first = self._next(len(batch))
            self._socket.send(b"".join(route_messages.encode_questions(batch, mark, first)))
            answers = {it.sequence: it for it in self._answers(first, len(batch))}
            for number in range(first, first + len(batch)):
                is_error = answers[number].errno() is not None
                yield None if is_error else route_messages.decode_hop(answers[number].payload)

    def tables(self) -> frozenset[int]:
        """Every table that holds a route."""
        found = {
            route_messages.decode_table(message.payload)
            for version in (4, 6)
            for message in self._dump(version)
        }
        return frozenset(found)

    def standing(self, link: int, routes: Sequence[Route]) -> Iterator[Route]:
        """Those of the routes that are there, by that link."""
        wanted = {route_messages.place_of(route): route for route in routes}
        for version in {route.destination.version for route in routes}:
            for message in self._dump(version):
                place, by = route_messages.decode_place(message.payload)
                if by == link and place in wanted:
                    yield wanted[place]

    def default_hop(self) -> Hop | None:
        """Where IPv4 goes by the first default route of `main`."""
        for message in self._dump(4):
            if (
                route_messages.is_default(message.payload)
                and route_messages.decode_table(message.payload) == _MAIN_TABLE
            ):
                return route_messages.decode_hop(message.payload)
        return None

    def _send_all(self, kind: int, flags: int, link: int, routes: Sequence[Route]) -> set[int]:
        """The numbers of those that were refused; only the last one is acknowledged."""
        if not routes:
            return set()
        first = self._next(len(routes))
        last = first + len(routes) - 1
        messages = route_messages.encode_routes(
            kind, flags, routes[:-1], link=link, protocol=self._protocol, sequence=first
        )
        end = route_messages.encode_routes(
            kind, flags | NLM_F_ACK, routes[-1:], link=link, protocol=self._protocol, sequence=last
        )
        self._socket.send(b"".join((*messages, *end)))
        refused = set()
        for answer in self._until(last):
            if answer.sequence >= first and answer.errno():
                refused.add(answer.sequence - first)
        return refused

    def _dump(self, version: int) -> Iterator[Message]:
        number = self._next(1)
        self._socket.send(route_messages.encode_dump(version, number))
        for answer in self._messages():
            if answer.sequence != number:
                continue
            if answer.errno() is not None:
                return
            yield answer

    def _answers(self, first: int, count: int) -> Iterator[Message]:
        mine = (it for it in self._messages() if it.sequence >= first)
        return islice(mine, count)

    def _until(self, last: int) -> Iterator[Message]:
        for answer in self._messages():
            yield answer
            if answer.sequence == last:
                return

    def _messages(self) -> Iterator[Message]:
        while True:
            if not select.select([self._socket], [], [], _ANSWER_TIMEOUT_S)[0]:
                raise OSError(ETIMEDOUT, "")
            yield from decode_messages(self._socket.recv(_RECEIVE_BYTES))

    def _next(self, count: int) -> int:
        """The first of `count` numbers that no answer to anything earlier has."""
        first = self._sequence + 1
        self._sequence += count
        return first
