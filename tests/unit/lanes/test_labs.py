import pytest

from tests.lanes import labs
from tests.lanes.labs import LabBuild
from tests.lanes.lane import LANES, find_lane

BUILDER = """
import pathlib, sys
pathlib.Path("built").write_text(" ".join(sys.argv[1:]))
sys.exit("no mirror answers" if "vm" in sys.argv else 0)
"""


def lanes(*names):
    return [lane for lane in LANES if lane.name in names]


@pytest.fixture
def repo(tmp_path, monkeypatch):
    """A repository whose labs only write down what they were asked for; `vm` fails."""
    (tmp_path / "tests/labs").mkdir(parents=True)
    for package in ("tests", "tests/labs"):
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "tests/labs/__main__.py").write_text(BUILDER)
    monkeypatch.setattr(labs, "REPO", tmp_path)
    return tmp_path


def test_lab_build_asks_for_the_labs_of_the_lanes_that_will_run(repo):
    with LabBuild(lanes("unit", "box", "ns")) as build:
        build.start()
        assert build.wait_for(find_lane("box")) == ""
    assert (repo / "built").read_text() == "build box"


def test_lab_build_tells_why_a_lab_was_not_built(repo):
    with LabBuild(lanes("box", "vm")) as build:
        build.start()
        assert "no mirror answers" in build.wait_for(find_lane("vm"))
        assert build.wait_for(find_lane("box")) == ""


def test_lab_build_starts_nothing_when_no_lane_needs_a_built_lab(repo):
    with LabBuild(lanes("unit", "ns")) as build:
        build.start()
        assert not build.is_running
    assert not (repo / "built").exists()


def test_lab_build_ends_with_the_run_when_nobody_waited_for_it(repo):
    (repo / "tests/labs/__main__.py").write_text("import time; time.sleep(60)")
    with LabBuild(lanes("box")) as build:
        build.start()
        assert build.is_running
    assert not build.is_running


def test_lab_build_waits_to_be_started_and_starts_once(repo):
    with LabBuild(lanes("box")) as build:
        build.wait_for(find_lane("box"))
        assert not (repo / "built").exists()
        build.start()
        build.wait_for(find_lane("box"))
        (repo / "built").unlink()
        build.start()
        build.wait_for(find_lane("box"))
    assert not (repo / "built").exists()


def test_lab_build_makes_each_lab_once_though_two_lanes_want_it(repo):
    with LabBuild(lanes("box", "vm", "faults")) as build:
        build.start()
        build.wait_for(find_lane("faults"))
    assert (repo / "built").read_text() == "build box vm deb"
