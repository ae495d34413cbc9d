"""One profile on disk: found, looked at, and read only where it is an honest file."""

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wgdesk.client.patience import within
from wgdesk.client.plain_file import NotPlain, TooLarge, read_plain
from wgdesk.domain.conf import MAX_PROFILE_BYTES
from wgdesk.domain.errors import InvalidName, NoSuchProfile, ProfileUnreadable
from wgdesk.domain.names import PROFILE_SUFFIX, printable
from wgdesk.domain.titles import clean_title, tunnel_name_of

_OTHERS: Final = 0o007
PATIENCE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """A file that may hold a profile.

    Attributes:
        name: That of its tunnel: the file's name less `.conf`, or one made from it where no
            interface can have that.
        stamp: Changes whenever the file does.
        home: The folder that a link must not lead out of; None lets it lead anywhere.
        title: What the file is called, where its name is another; else "".
    """

    name: str
    path: Path
    stamp: tuple[int, ...] = ()
    home: Path | None = None
    title: str = ""

    def read(self) -> bytes:
        """The file's content, at most 1 MiB.

        Raises:
            NoSuchProfile: It is not there.
            ProfileUnreadable: It is there and may not, or should not, be read.
        """
        try:
            return within(PATIENCE_S, lambda: self._read(self.target()))
        except FileNotFoundError as error:
            raise self._missing() from error
        except TimeoutError as error:
            raise self._unreadable(
                f"its file system has not answered for {PATIENCE_S:g} seconds"
            ) from error
        except OSError as error:
            raise self._refused(error) from error

    def is_exposed(self) -> bool:
        """Whether anybody on this machine may read or change it; the rule is wg-quick's."""
        try:
            mode = self.path.stat().st_mode & self.path.parent.stat().st_mode
        except OSError:
            return False
        return bool(mode & _OTHERS)

    def target(self) -> str:
        """Where the content is, with links followed as far as they may lead."""
        if not stat.S_ISLNK(self.path.lstat().st_mode):
            return str(self.path)
        target = os.path.realpath(self.path)
        if self.home is not None and Path(target).parent != Path(os.path.realpath(self.home)):
            raise self._unreadable(
                f"it is a link that leads out of {printable(str(self.home), 200)}",
                "Put the file itself into that folder, or name its path instead.",
            )
        return target

    def _read(self, target: str) -> bytes:
        try:
            return read_plain(target, MAX_PROFILE_BYTES)
        except TooLarge as error:
            raise self._unreadable(
                "it is larger than 1 MiB, and no profile needs that much"
            ) from error
        except NotPlain as error:
            raise self._unreadable(str(error)) from error

    def _missing(self) -> NoSuchProfile | ProfileUnreadable:
        if self.path.is_symlink():
            return self._unreadable("it is a link to a file that is not there")
        return NoSuchProfile(printable(self.name), printable(str(self.path.parent), 200))

    def _refused(self, error: OSError) -> ProfileUnreadable:
        if error.errno in (errno.EACCES, errno.EPERM):
            return self._unreadable(
                "you have no permission to read it", "Make yourself its owner with chown."
            )
        return self._unreadable((error.strerror or "the system refused").lower())

    def _unreadable(self, why: str, remedy: str = "") -> ProfileUnreadable:
        return ProfileUnreadable(printable(str(self.path), 200), why, remedy)


def file_at(path: Path) -> ProfileFile:
    """The profile in a file that somebody named by its path.

    Raises:
        InvalidName: The file's name does not end in `.conf`, so no tunnel can be named after it.
    """
    if not path.name.endswith(PROFILE_SUFFIX):
        raise InvalidName(
            printable(path.name), "the file's name must be the tunnel's name followed by .conf"
        )
    return profile_file(path)


def profile_file(path: Path, stamp: tuple[int, ...] = (), home: Path | None = None) -> ProfileFile:
    """The profile in a file whose name ends in `.conf`."""
    stem = path.name.removesuffix(PROFILE_SUFFIX)
    name = tunnel_name_of(stem)
    return ProfileFile(name, path, stamp, home, "" if name == stem else clean_title(stem))
