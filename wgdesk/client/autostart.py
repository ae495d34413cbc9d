"""Starting at login by the desktop's own means: a file in the autostart folder, the only truth.

Desktop Application Autostart Specification 0.5.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from wgdesk.client.desktop_entry import exec_line, find_keys, with_keys
from wgdesk.client.own_file import READABLE, config_home, read_bounded, told_in_words, write_whole
from wgdesk.client.own_program import HIDDEN_OPTION, own_command
from wgdesk.wire.names import APP_ID

# GNOME's and Xfce's own switch for it, beside the specification's.
_SWITCH: Final = "X-GNOME-Autostart-enabled"
_NEW: Final = f"""[Desktop Entry]
Type=Application
Name=wgdesk
Icon={APP_ID}
"""


class Autostart:
    """Of one user.

    Args:
        path: `~/.config/autostart/org.wgdesk.WGDesk.desktop` if None.
        command: What starts the window; found out if None.
    """

    def __init__(self, path: Path | None = None, command: Sequence[str] | None = None) -> None:
        self._path = path or config_home() / "autostart" / f"{APP_ID}.desktop"
        self._command = tuple(command or own_command())

    def is_on(self) -> bool:
        """Whether the session starts it, as far as its file says."""
        keys = find_keys(self._read())
        is_off = keys.get("Hidden") == "true" or keys.get(_SWITCH) == "false"
        return bool(keys.get("Exec")) and not is_off

    def turn_on(self, *, hidden: bool) -> None:
        """Start it at login; lines that somebody else has put into the file stay.

        Raises:
            PreferencesUnwritable: Then it is as it was.
        """
        options = (HIDDEN_OPTION,) if hidden else ()
        keys = {
            "Exec": exec_line((*self._command, *options)),
            "TryExec": self._command[0],  # an uninstalled program is no error at each login
            "Hidden": None,
            _SWITCH: "true",
        }
        with told_in_words(self._path):
            write_whole(self._path, with_keys(self._read() or _NEW, keys), READABLE)

    def turn_off(self) -> None:
        """Raises PreferencesUnwritable."""
        with told_in_words(self._path):
            self._path.unlink(missing_ok=True)

    def _read(self) -> str:
        """Empty where there is none or it is no such file."""
        try:
            text = read_bounded(self._path).decode("utf-8", "replace")
        except OSError:
            return ""
        return text if find_keys(text) else ""
