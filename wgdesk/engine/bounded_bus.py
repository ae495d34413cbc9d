"""A connection to the bus that decides from a message's header whether to read its body.

dbus-next takes a body apart before anybody has looked at what the message is: 30 MiB of
small variants cost a minute and a gigabyte, whoever sent them. Here the header alone is
read first, and a body that is too big, or that nobody asked for, is thrown away unread.
The classes below are dbus-next's own inside; a test watches that they keep their shape.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from dbus_next import BusType, Message, MessageFlag, MessageType, SignatureTree
from dbus_next._private.constants import BIG_ENDIAN, LITTLE_ENDIAN, PROTOCOL_VERSION, HeaderField
from dbus_next._private.unmarshaller import MarshallerStreamEndError, Unmarshaller
from dbus_next.aio import MessageBus

from wgdesk.wire.drain import drain
from wgdesk.wire.names import MAX_BODY_BYTES

DAEMON: Final = "org.freedesktop.DBus"
# Answers come in milliseconds; behind a queue of big messages it takes seconds.
DAEMON_TIMEOUT_S: Final = 5.0
DAEMON_TRIES: Final = 3
NO_ANSWER: Final = "org.freedesktop.DBus.Error.NoReply"
DAEMON_PATH: Final = "/org/freedesktop/DBus"

# Names on the bus have at most 255 bytes and paths are short; a longer header is an attack.
MAX_HEADER_BYTES: Final = 16 << 10
# Arrays of anything but bytes become one Python object per element.
MAX_ARRAY_BYTES: Final = 8 << 10
BYTE: Final = "y"
FIXED_HEADER_BYTES: Final = 16
MESSAGES_PER_TURN: Final = 32
MAX_GREETING_BYTES: Final = 1024


class CallRefused(Exception):
    """The other side answered with an error, or never did.

    Attributes:
        name: The D-Bus error's name.
    """

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        self.name, self.text = name, text


class _TooLong(Exception):
    pass


class ReceivedMessage(Message):
    """A message whose body may have been left unread.

    Attributes:
        body_bytes: Length of the body, which is kept.
        unread_bytes: Length of the body that was thrown away; 0 where it was read.
    """

    body_bytes: int = 0
    unread_bytes: int = 0


# Stands for a message that is not worth an answer.
_NOTHING: Final = ReceivedMessage(
    path="/", interface="org.wgdesk.Dropped", member="Dropped", message_type=MessageType.SIGNAL
)
_NO_REPLY: Final = MessageFlag.NO_REPLY_EXPECTED.value


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a message before its body."""

    message_type: MessageType
    flags: MessageFlag
    serial: int
    body_bytes: int
    fields: Mapping[str, Any]

    @property
    def sender(self) -> str:
        return str(self.fields.get("sender", ""))

    @property
    def interface(self) -> str:
        return str(self.fields.get("interface", ""))

    @property
    def member(self) -> str:
        return str(self.fields.get("member", ""))

    @property
    def signature(self) -> str:
        return str(self.fields.get("signature", ""))


class BoundedUnmarshaller(Unmarshaller):
    """Reads one message; keeps its place while the socket has no more bytes."""

    def __init__(self, stream: Any, wanted: Callable[[Header], bool]) -> None:
        super().__init__(stream, None)
        self._wanted = wanted
        self._header: Header | None = None
        self._body_at = 0
        self._undrained_bytes = 0
        self._is_measured = False

    def _unmarshall(self) -> None:
        if self.message is None and self._header is None:
            self._read_header()
        if self._header is not None and self.message is None:
            self._read_body(self._header)
        self._drain()

    def read_array(self, type_: Any) -> Any:
        if self._is_measured and type_.children[0].token != BYTE:
            self.align(4)
            order = "little" if self.endian == LITTLE_ENDIAN else "big"
            at = self.read(4, prefetch=True)
            if int.from_bytes(self.buf[at : at + 4], order) > MAX_ARRAY_BYTES:  # type: ignore[arg-type]
                raise _TooLong
        return super().read_array(type_)

    def _read_header(self) -> None:
        self.offset = 0
        self.read(FIXED_HEADER_BYTES, prefetch=True)
        body_bytes, serial, fields_bytes = self._read_lengths()
        self._body_at = FIXED_HEADER_BYTES + fields_bytes + -fields_bytes % 8
        if fields_bytes > MAX_HEADER_BYTES or not self._is_of_use(*self.buf[1:3]):
            self._undrained_bytes = self._body_at + body_bytes - FIXED_HEADER_BYTES
            self.message = _NOTHING
            return
        self.offset = FIXED_HEADER_BYTES
        self.read(self._body_at - FIXED_HEADER_BYTES, prefetch=True)
        self._header = Header(
            message_type=MessageType(self.buf[1]),
            flags=MessageFlag(self.buf[2]),
            serial=serial,
            body_bytes=body_bytes,
            fields=self._read_fields(),
        )

    def _is_of_use(self, kind: int, flags: int) -> bool:
        """A call that wants no reply is not: it would be the cheapest way to flood the helper."""
        is_unheard = kind == MessageType.METHOD_CALL.value and flags & _NO_REPLY
        return 1 <= kind <= len(MessageType) and not is_unheard

    def _read_lengths(self) -> tuple[int, int, int]:
        """Lengths and serial of the fixed part; a bad one ends the connection."""
        if self.buf[0] not in (LITTLE_ENDIAN, BIG_ENDIAN) or self.buf[3] != PROTOCOL_VERSION:
            raise ValueError("the bus speaks another protocol")
        self.endian = self.buf[0]
        self.offset = 4
        return self.read_uint32(), self.read_uint32(), self.read_uint32()

    def _read_fields(self) -> dict[str, Any]:
        self.offset = FIXED_HEADER_BYTES - 4
        known = {field.value: field.name.lower() for field in HeaderField}
        found = {
            known[code]: value.value
            for code, value in self.read_argument(SignatureTree._get("a(yv)").types[0])  # noqa: SLF001
            if code in known
        }
        found.pop("unix_fds", None)
        return found

    def _read_body(self, header: Header) -> None:
        if header.body_bytes > MAX_BODY_BYTES or not self._wanted(header):
            self._undrained_bytes = header.body_bytes
            self.message = _received(header, unread_bytes=header.body_bytes)
            return
        self.offset = self._body_at
        self.read(header.body_bytes, prefetch=True)
        tree = SignatureTree._get(header.signature)  # noqa: SLF001
        self._is_measured = header.message_type is MessageType.METHOD_CALL
        try:
            body = [self.read_argument(type_) for type_ in tree.types] if header.body_bytes else []
        except _TooLong:
            self.message = _received(header, unread_bytes=header.body_bytes)
        else:
            self.message = _received(header, body=body)

    def _drain(self) -> None:
        self._undrained_bytes = drain(self.stream.read, self._undrained_bytes)
        if self._undrained_bytes:
            raise MarshallerStreamEndError


class BoundedBus(MessageBus):
    """The system bus, without file descriptors.

    Attributes:
        wanted: Whether the body of a message with this header shall be read; until it is
            set, only what the bus itself says and answers to own questions are.
    """

    def __init__(self) -> None:
        self.wanted: Callable[[Header], bool] = is_expected
        super().__init__(bus_type=BusType.SYSTEM)

    async def ask(
        self,
        destination: str,
        path: str,
        member: str,
        signature: str = "",
        body: Sequence[Any] = (),
    ) -> list[Any]:
        """Call `member`, which is given with its interface in front.

        Raises:
            CallRefused: With the error that came back.
        """
        interface, _, name = member.rpartition(".")
        message = Message(
            destination=destination,
            path=path,
            interface=interface,
            member=name,
            signature=signature,
            body=list(body),
        )
        try:
            reply = await self.call(message)
        except asyncio.CancelledError:  # nobody waits any more, and nothing is kept for it
            self._method_return_handlers.pop(message.serial, None)
            raise
        if reply is None:
            raise CallRefused("org.freedesktop.DBus.Error.Disconnected", "the bus went away")
        if reply.message_type is MessageType.ERROR:
            text = reply.body[0] if reply.signature == "s" else ""
            raise CallRefused(str(reply.error_name), str(text))
        return list(reply.body)

    async def ask_daemon(self, member: str, signature: str = "", body: Sequence[Any] = ()) -> Any:
        """Call a method of the bus itself; its first result, or None where it has none.

        The bus drops its own answers while more waits for us than it keeps, which a flood
        brings about. So it is asked again, and may be asked only what it may be asked twice.

        Raises:
            CallRefused: With the error that came back, or none came.
        """
        for _ in range(DAEMON_TRIES):
            with suppress(TimeoutError):
                async with asyncio.timeout(DAEMON_TIMEOUT_S):
                    answer = await self.ask(
                        DAEMON, DAEMON_PATH, f"{DAEMON}.{member}", signature, body
                    )
                    return answer[0] if answer else None
        raise CallRefused(NO_ANSWER, "the bus does not answer")

    def tell_daemon(self, member: str, text: str) -> None:
        """Call a method of the bus itself that takes one string, without waiting."""
        self.send(
            Message(
                destination=DAEMON,
                path=DAEMON_PATH,
                interface=DAEMON,
                member=member,
                flags=MessageFlag.NO_REPLY_EXPECTED,
                signature="s",
                body=[text],
            )
        )

    def hang_up(self) -> None:
        """End the connection; dbus-next only shuts the socket down and never closes it."""
        self._user_disconnect = True
        self._finalize()
        with suppress(OSError):  # what was still to be sent has nowhere to go
            self._stream.close()
        self._sock.close()

    async def _auth_readline(self) -> str:
        """Read one line of the greeting; dbus-next's own spins for ever at end of file."""
        line = b""
        while not line.endswith(b"\r\n"):
            # Never too much: after its line the bus waits for ours.
            part = await self._loop.sock_recv(self._sock, MAX_GREETING_BYTES)
            if not part or len(line) > MAX_GREETING_BYTES:
                raise EOFError("the bus hung up while it was greeted")
            line += part
        return line[:-2].decode("ascii", "replace")

    def _create_unmarshaller(self) -> Unmarshaller:
        return BoundedUnmarshaller(self._stream, self._is_wanted)

    def _is_wanted(self, header: Header) -> bool:
        return self.wanted(header)

    def _message_reader(self) -> None:
        """As the parent does, but a flood of messages leaves the loop time for its tasks."""
        try:
            for _ in range(MESSAGES_PER_TURN):
                if not self._unmarshaller.unmarshall():
                    return
                if self._unmarshaller.message is not _NOTHING:
                    self._on_message(self._unmarshaller.message)
                self._unmarshaller = self._create_unmarshaller()
        except Exception as error:  # noqa: BLE001  # whatever it is, this connection is over
            self._finalize(error)
        else:
            # Not left to the socket: what is buffered already would not wake the loop.
            self._loop.call_soon(self._message_reader)


def is_expected(header: Header) -> bool:
    """Whether it is a signal of the bus, or an answer: the bus lets only asked ones through."""
    match header.message_type:
        case MessageType.METHOD_CALL:
            return False
        case MessageType.SIGNAL:
            return header.sender == DAEMON
        case _:
            return True


def _received(
    header: Header,
    *,
    body: Sequence[Any] = (),
    unread_bytes: int = 0,
) -> ReceivedMessage:
    message = ReceivedMessage(
        message_type=header.message_type,
        flags=header.flags,
        serial=header.serial,
        body=list(body),
        **header.fields,
    )
    message.unread_bytes = unread_bytes
    message.body_bytes = header.body_bytes - unread_bytes
    return message
