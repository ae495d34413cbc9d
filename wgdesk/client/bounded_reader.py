"""Reads messages of a bus, and nothing of those that can only be meant to keep us busy.

Everybody may send a signal to any connection of the system bus, and dbus-next takes a body
apart before anybody looks at what it is: 6 MiB of small variants cost five seconds and 200 MB.
"""

from typing import Any, Final

from dbus_next._private.unmarshaller import MarshallerStreamEndError, Unmarshaller
from dbus_next.constants import MessageType
from dbus_next.message import Message

from wgdesk.wire.drain import drain

# What we listen to is short; the longest is a notification's token, of 4 KiB at most.
MAX_UNASKED_BYTES: Final = 16 << 10
FIXED_HEADER_BYTES: Final = 16

_ANSWERS: Final = (MessageType.METHOD_RETURN.value, MessageType.ERROR.value)
_UNASKED: Final = (MessageType.METHOD_CALL.value, MessageType.SIGNAL.value)
_LITTLE_ENDIAN: Final = ord("l")


class BoundedUnmarshaller(Unmarshaller):
    """One message, or `nothing()` in its place.

    The bus lets only answers through that were asked for, so those are read whatever their
    size. It keeps its place while the socket has no more bytes.
    """

    def __init__(self, stream: Any) -> None:
        super().__init__(stream, None)
        self._undrained_bytes = 0

    def _unmarshall(self) -> None:
        if self.message is None:
            self.offset = 0
            self.read(FIXED_HEADER_BYTES, prefetch=True)
            left_bytes = self._unread_bytes()
            if not left_bytes:
                super()._unmarshall()
                return
            self._undrained_bytes, self.message = left_bytes, nothing()
        self._drain()

    def _unread_bytes(self) -> int:
        """How much of it follows and is not worth reading; 0 where it is."""
        order = "little" if self.buf[0] == _LITTLE_ENDIAN else "big"
        body_bytes, _, fields_bytes = (
            int.from_bytes(self.buf[at : at + 4], order)  # type: ignore[arg-type]
            for at in (4, 8, 12)
        )
        left_bytes = fields_bytes + -fields_bytes % 8 + body_bytes
        is_small = self.buf[1] in _UNASKED and left_bytes <= MAX_UNASKED_BYTES
        return 0 if is_small or self.buf[1] in _ANSWERS else left_bytes

    def _drain(self) -> None:
        self._undrained_bytes = drain(self.stream.read, self._undrained_bytes)
        if self._undrained_bytes:
            raise MarshallerStreamEndError


def nothing() -> Message:
    """Stands for a message that nobody reads."""
    return Message(
        message_type=MessageType.SIGNAL, path="/", interface="org.wgdesk.Dropped", member="Dropped"
    )
