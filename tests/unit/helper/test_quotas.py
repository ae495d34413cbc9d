import pytest

from wgdesk.domain.errors import AuthRequired, LimitExceeded
from wgdesk.helper.quotas import (
    CALL_BURST,
    CALLS_PER_S,
    CHANGES_AT_ONCE,
    KNOWN_USERS,
    PROMPTS,
    Quotas,
)

ALICE, BOB = 1000, 1001
BOB_OF_A_CONTAINER = 100_001


class Clock:
    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def quotas(clock):
    return Quotas(clock)


def spend(quotas, uid, calls):
    for _ in range(calls):
        quotas.count_call(uid)


def test_a_user_may_make_a_burst_of_calls_and_no_more(quotas):
    spend(quotas, ALICE, int(CALL_BURST))
    with pytest.raises(LimitExceeded):
        quotas.count_call(ALICE)


def test_calls_come_back_with_time(quotas, clock):
    spend(quotas, ALICE, int(CALL_BURST))
    clock.now_s += 1
    spend(quotas, ALICE, int(CALLS_PER_S))
    with pytest.raises(LimitExceeded):
        quotas.count_call(ALICE)


def test_time_gives_no_more_than_a_burst(quotas, clock):
    clock.now_s += 3600
    spend(quotas, ALICE, int(CALL_BURST))
    with pytest.raises(LimitExceeded):
        quotas.count_call(ALICE)


def test_one_user_does_not_spend_the_calls_of_another(quotas):
    spend(quotas, ALICE, int(CALL_BURST))
    quotas.count_call(BOB)


def test_changes_at_once_are_limited_and_end(quotas):
    held = [quotas.change(ALICE) for _ in range(CHANGES_AT_ONCE)]
    for it in held:
        it.__enter__()
    with pytest.raises(LimitExceeded), quotas.change(ALICE):
        pass
    with quotas.change(BOB):
        pass
    held[0].__exit__(None, None, None)
    with quotas.change(ALICE):
        pass


def test_a_change_that_fails_gives_its_place_back(quotas):
    for _ in range(CHANGES_AT_ONCE + 1):
        with pytest.raises(ValueError, match="broken"), quotas.change(ALICE):
            raise ValueError("broken")


def test_a_user_has_one_prompt(quotas):
    with quotas.prompt(ALICE):
        with pytest.raises(LimitExceeded), quotas.prompt(ALICE):
            pass
        with quotas.prompt(BOB):
            assert quotas.open_prompts == 2
    assert quotas.open_prompts == 0


def test_all_users_together_have_sixteen_prompts(quotas):
    held = [quotas.prompt(uid) for uid in range(PROMPTS)]
    for it in held:
        it.__enter__()
    with pytest.raises(LimitExceeded), quotas.prompt(ALICE):
        pass


def test_two_dismissals_in_a_minute_end_the_prompts_for_a_minute(quotas, clock):
    quotas.note_dismissal(ALICE)
    with quotas.prompt(ALICE):
        pass
    clock.now_s += 30
    quotas.note_dismissal(ALICE)
    with pytest.raises(AuthRequired), quotas.prompt(ALICE):
        pass
    clock.now_s += 59
    with pytest.raises(AuthRequired), quotas.prompt(ALICE):
        pass
    clock.now_s += 2
    with quotas.prompt(ALICE):
        pass


def test_two_dismissals_far_apart_do_not_count(quotas, clock):
    quotas.note_dismissal(ALICE)
    clock.now_s += 61
    quotas.note_dismissal(ALICE)
    with quotas.prompt(ALICE):
        pass


def test_refusals_are_logged_once_in_ten_seconds(quotas, clock, caplog):
    spend(quotas, ALICE, int(CALL_BURST))
    for _ in range(5):
        with pytest.raises(LimitExceeded):
            quotas.count_call(ALICE)
    assert len(caplog.records) == 1


def test_users_who_are_long_quiet_are_forgotten_and_others_are_not(quotas, clock):
    for uid in range(KNOWN_USERS - 1):
        quotas.count_call(uid)
    clock.now_s += 61
    spend(quotas, BOB_OF_A_CONTAINER, int(CALL_BURST))
    quotas.count_call(BOB_OF_A_CONTAINER + 1)
    assert len(quotas._buckets) == 2
    with pytest.raises(LimitExceeded):
        quotas.count_call(BOB_OF_A_CONTAINER)
