"""How big the window was, for the next time. Where it was is for the window manager to know."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from wgdesk.client.own_file import read_bounded, state_home

LARGEST_PX: Final = 20_000


@dataclass(frozen=True, slots=True)
class WindowState:
    """In pixels, less the frame; `list_width` is that of the list of tunnels."""

    width: int
    height: int
    list_width: int


def load(path: Path | None = None) -> WindowState | None:
    """What was saved; None where nothing was, or nothing that makes sense."""
    try:
        document = json.loads(read_bounded(path or _path()))
        state = WindowState(*(int(document[name]) for name in WindowState.__slots__))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return state if all(0 < size <= LARGEST_PX for size in asdict(state).values()) else None


def save(state: WindowState, path: Path | None = None) -> None:
    """Where it cannot be written, the window is of the usual size the next time."""
    target = path or _path()
    fresh = target.with_suffix(f".{os.getpid()}.new")
    with suppress(OSError):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.write_text(json.dumps(asdict(state)) + "\n", encoding="utf-8")
        fresh.replace(target)


def _path() -> Path:
    return state_home() / "wgdesk" / "window.json"
