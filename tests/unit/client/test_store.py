"""The profile folder: what is in it, what a person means, and what changes."""

import asyncio
import contextlib
import os
from pathlib import Path

import pytest

from tests.support.ordinary_user import ordinary_user
from wgdesk.client import folder_events
from wgdesk.client.store import ProfileStore
from wgdesk.domain.errors import InvalidName, NoSuchProfile, ProfileUnreadable


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / ".wireguard"
    folder.mkdir()
    return ProfileStore(folder)


def names(files):
    return [file.name for file in files]


def test_store_is_in_the_home_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert ProfileStore().folder == tmp_path / ".wireguard"


def test_list_is_in_the_order_that_people_count_in(store):
    for name in ("office10", "office2", "Home", "attached"):
        (store.folder / f"{name}.conf").touch()
    assert names(store.list()) == ["attached", "Home", "office2", "office10"]


def test_list_leaves_out_what_is_no_profile(store):
    for name in ("notes.txt", ".home.conf.swp", ".hidden.conf", ".conf", "home.conf~"):
        (store.folder / name).touch()
    assert store.list() == ()


def test_list_has_what_cannot_be_read_too(store):
    os.mkfifo(store.folder / "pipe.conf")
    (store.folder / "broken.conf").symlink_to("gone")
    (store.folder / "folder.conf").mkdir()
    assert names(store.list()) == ["broken", "folder", "pipe"]


def test_list_is_empty_without_a_folder(tmp_path):
    assert ProfileStore(tmp_path / "none").list() == ()


def test_list_says_that_the_folder_is_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ProfileUnreadable, match="it is not a folder"):
        ProfileStore(tmp_path / "file").list()


def test_list_says_that_the_folder_may_not_be_read():
    with ordinary_user() as user:
        user.profiles.chmod(0)
        done = user.wgdesk("list")
    assert done.returncode == 5
    assert "you have no permission to read it" in done.stderr


def test_find_gives_the_profile_of_that_name(store):
    (store.folder / "home.conf").write_bytes(b"x")
    found = store.find("home")
    assert found
    assert (found.name, found.read()) == ("home", b"x")


@pytest.mark.parametrize("name", ["", "none", "../home", "a/b", "a\0b", "x" * 300])
def test_find_gives_nothing_for_a_name_without_a_profile(store, name):
    (store.folder.parent / "home.conf").touch()
    assert store.find(name) is None


def test_locate_prefers_a_file_right_here(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home.conf").write_bytes(b"here")
    (store.folder / "home.conf").write_bytes(b"there")
    assert store.locate("home.conf").read() == b"here"
    assert store.locate("./home.conf").read() == b"here"
    assert store.locate("home").read() == b"there"


def test_locate_takes_the_name_with_its_suffix_for_the_profile(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (store.folder / "home.conf").write_bytes(b"there")
    assert store.locate("home.conf").read() == b"there"


def test_locate_never_takes_a_path_for_a_name(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (store.folder / "home.conf").touch()
    with pytest.raises(NoSuchProfile):
        store.locate("./home.conf").read()
    with pytest.raises(InvalidName):
        store.locate("./home")


def test_locate_says_where_it_looked(store):
    with pytest.raises(NoSuchProfile) as caught:
        store.locate("none")
    assert str(caught.value) == f"no profile named “none” in {store.folder}"


@contextlib.asynccontextmanager
async def watching(store):
    """Calls for the next list, each within the time that a person waits."""
    async with contextlib.aclosing(store.watch()) as lists:
        yield lambda: asyncio.wait_for(anext(lists), 1.5)


@pytest.fixture
def no_poll(monkeypatch):
    """Only inotify wakes: a test that passes has not been rescued by the clock."""
    monkeypatch.setattr(folder_events, "POLL_S", 60)


CHANGES = {
    "made": lambda folder: (folder / "new.conf").write_bytes(b"x"),
    "written": lambda folder: (folder / "home.conf").write_bytes(b"longer"),
    "removed": lambda folder: (folder / "home.conf").unlink(),
    "renamed": lambda folder: (folder / "home.conf").rename(folder / "work.conf"),
    "moved in": lambda folder: (folder.parent / "x.conf").rename(folder / "x.conf"),
    "made private": lambda folder: (folder / "home.conf").chmod(0o600),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_watch_sees_a_file_that_another_program_changed(store, no_poll, change):
    (store.folder / "home.conf").write_bytes(b"x")
    (store.folder / "home.conf").chmod(0o644)
    (store.folder.parent / "x.conf").touch()
    async with watching(store) as following:
        before = await following()
        change(store.folder)
        after = await following()
    assert before != after == store.list()


async def test_watch_keeps_quiet_about_other_files(store, no_poll):
    async with watching(store) as following:
        await following()
        (store.folder / "notes.txt").touch()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(following(), 3 * folder_events.SETTLE_S)


async def test_watch_sees_a_folder_that_comes_later(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_events, "POLL_S", 0.05)
    store = ProfileStore(tmp_path / "later")
    async with watching(store) as following:
        assert await following() == ()
        store.folder.mkdir()
        (store.folder / "home.conf").touch()
        assert names(await following()) == ["home"]


async def test_watch_sees_another_folder_in_the_place_of_the_first(store, no_poll):
    (store.folder / "home.conf").touch()
    other = store.folder.with_name("other")
    other.mkdir()
    (other / "work.conf").touch()
    async with watching(store) as following:
        await following()
        following_on = asyncio.ensure_future(following())
        await asyncio.sleep(0.05)  # it waits now
        store.folder.rename(store.folder.with_name("old"))
        other.rename(store.folder)
        assert names(await following_on) == ["work"]
        (store.folder / "x.conf").touch()
        assert names(await following()) == ["work", "x"]


async def test_watch_goes_on_by_the_clock_where_inotify_is_used_up(store, monkeypatch):
    monkeypatch.setattr(folder_events.FolderEvents, "_arm", lambda _: -1)
    monkeypatch.setattr(folder_events, "POLL_S", 0.05)
    async with watching(store) as following:
        await following()
        (store.folder / "home.conf").touch()
        assert names(await following()) == ["home"]


def open_descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_watch_leaves_no_descriptor_behind(store):
    before = open_descriptors()
    async with watching(store) as following:
        await following()
    assert open_descriptors() == before
