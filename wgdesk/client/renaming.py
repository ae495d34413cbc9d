"""A profile's file gets another name; whatever has that name already stays."""

import ctypes
import errno
import os
from pathlib import Path
from typing import Final

from wgdesk.client.private_folder import sync_folder
from wgdesk.client.profile_file import ProfileFile
from wgdesk.client.profile_writer import not_written
from wgdesk.domain.errors import NoSuchProfile
from wgdesk.domain.names import PROFILE_SUFFIX, printable
from wgdesk.domain.profile_errors import NameTaken

_AT_FDCWD: Final = -100
_RENAME_NOREPLACE: Final = 1  # linux/fs.h


def rename_file(file: ProfileFile, name: str) -> ProfileFile:
    """In its folder, at once.

    Raises:
        NameTaken, NoSuchProfile, ProfileNotWritten: It is where it was.
    """
    path = file.path.with_name(f"{name}{PROFILE_SUFFIX}")
    try:
        _rename(file.path, path)
    except FileExistsError as error:
        raise NameTaken(name) from error
    except FileNotFoundError as error:
        raise NoSuchProfile(printable(file.name), printable(str(path.parent), 200)) from error
    except OSError as error:
        raise not_written(file.path, error) from error
    sync_folder(path.parent)
    return ProfileFile(name, path, home=file.home)


def _rename(old: Path, new: Path) -> None:
    """Python's own rename would take the place of another file."""
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = (_AT_FDCWD, os.fsencode(old), _AT_FDCWD, os.fsencode(new), _RENAME_NOREPLACE)
    if libc.renameat2(*arguments) == 0:
        return
    number = ctypes.get_errno()
    if number not in (errno.EINVAL, errno.ENOSYS):  # a file system that cannot do that
        raise OSError(number, os.strerror(number), str(new))
    os.link(old, new, follow_symlinks=False)
    old.unlink()
