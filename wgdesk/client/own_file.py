"""Files that wgdesk itself keeps for a person: written whole or not at all, and never trusted."""

import errno
import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from wgdesk.domain.errors import PreferencesUnwritable
from wgdesk.domain.names import printable

VERSION: Final = 1
MAX_BYTES: Final = 1 << 20
PRIVATE: Final = 0o600
READABLE: Final = 0o644
_READ: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC

Document = dict[str, Any]


class OwnFile:
    """A JSON object; members that this version does not know are kept.

    Args:
        max_bytes: A longer one counts as one that cannot be understood.
    """

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._one_at_a_time = threading.Lock()

    def read(self) -> Document:
        """All of it; empty where it is not there or cannot be understood."""
        return self._read() or {}

    def change(self, edit: Callable[[Document], Document]) -> None:
        """Write what `edit` makes of it; one that cannot be understood is set aside.

        Raises:
            PreferencesUnwritable: Then what stood there stands.
        """
        import json  # noqa: PLC0415  # slow to load, and most verbs do without

        with self._one_at_a_time, told_in_words(self.path):
            document = self._read()
            if document is None:
                self.path.replace(self.path.with_suffix(".bad"))
            changed = {**edit(document or {}), "v": VERSION}
            text = json.dumps(changed, indent=1, ensure_ascii=False) + "\n"
            write_whole(self.path, text)

    def _read(self) -> Document | None:
        """None where it is there and cannot be understood."""
        try:
            data = read_bounded(self.path, self._max_bytes)
        except FileNotFoundError:
            return {}
        except OSError:
            return None
        return _parse(data) if len(data) <= self._max_bytes else None


def config_home() -> Path:
    """Where the XDG base directory specification has it; a relative path counts as none."""
    return _base_dir("XDG_CONFIG_HOME", ".config")


def data_home() -> Path:
    """As `config_home`, for what programs keep."""
    return _base_dir("XDG_DATA_HOME", ".local/share")


def state_home() -> Path:
    """As `config_home`, for what programs remember without being told to."""
    return _base_dir("XDG_STATE_HOME", ".local/state")


def read_bounded(path: Path, max_bytes: int = MAX_BYTES) -> bytes:
    """Its first `max_bytes` and one more; a pipe in its place hangs nobody.

    Raises:
        OSError: It is no ordinary file, or cannot be read.
    """
    descriptor = os.open(path, _READ)
    with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor has no path
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return file.read(max_bytes + 1)


def write_whole(path: Path, text: str, mode: int = PRIVATE) -> None:
    """All of it or nothing; raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


@contextmanager
def told_in_words(path: Path) -> Iterator[None]:
    """An OSError within becomes a PreferencesUnwritable about `path`."""
    try:
        yield
    except OSError as error:
        why = (error.strerror or "the system refused").lower()
        raise PreferencesUnwritable(printable(str(path), 200), why) from error


def _parse(data: bytes) -> Document | None:
    import json  # noqa: PLC0415  # see above

    try:
        document: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    is_known = isinstance(document, dict) and document.get("v") == VERSION
    return document if is_known else None


def _base_dir(variable: str, usual: str) -> Path:
    chosen = os.environ.get(variable, "")
    return Path(chosen) if chosen.startswith("/") else Path.home() / usual
