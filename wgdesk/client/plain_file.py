"""Reads a file only where it is an honest one: no pipe, no device, and not too large."""

import os
import stat
from typing import Final

# O_NONBLOCK: a pipe without a writer must not hold us up between the look and the open.
_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_KINDS: Final = {
    stat.S_IFDIR: "it is a folder, not a file",
    stat.S_IFIFO: "it is a pipe, not a file",
    stat.S_IFSOCK: "it is a socket, not a file",
    stat.S_IFCHR: "it is a device, not a file",
    stat.S_IFBLK: "it is a device, not a file",
    stat.S_IFLNK: "it is a link that leads to itself",  # no other is left once it is followed
}


class NotPlain(Exception):
    """It is no file that anybody should read; the text is a clause that says why."""


class TooLarge(NotPlain):
    """It has more bytes than were asked for."""


def read_plain(target: str, max_bytes: int) -> bytes:
    """All of it; `target` has its links followed already.

    Raises:
        NotPlain, OSError: There is no such file, or it is not to be read.
    """
    _check(os.lstat(target), max_bytes)
    descriptor = os.open(target, _FLAGS)
    with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor has no path
        _check(os.fstat(descriptor), max_bytes)
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:  # it grew meanwhile
        raise TooLarge
    return content


def _check(found: os.stat_result, max_bytes: int) -> None:
    kind = stat.S_IFMT(found.st_mode)
    if kind != stat.S_IFREG:
        raise NotPlain(_KINDS.get(kind, "it is not a plain file"))
    if found.st_size > max_bytes:
        raise TooLarge
