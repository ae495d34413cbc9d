"""The profiles used last: newest first, few, and never a reason to fail."""

import json
import os
import stat

import pytest

from wgdesk.client.own_file import MAX_BYTES
from wgdesk.client.recents import MOST, Recents


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "recent.json"


def test_newest_comes_first_and_each_once(path):
    recents = Recents(path)
    for name in ("home", "work", "home"):
        recents.used(name)
    assert Recents(path).names() == ("home", "work")


def test_new_name_takes_the_place_of_the_old_one(path):
    recents = Recents(path)
    for name in ("home", "work"):
        recents.used(name)
    recents.renamed("home", "heim")
    assert Recents(path).names() == ("work", "heim")
    recents.renamed("heim", "work")
    assert recents.names() == ("work",)


def test_no_more_than_ten_are_remembered(path):
    recents = Recents(path)
    for number in range(MOST + 3):
        recents.used(f"office{number}")
    assert recents.names() == tuple(f"office{number}" for number in range(12, 2, -1))


def test_file_is_for_its_owner_alone_and_whole(path):
    Recents(path).used("home")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["recent.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"v": 1, "names": "home"}',
        b'{"v": 1, "names": {"home": 1}}',
        b"[" * 5000,
        b'{"v": 1, "names": ["home"], "pad": "' + b"x" * MAX_BYTES + b'"}',
    ],
    ids=["empty", "binary", "list", "text", "object", "deep", "huge"],
)
def test_garbage_counts_as_nothing_and_is_written_over(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    recents = Recents(path)
    assert recents.names() == ()
    recents.used("work")
    assert recents.names() == ("work",)


def test_only_what_could_be_a_profile_is_a_name(path):
    path.parent.mkdir()
    names = ["home", "../etc", "", "a b", "\ud800", 7, None, ["x"], "x" * 16, "work"]
    path.write_text(json.dumps({"v": 1, "names": names}))
    assert Recents(path).names() == ("home", "work")


def test_pipe_in_its_place_does_not_hang(path):
    path.parent.mkdir()
    os.mkfifo(path)
    assert Recents(path).names() == ()


def test_folder_that_cannot_be_made_is_no_trouble(tmp_path):
    (tmp_path / "file").write_text("")
    recents = Recents(tmp_path / "file" / "recent.json")
    recents.used("home")
    assert recents.names() == ()


def test_file_lies_where_the_state_of_programs_lies(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    Recents().used("home")
    assert (tmp_path / "wgdesk/recent.json").exists()
    monkeypatch.setenv("XDG_STATE_HOME", "not/absolute")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    Recents().used("home")
    assert (tmp_path / "me/.local/state/wgdesk/recent.json").exists()
