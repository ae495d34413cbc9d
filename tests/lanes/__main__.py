"""`python -m tests.lanes [LANE...] [-- PYTEST ARGUMENT...]`, from the root of the repository."""

import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from types import FrameType
from typing import IO, NoReturn

from tests.lanes.beside import Beside
from tests.lanes.checks import REPO, run_checks
from tests.lanes.ending import Ending
from tests.lanes.labs import LabBuild
from tests.lanes.lane import LANES, Lane, find_lane
from tests.lanes.needs import find_missing
from tests.lanes.outcome import Outcome, counts_line, render_table
from tests.lanes.process import run_pytest
from tests.lanes.traces import network_traces, tell_changes

USAGE = 2
TRACES = Lane(name="traces", what="the machine's own network is as it was")


def main(arguments: list[str]) -> int:
    names, pytest_arguments = split_arguments(arguments)
    unknown = [name for name in names if find_lane(name) is None]
    if unknown:
        print(f"no such lane: {', '.join(unknown)}; there are: {', '.join(all_names())}")
        return USAGE
    lanes = [lane for lane in LANES if not names or lane.name in names]
    strict = os.environ.get("CI", "") not in {"", "0", "false"}
    network_before = network_traces()
    apart = [lane for lane in lanes if lane.beside]
    in_turn = [lane for lane in lanes if not lane.beside]
    if len(lanes) == 1:
        apart, in_turn = [], lanes

    def run(lane: Lane, output: IO[str], ending: Ending) -> Outcome:
        return judge(run_lane(lane, pytest_arguments, build, output, ending), strict)

    with (
        LabBuild([lane for lane in lanes if not find_missing(lane.needs)]) as build,
        Beside(apart, run) as beside,
    ):
        outcomes = []
        for lane in in_turn:
            if lane.target_s is None and lane.name != "check":
                build.start()  # not sooner: it would slow down the lanes that are timed
                beside.start()
            outcomes.append(run(lane, sys.stdout, Ending()))
            print(beside.heard(), end="", flush=True)
        outcomes += beside.outcomes()
        print(beside.heard(), end="", flush=True)
    outcomes.sort(key=lambda outcome: lanes.index(outcome.lane))
    if names != ["check"]:
        outcomes.append(look_for_traces(network_before, strict))
    for outcome in outcomes:
        if outcome.appendix:
            print(f"\n{outcome.appendix}")
    print()
    print(render_table(outcomes))
    print()
    print(counts_line(outcomes), flush=True)
    return 1 if any(outcome.failed for outcome in outcomes) else 0


def split_arguments(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def all_names() -> list[str]:
    return [lane.name for lane in LANES]


def run_lane(
    lane: Lane, pytest_arguments: list[str], build: LabBuild, output: IO[str], ending: Ending
) -> Outcome:
    print(f"\n=== {lane.name}: {lane.what}", file=output, flush=True)
    missing = find_missing(lane.needs)
    if missing:
        print(f"!!! cannot run: {'; '.join(missing)}", file=output, flush=True)
        return Outcome(lane=lane, troubles=tuple(missing))
    if not_built := build.wait_for(lane):
        print(not_built, file=output, flush=True)
    started = time.monotonic()
    if lane.name == "check":
        return count_checks(lane, started)
    if not any((REPO / "tests" / lane.name).glob("**/test_*.py")):
        return Outcome(lane=lane, troubles=("there is no test in it",))
    return run_pytest(lane, pytest_arguments, output, ending)


def count_checks(lane: Lane, started: float) -> Outcome:
    results: Mapping[str, bool] = run_checks()
    failed = [name for name, passed in results.items() if not passed]
    return Outcome(
        lane=lane,
        passed=len(results) - len(failed),
        failed=len(failed),
        seconds=time.monotonic() - started,
        troubles=tuple(f"failed: {name}" for name in failed),
    )


def look_for_traces(before: frozenset[str], strict: bool) -> Outcome:  # noqa: FBT001  # as in judge
    """A desktop's network changes by itself, so outside CI a change is only said."""
    changes = tell_changes(before, network_traces())
    if strict:
        return Outcome(
            lane=TRACES, passed=not changes, failed=bool(changes), troubles=tuple(changes)
        )
    return Outcome(lane=TRACES, troubles=tuple(changes))


def judge(outcome: Outcome, strict: bool) -> Outcome:  # noqa: FBT001  # one caller, one flag
    """In CI a lane that is not run in full is a failure; elsewhere it is only said."""
    ran_nothing = outcome.passed + outcome.failed == 0
    if strict and not outcome.failed and (ran_nothing or outcome.skipped):
        return replace(outcome, failed=1)
    return outcome


def end_in_order(number: int, frame: FrameType | None) -> NoReturn:
    """Leave through every `finally`: lanes and labs have sessions, and would stay."""
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end_in_order)
    sys.exit(main(sys.argv[1:]))
