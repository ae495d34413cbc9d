"""Spans of time in words, as `wg show` has them, and as a person says them."""

import pytest

from wgdesk.domain.units import ago_text
from wgdesk.ui.language import choose
from wgdesk.ui.wording import long_ago, span_words


@pytest.mark.parametrize("seconds", [1, 59, 60, 3600, 3661, 86_400, 200_000, 40_000_000])
def test_a_span_is_told_as_wg_tells_it(seconds):
    assert long_ago(1_000, 1_000 + seconds) == ago_text(1_000, 1_000 + seconds)


def test_now_and_a_clock_that_went_back_have_words_of_their_own():
    assert long_ago(1_000, 1_000) == "a moment ago"
    assert long_ago(1_001, 1_000) == "later than now: the clock was set back"


def test_only_the_biggest_units_where_that_is_enough():
    assert span_words(93_784, most=2) == "1 day, 2 hours"
    assert span_words(0) == ""


def test_span_in_german():
    choose("de")
    try:
        assert long_ago(1_000, 1_000 + 93_784) == "1 Tag, 2 Stunden, 3 Minuten, 4 Sekunden her"
    finally:
        choose("en")
