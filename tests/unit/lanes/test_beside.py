import subprocess
import threading

from tests.lanes.beside import Beside
from tests.lanes.lane import Lane
from tests.lanes.outcome import Outcome

VM = Lane(name="vm", what="a machine")
DEB = Lane(name="deb", what="packages")


def test_the_lanes_beside_run_in_turn_and_are_heard_afterwards():
    may_end = threading.Event()

    def run(lane, output, _ending):
        may_end.wait(5)
        output.write(f"=== {lane.name}\n")
        return Outcome(lane=lane, passed=3)

    with Beside([VM, DEB], run) as beside:
        beside.start()
        beside.start()
        assert beside.heard() == ""
        may_end.set()
        assert [outcome.lane for outcome in beside.outcomes()] == [VM, DEB]
        assert beside.heard() == "=== vm\n=== deb\n"
        assert beside.heard() == ""


def test_a_lane_that_breaks_down_counts_as_failed():
    def run(lane, _output, _ending):
        raise OSError(lane.name)

    with Beside([VM, DEB], run) as beside:
        outcomes = beside.outcomes()
    assert [(outcome.lane, outcome.failed) for outcome in outcomes] == [(VM, 1), (DEB, 1)]
    assert outcomes[0].troubles == ("it broke down: OSError('vm')",)


def test_the_end_of_the_run_ends_the_process_of_a_lane_and_begins_no_other():
    began, ran = threading.Event(), []

    def run(lane, _output, ending):
        process = subprocess.Popen(["sleep", "60"], start_new_session=True)
        ran.append(lane)
        ending.runs(process)
        began.set()
        process.wait()
        ending.runs(None)
        return Outcome(lane=lane)

    with Beside([VM, DEB], run) as beside:
        beside.start()
        assert began.wait(5)
    assert ran == [VM]
