"""Looking for garbage is put off, not given up."""

import gc

import pytest

from wgdesk.ui import collector


class Ring:
    """Refers to itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collecting():
    before = gc.get_threshold()
    collector.put_off()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def rings() -> int:
    return sum(isinstance(it, Ring) for it in gc.get_objects())


def test_full_rounds_do_not_come_by_themselves(collecting):
    assert gc.get_threshold()[2] >= collector.NEVER
    assert gc.isenabled()


def test_what_was_passed_over_goes_at_the_next_full_round(collecting):
    Ring()
    collector.pass_over()
    assert gc.get_freeze_count() > 0
    collector.catch_up()
    assert gc.get_freeze_count() == 0
    assert rings() == 0
