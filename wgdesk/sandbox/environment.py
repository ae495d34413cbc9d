"""What programs of the sandbox's ordinary user find in their environment."""

import os
from pathlib import Path
from typing import Final

from wgdesk.sandbox.account import Account
from wgdesk.sandbox.confinement import search_path
from wgdesk.sandbox.layout import Layout

PROJECT_DIR = Path(__file__).resolve().parents[2]
# What a window and a terminal need: where to draw, and in which language.
SHARED_NAMES: Final = frozenset(
    {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "LANG", "LANGUAGE"}
    | {"TERM", "COLORTERM", "NO_COLOR", "TZ"}
)
SHARED_PREFIXES: Final = ("LC_", "QT_", "XDG_")


def user_environment(layout: Layout, account: Account) -> dict[str, str]:
    """The caller's own, led to the world's bus and away from the person's files.

    Another account may read the environment of its programs, so of root's it gets a list.
    """
    is_fit = _is_own if account.is_self else _is_for_all
    outer = {key: value for key, value in os.environ.items() if is_fit(key)}
    return {**outer, **_desktop(account), **home_environment(layout)}


def home_environment(layout: Layout) -> dict[str, str]:
    """The world's own part of it: its bus, and the home with the profiles."""
    home_dir = layout.home_dir
    return {
        **program_environment(layout),
        "HOME": str(home_dir),
        "XDG_CONFIG_HOME": str(home_dir / ".config"),
        "XDG_DATA_HOME": str(home_dir / ".local/share"),
        "XDG_STATE_HOME": str(home_dir / ".local/state"),
        "XDG_CACHE_HOME": str(home_dir / ".cache"),
        "XDG_RUNTIME_DIR": str(layout.runtime_dir),
    }


def program_environment(layout: Layout) -> dict[str, str]:
    """What every program of the world needs, on both sides of the wall."""
    return {
        "PATH": search_path(),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "PYTHONPATH": str(PROJECT_DIR),
        # Root must not leave files of its own in a person's source tree.
        "PYTHONDONTWRITEBYTECODE": "1",
        "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={layout.bus_socket}",
    }


def _is_own(key: str) -> bool:
    return not key.startswith("SUDO_")


def _is_for_all(key: str) -> bool:
    return key in SHARED_NAMES or key.startswith(SHARED_PREFIXES)


def _desktop(account: Account) -> dict[str, str]:
    """The way to the person's display and session bus, which HOME and XDG_RUNTIME_DIR led to."""
    found: dict[str, str] = {}
    runtime_dir = Path(os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{account.uid}"))
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland:
        found["WAYLAND_DISPLAY"] = str(runtime_dir / wayland)
    cookies = Path(os.environ.get("XAUTHORITY") or Path.home() / ".Xauthority")
    if os.environ.get("DISPLAY") and cookies.exists():
        found["XAUTHORITY"] = str(cookies)
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ and (runtime_dir / "bus").exists():
        found["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={runtime_dir / 'bus'}"
    return found
