"""Which profiles a person used last, for menus that cannot show them all. Names only."""

from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from wgdesk.client.own_file import OwnFile, state_home
from wgdesk.domain.errors import InvalidName, PreferencesUnwritable
from wgdesk.domain.names import parse_tunnel_name

MOST: Final = 10


class Recents:
    """What cannot be read counts as empty, and what cannot be written is forgotten: it is a comfort.

    Args:
        path: `~/.local/state/wgdesk/recent.json` if None.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file = OwnFile(path or state_home() / "wgdesk" / "recent.json")

    def names(self) -> tuple[str, ...]:
        """Newest first, at most MOST; some may have no profile any more."""
        return _valid(self._file.read().get("names"))

    def used(self, name: str) -> None:
        """Put `name` first."""
        kept = [each for each in self.names() if each != name]
        with suppress(PreferencesUnwritable):
            self._file.change(lambda document: {**document, "names": _valid([name, *kept])})

    def renamed(self, old: str, new: str) -> None:
        """What was used under the old name was used under the new one."""
        names = [new if each == old else each for each in self.names()]
        with suppress(PreferencesUnwritable):
            self._file.change(lambda document: {**document, "names": _valid(names)})


def _valid(names: Any) -> tuple[str, ...]:
    """Each once, and none that could not be a profile's; nothing where it is no list."""
    found: dict[str, None] = {}
    for name in names if isinstance(names, list) else ():
        with suppress(InvalidName):
            found[parse_tunnel_name(name if isinstance(name, str) else "")] = None
    return tuple(found)[:MOST]
