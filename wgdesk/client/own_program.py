"""How this very program was started, and how the desktop can start it again."""

import sys
from pathlib import Path
from typing import Final

HIDDEN_OPTION: Final = "--hidden"
TOGGLE_OPTION: Final = "--toggle"  # and a tunnel's name: the window's process does it, and tells
PACKAGE_DIRS: Final = frozenset({"/usr/bin", "/usr/local/bin", "/bin"})


def own_command() -> tuple[str, ...]:
    """What starts it; a package's by its name alone, which outlives a move."""
    started = Path(sys.argv[0])
    if started.name != "wgdesk" or not started.is_absolute():
        return (sys.executable, "-m", "wgdesk")
    return ("wgdesk",) if str(started.parent) in PACKAGE_DIRS else (str(started),)


def is_sandboxed() -> bool:
    """Whether this runs in a Flatpak, where files outside can be neither seen nor written."""
    return Path("/.flatpak-info").exists()
