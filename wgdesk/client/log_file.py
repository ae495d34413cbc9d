"""Writes lines of the log into a file that only its owner can read."""

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from wgdesk.client.log_text import whole_text
from wgdesk.domain.errors import LogNotSaved
from wgdesk.domain.log_line import LogLine
from wgdesk.domain.names import printable

_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def save_log(path: Path, lines: Iterable[LogLine]) -> None:
    """All of them, or the file stays as it was.

    Raises:
        LogNotSaved
    """
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            raise LogNotSaved(printable(str(path), 200), "it is not a file")
        fresh = target.with_name(f".wgdesk-log.{secrets.token_hex(4)}.new")
        try:
            _write(fresh, whole_text(lines).encode("utf-8", "replace"))
            fresh.replace(target)
        except BaseException:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise
    except OSError as error:
        why = (error.strerror or "the system refused").lower()
        raise LogNotSaved(printable(str(path), 200), why) from error


def _write(fresh: Path, content: bytes) -> None:
    descriptor = os.open(fresh, _FLAGS, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(descriptor)
