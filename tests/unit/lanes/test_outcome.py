import pytest

from tests.lanes.lane import Lane
from tests.lanes.outcome import Outcome, counts_line, render_table

LANE = Lane(name="unit", what="values", target_s=10)
REPORT = """<testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="5">
<testcase name="test_a"/><testcase name="test_b"><skipped message="no bus here"/></testcase>
</testsuite></testsuites>"""


def test_outcome_counts_errors_as_failures_and_tells_each_skip(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    outcome = Outcome.from_junit(LANE, report, 1, 2.0)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (2, 2, 1)
    assert outcome.troubles == ("skipped test_b: no bus here",)


def test_outcome_fails_when_pytest_wrote_nothing(tmp_path):
    outcome = Outcome.from_junit(LANE, tmp_path / "missing.xml", 0, 2.0)
    assert (outcome.passed, outcome.failed) == (0, 1)


@pytest.mark.parametrize("exit_code", [2, 3, 4, -9])
def test_outcome_fails_when_pytest_broke_down(tmp_path, exit_code):
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="3"/></testsuites>')
    outcome = Outcome.from_junit(LANE, report, exit_code, 2.0)
    assert outcome.failed == 1
    assert str(exit_code) in outcome.troubles[0]


def test_counts_line_adds_up_and_leaves_out_no_skips():
    one, two = Outcome(lane=LANE, passed=2, failed=1), Outcome(lane=LANE, passed=3, skipped=4)
    assert counts_line([one]) == "2 passed, 1 failed"
    assert counts_line([one, two]) == "5 passed, 1 failed, 4 skipped"


def test_table_says_what_could_not_run_and_which_lane_was_late():
    outcomes = [Outcome(lane=LANE, passed=1, seconds=11.0, troubles=("needs root",))]
    table = render_table(outcomes)
    assert "!!! unit: needs root" in table
    assert "meant to take under 10 s" in table
