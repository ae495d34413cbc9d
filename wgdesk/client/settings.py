"""What a person has chosen for the whole program. The theme is the desktop's, always."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from wgdesk.client.own_file import OwnFile, config_home

LONGEST_POLL_S: Final = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every member has a default that suits who never opens the page.

    Attributes:
        start_hidden: A start at login shows only the icon in the tray.
        granted_login_start: What the desktop's portal last granted; outside a sandbox the
            autostart file alone tells whether wgdesk starts at login.
        notifications: Whether there are any.
        language: As "de"; "" is the desktop's.
        tray_style: As `ui/tray_style.py` names it.
        tray_poll_s: How often the tunnels are looked at while no window is open; 0 is only
            when the helper tells of a change.
        tunnels_in_launcher: Whether the application's entry in menus has recent tunnels.
    """

    start_hidden: bool = False
    granted_login_start: bool = False
    notifications: bool = True
    language: str = ""
    tray_style: str = "colour"
    tray_poll_s: int = 15
    tunnels_in_launcher: bool = False


class SettingsFile:
    """Of one user.

    Args:
        path: `~/.config/wgdesk/settings.json` if None.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file = OwnFile(path or config_home() / "wgdesk" / "settings.json")

    def read(self) -> Settings:
        """The default for each member that is not there or makes no sense."""
        found, defaults = self._file.read(), asdict(Settings())
        known = {
            name: found[name]
            for name, default in defaults.items()
            if _makes_sense(found.get(name), default)
        }
        return Settings(**known)

    def write(self, settings: Settings) -> None:
        """Remember them.

        Raises:
            PreferencesUnwritable: Then the old ones stand.
        """
        self._file.change(lambda document: {**document, **asdict(settings)})


def _makes_sense(value: Any, default: object) -> bool:
    """The only number is a time in seconds."""
    if type(value) is not type(default):
        return False
    return type(value) is not int or 0 <= value <= LONGEST_POLL_S
