"""Tells when something in a folder changes, without asking over and over.

inotify through the C library, as Python has no call for it: a tray that looked at the folder
every second would keep a laptop's processor from sleeping. Where inotify is not to be had
(the folder is not there yet, or the user's watches are used up) it is time that wakes.
"""

import asyncio
import ctypes
import os
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

    async def wait(self) -> None:
        """Return once something may have changed."""
        before, self._watch = self._watch, self._arm()
        if self._watch < 0:
            await asyncio.sleep(POLL_S)
        elif self._watch == before:
            await self._event()
            await asyncio.sleep(SETTLE_S)
            self._drain()
        # Else another folder has the path now, and what it holds is the change.

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

    def _drain(self) -> None:
        with suppress(BlockingIOError):
            while os.read(self._descriptor, _BUFFER_BYTES):
                pass


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
