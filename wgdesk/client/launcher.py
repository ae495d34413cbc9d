"""Recent tunnels in the menu of the application's own icon.

Desktops read such entries only from the application's `.desktop` file, so a copy of the
installed one with them takes its place for this user, until it is removed again.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wgdesk.client.desktop_entry import exec_line, find_keys, with_keys
from wgdesk.client.own_file import READABLE, data_home, read_bounded, told_in_words, write_whole
from wgdesk.client.own_program import TOGGLE_OPTION, is_sandboxed, own_command
from wgdesk.domain.errors import PreferencesUnwritable
from wgdesk.domain.names import printable
from wgdesk.wire.names import APP_ID

MOST_TUNNELS: Final = 5

_PLACE: Final = Path("applications", f"{APP_ID}.desktop")
_USUAL_DATA_DIRS: Final = "/usr/local/share:/usr/share"  # XDG Base Directory Specification
_MARK: Final = "X-WGDesk-Written"


@dataclass(frozen=True, slots=True)
class LauncherEntry:
    """A line of that menu, in the person's language, and the tunnel that it toggles."""

    text: str
    tunnel: str


class Launcher:
    """Of one user.

    Args:
        path: `~/.local/share/applications/org.wgdesk.WGDesk.desktop` if None.
        command: What starts the program; found out if None.
    """

    def __init__(self, path: Path | None = None, command: Sequence[str] | None = None) -> None:
        self.path = path or data_home() / _PLACE
        self._command = tuple(command or own_command())

    def is_possible(self) -> bool:
        """Whether there is an entry at all that menus show, and its folder is within reach."""
        return not is_sandboxed() and bool(_installed_text())

    def show(self, entries: Sequence[LauncherEntry]) -> None:
        """Have these lines, and else what the installed file says today; safe to call again.

        Where nothing is installed any more, ours goes too.

        Raises:
            PreferencesUnwritable: Somebody else's file lies there, or the disk refuses.
        """
        if not self.is_possible():
            self.remove()
            return
        with told_in_words(self.path):
            old = self._own_text()
            text = self._with_entries(_installed_text(), entries[:MOST_TUNNELS])
            if text != old:
                write_whole(self.path, text, READABLE)

    def remove(self) -> None:
        """Leave the installed file alone again; a file that is not ours stays.

        Raises:
            PreferencesUnwritable: It is there still.
        """
        with told_in_words(self.path):
            if _MARK in find_keys(_text_at(self.path)):
                self.path.unlink(missing_ok=True)

    def _own_text(self) -> str:
        text = _text_at(self.path)
        if os.path.lexists(self.path) and _MARK not in find_keys(text):
            why = "a file that wgdesk did not write is there"
            raise PreferencesUnwritable(printable(str(self.path), 200), why)
        return text

    def _with_entries(self, text: str, entries: Sequence[LauncherEntry]) -> str:
        keys = find_keys(text)
        ids = [f"toggle-{number}" for number in range(1, len(entries) + 1)]
        actions = keys.get("Actions", "") + "".join(f"{each};" for each in ids)
        own = {
            "Actions": actions or None,
            "TryExec": keys.get("TryExec", self._command[0]),  # gone with the package
            _MARK: "true",
        }
        text = with_keys(text, own)
        for action, entry in zip(ids, entries, strict=True):
            line = exec_line((*self._command, TOGGLE_OPTION, entry.tunnel))
            text = with_keys(text, {"Name": entry.text, "Exec": line}, f"Desktop Action {action}")
        return text


def _installed_text() -> str:
    """Of the first folder that has it, as menus look; "" where none has."""
    dirs = os.environ.get("XDG_DATA_DIRS", "") or _USUAL_DATA_DIRS
    texts = (_text_at(Path(each) / _PLACE) for each in dirs.split(":") if each.startswith("/"))
    return next((text for text in texts if find_keys(text)), "")


def _text_at(path: Path) -> str:
    try:
        return read_bounded(path).decode("utf-8", "replace")
    except OSError:
        return ""
