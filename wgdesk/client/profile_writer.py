"""A profile's new content takes the place of the old one at once, or not at all."""

import os
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from wgdesk.client.private_folder import sync_folder, write_new
from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.errors import NoSuchProfile
from wgdesk.domain.names import printable
from wgdesk.domain.profile_errors import ProfileChanged, ProfileNotWritten

_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_UNFINISHED: Final = ".new"
_UNFINISHED_S: Final = 3600


def replace_content(file: ProfileFile, before: bytes, after: bytes) -> None:
    """Write `after` where `before` stands; the file keeps its mode and its owner.

    Raises:
        ProfileChanged: Another program was quicker; what it wrote stands.
        ProfileNotWritten: The file is whole and as it was.
        NoSuchProfile, ProfileUnreadable: It went away.
    """
    try:
        target = Path(file.target())
        fresh = _beside(target)
        try:
            _write(fresh, after, os.lstat(target))
            _require_unchanged(file, before)
            fresh.replace(target)
        except BaseException:
            _remove(fresh)
            raise
        sync_folder(target.parent)
    except FileNotFoundError as error:
        raise NoSuchProfile(printable(file.name), printable(str(file.path.parent), 200)) from error
    except OSError as error:
        raise not_written(file.path, error) from error


def create_content(path: Path, content: bytes, *, sync: bool = True) -> None:
    """A new file of mode 0600, which nobody ever sees half written.

    Who makes many leaves `sync` out and syncs the folder once.

    Raises:
        FileExistsError: There is one of that name.
        ProfileNotWritten: It is not there.
    """
    fresh = _beside(path)
    try:
        try:
            write_new(fresh, content)
            os.link(fresh, path)  # unlike a rename it takes nobody's place
        except FileExistsError:
            raise
        except PermissionError:  # a file system without links
            write_new(path, content)
        finally:
            _remove(fresh)
        if sync:
            sync_folder(path.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise not_written(path, error) from error


def remove_unfinished(folder: Path) -> None:
    """What programs that were ended left in the folder; others may be at work right now."""
    now_unix_s = time.time()
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            is_ours = entry.name.startswith(".") and entry.name.endswith(_UNFINISHED)
            if is_ours and now_unix_s - entry.stat(follow_symlinks=False).st_mtime > _UNFINISHED_S:
                _remove(Path(entry.path))


def not_written(path: Path, error: OSError) -> ProfileNotWritten:
    why = (error.strerror or "the system refused").lower()
    return ProfileNotWritten(printable(str(path), 200), why)


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}{_UNFINISHED}")


def _write(fresh: Path, content: bytes, like: os.stat_result) -> None:
    descriptor = os.open(fresh, _FLAGS, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        _dress(descriptor, like)
        os.fsync(descriptor)


def _dress(descriptor: int, like: os.stat_result) -> None:
    found = os.fstat(descriptor)
    if (found.st_uid, found.st_gid) != (like.st_uid, like.st_gid):
        os.fchown(descriptor, like.st_uid, like.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(like.st_mode))


def _require_unchanged(file: ProfileFile, content: bytes) -> None:
    now = file.read()
    if now != content:
        raise ProfileChanged(printable(str(file.path), 200), now)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
