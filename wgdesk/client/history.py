"""Earlier versions of profiles, so that no edit loses anything. They hold keys: 0600 in 0700."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from wgdesk.client.own_file import read_bounded, state_home
from wgdesk.client.private_folder import appearing_whole, make_private, names_in, write_new
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.names import PROFILE_SUFFIX, printable
from wgdesk.domain.profile_errors import HistoryUnavailable

MAX_VERSIONS: Final = 50
MAX_BYTES: Final = 5 << 20  # of one profile


class Why(StrEnum):
    """What made a version an earlier one."""

    EDITED = "edited"
    REPLACED = "replaced"
    RESTORED = "restored"
    SAVED_LIVE = "saved-live"  # SaveConfig = true
    DISCARDED = "discarded"  # the side that lost where two had changed it
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """What a profile was until `when_unix_ns`.

    Attributes:
        size: Bytes.
        path: For this module only.
    """

    when_unix_ns: int
    why: Why
    size: int
    path: Path

    @property
    def when_unix_s(self) -> int:
        return self.when_unix_ns // 1_000_000_000


class History:
    """Of one user's profiles, by their names.

    Args:
        folder: `~/.local/state/wgdesk/history` if None.
        clock: Nanoseconds of the wall clock.
    """

    def __init__(self, folder: Path | None = None, clock: Callable[[], int] = time.time_ns) -> None:
        self._folder = folder or state_home() / "wgdesk" / "history"
        self._clock = clock

    def keep(self, name: str, content: bytes, why: Why) -> None:
        """Remember a version that is about to be none any more; what is there twice stays once.

        Raises:
            HistoryUnavailable: It is not kept.
        """
        try:
            folder = self._folder / name
            make_private(self._folder)
            make_private(folder)
            last = self.versions(name)[:1]
            if last and last[0].path.read_bytes() == content:
                return
            stamp = max(self._clock(), last[0].when_unix_ns + 1 if last else 0)
            fresh = folder / f".{stamp}.new"
            write_new(fresh, content)
            fresh.rename(folder / f"{stamp}-{why.value}{PROFILE_SUFFIX}")
            self._trim(name)
        except OSError as error:
            raise _unavailable(self._folder, error) from error

    def versions(self, name: str) -> tuple[Version, ...]:
        """The last one first; none where nothing is known."""
        folder = self._folder / name
        found = [_version(folder / entry) for entry in names_in(folder)]
        return tuple(sorted((it for it in found if it is not None), reverse=True))

    def content(self, version: Version) -> bytes:
        """What the profile was then.

        Raises:
            HistoryUnavailable: It is gone, or cannot be read.
        """
        try:
            return read_bounded(version.path)
        except OSError as error:
            raise _unavailable(version.path, error) from error

    def copy(self, old: str, new: str) -> None:
        """All versions of one profile become another's, in place of what that had.

        Raises:
            HistoryUnavailable: The old one has all of them.
        """
        self.forget(new)
        self.copy_out(old, self._folder / new)

    def copy_out(self, name: str, folder: Path) -> None:
        """All versions into a folder that is not there yet; as `copy`."""
        try:
            _copy_all(self._folder / name, folder)
        except OSError as error:
            raise _unavailable(folder, error) from error

    def copy_in(self, folder: Path, name: str) -> None:
        """What `copy_out` put there become the versions of a profile, in place of what that had."""
        self.forget(name)
        try:
            _copy_all(folder, self._folder / name)
        except OSError as error:
            raise _unavailable(folder, error) from error

    def rewrite(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Change every version, as where keys are to be in none of them any more.

        Raises:
            HistoryUnavailable: Some are as they were.
        """
        try:
            for version in self.versions(name):
                content = version.path.read_bytes()
                changed = change(content)
                if changed != content:
                    fresh = version.path.with_name(f".{version.path.name}.new")
                    fresh.unlink(missing_ok=True)
                    write_new(fresh, changed)
                    fresh.replace(version.path)
        except OSError as error:
            raise _unavailable(self._folder / name, error) from error

    def texts(self) -> Iterator[bytes]:
        """Of all versions of all profiles; raises HistoryUnavailable."""
        for name in names_in(self._folder):
            yield from self.texts_in(self._folder / name)

    def texts_in(self, folder: Path) -> Iterator[bytes]:
        """Of what `copy_out` put into a folder; as `texts`."""
        try:
            for name in names_in(folder):
                yield read_bounded(folder / name)
        except OSError as error:
            raise _unavailable(folder, error) from error

    def forget(self, name: str) -> None:
        """Every version of that profile."""
        shutil.rmtree(self._folder / name, ignore_errors=True)

    def _trim(self, name: str) -> None:
        """The oldest go first; the last one stays, whatever its size."""
        left = MAX_BYTES
        for number, version in enumerate(self.versions(name)):
            left -= version.size
            if number >= MAX_VERSIONS or (number and left < 0):
                with suppress(OSError):
                    version.path.unlink()


def _copy_all(folder: Path, target: Path) -> None:
    names = names_in(folder)
    if not names:
        return
    with appearing_whole(target) as fresh:
        for name in names:
            try:
                os.link(folder / name, fresh / name)
            except OSError:  # another file system, or one without links
                write_new(fresh / name, (folder / name).read_bytes())


def _version(path: Path) -> Version | None:
    stamp, _, rest = path.name.removesuffix(PROFILE_SUFFIX).partition("-")
    try:
        return Version(int(stamp), Why(rest), path.stat().st_size, path)
    except (ValueError, OSError):
        return None


def _unavailable(path: Path, error: OSError) -> WgdeskError:
    why = (error.strerror or "the system refused").lower()
    return HistoryUnavailable(printable(str(path), 200), why)
