"""`./dev demo` on a desktop: the window opens in the sandbox, and the command line joins it."""

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.labs.programs import is_running, wait_until
from tests.sandbox.ordinary_user import as_ordinary_user

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture
def demo(desk):
    """The demo as an ordinary user starts it, and the command line it tells of."""
    process = subprocess.Popen(
        as_ordinary_user(sys.executable, "-m", "wgdesk.sandbox.demo"),
        env=desk.env,
        cwd=REPO,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        for line in process.stdout:
            if line.startswith("Command line:"):
                process.wgdesk = line.split()[2]
                break
        yield process
        process.terminate()


def test_demo_opens_the_window_and_follows_the_command_line(desk, demo, tmp_path):
    desk.wait_for_window("No tunnel is up")
    desk.run(demo.wgdesk, "up", "home", "--wait")
    desk.wait_for_tray_item("home")
    window = desk.wait_for_window("home")
    desk.screenshot(tmp_path / "demo.png")
    assert window.width > 600
    assert "interface: home" in desk.run(demo.wgdesk, "status")


def find_processes_of(folder: Path) -> list[int]:
    """Those inside the walls know the desk no more, but all are told the way to the world's bus."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                if str(folder).encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
    return found


def test_demo_ends_with_everything_on_ctrl_c(desk, demo):
    desk.wait_for_window("wgdesk")
    folder = Path(demo.wgdesk).parent
    inside = find_processes_of(folder)
    assert len(inside) >= 5
    pids = {*desk.processes(), *inside}
    demo.send_signal(signal.SIGINT)
    assert demo.wait(15) == 130
    assert desk.find_window("wgdesk") is None
    wait_until(lambda: not folder.exists(), what="the demo's folder to go")
    own = [pid for pid in pids if pid not in desk.processes()]
    assert set(inside) <= set(own)
    assert not [pid for pid in own if is_running(pid)]
