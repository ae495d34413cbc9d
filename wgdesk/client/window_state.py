"""How big the window was, for the next time. Where it was is for the window manager to know."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from wgdesk.client.own_file import OwnFile, state_home
from wgdesk.domain.errors import PreferencesUnwritable

LARGEST_PX: Final = 20_000


@dataclass(frozen=True, slots=True)
class WindowState:
    """In pixels, less the frame; `list_width` is that of the list of tunnels."""

    width: int
    height: int
    list_width: int


def load(path: Path | None = None) -> WindowState | None:
    """What was saved; None where nothing was, or nothing that makes sense."""
    found = _file(path).read()
    sizes: list[Any] = [found.get(name) for name in WindowState.__slots__]
    return WindowState(*sizes) if all(map(_is_size, sizes)) else None


def save(state: WindowState, path: Path | None = None) -> None:
    """Where it cannot be written, the window is of the usual size the next time."""
    with suppress(PreferencesUnwritable):
        _file(path).change(lambda document: {**document, **asdict(state)})


def _file(path: Path | None) -> OwnFile:
    return OwnFile(path or state_home() / "wgdesk" / "window.json")


def _is_size(value: Any) -> bool:
    return type(value) is int and 0 < value <= LARGEST_PX
