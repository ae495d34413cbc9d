"""Deleted profiles with all that belongs to them, for as long as somebody may want them back."""

import json
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from wgdesk.client.own_file import Document, read_bounded, state_home
from wgdesk.client.private_folder import appearing_whole, names_in, write_new
from wgdesk.domain.errors import InvalidName
from wgdesk.domain.names import parse_tunnel_name
from wgdesk.domain.profile_errors import DeletedGone
from wgdesk.domain.titles import clean_title

MOST: Final = 100
MAX_AGE_S: Final = 90 * 24 * 3600
UNFINISHED_S: Final = 3600
_CONTENT: Final = "profile.conf"
_ABOUT: Final = "about.json"
_HISTORY: Final = "history"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A profile that can come back.

    Attributes:
        id: Names it in the trash.
        name: That of its tunnel.
        title: What it was called; "" where that was its name.
        choices: As `Preferences.stored` gave them.
    """

    id: str
    name: str
    title: str
    when_unix_s: int
    choices: Document = field(default_factory=dict, repr=False, hash=False)


class Trash:
    """Of one user.

    Args:
        folder: `~/.local/state/wgdesk/deleted` if None.
        clock: Nanoseconds of the wall clock.
    """

    def __init__(self, folder: Path | None = None, clock: Callable[[], int] = time.time_ns) -> None:
        self._folder = folder or state_home() / "wgdesk" / "deleted"
        self._clock = clock

    def put(
        self, name: str, content: bytes, choices: Document, add_history: Callable[[Path], None]
    ) -> Deleted:
        """Keep a profile that is about to be deleted; `add_history` gets a folder to make.

        Raises:
            OSError, HistoryUnavailable: It is not kept.
        """
        stamp = self._clock()
        title = clean_title(str(choices.get("title", "")))
        about = {"name": name, "choices": choices}
        with appearing_whole(self._folder / f"{stamp}-{name}") as fresh:
            write_new(fresh / _CONTENT, content)
            write_new(fresh / _ABOUT, json.dumps(about).encode())
            add_history(fresh / _HISTORY)
        self._trim()
        return Deleted(
            id=f"{stamp}-{name}",
            name=name,
            title=title,
            when_unix_s=stamp // 1_000_000_000,
            choices=choices,
        )

    def all(self) -> tuple[Deleted, ...]:
        """The last one first."""
        found = [self._deleted(name) for name in names_in(self._folder)]
        return tuple(
            sorted(
                (it for it in found if it is not None), key=lambda it: it.when_unix_s, reverse=True
            )
        )

    def content(self, deleted: Deleted) -> bytes:
        """The text of the profile.

        Raises:
            DeletedGone: It is not there any more.
        """
        try:
            return read_bounded(self._folder / deleted.id / _CONTENT)
        except OSError as error:
            raise DeletedGone(deleted.title or deleted.name) from error

    def history(self, deleted: Deleted) -> Path:
        """The folder with its earlier versions, which may not be there."""
        return self._folder / deleted.id / _HISTORY

    def drop(self, deleted: Deleted) -> None:
        """For good."""
        shutil.rmtree(self._folder / deleted.id, ignore_errors=True)

    def _deleted(self, entry: str) -> Deleted | None:
        stamp, _, _ = entry.partition("-")
        try:
            about: Any = json.loads(read_bounded(self._folder / entry / _ABOUT))
            name, choices = parse_tunnel_name(about["name"]), dict(about["choices"])
            when_unix_s = int(stamp) // 1_000_000_000
        except (OSError, ValueError, TypeError, KeyError, InvalidName):
            return None
        title = clean_title(str(choices.get("title", "")))
        return Deleted(id=entry, name=name, title=title, when_unix_s=when_unix_s, choices=choices)

    def _trim(self) -> None:
        """What is too old, and the oldest of too many."""
        now_s = self._clock() // 1_000_000_000
        for number, deleted in enumerate(self.all()):
            if number >= MOST or now_s - deleted.when_unix_s > MAX_AGE_S:
                self.drop(deleted)
        for path in _unfinished(self._folder, now_s):
            shutil.rmtree(path, ignore_errors=True)


def _unfinished(folder: Path, now_unix_s: int) -> list[Path]:
    """What a process that was ended left half made; others may be at work right now."""
    with suppress(OSError):
        hidden = [path for path in folder.iterdir() if path.name.startswith(".")]
        return [it for it in hidden if now_unix_s - it.stat().st_mtime > UNFINISHED_S]
    return []
