"""Tells when a file was changed or replaced, by inotify on its folder."""

import asyncio
import ctypes
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

# linux/inotify.h: close after writing, attributes, moved either way, created, deleted
_MASK: Final = 0x8 | 0x4 | 0xC0 | 0x100 | 0x200 | 0x01000000
_EVENT_BYTES: Final = 16
_BUFFER_BYTES: Final = 1 << 16


class FileWatch:
    """Calls `told` on the loop at each change, its own maker's included.

    Where inotify is not to be had nothing is told; whoever needs more asks from time to time.
    """

    def __init__(self, path: Path, told: Callable[[], None]) -> None:
        self._names = {os.fsencode(path.name)}
        self._told = told
        libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = int(libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        if self._descriptor < 0:
            return
        folders = {path.parent}
        if path.is_symlink():  # what it leads to may be rewritten as well
            target = path.resolve()
            folders.add(target.parent)
            self._names.add(os.fsencode(target.name))
        for folder in folders:
            libc.inotify_add_watch(self._descriptor, os.fsencode(folder), _MASK)
        asyncio.get_running_loop().add_reader(self._descriptor, self._read)

    def close(self) -> None:
        if self._descriptor >= 0:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1

    def _read(self) -> None:
        data = b""
        with suppress(BlockingIOError):
            data = os.read(self._descriptor, _BUFFER_BYTES)
        if any(name in self._names for name in _names(data)):
            self._told()


def _names(data: bytes) -> list[bytes]:
    """Of struct inotify_event: four numbers, the last of which is the length of the name."""
    found = []
    while len(data) >= _EVENT_BYTES:
        length = int.from_bytes(data[12:16], "little")
        found.append(data[_EVENT_BYTES : _EVENT_BYTES + length].rstrip(b"\0"))
        data = data[_EVENT_BYTES + length :]
    return found
