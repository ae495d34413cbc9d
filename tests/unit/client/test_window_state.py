"""The size of the window, for the next time."""

import pytest

from wgdesk.client.window_state import WindowState, load, save

STATE = WindowState(900, 640, 230)


def test_size_is_what_was_saved_last(tmp_path):
    path = tmp_path / "state" / "wgdesk" / "window.json"
    for state in (WindowState(1, 2, 3), STATE):
        save(state, path)
    assert load(path) == STATE
    assert list(path.parent.iterdir()) == [path]


def test_size_is_kept_where_the_desktop_wants_it(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    save(STATE)
    assert (tmp_path / "wgdesk" / "window.json").exists()
    assert load() == STATE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"v": 1, "width": 900, "height": "x", "list_width": 230}',
        '{"v": 1, "width": -900, "height": 640, "list_width": 230}',
        '{"v": 1, "width": 900000, "height": 640, "list_width": 230}',
        '{"v": 1, "width": Infinity, "height": 640, "list_width": 230}',
        '{"v": 1, "width": true, "height": 640, "list_width": 230}',
        "[" * 100_000,
        " " * 5000,
    ],
)
def test_file_that_makes_no_sense_is_as_good_as_none(tmp_path, text):
    path = tmp_path / "window.json"
    path.write_text(text)
    assert load(path) is None


def test_place_that_cannot_be_written_troubles_nobody(tmp_path):
    path = tmp_path / "file" / "window.json"
    path.parent.write_text("not a folder")
    save(STATE, path)
    assert load(path) is None
