"""One profile on disk: found, looked at, and read only where it is an honest file."""

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wgdesk.client.patience import within
from wgdesk.domain.conf import MAX_PROFILE_BYTES
from wgdesk.domain.errors import InvalidName, NoSuchProfile, ProfileUnreadable
from wgdesk.domain.names import PROFILE_SUFFIX, printable
from wgdesk.domain.titles import clean_title, tunnel_name_of

# O_NONBLOCK: a pipe without a writer must not hold us up between the look and the open.
_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_KINDS: Final = {
    stat.S_IFDIR: "it is a folder, not a file",
    stat.S_IFIFO: "it is a pipe, not a file",
    stat.S_IFSOCK: "it is a socket, not a file",
    stat.S_IFCHR: "it is a device, not a file",
    stat.S_IFBLK: "it is a device, not a file",
    stat.S_IFLNK: "it is a link that leads to itself",  # no other is left once it is followed
}
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
        self._check(os.lstat(target))
        descriptor = os.open(target, _FLAGS)
        with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123  # a descriptor has no path
            self._check(os.fstat(descriptor))
            return self._all_of(file.readall())

    def _check(self, found: os.stat_result) -> None:
        kind = stat.S_IFMT(found.st_mode)
        if kind != stat.S_IFREG:
            raise self._unreadable(_KINDS.get(kind, "it is not a plain file"))
        if found.st_size > MAX_PROFILE_BYTES:
            raise self._too_large()

    def _all_of(self, content: bytes) -> bytes:
        if len(content) > MAX_PROFILE_BYTES:  # it grew meanwhile
            raise self._too_large()
        return content

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

    def _too_large(self) -> ProfileUnreadable:
        return self._unreadable("it is larger than 1 MiB, and no profile needs that much")

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
