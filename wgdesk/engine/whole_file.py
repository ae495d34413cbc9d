"""Root's own files, written so that a power cut leaves the old one or the new one."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

FRESH: Final = ".new"  # what is still being written


def write_whole(path: Path, data: bytes) -> None:
    """All of it or nothing; the folder is made if need be. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}{FRESH}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        with suppress(OSError):  # the first failure is the one to be told
            fresh.unlink(missing_ok=True)  # a full disk has no room for half of one either
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """What was renamed or removed in it stays so."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
