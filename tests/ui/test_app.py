"""How the process starts and ends, from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tmp_path) -> dict[str, str]:
    """An environment with a home of its own, no bus and no screen."""
    (tmp_path / "run").mkdir(mode=0o700)
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL") if key in os.environ}
    return kept | {
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "QT_QPA_PLATFORM": "offscreen",
        "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path}/nowhere",
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/nowhere",
        "PYTHONPATH": str(REPO),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture
def start(place) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts windows that end with the test."""
    with ExitStack() as stack:

        def run(*argv: str) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-m", "wgdesk", *argv],
                env=place,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield run


def wait_for_socket(place: dict[str, str]) -> None:
    path = Path(place["XDG_RUNTIME_DIR"]) / f"wgdesk-{os.getuid()}.socket"
    deadline = time.monotonic() + 10
    while not path.exists():
        assert time.monotonic() < deadline, "it did not start"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_window_ends_in_order_on_a_signal(place, start, number):
    process = start()
    wait_for_socket(place)
    time.sleep(0.3)
    process.send_signal(number)
    _, complaint = process.communicate(timeout=10)
    assert (process.returncode, complaint) == (0, complaint)
    assert "Traceback" not in complaint
    assert not list(Path(place["XDG_RUNTIME_DIR"]).glob("*.socket"))


def test_second_start_ends_at_once_and_well(place, start):
    first = start()
    wait_for_socket(place)
    second = start()
    _, complaint = second.communicate(timeout=10)
    assert (second.returncode, complaint) == (0, "")
    assert first.poll() is None
    first.terminate()
    assert first.wait(10) == 0


def test_window_opens_without_a_tray_even_when_asked_to_hide(place, start):
    process = start("--hidden")
    wait_for_socket(place)
    process.terminate()
    assert process.wait(10) == 0


def test_no_display_is_one_sentence(place, start):
    del place["QT_QPA_PLATFORM"]
    process = start()
    _, complaint = process.communicate(timeout=10)
    assert process.returncode == 1
    assert complaint.startswith("wgdesk: there is no display")
    assert len(complaint.splitlines()) == 1


def test_chosen_language_is_spoken_from_the_first_word(place, start, tmp_path):
    folder = tmp_path / ".config" / "wgdesk"
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text('{"v": 1, "language": "de"}')
    del place["QT_QPA_PLATFORM"]
    _, complaint = start().communicate(timeout=10)
    assert complaint.startswith("wgdesk: es gibt keine Anzeige")


def test_root_is_refused_politely(monkeypatch, capsys):
    from wgdesk.ui import start  # noqa: PLC0415  # only here

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert start.main([]) == 1
    assert "does not run as root" in capsys.readouterr().err
