"""A profile's new content takes the place of the old one at once, or not at all."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.errors import ProfileNotSaved
from wgdesk.domain.names import printable

_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def replace_content(file: ProfileFile, before: bytes, after: bytes) -> None:
    """Write `after` where `before` stands; the file keeps its mode and its owner.

    Raises:
        ProfileNotSaved: The file is whole and as it was, or as somebody else made it meanwhile.
        NoSuchProfile, ProfileUnreadable: It went away.
    """
    try:
        target = Path(file.target())
        fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}.new")
        try:
            _write(fresh, after, os.lstat(target))
            _require_unchanged(file, before)
            fresh.replace(target)
        except BaseException:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    except OSError as error:
        raise _not_saved(file, (error.strerror or "the system refused").lower()) from error


def _write(fresh: Path, content: bytes, like: os.stat_result) -> None:
    descriptor = os.open(fresh, _FLAGS, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        found = os.fstat(descriptor)
        if (found.st_uid, found.st_gid) != (like.st_uid, like.st_gid):
            os.fchown(descriptor, like.st_uid, like.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
        os.fsync(descriptor)


def _require_unchanged(file: ProfileFile, content: bytes) -> None:
    if file.read() != content:
        raise _not_saved(file, "another program changed it just now")


def _sync_folder(folder: Path) -> None:
    """So that a power cut leaves the one or the other; where that fails the content stands."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _not_saved(file: ProfileFile, why: str) -> ProfileNotSaved:
    return ProfileNotSaved(printable(str(file.path), 200), why)
