"""How either side gets rid of what it does not read of a message. Pure: the bytes come by a function."""

from collections.abc import Callable
from typing import Final

PIECE_BYTES: Final = 64 << 10
TURN_BYTES: Final = 1 << 20


def drain(read: Callable[[int], bytes | None], left_bytes: int) -> int:
    """Throw bytes away, some at a time: others want their turn.

    Args:
        read: Gives at most so many bytes; None while there are none, b"" at the end.
        left_bytes: Of the message; nothing of the next one is taken.

    Returns:
        How many are left for the next turn.

    Raises:
        EOFError: The other side hung up before.
    """
    turn_bytes = 0
    while left_bytes:
        data = read(min(left_bytes, PIECE_BYTES))
        if data is None:
            break
        if not data:
            raise EOFError
        left_bytes -= len(data)
        turn_bytes += len(data)
        # With this much left the socket is sure to wake the loop again.
        if turn_bytes >= TURN_BYTES and left_bytes > PIECE_BYTES:
            break
    return left_bytes
