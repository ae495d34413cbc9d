"""The reader, fed from memory."""

import io

import pytest
from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from wgdesk.client.bounded_reader import MAX_UNASKED_BYTES, BoundedUnmarshaller, nothing

SHORT = "a" * 100
LONG = "a" * (MAX_UNASKED_BYTES + 1)


class Socket:
    """Gives at most `piece` bytes at a time, and None in between, as a slow one does."""

    def __init__(self, data, piece):
        self._stream, self._piece, self._dry = io.BytesIO(data), piece, False

    def read(self, length):
        self._dry = not self._dry
        return None if self._dry else self._stream.read(min(length, self._piece))


def read_all(data, piece):
    """Every message there is."""
    stream, found = Socket(bytes(data), piece), []
    unmarshaller = BoundedUnmarshaller(stream)
    try:
        while True:
            message = unmarshaller.unmarshall()
            if message is not None:
                found.append(message)
                unmarshaller = BoundedUnmarshaller(stream)
    except EOFError:
        return found


def signal(text):
    return Message.new_signal("/org/wgdesk/Helper1", "org.wgdesk.Helper1", "Told", "s", [text])


def call(text):
    return Message(
        path="/", interface="a.b", member="C", destination="a.b", signature="s", body=[text]
    )


def answer(text):
    return Message(
        message_type=MessageType.METHOD_RETURN, reply_serial=1, signature="s", body=[text]
    )


def bytes_of(*messages):
    data = b""
    for message in messages:
        message.serial = 7
        data += bytes(message._marshall())
    return data


@pytest.mark.parametrize("piece", [7, 1 << 20])
@pytest.mark.parametrize("make", [signal, call])
def test_what_is_long_and_was_not_asked_for_is_not_read_and_the_next_one_is(make, piece):
    found = read_all(bytes_of(make(LONG), make(SHORT)), piece)
    assert [it.body for it in found] == [[], [SHORT]]
    assert found[0].interface == nothing().interface


@pytest.mark.parametrize("piece", [7, 1 << 20])
def test_an_answer_is_read_whatever_its_size(piece):
    assert [it.body for it in read_all(bytes_of(answer(LONG)), piece)] == [[LONG]]


def test_a_message_is_read_as_dbus_next_reads_it():
    sent = signal(SHORT)
    sent.signature, sent.body = "sa{sv}", [SHORT, {"a": Variant("u", 1)}]
    sent.flags = MessageFlag.NO_AUTOSTART
    (found,) = read_all(bytes_of(sent), 1 << 20)
    assert (found.member, found.signature, found.body) == ("Told", "sa{sv}", sent.body)
    assert (found.flags, found.serial, found.path) == (sent.flags, 7, "/org/wgdesk/Helper1")


def test_a_kind_that_nobody_knows_is_passed_over():
    unknown = bytearray(bytes_of(signal(SHORT)))
    unknown[1] = 9
    found = read_all(bytes(unknown) + bytes_of(signal(SHORT)), 1 << 20)
    assert [it.body for it in found] == [[], [SHORT]]
