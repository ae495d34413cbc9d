"""Bytes nobody reads: thrown away in pieces, a turn at a time."""

import pytest

from wgdesk.wire.drain import PIECE_BYTES, TURN_BYTES, drain


class Stream:
    """Gives what there is, then None or the end; notes the sizes it was asked for."""

    def __init__(self, there_bytes, *, has_ended=False):
        self.there_bytes, self.has_ended, self.asked = there_bytes, has_ended, []

    def read(self, size):
        self.asked.append(size)
        given = min(size, self.there_bytes)
        self.there_bytes -= given
        if given:
            return b"\0" * given
        return b"" if self.has_ended else None


def test_all_goes_and_nothing_of_the_next_message():
    stream = Stream(PIECE_BYTES + 100)
    assert drain(stream.read, PIECE_BYTES + 7) == 0
    assert (stream.asked, stream.there_bytes) == ([PIECE_BYTES, 7], 93)


def test_what_has_not_come_yet_is_left():
    assert drain(Stream(10).read, 30) == 20


def test_others_have_their_turn_after_a_mebibyte():
    assert drain(Stream(4 * TURN_BYTES).read, 3 * TURN_BYTES) == 2 * TURN_BYTES


def test_a_last_piece_goes_in_the_same_turn():
    """With so little left the socket might never wake the loop again."""
    assert drain(Stream(4 * TURN_BYTES).read, TURN_BYTES + PIECE_BYTES) == 0


def test_end_before_all_has_come_is_the_end():
    with pytest.raises(EOFError):
        drain(Stream(10, has_ended=True).read, 30)
