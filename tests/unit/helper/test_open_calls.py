import pytest

from wgdesk.domain.errors import LimitExceeded
from wgdesk.helper.open_calls import IN_ALL, OF_SENDER, OF_STRANGER, STRANGERS_BYTES, OpenCalls

MIB = 1 << 20


@pytest.fixture
def calls():
    return OpenCalls()


def fill_with_bodies(calls):
    for number in range(STRANGERS_BYTES // MIB):
        calls.begin(f":1.{number}", MIB, is_stranger=True)


def test_a_place_that_is_given_back_is_free_again(calls):
    for _ in range(OF_SENDER):
        calls.begin(":1.5", 0, is_stranger=False)
    with pytest.raises(LimitExceeded):
        calls.begin(":1.5", 0, is_stranger=False)
    calls.end(":1.5")
    calls.begin(":1.5", 0, is_stranger=False)
    assert len(calls) == OF_SENDER


def test_all_connections_together_have_a_limit(calls):
    for number in range(IN_ALL):
        calls.begin(f":1.{number // OF_STRANGER}", 0, is_stranger=True)
    with pytest.raises(LimitExceeded):
        calls.begin(":2.1", 0, is_stranger=False)


def test_big_bodies_of_strangers_are_kept_only_up_to_a_limit(calls):
    fill_with_bodies(calls)
    with pytest.raises(LimitExceeded):
        calls.begin(":2.1", MIB, is_stranger=True)
    calls.recognise(MIB)
    calls.begin(":2.1", MIB, is_stranger=True)


def test_small_bodies_and_known_callers_are_let_in_beside_the_big_ones(calls):
    fill_with_bodies(calls)
    calls.begin(":2.1", 4096, is_stranger=True)
    calls.begin(":2.2", MIB, is_stranger=False)
