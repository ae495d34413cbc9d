"""Tells when something in a folder changes, without asking over and over.

inotify through the C library, as Python has no call for it: a tray that looked at the folder
every second would keep a laptop's processor from sleeping. Where inotify is not to be had
(the folder is not there yet, or the user's watches are used up) it is time that wakes.
"""

import asyncio
import ctypes
import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

# linux/inotify.h
_CLOSE_WRITE, _ATTRIB, _MOVED, _CREATE, _DELETE = 0x8, 0x4, 0xC0, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF, _ONLYDIR = 0x400, 0x800, 0x01000000
_MASK: Final = (
    _CLOSE_WRITE | _ATTRIB | _MOVED | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF | _ONLYDIR
)
_BUFFER_BYTES: Final = 65536
_Q_OVERFLOW, _IGNORED = 0x4000, 0x8000
_SELF: Final = _DELETE_SELF | _MOVE_SELF | _Q_OVERFLOW | _IGNORED
# struct inotify_event less its name: watch, mask, cookie, length of the name.
_EVENT: Final = struct.Struct("iIII")

POLL_S: Final = 2.0
# An editor saves in several steps; they are one change.
SETTLE_S: Final = 0.05


class FolderEvents:
    """A context in which `wait()` returns after the folder may have changed.

    It may also return when nothing did; whoever waits compares for themselves.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor = -1
        self._watch = -1

    def __enter__(self) -> Self:
        self._descriptor = _libc().inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self._watch = self._arm()
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    async def wait(self) -> frozenset[str] | None:
        """Return once something may have changed: the names of files, or None for any of them."""
        before, self._watch = self._watch, self._arm()
        if self._watch < 0:
            await asyncio.sleep(POLL_S)
            return None
        if self._watch != before:
            return None  # another folder has the path now, and what it holds is the change
        await self._event()
        await asyncio.sleep(SETTLE_S)
        return self._names()

    def _arm(self) -> int:
        """The number of the watch on the folder that has the path now; negative if none."""
        if self._descriptor < 0:
            return -1
        path = os.fsencode(self._folder)
        return int(_libc().inotify_add_watch(self._descriptor, path, _MASK))

    async def _event(self) -> None:
        loop = asyncio.get_running_loop()
        readable = loop.create_future()
        loop.add_reader(self._descriptor, _finish, readable)
        try:
            await readable
        finally:
            loop.remove_reader(self._descriptor)

    def _names(self) -> frozenset[str] | None:
        """What the events are about; None where they do not tell everything."""
        names: set[str] = set()
        is_whole = True
        with suppress(BlockingIOError):
            while data := os.read(self._descriptor, _BUFFER_BYTES):
                is_whole &= _read_events(data, names)
        return frozenset(names) if is_whole else None


def _read_events(data: bytes, names: set[str]) -> bool:
    """Add the names; False if there is more than they tell."""
    at, is_whole = 0, True
    while at < len(data):
        _, mask, _, length = _EVENT.unpack_from(data, at)
        at += _EVENT.size
        name = data[at : at + length].rstrip(b"\0")
        at += length
        if mask & _SELF or not name:
            is_whole &= mask & _ATTRIB != 0 and not mask & _SELF
        else:
            names.add(os.fsdecode(name))
    return is_whole


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
