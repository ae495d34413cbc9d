"""How a clock that was set back is noticed."""

import os

from wgdesk.engine.clock_note import ClockNote

NOW = 1_700_000_000


def test_a_clock_is_behind_the_newest_handshake_or_it_is_not():
    note = ClockNote()
    assert not note.is_behind(0)
    note.note(NOW, is_new=True)
    note.note(NOW - 1000, is_new=False)
    assert not note.is_behind(NOW - 5)
    assert note.is_behind(NOW - 6)


def test_it_is_remembered_over_a_reboot(tmp_path):
    file = tmp_path / "last-handshake"
    ClockNote(file).note(NOW, is_new=True)
    assert file.stat().st_mode & 0o777 == 0o600
    assert ClockNote(file).is_behind(NOW - 6)
    assert not ClockNote(file).is_behind(NOW)


def test_it_is_written_every_ten_minutes_at_most(tmp_path):
    file = tmp_path / "last-handshake"
    note = ClockNote(file)
    for after_s, noted_s in ((0, 0), (599, 0), (600, 600), (1199, 600)):
        note.note(NOW + after_s, is_new=True)
        assert int(file.stat().st_mtime) == NOW + noted_s


def test_a_new_handshake_from_before_shows_that_the_note_was_wrong(tmp_path):
    file = tmp_path / "last-handshake"
    note = ClockNote(file)
    note.note(NOW + 1_000_000, is_new=True)
    assert note.is_behind(NOW)
    note.note(NOW, is_new=True)
    assert not note.is_behind(NOW)
    assert not ClockNote(file).is_behind(NOW)


def test_other_notes_count_too(tmp_path):
    theirs = tmp_path / "clock"
    note = ClockNote(None, (theirs,))
    assert not note.is_behind(NOW)
    theirs.touch()
    os.utime(theirs, (NOW, NOW))
    assert note.is_behind(NOW - 60)


def test_a_note_that_cannot_be_written_is_kept_in_mind(tmp_path, caplog):
    note = ClockNote(tmp_path / "none" / "last-handshake")
    note.note(NOW, is_new=True)
    assert note.is_behind(NOW - 60)
    assert "cannot be noted" in caplog.text
