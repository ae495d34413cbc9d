"""Whether a profile is there already, without taking every file apart for each new one."""

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.support.texts import HOME, PRIVATE_KEY, SERVER_KEY, WORK
from wgdesk.client import known_profiles
from wgdesk.client.known_profiles import KnownProfiles
from wgdesk.client.profile_file import ProfileFile, file_at
from wgdesk.domain.conf import read_profile


def a_file(folder: Path, name: str, text: str) -> ProfileFile:
    path = folder / f"{name}.conf"
    path.write_text(text, encoding="utf-8")
    return file_at(path)


def found(known: KnownProfiles, text: str) -> str:
    """The name of the same profile, or ""."""
    file = known.find(text.encode(), read_profile(text.encode()))
    return file.name if file else ""


@pytest.mark.parametrize(
    "other",
    [
        HOME,
        f"# comment\n{HOME}",
        HOME.replace(" = ", "="),
        HOME.replace("Address = 10.66.0.2/32, fd66::2/128", "Address = 10.66.0.2\nAddress=fd66::2"),
    ],
)
def test_what_means_the_same_is_the_same(tmp_path, other):
    files = [a_file(tmp_path, "work", WORK), a_file(tmp_path, "home", HOME)]
    assert found(KnownProfiles(files), other) == "home"


@pytest.mark.parametrize(
    "other", [WORK, HOME.replace("25", "26"), HOME.replace(f"PrivateKey = {PRIVATE_KEY}\n", "")]
)
def test_what_differs_in_anything_is_another(tmp_path, other):
    assert found(KnownProfiles([a_file(tmp_path, "home", HOME)]), other) == ""


def test_profiles_without_a_private_key_and_without_any_are_known(tmp_path):
    keyless = HOME.replace(f"PrivateKey = {PRIVATE_KEY}\n", "")
    bare = "[Interface]\nAddress = 10.0.0.1/24\n"
    files = [a_file(tmp_path, "keyless", keyless), a_file(tmp_path, "bare", bare)]
    known = KnownProfiles(files)
    assert found(known, keyless.replace(" = ", "=")) == "keyless"
    assert found(known, bare) == "bare"


def test_one_that_was_added_is_known(tmp_path):
    known = KnownProfiles()
    known.add(a_file(tmp_path, "home", HOME), HOME.encode(), read_profile(HOME.encode()))
    assert found(known, HOME) == found(known, f"#\n{HOME}") == "home"
    assert found(known, WORK) == ""


def test_one_that_was_replaced_is_what_it_is_now(tmp_path):
    file = a_file(tmp_path, "home", HOME)
    known = KnownProfiles([file])
    assert found(known, f"#\n{HOME}") == "home"
    known.replace(file, WORK.encode(), read_profile(WORK.encode()))
    assert found(known, HOME) == found(known, f"#\n{HOME}") == ""
    assert found(known, f"#\n{WORK}") == "home"


def test_what_cannot_be_read_or_is_invalid_is_nobodys_twin(tmp_path):
    os.mkfifo(tmp_path / "pipe.conf")
    files = [
        file_at(tmp_path / "pipe.conf"),
        file_at(tmp_path / "gone.conf"),
        a_file(tmp_path, "bad", HOME.replace("Address", "Adress")),
        a_file(tmp_path, "home", HOME),
    ]
    assert found(KnownProfiles(files), f"#\n{HOME}") == "home"


def test_a_thousand_with_one_key_are_taken_apart_once_each(tmp_path, monkeypatch):
    texts = [HOME.replace("25", f"{at + 1}") for at in range(100)]
    known = KnownProfiles([a_file(tmp_path, f"t{at}", text) for at, text in enumerate(texts)])
    parsed = Counter()
    plain = known_profiles.parse

    def counted(content):
        parsed[content] += 1
        return plain(content)

    monkeypatch.setattr(known_profiles, "parse", counted)
    assert [found(known, f"#\n{text}") for text in texts] == [f"t{at}" for at in range(100)]
    assert set(parsed.values()) == {1}


def test_files_whose_keys_nobody_asks_for_are_never_taken_apart(tmp_path, monkeypatch):
    other = WORK.replace(PRIVATE_KEY, SERVER_KEY)
    known = KnownProfiles([a_file(tmp_path, "work", other)])
    monkeypatch.setattr(known_profiles, "parse", None)
    assert found(known, HOME) == ""
