"""Rates from counters that are read now and then, and may begin anew."""

import pytest

from wgdesk.ui.rates import (
    KEPT_S,
    Counters,
    History,
    Span,
    history_text,
    rate_text,
    scale_text,
    scale_top,
)

MIB = 1 << 20


def history(*looks: tuple[float, int, int]) -> History:
    found = History()
    for look in looks:
        found = found.counted(Counters(*look))
    return found


def test_first_look_tells_no_rate():
    assert history((10, 5_000, 1)).spans == ()


def test_rate_is_what_came_by_the_time_it_took():
    found = history((10, 100, 0), (12, 300, 50), (27, 300, 65))
    assert found.spans == (Span(10, 12, 100, 25), Span(12, 27, 0, 1))
    assert (found.received, found.sent, found.highest) == (0, 1, 100)


def test_looks_that_come_together_count_as_one():
    found = history((10, 0, 0), (11, 1000, 0), (11.1, 1000, 0), (12, 2000, 0))
    assert [span.received for span in found.spans] == [1000, 1000]


def test_counters_that_begin_anew_make_a_gap_and_no_rate_below_zero():
    found = history((10, 5000, 0), (11, 6000, 0), (12, 10, 0), (13, 20, 0))
    assert found.spans == (Span(10, 11, 1000, 0), Span(12, 13, 10, 0))


def test_clock_that_is_set_back_forgets_what_was_before_it():
    found = history((1000, 0, 0), (1001, 9, 0), (400, 10, 0), (401, 12, 0))
    assert found.spans == (Span(400, 401, 2, 0),)


def test_history_forgets_what_is_older_than_the_graph():
    found = history(*((second, second, 0) for second in range(900)))
    assert len(found.spans) <= KEPT_S + 1
    assert found.spans[0].end_s >= 899 - KEPT_S


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (0, "0 B/s"),
        (148.4, "148 B/s"),
        (1023.9, "1.0 KiB/s"),
        (4.1 * MIB, "4.1 MiB/s"),
        (3 << 30, "3.0 GiB/s"),
    ],
)
def test_rate_has_its_unit(rate, text):
    assert rate_text(rate) == text


@pytest.mark.parametrize(
    ("highest", "top"),
    [
        (0, "1 KiB/s"),
        (1025, "2 KiB/s"),
        (3.2 * MIB, "5 MiB/s"),
        (900 * MIB, "1 GiB/s"),
        (1024 * MIB, "1 GiB/s"),
    ],
)
def test_graph_ends_at_a_round_number_above_all_rates(highest, top):
    assert scale_text(scale_top(highest)) == top
    assert scale_top(highest) >= highest


def test_graph_is_told_in_a_sentence():
    assert history_text(history((0, 0, 0), (1, 4 * MIB, 1024), (2, 6 * MIB, 1024))) == (
        "Throughput of the last 5 minutes: receiving 2.0 MiB/s, at most 4.0 MiB/s;"
        " sending 0 B/s, at most 1.0 KiB/s."
    )
    assert history_text(History()) == "Throughput: nothing is known yet."
