"""The profile folder as the window shows it: every file, understood or with its reason why not."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import cast

from wgdesk.client.preferences import NO_CHOICES, Choices, Preferences
from wgdesk.client.profile_file import ProfileFile
from wgdesk.client.saving import save_live
from wgdesk.client.store import ProfileStore
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import NoSuchProfile, WgdeskError
from wgdesk.domain.names import parse_tunnel_name, printable
from wgdesk.domain.options import DEFAULT_OPTIONS, HookMode, TunnelOptions
from wgdesk.domain.secret_lines import references
from wgdesk.domain.snapshot import TunnelSnapshot
from wgdesk.ui.picture import ProfileEntry
from wgdesk.ui.wording import path_text


class Shelf:
    """Implements profiles.Profiles over the store; reads a file again only when it changed."""

    def __init__(self, store: ProfileStore, preferences: Preferences) -> None:
        self._store, self._preferences = store, preferences
        self._read: dict[ProfileFile, ProfileEntry] = {}
        self._files: tuple[ProfileFile, ...] = ()
        self._one_at_a_time = asyncio.Lock()

    @property
    def folder(self) -> str:
        return path_text(self._store.folder)

    async def text(self, name: str) -> bytes:
        file = self._store.find(name)
        if file is None:
            raise NoSuchProfile(name, self.folder)
        return await asyncio.to_thread(file.read)

    async def options(self, name: str) -> TunnelOptions:
        return await asyncio.to_thread(self._preferences.options, name)

    async def set_hooks(self, name: str, mode: HookMode) -> None:
        await asyncio.to_thread(self._preferences.set_hooks, name, mode)

    async def set_block_ipv6(self, name: str, *, block: bool) -> None:
        await asyncio.to_thread(self._preferences.set_block_ipv6, name, block=block)

    async def save(self, name: str, tunnel: TunnelSnapshot) -> None:
        file = self._store.find(name)
        if file is not None:
            await asyncio.to_thread(save_live, file, tunnel)

    async def changes(self) -> AsyncIterator[tuple[ProfileEntry, ...]]:
        watching = cast("AsyncGenerator[tuple[ProfileFile, ...], None]", self._store.watch())
        async with aclosing(watching) as lists:
            async for files in lists:
                async with self._one_at_a_time:
                    self._files = files
                    entries = await asyncio.to_thread(self._entries, files)
                yield entries

    async def look_again(self) -> tuple[ProfileEntry, ...]:
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._entries, self._files)

    def _entries(self, files: tuple[ProfileFile, ...]) -> tuple[ProfileEntry, ...]:
        self._read = {file: self._read.get(file) or read_entry(file) for file in files}
        chosen = self._preferences.all()
        return tuple(
            _with_choices(entry, file, chosen.get(file.name, NO_CHOICES))
            for file, entry in self._read.items()
        )


def _with_choices(entry: ProfileEntry, file: ProfileFile, choices: Choices) -> ProfileEntry:
    """An entry for which nothing was chosen is the same object."""
    title = choices.title or file.title
    options = choices.options if _has_choice(entry) else DEFAULT_OPTIONS
    shown = (entry.title, entry.tags, entry.hooks, entry.block_ipv6)
    if shown == (title, choices.tags, options.hooks, options.block_ipv6):
        return entry
    return replace(
        entry,
        title=title,
        tags=choices.tags,
        hooks=options.hooks,
        block_ipv6=options.block_ipv6,
    )


def _has_choice(entry: ProfileEntry) -> bool:
    profile = entry.profile
    return profile is not None and bool(profile.interface.hooks or profile.full_families() == (4,))


def read_entry(file: ProfileFile) -> ProfileEntry:
    name = printable(file.name)
    try:
        content = _checked(file).read()
        return ProfileEntry(
            name=name,
            profile=read_profile(content),
            has_keys_elsewhere=bool(references(content)),
        )
    except WgdeskError as error:
        return ProfileEntry(name=name, error=error)


def _checked(file: ProfileFile) -> ProfileFile:
    """The same file, if a network interface can have its name."""
    parse_tunnel_name(file.name)
    return file
