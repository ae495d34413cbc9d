"""The files of /etc/wireguard, read so that nothing but them can ever be.

Only names of tunnels come in here, never a path. A file is opened in the folder itself and
not by way of a path, links are not followed, and it must be root's own plain file. In a
folder that somebody else may write to, a second name for any file of root's could stand; from
such a one nothing is read. In root's own folder a second name is root's doing, and fine.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from wgdesk.domain.conf import MAX_PROFILE_BYTES
from wgdesk.domain.errors import HelperError, InvalidName
from wgdesk.domain.names import PROFILE_SUFFIX, natural_key, parse_tunnel_name
from wgdesk.domain.system_profile import SystemProfile, Withheld
from wgdesk.wire.names import WG_QUICK_FOLDER

MAX_ENTRIES: Final = 4096
# What one answer may come to. Servers with thousands of peers have some hundred KiB.
MAX_ANSWER_BYTES: Final = 4 << 20
ROOT_UID: Final = 0

_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a pipe put there between the look and the open must not hold us up.
_FILE_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_WRITABLE: Final = stat.S_IWGRP | stat.S_IWOTH


class WireGuardFolder:
    """Blocks, so it is used beside the loop.

    Args:
        owner_uid: Whose the folder and its files must be; another one in tests alone.
    """

    def __init__(self, path: str | Path = WG_QUICK_FOLDER, owner_uid: int = ROOT_UID) -> None:
        self._path, self._owner_uid = path, owner_uid

    def names(self) -> tuple[str, ...]:
        """The tunnels that there is a file for, in their order; none where there is no folder.

        Raises:
            HelperError: The folder cannot be trusted, or not be read.
        """
        with self._opened() as folder:
            if folder is None:
                return ()
            with os.scandir(folder) as entries:
                found = [entry.name for entry in islice(entries, MAX_ENTRIES)]
        return tuple(sorted(filter(None, map(_tunnel_name, found)), key=natural_key))

    def read(self, names: Sequence[str]) -> tuple[SystemProfile, ...]:
        """Their files, in that order; one that is withheld does not keep the others back.

        Args:
            names: As `parse_tunnel_name` gave them.

        Raises:
            HelperError: The folder cannot be trusted, or not be read.
        """
        left_bytes = MAX_ANSWER_BYTES
        read: list[SystemProfile] = []
        with self._opened() as folder:
            for name in names:
                found = self._file(folder, name, left_bytes)
                left_bytes -= len(found.content)
                read.append(found)
        return tuple(read)

    @contextmanager
    def _opened(self) -> Iterator[int | None]:
        try:
            folder = os.open(self._path, _FOLDER_FLAGS)
        except FileNotFoundError:
            yield None
            return
        except OSError as error:
            raise HelperError(f"{WG_QUICK_FOLDER} is no folder that the helper can read") from error
        try:
            found = os.fstat(folder)
            if found.st_uid != self._owner_uid or found.st_mode & _WRITABLE:
                text = f"others than root may write to {WG_QUICK_FOLDER}, so nothing is read there"
                raise HelperError(text)
            yield folder
        finally:
            os.close(folder)

    def _file(self, folder: int | None, name: str, left_bytes: int) -> SystemProfile:
        if folder is None:
            return SystemProfile(name, withheld=Withheld.ABSENT)
        try:
            return self._read(folder, name, left_bytes)
        except FileNotFoundError:
            return SystemProfile(name, withheld=Withheld.ABSENT)
        except OSError:
            return SystemProfile(name, withheld=Withheld.UNREADABLE)

    def _read(self, folder: int, name: str, left_bytes: int) -> SystemProfile:
        file_name = f"{name}{PROFILE_SUFFIX}"
        # Looked at before it is opened: to open a device may do something.
        why = self._objection(os.stat(file_name, dir_fd=folder, follow_symlinks=False))
        if why is not None:
            return SystemProfile(name, withheld=why)
        descriptor = os.open(file_name, _FILE_FLAGS, dir_fd=folder)
        with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123  # a descriptor has no path
            why = self._objection(os.fstat(descriptor))
            content = b"" if why else _bytes_of(file.fileno())
        if why is None and len(content) > MAX_PROFILE_BYTES:  # it grew meanwhile
            why = Withheld.TOO_LARGE
        if why is None and len(content) > left_bytes:
            why = Withheld.TOO_MUCH
        return SystemProfile(name, withheld=why) if why else SystemProfile(name, content)

    def _objection(self, found: os.stat_result) -> Withheld | None:
        if stat.S_ISLNK(found.st_mode):
            return Withheld.LINK
        if not stat.S_ISREG(found.st_mode):
            return Withheld.NO_FILE
        if found.st_uid != self._owner_uid:
            return Withheld.NOT_ROOTS
        if found.st_size > MAX_PROFILE_BYTES:
            return Withheld.TOO_LARGE
        return None


def _bytes_of(descriptor: int) -> bytes:
    """At most one byte more than a profile may have, however much comes."""
    content = bytearray()
    while part := os.read(descriptor, MAX_PROFILE_BYTES + 1 - len(content)):
        content += part
    return bytes(content)


def _tunnel_name(file_name: str) -> str | None:
    """None where wg-quick could not bring it up either."""
    if not file_name.endswith(PROFILE_SUFFIX):
        return None
    try:
        return parse_tunnel_name(file_name.removesuffix(PROFILE_SUFFIX))
    except InvalidName:
        return None
