"""Root's copies of what connects at boot: kept whole, bounded, and set aside where damaged."""

import json
import os

import pytest

from wgdesk.domain.boot_copy import COPIES, COPIES_PER_USER
from wgdesk.domain.errors import (
    BootCopyDamaged,
    HelperError,
    LimitExceeded,
    NameConflict,
    NoBootCopy,
)
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.helper.boot_copies import MAX_FILE_BYTES, BootCopies, StoredCopy

ALICE, BOB = 1000, 1001
TEXT = b"[Interface]\nPrivateKey = secret  # \xff\r\n"


def a_copy(name="home", uid=ALICE, content=TEXT):
    options = TunnelOptions(hooks=HookMode.ROOT, block_ipv6=False)
    return StoredCopy(name, uid, "d" * 64, 1_700_000_000, options, 2, content)


def found_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "boot"


@pytest.fixture
def copies(folder):
    return BootCopies(folder)


def test_what_was_saved_is_read_back_by_the_next_helper(copies, folder):
    copies.save(a_copy())
    assert BootCopies(folder).read("home") == a_copy()
    assert BootCopies(folder).list() == (a_copy(),)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "home.json").stat().st_mode & 0o777 == 0o600


def test_text_is_in_no_repr():
    assert "secret" not in repr(a_copy())


@pytest.mark.parametrize("text", [b"\x00" * 64, b"a" * (1 << 20), b"\xff" * (1 << 20)])
def test_any_profile_fits(copies, text):
    copies.save(a_copy(content=text))
    assert copies.read("home").content == text


def damage(folder, change):
    path = folder / "home.json"
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it.update(profile=it["profile"] + "\nPostUp = touch up"),
        lambda it: it.update(name="work"),
        lambda it: it.update(uid=-1),
        lambda it: it.update(uid="0"),
        lambda it: it.update(options={"hooks": "all"}),
        lambda it: it.update(options={"hooks": 1}),
        lambda it: it.update(v=2),
        lambda it: it.pop("digest"),
    ],
)
def test_damaged_copy_is_set_aside_and_told(copies, folder, change, caplog):
    copies.save(a_copy())
    damage(folder, change)
    with pytest.raises(BootCopyDamaged):
        copies.read("home")
    assert found_in(folder) == ["home.bad"]
    assert copies.damaged() == ("home",)
    assert "home at boot is damaged" in copies.complaints()[0]
    assert "secret" not in caplog.text
    with pytest.raises(BootCopyDamaged):
        copies.read("home")
    copies.save(a_copy())
    assert found_in(folder) == ["home.json"]
    assert copies.damaged() == ()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"{}", b" " * (MAX_FILE_BYTES + 1)])
def test_what_is_no_copy_at_all_is_set_aside(copies, folder, data):
    folder.mkdir()
    (folder / "home.json").write_bytes(data)
    with pytest.raises(BootCopyDamaged):
        copies.read("home")
    assert copies.list() == ()


def test_what_is_no_file_is_not_read(copies, folder, tmp_path):
    folder.mkdir()
    BootCopies(tmp_path / "elsewhere").save(a_copy("link"))
    elsewhere = tmp_path / "elsewhere" / "link.json"
    (folder / "link.json").symlink_to(elsewhere)
    (folder / "folder.json").mkdir()
    os.mkfifo(folder / "pipe.json")
    for name in ("link", "folder"):
        with pytest.raises(HelperError):
            copies.read(name)
    with pytest.raises(BootCopyDamaged):
        copies.read("pipe")
    assert copies.list() == ()
    assert elsewhere.exists()


def test_files_whose_names_are_no_tunnels_are_left_alone(copies, folder):
    folder.mkdir()
    for name in ("all.json", "-x.json", "a b.json", ".json", "x" * 20 + ".json"):
        (folder / name).write_text("{}")
    assert copies.list() == ()
    assert len(found_in(folder)) == 5


def test_another_users_name_is_taken_and_numbers_are_bounded(copies):
    copies.save(a_copy())
    copies.refuse("home", ALICE)
    with pytest.raises(NameConflict):
        copies.refuse("home", BOB)
    for number in range(1, COPIES_PER_USER):
        copies.save(a_copy(f"home{number}"))
    copies.refuse("home", ALICE)
    with pytest.raises(LimitExceeded):
        copies.refuse("one-more", ALICE)
    copies.refuse("one-more", BOB)
    for number in range(COPIES_PER_USER, COPIES):
        copies.save(a_copy(f"t{number}", uid=2000 + number))
    with pytest.raises(LimitExceeded):
        copies.refuse("one-more", BOB)


def test_removed_copy_is_gone_and_none_is_a_success(copies, folder):
    copies.remove("home")
    copies.save(a_copy())
    (folder / "home.bad").write_text("older")
    copies.remove("home")
    copies.remove("home")
    assert found_in(folder) == []
    with pytest.raises(NoBootCopy):
        copies.read("home")


@pytest.mark.parametrize("name", ["home", "a.b", "home.json", "..."])
def test_no_name_leaves_anything_behind(copies, folder, name):
    copies.save(a_copy(name))
    with pytest.raises(BootCopyDamaged):
        raise copies.set_aside(name, "why")
    assert copies.damaged() == (name,)
    copies.save(a_copy(name))
    assert copies.list() == (a_copy(name),)
    copies.remove(name)
    assert found_in(folder) == []


@pytest.mark.parametrize("tidy", [lambda it: it.save(a_copy()), lambda it: it.remove("home")])
def test_what_a_power_cut_left_half_written_goes(copies, folder, monkeypatch, tidy):
    def cut(_descriptor):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", cut)
        with pytest.raises(KeyboardInterrupt):
            copies.save(a_copy("work"))
    assert len(found_in(folder)) == 1
    tidy(copies)
    assert found_in(folder) in ([], ["home.json"])


def test_old_copy_stands_where_the_new_one_cannot_be_written(copies, monkeypatch):
    copies.save(a_copy())

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HelperError, match="No space left"):
        copies.save(a_copy(uid=BOB))
    assert copies.read("home") == a_copy()
