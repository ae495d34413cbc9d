"""What failed once is asked again, and the report then says what the second asking said."""

from xml.etree import ElementTree as ET

import pytest

from tests.lanes.again import failed_tests, merge
from tests.lanes.lane import Lane
from tests.lanes.outcome import Outcome

LANE = Lane(name="ns", what="tunnels")


def write(path, *cases):
    """Each case is a name and what became of it."""
    counts = {f"{kind}s": sum(what == kind for _, what in cases) for kind in ("failure", "error")}
    attributes = " ".join(f'{key}="{value}"' for key, value in counts.items())
    texts = [
        f'<testcase classname="tests.ns.test_up" name="{name}">{f"<{what}/>" if what else ""}</testcase>'
        for name, what in cases
    ]
    path.write_text(
        f'<testsuites><testsuite {attributes} skipped="0" tests="{len(cases)}">'
        f"{''.join(texts)}</testsuite></testsuites>"
    )
    return path


def test_what_failed_is_named_as_pytest_takes_it(tmp_path):
    report = write(tmp_path / "r", ("test_a", ""), ("test_b[x-1]", "failure"), ("test_c", "error"))
    assert failed_tests(report) == [
        "tests/ns/test_up.py::test_b[x-1]",
        "tests/ns/test_up.py::test_c",
    ]
    assert failed_tests(tmp_path / "none") == []


def test_what_passes_the_second_time_counts_as_passed_and_is_named(tmp_path):
    report = write(tmp_path / "r", ("test_a", ""), ("test_b", "failure"), ("test_c", "error"))
    second = write(tmp_path / "s", ("test_b", ""), ("test_c", "failure"))
    assert merge(report, second) == ["test_b"]
    outcome = Outcome.from_junit(LANE, report, 1, 1.0)
    assert (outcome.passed, outcome.failed) == (2, 1)
    assert failed_tests(report) == ["tests/ns/test_up.py::test_c"]


@pytest.mark.parametrize("what", ["failure", "error", "skipped"])
def test_nothing_is_better_for_a_second_time_that_did_not_pass(tmp_path, what):
    report = write(tmp_path / "r", ("test_a", ""), ("test_b", "failure"))
    before = ET.canonicalize(report.read_text())
    assert merge(report, write(tmp_path / "s", ("test_b", what))) == []
    assert merge(report, tmp_path / "none") == []
    assert merge(report, write(tmp_path / "s", ("test_a", ""))) == []
    assert ET.canonicalize(report.read_text()) == before
