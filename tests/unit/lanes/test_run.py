import pytest

from tests.lanes.__main__ import judge, look_for_traces, main, split_arguments
from tests.lanes.lane import Lane
from tests.lanes.outcome import Outcome
from tests.lanes.traces import tell_changes

LANE = Lane(name="unit", what="values")


def test_split_arguments_gives_what_follows_the_dashes_to_pytest():
    assert split_arguments(["unit", "--", "-k", "x"]) == (["unit"], ["-k", "x"])
    assert split_arguments(["unit"]) == (["unit"], [])


@pytest.mark.parametrize(
    ("outcome", "failed_in_ci"),
    [
        (Outcome(lane=LANE, passed=3), 0),
        (Outcome(lane=LANE, passed=3, skipped=1), 1),
        (Outcome(lane=LANE, troubles=("needs root",)), 1),
        (Outcome(lane=LANE, passed=3, failed=2, skipped=1), 2),
    ],
    ids=["all passed", "one skipped", "not run", "failed anyway"],
)
def test_judge_fails_in_ci_what_did_not_run_in_full(outcome, failed_in_ci):
    assert judge(outcome, strict=True).failed == failed_in_ci
    assert judge(outcome, strict=False) == outcome


def test_main_refuses_a_lane_that_is_not_there(capsys):
    assert main(["nonsense"]) == 2
    assert "no such lane: nonsense" in capsys.readouterr().out


def test_changes_name_what_came_and_what_went():
    changes = tell_changes(frozenset({"ip: a", "ip: b"}), frozenset({"ip: b", "ip: c"}))
    assert changes == ["left behind: ip: c", "taken away: ip: a"]


def test_traces_fail_only_in_ci_when_the_network_changed():
    before = frozenset({"ip: a link that is not there"})
    assert look_for_traces(before, strict=True).failed == 1
    assert look_for_traces(before, strict=False).failed == 0
