"""How big the window was, for the next time. Where it was is for the window manager to know."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 4096
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
        with (path or _path()).open("rb") as file:
            document = json.loads(file.read(MAX_BYTES))
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
    """Where the XDG base directory specification has it; a relative path counts as none."""
    chosen = os.environ.get("XDG_STATE_HOME", "")
    base = Path(chosen) if chosen.startswith("/") else Path.home() / ".local" / "state"
    return base / "wgdesk" / "window.json"
