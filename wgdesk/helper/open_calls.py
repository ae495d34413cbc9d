"""The calls that are being answered, and how many of them there may be.

It counts before it is known whose a connection is: asking the bus takes a moment, in which
one user could otherwise fill all places from 256 connections, or the memory with profiles.
"""

from collections import Counter
from typing import Final

from wgdesk.domain.errors import LimitExceeded

OF_SENDER: Final = 32
# A program asks a few things at once as it starts. The bus lets a user have 256 connections.
OF_STRANGER: Final = 8
IN_ALL: Final = 4096  # some kilobytes each; a single user does not get at half of them
STRANGERS_BYTES: Final = 32 << 20
SMALL_BYTES: Final = 64 << 10  # such a profile is always let in


class OpenCalls:
    """Counts; refuses with LimitExceeded."""

    def __init__(self) -> None:
        self._of_sender: Counter[str] = Counter()
        self._number = 0
        self._strangers_bytes = 0

    def __len__(self) -> int:
        return self._number

    def begin(self, sender: str, body_bytes: int, *, is_stranger: bool) -> None:
        """Take a place, which `end` gives back; a stranger's body counts until `recognise`."""
        if self._of_sender[sender] >= (OF_STRANGER if is_stranger else OF_SENDER):
            raise LimitExceeded("too many calls are open")
        if self._number >= IN_ALL or (is_stranger and self._is_too_heavy(body_bytes)):
            raise LimitExceeded("the helper is busy; try again in a moment")
        self._of_sender[sender] += 1
        self._number += 1
        self._strangers_bytes += body_bytes if is_stranger else 0

    def recognise(self, body_bytes: int) -> None:
        """It is known now whose call of a stranger that is, or that nobody can say."""
        self._strangers_bytes -= body_bytes

    def end(self, sender: str) -> None:
        self._number -= 1
        self._of_sender[sender] -= 1
        if not self._of_sender[sender]:
            del self._of_sender[sender]

    def _is_too_heavy(self, body_bytes: int) -> bool:
        return body_bytes > SMALL_BYTES and self._strangers_bytes + body_bytes > STRANGERS_BYTES
