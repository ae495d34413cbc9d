"""`./dev demo --tour` in full: the real command line, helper and engine."""

import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from wgdesk.sandbox import network, tour
from wgdesk.sandbox.polkit import Verdict
from wgdesk.sandbox.tour import Tour, TourFailed
from wgdesk.sandbox.world import World

REPO = Path(__file__).resolve().parents[2]
DEMO = (sys.executable, "-m", "wgdesk.sandbox.demo")


def without_display():
    return {
        key: value for key, value in os.environ.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY"}
    }


def run_demo(*words):
    return subprocess.run(
        [*DEMO, *words],
        cwd=REPO,
        env=without_display(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_tour_does_what_it_says():
    done = run_demo("--tour")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "steps did what they say" in done.stdout


def test_demo_is_the_tour_when_there_is_no_display():
    done = run_demo()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no display here" in done.stdout
    assert "steps did what they say" in done.stdout


def test_tour_fails_when_polkit_refuses():
    with World() as world:
        world.answer(Verdict.NO)
        with pytest.raises(TourFailed, match="`wgdesk up home --wait=10` ended with 3"):
            Tour(world, io.StringIO()).walk()
        assert world.run_on_machine(["wg", "show", "interfaces"]).stdout.strip() == ""


def test_tour_fails_when_the_server_does_not_answer(monkeypatch):
    monkeypatch.setattr(tour, "HANDSHAKE_TIMEOUT_S", 1)
    with World() as world:
        world.stop(network.HOME)
        with pytest.raises(TourFailed, match="`wgdesk up home --wait=1` ended with 1"):
            Tour(world, io.StringIO()).walk()
        world.start(network.HOME)
        world.cli("down", "home")
        Tour(world, io.StringIO()).walk()


@pytest.fixture
def folders_dir():
    """Where the demo makes its folder; open to the ordinary user, as /tmp is."""
    path = Path(tempfile.mkdtemp(prefix="wgdesk-test-"))
    path.chmod(0o755)
    yield path
    path.rmdir()


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -9)],
)
def test_demo_leaves_nothing_when_it_is_ended(folders_dir, number, status):
    process = subprocess.Popen(
        [*DEMO, "--tour"],
        cwd=REPO,
        env={**without_display(), "TMPDIR": str(folders_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        while "wgdesk list" not in process.stdout.readline():
            assert process.poll() is None
        assert list(folders_dir.iterdir())
        process.send_signal(number)
        assert process.wait(10) == status
    deadline = time.monotonic() + 10
    while list(folders_dir.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not list(folders_dir.iterdir())
