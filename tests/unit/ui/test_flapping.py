"""How often one tunnel is talked about."""

from wgdesk.ui.flapping import MOST, WITHIN_S, Flapping, Verdict

SAY, KEEPS, HUSH = Verdict.SAY, Verdict.SAY_IT_KEEPS_CHANGING, Verdict.HUSH


def test_a_few_are_said_then_that_it_keeps_changing_then_nothing():
    flapping = Flapping()
    found = [flapping.judge("home", 100 + second) for second in range(MOST + 3)]
    assert found == [SAY] * MOST + [KEEPS, HUSH, HUSH]


def test_steady_flapping_is_not_summed_up_again_and_again():
    flapping = Flapping()
    found = [flapping.judge("home", 100 + 18 * step) for step in range(30)]
    assert found.count(KEEPS) == 1
    assert set(found[MOST + 1 :]) == {HUSH}


def test_calm_minute_ends_the_silence():
    flapping = Flapping()
    for second in range(10):
        flapping.judge("home", 100 + second)
    assert flapping.judge("home", 109 + WITHIN_S) is SAY


def test_each_tunnel_is_counted_by_itself():
    flapping = Flapping()
    for second in range(10):
        flapping.judge("home", 100 + second)
    assert flapping.judge("work", 110) is SAY


def test_clock_that_is_set_back_does_not_silence_for_ever():
    flapping = Flapping()
    for second in range(10):
        flapping.judge("home", 100_000 + second)
    assert flapping.judge("home", 50) is SAY
