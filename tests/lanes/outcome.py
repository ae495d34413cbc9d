"""What became of a lane, and the table at the end of a run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self
from xml.etree import ElementTree as ET

from tests.lanes.faults import read_rows, render_rows
from tests.lanes.lane import Lane

PYTEST_COUNTED = {0, 1, 5}  # all passed, some failed, none found; the rest is a breakdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The count of one lane.

    Attributes:
        troubles: One sentence for each thing that kept tests from running or being counted.
        appendix: A table of the lane's own.
    """

    lane: Lane
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    troubles: tuple[str, ...] = ()
    appendix: str = ""

    @classmethod
    def from_junit(cls, lane: Lane, report: Path, exit_code: int, seconds: float) -> Self:
        """Count what pytest wrote down; a pytest that broke down counts as one failure."""
        try:
            suites = list(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314  # pytest wrote it a moment ago
        except (OSError, ET.ParseError):
            return cls(lane=lane, failed=1, seconds=seconds, troubles=("pytest gave no report",))
        appendix = render_rows(read_rows(report)) if lane.name == "faults" else ""
        total, bad, skipped = (
            sum(int(suite.get(key, "0")) for suite in suites for key in keys)
            for keys in (("tests",), ("failures", "errors"), ("skipped",))
        )
        troubles = skip_reasons(suites)
        if exit_code not in PYTEST_COUNTED:
            troubles.append(f"pytest broke down with exit code {exit_code}")
            bad = bad or 1
        return cls(
            lane=lane,
            passed=max(0, total - bad - skipped),
            failed=bad,
            skipped=skipped,
            seconds=seconds,
            troubles=tuple(troubles),
            appendix=appendix,
        )


def skip_reasons(suites: list[ET.Element]) -> list[str]:
    return [
        f"skipped {case.get('name')}: {skip.get('message', 'no reason given')}"
        for suite in suites
        for case in suite.iter("testcase")
        for skip in case.iter("skipped")
    ]


def counts_line(outcomes: list[Outcome]) -> str:
    passed, failed, skipped = (
        sum(getattr(outcome, what) for outcome in outcomes)
        for what in ("passed", "failed", "skipped")
    )
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def render_table(outcomes: list[Outcome]) -> str:
    lines = [f"{'lane':<10}{'passed':>7}{'failed':>7}{'skipped':>8}{'seconds':>9}"]
    lines += [render_row(outcome) for outcome in outcomes]
    troubles = [(outcome.lane.name, text) for outcome in outcomes for text in outcome.troubles]
    if troubles:
        lines += ["", "!!! NOT RUN, OR NOT AS IT SHOULD BE:"]
        lines += [f"!!! {name}: {text}" for name, text in troubles]
    return "\n".join(lines)


def render_row(outcome: Outcome) -> str:
    target = outcome.lane.target_s
    late = f"  (meant to take under {target:g} s)" if target and outcome.seconds > target else ""
    return (
        f"{outcome.lane.name:<10}{outcome.passed:>7}{outcome.failed:>7}{outcome.skipped:>8}"
        f"{outcome.seconds:>9.1f}  {outcome.lane.what}{late}"
    )
