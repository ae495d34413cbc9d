"""Every file of the folder gets its row: understood, or with the reason why not."""

import os
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.support.scenes import BROKEN, HOME, WORK
from wgdesk.client.preferences import Preferences
from wgdesk.client.store import ProfileStore
from wgdesk.domain.errors import NoSuchProfile
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.ui.shelf import Shelf


@pytest.fixture
def folder(tmp_path) -> Path:
    path = tmp_path / ".wireguard"
    path.mkdir(mode=0o700)
    return path


async def first(shelf: Shelf):
    async with aclosing(shelf.changes()) as pictures:
        return {entry.name: entry for entry in await anext(pictures)}


async def test_odd_files_are_rows_with_a_reason(folder):
    (folder / "home.conf").write_bytes(HOME)
    (folder / "cafe.conf").write_bytes(BROKEN)
    (folder / "a name that is long.conf").write_bytes(HOME)
    os.mkfifo(folder / "pipe.conf")
    (folder / "notes.txt").write_text("no profile")
    entries = await first(Shelf(ProfileStore(folder), Preferences(folder.parent / "profiles.json")))
    codes = {name: entry.error.code if entry.error else "" for name, entry in entries.items()}
    assert entries["a-long-e7a5"].title == "a name that is long"
    assert codes == {
        "home": "",
        "cafe": "InvalidProfile",
        "a-long-e7a5": "",
        "pipe": "ProfileUnreadable",
    }
    assert entries["home"].profile.is_full_tunnel()


async def test_change_of_a_file_arrives(folder):
    shelf = Shelf(ProfileStore(folder), Preferences(folder.parent / "profiles.json"))
    async with aclosing(shelf.changes()) as pictures:
        assert await anext(pictures) == ()
        (folder / "home.conf").write_bytes(HOME)
        found = await anext(pictures)
        while found[0].profile is None:  # seen before it was written to its end
            found = await anext(pictures)
        assert [entry.name for entry in found] == ["home"]


async def test_text_is_read_anew_for_each_order(folder):
    shelf = Shelf(ProfileStore(folder), Preferences(folder.parent / "profiles.json"))
    path = folder / "home.conf"
    for text in (HOME, BROKEN):
        path.write_bytes(text)
        assert await shelf.text("home") == text
    path.unlink()
    with pytest.raises(NoSuchProfile):
        await shelf.text("home")


def test_folder_is_written_as_a_person_writes_it(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert (
        Shelf(ProfileStore(tmp_path / ".wireguard"), Preferences(tmp_path / "x")).folder
        == "~/.wireguard"
    )
    assert (
        Shelf(ProfileStore(Path("/srv/profiles")), Preferences(tmp_path / "x")).folder
        == "/srv/profiles"
    )


async def test_rows_have_the_choices_that_were_made(folder):
    preferences = Preferences(folder.parent / "profiles.json")
    for name in ("home", "work"):
        (folder / f"{name}.conf").write_bytes(HOME if name == "home" else WORK)
        preferences.set_hooks(name, HookMode.ME)
        preferences.set_block_ipv6(name, block=False)
    shelf = Shelf(ProfileStore(folder), preferences)
    entries = await first(shelf)
    chosen = {name: (entry.hooks, entry.block_ipv6) for name, entry in entries.items()}
    # home has no commands and carries both families: there was nothing to choose.
    assert chosen == {"home": (HookMode.IGNORE, True), "work": (HookMode.ME, False)}
    await shelf.set_hooks("work", HookMode.ROOT)
    await shelf.set_block_ipv6("work", block=True)
    assert await shelf.options("work") == TunnelOptions(hooks=HookMode.ROOT)
