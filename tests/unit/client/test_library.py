import os
import stat
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.support.libraries import library_in as library
from wgdesk.client.history import MAX_VERSIONS, History, Why
from wgdesk.client.preferences import NO_CHOICES, Preferences
from wgdesk.client.store import ProfileStore
from wgdesk.client.trash import MOST, Trash
from wgdesk.domain.errors import NoSuchProfile
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile_errors import (
    DeletedGone,
    HistoryUnavailable,
    InvalidTitle,
    NameTaken,
    ProfileChanged,
)

TEXT, LATER = b"[Interface]\n# one\n", b"[Interface]\n# two\n"


@pytest.fixture
def root(tmp_path):
    return tmp_path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(root: Path) -> list[str]:
    return sorted(path.name for path in (root / ".wireguard").iterdir())


def test_a_new_profile_is_a_private_file_in_a_private_folder(root):
    os.umask(0o022)
    file = library(root).create("home", TEXT)
    assert (file.name, file.read()) == ("home", TEXT)
    assert (mode(file.path), mode(file.path.parent)) == (0o600, 0o700)
    assert names(root) == ["home.conf"]
    assert library(root).title(file) == "home"


def test_a_title_that_no_interface_can_have_is_kept_beside(root):
    file = library(root).create("Büro \N{EN DASH} Wien", TEXT, tags=("work", "#vpn", "work"))
    assert file.name == "buro-wien"
    assert library(root).title(file) == "Büro \N{EN DASH} Wien"
    assert Preferences(root / "profiles.json").of(file.name).tags == ("work", "vpn")
    assert library(root).create("Büro \N{EN DASH} Wien", TEXT).name == "buro-wien-2"


def test_nobodys_file_is_overwritten(root):
    library(root).create("home", TEXT)
    assert library(root).create("home", LATER).name == "home-2"
    assert library(root).create("HOME", LATER).name == "home-3"
    assert library(root).file("home").read() == TEXT


@pytest.mark.parametrize("title", ["", "  ", "\x1b\0"])
def test_no_title_is_no_profile(root, title):
    with pytest.raises(InvalidTitle):
        library(root).create(title, TEXT)


def test_many_in_one_go_have_their_titles_at_the_end(root):
    made = library(root)
    with made.together():
        files = [made.create(f"Ort {number}", TEXT) for number in range(3)]
    assert [library(root).title(file) for file in files] == ["Ort 0", "Ort 1", "Ort 2"]


@pytest.mark.parametrize("in_one_go", [False, True])
def test_what_was_chosen_for_a_file_that_is_gone_is_not_for_a_new_one(root, in_one_go):
    preferences = library(root).preferences
    preferences.set_hooks("home", HookMode.ME)
    preferences.set_titles({"home": "Zu Hause"})
    preferences.set_tags({"home": ("old",)})
    made = library(root)
    with made.together() if in_one_go else nullcontext():
        file = made.create("home", TEXT)
    assert library(root).title(file) == "home"
    assert library(root).preferences.of("home") == NO_CHOICES


def test_many_in_one_go_look_for_free_names_once(root, monkeypatch):
    made = library(root)
    made.create("home", TEXT)
    listed = []
    plain = ProfileStore.list
    monkeypatch.setattr(ProfileStore, "list", lambda it: listed.append(it) or plain(it))
    with made.together():
        created = [made.create("home", b"# %d\n" % number) for number in range(20)]
    assert len(listed) == 1
    assert len({file.name for file in created}) == 20
    assert len(names(root)) == 21


def test_what_a_save_replaces_becomes_an_earlier_version(root):
    file = library(root).create("home", TEXT)
    library(root).save(file, TEXT, LATER)
    (version,) = library(root).history("home")
    assert (version.why, library(root).version(version), version.size) == (
        Why.EDITED,
        TEXT,
        len(TEXT),
    )
    assert file.read() == LATER
    assert mode(version.path) == 0o600
    assert mode(version.path.parent) == 0o700
    library(root).save(file, LATER, TEXT)
    library(root).save(file, TEXT, LATER)
    versions = library(root).history("home")
    assert [library(root).version(it) for it in versions] == [TEXT, LATER, TEXT]


def test_the_same_text_twice_is_one_version(root):
    file = library(root).create("home", TEXT)
    library(root).save(file, TEXT, TEXT)
    assert library(root).history("home") == ()
    for _ in range(3):
        library(root).keep(file, LATER, Why.DISCARDED)
    assert len(library(root).history("home")) == 1


def test_a_save_over_another_programs_change_is_none(root):
    file = library(root).create("home", TEXT)
    file.path.write_bytes(b"theirs")
    with pytest.raises(ProfileChanged) as caught:
        library(root).save(file, TEXT, LATER)
    assert (caught.value.content, file.read()) == (b"theirs", b"theirs")
    assert "theirs" not in f"{caught.value!r}{caught.value}"


def test_where_the_old_text_would_be_lost_nothing_is_saved(root):
    file = library(root).create("home", TEXT)
    (root / "state").write_text("in the way")
    with pytest.raises(HistoryUnavailable, match="state/history"):
        library(root).save(file, TEXT, LATER)
    assert file.read() == TEXT


def test_history_is_bounded(root):
    clock = iter(range(1_000))
    history = History(root / "history", lambda: next(clock))
    for number in range(MAX_VERSIONS + 5):
        history.keep("home", b"%d" % number, Why.EDITED)
    kept = history.versions("home")
    assert len(kept) == MAX_VERSIONS
    assert history.content(kept[0]) == b"%d" % (MAX_VERSIONS + 4)
    for number in range(8):
        history.keep("big", bytes([number]) * (1 << 20), Why.EDITED)
    assert [history.content(it)[0] for it in history.versions("big")] == [7, 6, 5, 4, 3]


def test_a_clock_that_goes_back_keeps_the_order(root):
    clock = iter([100, 50, 10])
    history = History(root / "history", lambda: next(clock))
    for text in (b"1", b"2", b"3"):
        history.keep("home", text, Why.EDITED)
    assert [history.content(it) for it in history.versions("home")] == [b"3", b"2", b"1"]


def test_a_rename_takes_everything_along(root):
    file = library(root).create("home", TEXT, tags=("a",))
    preferences = Preferences(root / "profiles.json")
    preferences.set_hooks("home", HookMode.ME)
    library(root).save(file, TEXT, LATER)
    renamed = library(root).rename("home", "Zu Hause")
    assert (renamed.name, renamed.read(), names(root)) == ("zu-hause", LATER, ["zu-hause.conf"])
    chosen = preferences.all()
    assert set(chosen) == {"zu-hause"}
    assert (chosen["zu-hause"].title, chosen["zu-hause"].tags) == ("Zu Hause", ("a",))
    assert chosen["zu-hause"].options.hooks is HookMode.ME
    assert [library(root).version(it) for it in library(root).history("zu-hause")] == [TEXT]
    assert library(root).history("home") == ()


def test_a_title_that_goes_with_the_name_moves_no_file(root):
    file = library(root).create("Büro", TEXT)
    assert not library(root).moves(file.name, "büro")
    assert library(root).rename(file.name, "büro").path == file.path
    assert library(root).title(file) == "büro"
    assert library(root).moves(file.name, "Büro Wien")


def test_a_rename_back_to_its_own_name_leaves_no_title(root):
    library(root).create("home", TEXT)
    library(root).rename("home", "Zu Hause")
    library(root).rename("zu-hause", "home")
    assert names(root) == ["home.conf"]
    assert Preferences(root / "profiles.json").all() == {}


def test_a_rename_never_takes_anothers_place(root, monkeypatch):
    library(root).create("home", TEXT)
    made = library(root)
    monkeypatch.setattr(made, "_names", lambda: {"home"})  # the other one comes just now
    (root / ".wireguard" / "work.conf").write_bytes(LATER)
    with pytest.raises(NameTaken, match="work"):
        made.rename("home", "work")
    assert library(root).file("home").read() == TEXT
    assert library(root).file("work").read() == LATER
    assert Preferences(root / "profiles.json").all() == {}


def test_a_file_that_no_interface_can_be_named_after_is_renamed_to_one(root):
    library(root).create("x", TEXT)
    (root / ".wireguard" / "my long name vpn.conf").write_bytes(LATER)
    file = library(root).rename("my-vpn-dddb", "office")
    assert (file.name, file.read(), names(root)) == ("office", LATER, ["office.conf", "x.conf"])


def test_what_was_deleted_comes_back_with_all_that_belongs_to_it(root):
    file = library(root).create("Büro", TEXT, tags=("a",))
    library(root).save(file, TEXT, LATER)
    before = Preferences(root / "profiles.json").all()
    deleted = library(root).delete("buro")
    assert names(root) == []
    assert Preferences(root / "profiles.json").all() == {}
    assert library(root).history("buro") == ()
    assert library(root).deleted() == (deleted,)
    assert (deleted.name, deleted.title) == ("buro", "Büro")
    again = library(root).undelete(deleted)
    assert (again.name, again.read(), mode(again.path)) == ("buro", LATER, 0o600)
    assert Preferences(root / "profiles.json").all() == before
    assert [library(root).version(it) for it in library(root).history("buro")] == [TEXT]
    assert library(root).deleted() == ()


def test_it_comes_back_beside_the_one_that_has_its_name_now(root):
    library(root).create("home", TEXT)
    deleted = library(root).delete("home")
    library(root).create("home", LATER)
    again = library(root).undelete(deleted)
    assert (again.name, again.read()) == ("home-2", TEXT)
    assert library(root).title(again) == "home"
    assert library(root).file("home").read() == LATER


def test_what_was_brought_back_cannot_be_brought_back_again(root):
    library(root).create("home", TEXT)
    deleted = library(root).delete("home")
    library(root).undelete(deleted)
    with pytest.raises(DeletedGone, match="home"):
        library(root).undelete(deleted)


def test_the_trash_is_bounded_and_private(root):
    clock = iter(range(10**9, 10**12, 10**9))
    trash = Trash(root / "deleted", lambda: next(clock))
    for number in range(MOST + 3):
        trash.put(f"n{number}", TEXT, {}, lambda _: None)
    kept = trash.all()
    assert len(kept) == MOST
    assert kept[0].name == f"n{MOST + 2}"
    assert mode(root / "deleted" / kept[0].id / "profile.conf") == 0o600
    assert mode(root / "deleted" / kept[0].id) == 0o700


def test_a_deleted_profile_that_makes_no_sense_is_none(root):
    library(root).create("home", TEXT)
    deleted = library(root).delete("home")
    (root / "state" / "deleted" / deleted.id / "about.json").write_text('{"name": "../x"}')
    assert library(root).deleted() == ()


def test_who_is_not_there(root):
    for call in (
        library(root).delete,
        library(root).file,
        lambda it: library(root).rename(it, "x"),
    ):
        with pytest.raises(NoSuchProfile):
            call("nobody")
