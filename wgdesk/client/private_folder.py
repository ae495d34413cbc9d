"""Folders of ours that hold whole profiles, and so private keys: nobody else may look inside."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def make_private(folder: Path) -> None:
    """It and what is above it, as far as it is not there; raises OSError."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)


def close_if_empty(folder: Path) -> None:
    """Flatpak lets everybody look into a folder that it makes for a program; raises OSError.

    In one that has something in it already, who may look was somebody's choice.
    """
    with os.scandir(folder) as entries:
        is_empty = next(entries, None) is None
    if is_empty and folder.stat().st_uid == os.getuid():
        folder.chmod(0o700)


def write_new(path: Path, content: bytes) -> None:
    """A file that was not there, of mode 0600, on the disk; raises OSError, and then it is not there."""
    descriptor = os.open(path, _NEW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def appearing_whole(folder: Path) -> Iterator[Path]:
    """A folder to fill, which takes the place of `folder` at the end; raises OSError."""
    make_private(folder.parent)
    fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.new")
    fresh.mkdir(mode=0o700)
    try:
        yield fresh
        fresh.rename(folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """So that a power cut leaves what was before or what is now; where that fails it stands."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def names_in(folder: Path) -> list[str]:
    """What lies there, less what is still being written; none where there is no such folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if not entry.name.startswith("."))
    return []
