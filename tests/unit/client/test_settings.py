import json
from dataclasses import asdict

import pytest

from wgdesk.client.settings import Settings, SettingsFile
from wgdesk.domain.errors import PreferencesUnwritable

OTHER = Settings(
    start_hidden=True,
    granted_login_start=True,
    notifications=False,
    language="de",
    tray_style="light",
    tray_poll_s=60,
    tunnels_in_launcher=True,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "wgdesk" / "settings.json"


def test_nobody_has_chosen_anything_yet(path):
    assert SettingsFile(path).read() == Settings()
    assert not path.exists()


def test_every_choice_is_read_back(path):
    changed = {name for name, value in asdict(OTHER).items() if value != asdict(Settings())[name]}
    assert changed == set(asdict(Settings()))
    SettingsFile(path).write(OTHER)
    assert SettingsFile(path).read() == OTHER


def test_what_another_version_has_chosen_stays(path):
    path.parent.mkdir()
    path.write_text('{"v": 1, "kill_switch": {"on": true}, "language": "en"}')
    SettingsFile(path).write(OTHER)
    assert json.loads(path.read_text()) == {"v": 1, "kill_switch": {"on": True}, **asdict(OTHER)}


@pytest.mark.parametrize(
    "member",
    [
        {"notifications": 0},
        {"language": None},
        {"tray_poll_s": True},
        {"tray_poll_s": -1},
        {"tray_poll_s": 10**13},
        {"tray_style": []},
    ],
)
def test_a_choice_that_makes_no_sense_is_the_default_and_spoils_no_other(path, member):
    path.parent.mkdir()
    path.write_text(json.dumps({"v": 1, "start_hidden": True, **member}))
    assert SettingsFile(path).read() == Settings(start_hidden=True)


def test_garbage_is_set_aside_at_the_next_choice(path):
    path.parent.mkdir()
    path.write_bytes(b"\x00garbage")
    assert SettingsFile(path).read() == Settings()
    SettingsFile(path).write(OTHER)
    assert SettingsFile(path).read() == OTHER
    assert path.with_suffix(".bad").read_bytes() == b"\x00garbage"


def test_choices_that_cannot_be_saved_are_told_in_words(path):
    path.parent.write_text("a file in the folder's place")
    with pytest.raises(PreferencesUnwritable, match=r"cannot be saved in .*settings\.json: "):
        SettingsFile(path).write(OTHER)


def test_they_lie_where_the_desktop_keeps_such_files(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    SettingsFile().write(OTHER)
    assert (tmp_path / "wgdesk" / "settings.json").stat().st_mode & 0o777 == 0o600
