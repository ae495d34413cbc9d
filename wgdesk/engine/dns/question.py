"""One DNS question over UDP: is anybody there who answers? RFC 1035 has the format."""

import asyncio
import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from wgdesk.domain.profile import Address

PORT: Final = 53
TRIES_S: Final = (0.5, 1.0, 1.5)
TYPE_A: Final = 1
_CLASS_IN: Final = 1
_RECURSION_DESIRED: Final = 0x0100
_IS_RESPONSE: Final = 0x8000
_HEADER_BYTES: Final = 12
_MAX_ANSWER_BYTES: Final = 4096
# Exists by RFC 2606, and no name of ours is in it: nothing on the way can know the answer.
_NEUTRAL_DOMAIN: Final = "example.org"
SERVER_FAILURE: Final = 2
REFUSED: Final = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the RCODE; 0 is an answer, 3 says that there is no such name."""

    code: int


def fresh_name(domain: str = "") -> str:
    """A name that nobody has asked for before, so that no cache answers it."""
    return f"wgdesk-{secrets.token_hex(6)}.{domain.strip('~.') or _NEUTRAL_DOMAIN}"


def encode_question(number: int, name: str) -> bytes:
    """A query for the IPv4 address of `name`, with that message id."""
    fields = (number, _RECURSION_DESIRED, 1, 0, 0, 0)
    header = b"".join(field.to_bytes(2, "big") for field in fields)
    return header + _question(name)


def decode_reply(data: bytes, number: int, name: str) -> Reply | None:
    """The reply to that question; None for anything else."""
    asked = _question(name)
    if len(data) < _HEADER_BYTES or int.from_bytes(data[:2], "big") != number:
        return None
    flags = int.from_bytes(data[2:4], "big")
    count = int.from_bytes(data[4:6], "big")
    echoed = data[_HEADER_BYTES : _HEADER_BYTES + len(asked)]
    # A server that refuses may leave the question out.
    if not flags & _IS_RESPONSE or (count and echoed.lower() != asked.lower()):
        return None
    return Reply(flags & 0xF)


async def ask(
    server: Address, name: str, *, port: int = PORT, tries_s: Sequence[float] = TRIES_S
) -> Reply | None:
    """Ask a server for `name`; None where it does not answer in the sum of these seconds.

    Raises:
        ConnectionRefusedError: Nobody listens there.
    """
    numbers = tuple(secrets.randbits(16) for _ in tries_s)
    loop = asyncio.get_running_loop()
    with _open(server) as udp:
        for number, wait_s in zip(numbers, tries_s, strict=True):
            try:
                await loop.sock_connect(udp, (str(server), port))
                await loop.sock_sendall(udp, encode_question(number, name))
                async with asyncio.timeout(wait_s):
                    return await _receive(udp, lambda data: _match(data, numbers, name))
            except ConnectionRefusedError:
                raise
            except OSError:  # no answer in time, or no way there yet
                await asyncio.sleep(0.05)
    return None


def _open(server: Address) -> socket.socket:
    family = socket.AF_INET6 if server.version == 6 else socket.AF_INET
    return socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)


async def _receive(udp: socket.socket, match: Callable[[bytes], Reply | None]) -> Reply:
    loop = asyncio.get_running_loop()
    while True:
        reply = match(await loop.sock_recv(udp, _MAX_ANSWER_BYTES))
        if reply is not None:
            return reply


def _match(data: bytes, numbers: Sequence[int], name: str) -> Reply | None:
    found = (decode_reply(data, number, name) for number in numbers)
    return next((reply for reply in found if reply is not None), None)


def _question(name: str) -> bytes:
    labels = (label.encode("ascii") for label in name.split("."))
    coded = b"".join(bytes((len(label),)) + label for label in labels)
    tail = TYPE_A.to_bytes(2, "big") + _CLASS_IN.to_bytes(2, "big")
    return coded + b"\0" + tail
