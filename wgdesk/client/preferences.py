"""What a person has chosen for a profile and wg-quick has no key for, in one small file."""

import os
import stat
from pathlib import Path
from typing import Any, Final

from wgdesk.domain.errors import PreferencesUnwritable
from wgdesk.domain.names import printable
from wgdesk.domain.options import DEFAULT_OPTIONS, HookMode, TunnelOptions

VERSION: Final = 1
MAX_BYTES: Final = 1 << 20
_READ: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_HOOKS: Final = "hooks"
_IPV6: Final = "ipv6"
_BLOCK: Final = "block"
_LEAVE: Final = "leave"

_Document = dict[str, Any]


class Preferences:
    """Keyed by the profile's name; members that this version does not know are kept.

    Args:
        path: `~/.config/wgdesk/profiles.json` if None.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or _config_dir() / "profiles.json"

    def hooks(self, name: str) -> HookMode:
        """Who runs the profile's commands; the default where nobody has chosen."""
        chosen = _of(self._read() or {}, name).get(_HOOKS)
        known = {mode.value: mode for mode in HookMode}
        return known.get(str(chosen), DEFAULT_OPTIONS.hooks)

    def block_ipv6(self, name: str) -> bool:
        """Whether IPv6 is to have no way out beside it; see TunnelOptions."""
        return _of(self._read() or {}, name).get(_IPV6) != _LEAVE

    def options(self, name: str) -> TunnelOptions:
        """All that was chosen for a profile."""
        return TunnelOptions(hooks=self.hooks(name), block_ipv6=self.block_ipv6(name))

    def set_hooks(self, name: str, mode: HookMode) -> None:
        """Remember it for the next time.

        Raises:
            PreferencesUnwritable: Then the old choice stands.
        """
        self._choose(name, _HOOKS, mode.value)

    def set_block_ipv6(self, name: str, block: bool) -> None:  # noqa: FBT001  # as in a file
        """As set_hooks."""
        self._choose(name, _IPV6, _BLOCK if block else _LEAVE)

    def _choose(self, name: str, member: str, value: str) -> None:
        try:
            document = self._read()
            if document is None:
                self._path.replace(self._path.with_suffix(".bad"))
            document = document or {}
            profiles = {**_profiles(document), name: {**_of(document, name), member: value}}
            self._write({**document, "v": VERSION, "profiles": profiles})
        except OSError as error:
            why = (error.strerror or "the system refused").lower()
            raise PreferencesUnwritable(printable(str(self._path), 200), why) from error

    def _read(self) -> _Document | None:
        """All of it; None where it is there and cannot be understood."""
        try:
            descriptor = os.open(self._path, _READ)
        except FileNotFoundError:
            return {}
        except OSError:
            return None
        with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor has no path
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            return _parse(file.read(MAX_BYTES + 1))

    def _write(self, document: _Document) -> None:
        """All of it or nothing."""
        import json  # noqa: PLC0415  # slow to load, and most verbs do without

        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}.new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(json.dumps(document, indent=1) + "\n")
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise


def _parse(data: bytes) -> _Document | None:
    import json  # noqa: PLC0415  # see above

    try:
        document: Any = json.loads(data) if len(data) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        return None
    is_known = isinstance(document, dict) and document.get("v") == VERSION
    return document if is_known else None


def _profiles(document: _Document) -> _Document:
    found = document.get("profiles")
    return found if isinstance(found, dict) else {}


def _of(document: _Document, name: str) -> _Document:
    found = _profiles(document).get(name)
    return found if isinstance(found, dict) else {}


def _config_dir() -> Path:
    """Where the XDG base directory specification has it; a relative path counts as none."""
    chosen = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(chosen) if chosen.startswith("/") else Path.home() / ".config"
    return base / "wgdesk"
