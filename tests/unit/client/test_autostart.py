"""Starting at login: the file that sessions read is the only truth."""

import shutil
import subprocess
import sys

import pytest

from wgdesk.client.autostart import Autostart
from wgdesk.client.own_program import own_command
from wgdesk.domain.errors import PreferencesUnwritable


@pytest.fixture
def path(tmp_path):
    return tmp_path / "autostart" / "org.wgdesk.WGDesk.desktop"


@pytest.fixture
def autostart(path):
    return Autostart(path, ["wgdesk"])


def line(path, key):
    return [each for each in path.read_text().splitlines() if each.startswith(f"{key}=")]


def test_it_is_off_until_it_is_turned_on_and_leaves_nothing_when_off_again(autostart, path):
    assert not autostart.is_on()
    autostart.turn_on(hidden=False)
    assert autostart.is_on()
    assert line(path, "Exec") == ["Exec=wgdesk"]
    autostart.turn_off()
    assert not autostart.is_on()
    assert list(path.parent.iterdir()) == []
    autostart.turn_off()


def test_hidden_follows_the_last_choice(autostart, path):
    autostart.turn_on(hidden=True)
    assert line(path, "Exec") == ["Exec=wgdesk --hidden"]
    autostart.turn_on(hidden=False)
    assert line(path, "Exec") == ["Exec=wgdesk"]


@pytest.mark.parametrize("off", ["Hidden=true", "X-GNOME-Autostart-enabled=false", "Exec="])
def test_what_the_desktops_own_settings_switched_off_is_off_and_can_be_turned_on(
    autostart, path, off
):
    autostart.turn_on(hidden=False)
    kept = [
        each for each in path.read_text().splitlines() if each.split("=")[0] != off.split("=")[0]
    ]
    path.write_text("\n".join([*kept, off, "X-GNOME-Autostart-Delay=20", ""]))
    assert not autostart.is_on()
    autostart.turn_on(hidden=False)
    assert autostart.is_on()
    assert line(path, "X-GNOME-Autostart-Delay") == ["X-GNOME-Autostart-Delay=20"]


def test_a_file_that_makes_no_sense_is_off_and_is_written_anew(autostart, path):
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe")
    assert not autostart.is_on()
    autostart.turn_on(hidden=False)
    assert autostart.is_on()


@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not installed"
)
def test_the_file_passes_the_validator(path):
    Autostart(path, ["/opt/a folder/wgdesk"]).turn_on(hidden=True)
    done = subprocess.run(
        ["desktop-file-validate", str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_a_folder_that_refuses_is_told_in_words(autostart, path):
    path.parent.write_text("a file in the folder's place")
    with pytest.raises(PreferencesUnwritable, match="cannot be saved"):
        autostart.turn_on(hidden=False)
    with pytest.raises(PreferencesUnwritable, match="cannot be saved"):
        autostart.turn_off()


@pytest.mark.parametrize(
    ("started", "command"),
    [
        ("/usr/bin/wgdesk", ("wgdesk",)),
        ("/opt/venv/bin/wgdesk", ("/opt/venv/bin/wgdesk",)),
        ("wgdesk/__main__.py", (sys.executable, "-m", "wgdesk")),
        ("./wgdesk", (sys.executable, "-m", "wgdesk")),
    ],
)
def test_the_program_that_runs_is_the_one_that_is_started(monkeypatch, started, command):
    monkeypatch.setattr(sys, "argv", [started])
    assert own_command() == command
