import json
import os
import stat

import pytest

from wgdesk.client.own_file import MAX_BYTES
from wgdesk.client.preferences import Preferences
from wgdesk.domain.errors import PreferencesUnwritable
from wgdesk.domain.options import HookMode, TunnelOptions

IGNORE, ME, ROOT = HookMode


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "wgdesk" / "profiles.json"


def test_a_choice_is_kept_for_its_profile(path):
    assert Preferences(path).hooks("home") is IGNORE
    Preferences(path).set_hooks("home", ME)
    Preferences(path).set_hooks("work", ROOT)
    Preferences(path).set_hooks("home", ROOT)
    Preferences(path).set_hooks("home", ME)
    found = Preferences(path)
    assert [found.hooks(name) for name in ("home", "work", "cafe")] == [ME, ROOT, IGNORE]


def test_the_file_is_its_users_alone_and_nothing_lies_beside_it(path):
    Preferences(path).set_hooks("home", ME)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_what_another_version_has_chosen_stays(path):
    path.parent.mkdir(parents=True)
    theirs = {"v": 1, "colour": 1, "profiles": {"home": {"tags": ["x"]}, "work": {"hooks": "me"}}}
    path.write_text(json.dumps(theirs))
    Preferences(path).set_hooks("home", ROOT)
    theirs["profiles"]["home"]["hooks"] = "root"
    assert json.loads(path.read_text()) == theirs


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"v": 2, "profiles": {"home": {"hooks": "root"}}}',
        b"[" * 100_000,
        b" " * (MAX_BYTES + 1),
    ],
)
def test_a_file_that_is_not_understood_means_the_default_and_is_set_aside(path, content):
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert Preferences(path).hooks("home") is IGNORE
    assert path.read_bytes() == content
    Preferences(path).set_hooks("home", ME)
    assert Preferences(path).hooks("home") is ME
    assert path.with_suffix(".bad").read_bytes() == content


@pytest.mark.parametrize(
    "profiles", [[], {"home": []}, {"home": {"hooks": 1}}, {"home": {"hooks": "everybody"}}]
)
def test_a_choice_that_is_not_understood_means_the_default(path, profiles):
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"v": 1, "profiles": profiles}))
    assert Preferences(path).hooks("home") is IGNORE


def test_a_pipe_in_its_place_hangs_nobody(path):
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    assert Preferences(path).hooks("home") is IGNORE


def test_a_choice_that_cannot_be_saved_changes_nothing(path, monkeypatch):
    Preferences(path).set_hooks("home", ME)

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(PreferencesUnwritable, match="no space left on device"):
        Preferences(path).set_hooks("home", ROOT)
    assert Preferences(path).hooks("home") is ME
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("chosen", "place"), [("", ".config"), ("relative", ".config"), ("{}/xdg", "xdg")]
)
def test_it_lies_where_the_desktop_keeps_such_files(monkeypatch, tmp_path, chosen, place):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", chosen.format(tmp_path))
    Preferences().set_hooks("home", ME)
    assert (tmp_path / place / "wgdesk" / "profiles.json").is_file()


def test_ipv6_is_kept_out_unless_that_was_chosen_otherwise(path):
    assert Preferences(path).options("home") == TunnelOptions()
    Preferences(path).set_block_ipv6("home", block=False)
    Preferences(path).set_hooks("home", ME)
    assert Preferences(path).options("home") == TunnelOptions(hooks=ME, block_ipv6=False)
    assert Preferences(path).options("work") == TunnelOptions()
    Preferences(path).set_block_ipv6("home", block=True)
    assert Preferences(path).options("home").block_ipv6


@pytest.mark.parametrize("word", ["", "lave", 0, False, None, []])
def test_choice_of_ipv6_that_is_not_understood_keeps_it_out(path, word):
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"v": 1, "profiles": {"home": {"ipv6": word}}}))
    assert Preferences(path).options("home").block_ipv6
