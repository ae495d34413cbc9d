"""One lane's pytest as a process: whose, where, and ended in time."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from tests.lanes.again import MOST, failed_tests, merge
from tests.lanes.checks import REPO
from tests.lanes.ending import Ending, end_group
from tests.lanes.lane import Lane
from tests.lanes.outcome import Outcome

UNWANTED = {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PYTEST_ADDOPTS"}


def run_pytest(lane: Lane, pytest_arguments: list[str], output: IO[str], ending: Ending) -> Outcome:
    with scratch_dir(lane) as scratch:
        report = scratch / "tests.xml"
        command = pytest_command(lane, [f"tests/{lane.name}", *pytest_arguments], report)
        started = time.monotonic()
        exit_code = run_bounded(command, lane, scratch, output, ending)
        if exit_code is None:
            late = f"ended after {lane.lane_timeout_s} s"
            seconds = time.monotonic() - started
            return Outcome(lane=lane, failed=1, seconds=seconds, troubles=(late,))
        failed = failed_tests(report) if lane.has_real_parts and exit_code == 1 else []
        passed_later: list[str] = []
        if 0 < len(failed) <= MOST:
            second = scratch / "again.xml"
            run_bounded(pytest_command(lane, failed, second), lane, scratch, output, ending)
            passed_later = merge(report, second)
        seconds = time.monotonic() - started
        outcome = Outcome.from_junit(lane, report, exit_code, seconds)
        told = tuple(f"passed only when asked again: {name}" for name in passed_later)
        return replace(outcome, troubles=(*outcome.troubles, *told))


def pytest_command(lane: Lane, what: list[str], report: Path) -> list[str]:
    command = [sys.executable, "-m", "pytest", f"--junit-xml={report}"]
    command += [f"--timeout={lane.test_timeout_s}", f"--basetemp={report.with_suffix('')}"]
    command += ["-p", "no:cacheprovider", "-q", "-rfEs"]
    if not lane.with_qt:
        command += ["-p", "no:pytest-qt"]
    return command + what


@contextmanager
def scratch_dir(lane: Lane) -> Iterator[Path]:
    """A short path, as a socket's may have 107 bytes; it belongs to the user of the lane."""
    scratch = Path(tempfile.mkdtemp(prefix=f"wgd-{lane.name}-", dir="/tmp"))
    # A lane of root starts programs as other users, and hands them directories below this one.
    scratch.chmod(0o711)
    try:
        for name, mode in (("home", 0o700), ("run", 0o700), ("tmp", 0o1777)):
            (scratch / name).mkdir()
            (scratch / name).chmod(mode)
        if drops(lane):
            for path in (scratch, *scratch.iterdir()):
                shutil.chown(path, *ordinary_user())
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def drops(lane: Lane) -> bool:
    return lane.as_nobody and os.geteuid() == 0


def ordinary_user() -> tuple[int, int]:
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def environment(lane: Lane, scratch: Path) -> dict[str, str]:
    """The caller's, less what leads to the caller: desktop, files, and who called sudo."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in UNWANTED and not key.startswith(("SUDO_", "XDG_"))
    }
    own = {
        "HOME": str(scratch / "home"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(scratch / "hypothesis"),
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(scratch / "tmp"),
    }
    if lane.as_nobody or os.geteuid() != 0:
        # Root has none by itself, and the users that root's lanes play could not enter it.
        own["XDG_RUNTIME_DIR"] = str(scratch / "run")
    if lane.name == "ui":
        own["QT_QPA_PLATFORM"] = "offscreen"
    return kept | own


def run_bounded(
    command: list[str], lane: Lane, scratch: Path, output: IO[str], ending: Ending
) -> int | None:
    """Run it to its end, or to the lane's; None if it had to be ended."""
    user, group = ordinary_user() if drops(lane) else (None, None)
    process = subprocess.Popen(
        command,
        cwd=REPO,
        env=environment(lane, scratch),
        user=user,
        group=group,
        extra_groups=[] if drops(lane) else None,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )
    ending.runs(process)
    try:
        return process.wait(lane.lane_timeout_s)
    except BaseException as error:
        end_group(process)
        if isinstance(error, subprocess.TimeoutExpired):
            return None
        raise
    finally:
        ending.runs(None)
