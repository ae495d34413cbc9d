"""The reader, fed from memory; a test on a real bus attacks it."""

import inspect
import io

import pytest
from dbus_next import Message, MessageFlag, MessageType
from dbus_next._private.unmarshaller import MarshallerStreamEndError, Unmarshaller
from dbus_next.aio import MessageBus

from wgdesk.engine.bounded_bus import (
    DAEMON,
    MAX_ARRAY_BYTES,
    MAX_HEADER_BYTES,
    BoundedUnmarshaller,
    Header,
    is_expected,
)
from wgdesk.wire.names import MAX_BODY_BYTES


class Socket:
    """Gives at most `piece` bytes at a time, and None in between, as a slow one does."""

    def __init__(self, data, piece=1 << 30):
        self._stream, self._piece, self._dry = io.BytesIO(data), piece, False

    def read(self, length):
        self._dry = not self._dry and self._piece < 1 << 30
        return None if self._dry else self._stream.read(min(length, self._piece))


def call(signature="", body=(), member="Up"):
    return Message(
        path="/org/wgdesk/Helper1",
        interface="org.wgdesk.Helper1",
        member=member,
        destination="org.wgdesk.Helper1",
        signature=signature,
        body=list(body),
        serial=7,
        flags=MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION,
    )


def read(data, *, wanted=lambda header: True, piece=1 << 30):
    """The message, and what the socket still has behind it."""
    stream = Socket(bytes(data), piece)
    unmarshaller = BoundedUnmarshaller(stream, wanted)
    for _ in range(1_000_000):
        message = unmarshaller.unmarshall()
        if message is not None:
            return message, stream.read(1 << 20) or stream.read(1 << 20)
    raise AssertionError("the message never ended")


@pytest.mark.parametrize("piece", [1, 7, 1 << 30])
def test_a_message_is_read_as_dbus_next_reads_it(piece):
    body = ["home", b"\0profile", {"allow_lan": "no"}]
    message, rest = read(call("saya{ss}", body)._marshall() + b"next", piece=piece)
    assert (message.member, message.signature, message.body) == ("Up", "saya{ss}", body)
    assert (message.serial, message.path) == (7, "/org/wgdesk/Helper1")
    assert message.flags == MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION
    assert message.unread_bytes == 0
    assert rest[:4].startswith(b"n")


@pytest.mark.parametrize("piece", [7, 1 << 30])
def test_an_unwanted_body_is_thrown_away(piece):
    data = call("as", [["x" * 100] * 100])._marshall()
    headers: list[Header] = []
    message, rest = read(data + b"next", wanted=headers.append, piece=piece)
    assert message.body == []
    assert message.unread_bytes > 10_000
    assert rest.startswith(b"n")
    assert {(it.interface, it.member, it.signature) for it in headers} == {
        ("org.wgdesk.Helper1", "Up", "as")
    }


def test_a_body_over_the_limit_is_not_even_asked_about():
    data = call("ay", [bytes(MAX_BODY_BYTES)])._marshall()
    message, rest = read(data + b"next", wanted=lambda _: pytest.fail("it was asked about"))
    assert message.unread_bytes == MAX_BODY_BYTES + 4
    assert rest == b"next"


def test_a_body_at_the_limit_is_read():
    message, _ = read(call("ay", [bytes(MAX_BODY_BYTES - 4)])._marshall())
    assert message.unread_bytes == 0
    assert len(message.body[0]) == MAX_BODY_BYTES - 4


def test_a_long_array_of_anything_but_bytes_is_not_taken_apart():
    short, long = ({str(n): "" for n in range(count)} for count in (100, MAX_ARRAY_BYTES))
    assert read(call("a{ss}", [short])._marshall())[0].body == [short]
    message, rest = read(call("a{ss}", [long])._marshall() + b"next")
    assert message.unread_bytes > 0
    assert message.body == []
    assert rest == b"next"


def test_a_message_with_an_endless_header_is_dropped():
    member = "M" * (MAX_HEADER_BYTES + 1)
    data = bytearray(call("s", ["body"], member="Up")._marshall())
    fields_bytes = int.from_bytes(data[12:16], "little")
    data[12:16] = (fields_bytes + len(member) // 8 * 8).to_bytes(4, "little")
    data[16 + fields_bytes : 16 + fields_bytes] = member[: len(member) // 8 * 8].encode()
    message, rest = read(bytes(data) + b"next")
    assert message.message_type is MessageType.SIGNAL
    assert message.member == "Dropped"
    assert rest == b"next"


def test_a_call_that_wants_no_reply_is_dropped_unread():
    unheard = call("s", ["x" * 100])
    unheard.flags = MessageFlag.NO_REPLY_EXPECTED
    message, rest = read(unheard._marshall() + b"next")
    assert message.member == "Dropped"
    assert rest.startswith(b"n")
    signal = call("s", ["x"])
    signal.message_type, signal.flags = MessageType.SIGNAL, MessageFlag.NO_REPLY_EXPECTED
    assert read(signal._marshall())[0].member == "Up"


def test_a_message_of_an_unknown_type_is_dropped():
    data = bytearray(call("s", ["body"])._marshall())
    data[1] = 9
    message, rest = read(bytes(data) + b"next")
    assert message.member == "Dropped"
    assert rest == b"next"


@pytest.mark.parametrize(("at", "value"), [(0, ord("X")), (3, 2)])
def test_another_protocol_ends_the_connection(at, value):
    data = bytearray(call()._marshall())
    data[at] = value
    with pytest.raises(ValueError, match="another protocol"):
        read(data)


def test_the_end_of_the_stream_is_told():
    data = call("ay", [bytes(2 * MAX_BODY_BYTES)])._marshall()
    with pytest.raises(EOFError):
        read(data[:-10])


def header(kind, sender=":1.5"):
    return Header(kind, MessageFlag.NONE, 1, 0, {"sender": sender})


def test_of_what_was_not_called_for_only_the_bus_and_answers_are_read():
    assert not is_expected(header(MessageType.METHOD_CALL))
    assert not is_expected(header(MessageType.SIGNAL))
    assert is_expected(header(MessageType.SIGNAL, DAEMON))
    assert is_expected(header(MessageType.METHOD_RETURN))
    assert is_expected(header(MessageType.ERROR))


def test_the_library_still_has_the_shape_that_the_reader_builds_on():
    assert list(inspect.signature(Unmarshaller.__init__).parameters) == ["self", "stream", "sock"]
    assert list(inspect.signature(Unmarshaller.read).parameters) == ["self", "n", "prefetch"]
    plain = Unmarshaller(io.BytesIO())
    assert {"buf", "offset", "stream", "endian", "message", "readers"} <= set(vars(plain))
    assert issubclass(MarshallerStreamEndError, Exception)
    assert "_unmarshall()" in inspect.getsource(Unmarshaller.unmarshall)
    assert "_create_unmarshaller()" in inspect.getsource(MessageBus.__init__)
    for inside in ("_unmarshaller", "_on_message", "_create_unmarshaller", "_finalize"):
        assert f"self.{inside}" in inspect.getsource(MessageBus._message_reader)
