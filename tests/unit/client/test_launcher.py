"""Recent tunnels in the menu of the application's icon."""

import shutil
import subprocess
from pathlib import Path

import pytest

from wgdesk.client import launcher as module
from wgdesk.client.desktop_entry import find_keys
from wgdesk.client.launcher import Launcher, LauncherEntry
from wgdesk.domain.errors import PreferencesUnwritable

NAME = "org.wgdesk.WGDesk.desktop"
OURS = Path(__file__).parents[3] / "resources" / "desktop" / NAME
HOME, WORK = LauncherEntry("Toggle home", "home"), LauncherEntry("Toggle w$rk", "w$rk")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    folder = tmp_path / "usr" / "applications"
    folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_DATA_DIRS", f"{tmp_path}/nowhere:{tmp_path}/usr")
    return Path(shutil.copy(OURS, folder))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "own" / NAME


@pytest.fixture
def launcher(path, installed):
    return Launcher(path, ["wgdesk"])


def test_menu_has_the_tunnels_and_everything_else_is_as_installed(launcher, path, installed):
    launcher.show([HOME, WORK])
    text = path.read_text()
    assert find_keys(text)["Actions"] == "toggle-1;toggle-2;"
    assert find_keys(text, "Desktop Action toggle-1") == {
        "Name": "Toggle home",
        "Exec": "wgdesk --toggle home",
    }
    assert find_keys(text, "Desktop Action toggle-2")["Exec"] == 'wgdesk --toggle "w\\$rk"'
    as_installed = find_keys(installed.read_text())
    assert as_installed.items() <= find_keys(text).items()
    assert find_keys(text)["TryExec"] == "wgdesk"


def test_five_tunnels_are_the_most(launcher, path):
    launcher.show([LauncherEntry(f"t{n}", f"t{n}") for n in range(9)])
    assert find_keys(path.read_text())["Actions"].count(";") == 5


def test_no_tunnel_is_no_empty_menu(launcher, path):
    launcher.show([])
    assert "Actions" not in find_keys(path.read_text())


def test_it_follows_the_installed_file_and_the_tunnels(launcher, path, installed):
    launcher.show([HOME, WORK])
    installed.write_text(OURS.read_text().replace("Name=wgdesk", "Name=wgdesk 2"))
    launcher.show([HOME])
    assert find_keys(path.read_text())["Name"] == "wgdesk 2"
    assert find_keys(path.read_text(), "Desktop Action toggle-2") == {}


def test_nothing_new_writes_nothing(launcher, path):
    launcher.show([HOME])
    before = path.stat().st_ino
    launcher.show([HOME])
    assert path.stat().st_ino == before


def test_removed_it_leaves_nothing(launcher, path):
    launcher.show([HOME])
    launcher.remove()
    assert list(path.parent.iterdir()) == []
    launcher.remove()


def test_it_goes_with_the_installed_file(launcher, path, installed):
    launcher.show([HOME])
    installed.unlink()
    launcher.show([HOME])
    assert not path.exists()


def test_a_file_of_somebody_else_stays(launcher, path):
    path.parent.mkdir()
    path.write_text("[Desktop Entry]\nName=mine\n")
    with pytest.raises(PreferencesUnwritable, match="a file that wgdesk did not write is there"):
        launcher.show([HOME])
    launcher.remove()
    assert path.read_text() == "[Desktop Entry]\nName=mine\n"


def test_it_is_possible_only_where_menus_have_an_entry(launcher, installed, monkeypatch):
    assert launcher.is_possible()
    monkeypatch.setattr(module, "is_sandboxed", lambda: True)
    assert not launcher.is_possible()
    monkeypatch.setattr(module, "is_sandboxed", lambda: False)
    installed.unlink()
    assert not launcher.is_possible()


@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not installed"
)
def test_the_file_passes_the_validator(launcher, path):
    launcher.show([HOME, WORK])
    done = subprocess.run(
        ["desktop-file-validate", str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
