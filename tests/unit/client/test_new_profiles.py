"""Both ends of a tunnel are made, or neither."""

import pytest

from tests.support.imports import a_library
from tests.support.scenes import HOME
from wgdesk.client.new_profiles import create_all
from wgdesk.client.preferences import Preferences
from wgdesk.domain.errors import PreferencesUnwritable
from wgdesk.domain.profile_errors import InvalidTitle

TEXTS = [("Home server", HOME), ("Home phone", HOME + b"#\n")]


def files(library):
    return {it.name: it.read() for it in library.store.list()}


def test_all_are_made_with_their_titles(tmp_path):
    library = a_library(tmp_path, {"home-phone": b""})
    made = create_all(library, TEXTS)
    assert [it.name for it in made] == ["home-server", "home-phone-2"]
    assert [library.title(it) for it in made] == ["Home server", "Home phone"]
    assert [it.read() for it in made] == [HOME, HOME + b"#\n"]
    assert {it.path.stat().st_mode & 0o777 for it in made} == {0o600}


def test_one_that_cannot_be_takes_the_others_with_it(tmp_path):
    library = a_library(tmp_path, {"home-server": b"there already"})
    with pytest.raises(InvalidTitle):
        create_all(library, [*TEXTS, ("", HOME)])
    assert files(library) == {"home-server": b"there already"}
    assert library.preferences.all() == {}
    assert library.deleted() == ()


def test_titles_that_cannot_be_kept_take_the_files_with_them(tmp_path, monkeypatch):
    def refuse(self, titles):
        raise PreferencesUnwritable("profiles.json", "no space left on device")

    library = a_library(tmp_path, {})
    monkeypatch.setattr(Preferences, "set_titles", refuse)
    with pytest.raises(PreferencesUnwritable):
        create_all(library, TEXTS)
    assert files(library) == {}


def test_interruption_takes_them_with_it(tmp_path):
    def texts():
        yield TEXTS[0]
        raise KeyboardInterrupt

    library = a_library(tmp_path, {})
    with pytest.raises(KeyboardInterrupt):
        create_all(library, texts())
    assert files(library) == {}
