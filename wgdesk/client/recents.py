"""Which profiles a person used last, for menus that cannot show them all. Names only."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from wgdesk.domain.errors import InvalidName
from wgdesk.domain.names import parse_tunnel_name

MOST: Final = 10
VERSION: Final = 1
MAX_BYTES: Final = 16 << 10
_READ: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


class Recents:
    """What cannot be read counts as empty, and what cannot be written is forgotten: it is a comfort.

    Args:
        path: `~/.local/state/wgdesk/recent.json` if None.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or _state_dir() / "recent.json"

    def names(self) -> tuple[str, ...]:
        """Newest first, at most MOST; some may have no profile any more."""
        with suppress(OSError, ValueError, RecursionError):
            return _names_in(self._read())
        return ()

    def used(self, name: str) -> None:
        """Put `name` first."""
        kept = [each for each in self.names() if each != name]
        with suppress(OSError):
            self._write(_valid([name, *kept]))

    def _read(self) -> bytes:
        descriptor = os.open(self._path, _READ)
        with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor has no path
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return b""
            return file.read(MAX_BYTES + 1)

    def _write(self, names: tuple[str, ...]) -> None:
        """All of it or nothing."""
        import json  # noqa: PLC0415  # slow to load, and most verbs do without

        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}.new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(json.dumps({"v": VERSION, "names": names}) + "\n")
            fresh.replace(self._path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise


def _names_in(data: bytes) -> tuple[str, ...]:
    import json  # noqa: PLC0415  # see above

    document = json.loads(data) if len(data) <= MAX_BYTES else None
    names = document.get("names") if isinstance(document, dict) else None
    return _valid(names) if isinstance(names, list) else ()


def _valid(names: list[object]) -> tuple[str, ...]:
    """Each once, and none that could not be a profile's."""
    found: dict[str, None] = {}
    for name in names:
        with suppress(InvalidName):
            found[parse_tunnel_name(name if isinstance(name, str) else "")] = None
    return tuple(found)[:MOST]


def _state_dir() -> Path:
    """Where the XDG base directory specification has it; a relative path counts as none."""
    chosen = os.environ.get("XDG_STATE_HOME", "")
    base = Path(chosen) if chosen.startswith("/") else Path.home() / ".local/state"
    return base / "wgdesk"
