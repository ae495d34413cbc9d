"""The user's profiles: the `.conf` files of one folder, which are the only truth about them."""

import os
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Final

from wgdesk.client.profile_file import ProfileFile, file_at, profile_file
from wgdesk.domain.errors import NoSuchProfile, ProfileUnreadable
from wgdesk.domain.names import PROFILE_SUFFIX, natural_key, printable

FOLDER: Final = ".wireguard"


class ProfileStore:
    """Reads `~/.wireguard`; never writes there.

    Args:
        folder: Another folder, for tests and for the sandbox.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path.home() / FOLDER

    def list(self) -> tuple[ProfileFile, ...]:
        """Every profile, in the order of their names; none where there is no folder.

        Files that cannot be read are in it too: reading them says why.

        Raises:
            ProfileUnreadable: The folder itself may not be read.
        """
        return in_order(self._scan().values())

    def find(self, name: str) -> ProfileFile | None:
        """The profile in the file of that name, or else the one whose tunnel has it, or None."""
        if not name or "/" in name or "\0" in name:
            return None
        path = self.folder / f"{name}{PROFILE_SUFFIX}"
        if os.path.lexists(path):
            return profile_file(path, home=self.folder)
        # A name that was made from a file's cannot be turned back; such files are few.
        return next((file for file in self.list() if file.title and file.name == name), None)

    def locate(self, argument: str) -> ProfileFile:
        """What a person means by NAME, TITLE or FILE: an existing file first, then a profile.

        wg-quick reads `home.conf` as the name of a profile in its own folder even where
        that file lies right here; people mean the file.

        Raises:
            NoSuchProfile, InvalidName: Neither is there, or the file's name is no tunnel's.
        """
        if "\0" not in argument and ("/" in argument or argument.endswith(PROFILE_SUFFIX)):
            path = Path(argument)
            if os.path.lexists(path) or "/" in argument:
                return file_at(path)
        found = self.find(argument) or self.find(argument.removesuffix(PROFILE_SUFFIX))
        found = found or self._find_titled(argument)
        if found is None:
            raise NoSuchProfile(printable(argument), printable(str(self.folder), 200))
        return found

    async def watch(self) -> AsyncIterator[tuple[ProfileFile, ...]]:
        """The list now, and again whenever a program changes it; without end.

        Only files that something happened to are looked at again.

        Raises:
            ProfileUnreadable: As `list`.
        """
        from wgdesk.client.folder_events import FolderEvents  # noqa: PLC0415  # verbs never watch

        shown: dict[str, ProfileFile] | None = None
        names: frozenset[str] | None = None
        with FolderEvents(self.folder) as events:
            while True:
                found = self._scan() if shown is None or names is None else self._look(shown, names)
                if found != shown:
                    shown = found
                    yield in_order(found.values())
                names = await events.wait()

    def _scan(self) -> dict[str, ProfileFile]:
        """By the names of the files."""
        try:
            with os.scandir(self.folder) as entries:
                return {
                    entry.name: self._file(entry.name, _stamp(entry))
                    for entry in entries
                    if _is_profile(entry.name)
                }
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._unreadable(error) from error

    def _look(self, known: dict[str, ProfileFile], names: frozenset[str]) -> dict[str, ProfileFile]:
        """The same with these files looked at again, and links, which may lead to one of them."""
        found = dict(known)
        links = {name for name, file in known.items() if file.path.is_symlink()} if names else set()
        for name in {*filter(_is_profile, names), *links}:
            path = self.folder / name
            if os.path.lexists(path):
                found[name] = self._file(name, _stamp(path))
            else:
                found.pop(name, None)
        return found

    def _file(self, name: str, stamp: tuple[int, ...]) -> ProfileFile:
        return profile_file(self.folder / name, stamp, self.folder)

    def _find_titled(self, title: str) -> ProfileFile | None:
        from wgdesk.client.preferences import Preferences  # noqa: PLC0415  # names come first

        name = Preferences().find(title)
        if name is not None:
            return self.find(name)
        found = [file for file in self.list() if file.title.casefold() == title.casefold()]
        return found[0] if title and len(found) == 1 else None

    def _unreadable(self, error: OSError) -> ProfileUnreadable:
        folder = printable(str(self.folder), 200)
        if isinstance(error, NotADirectoryError):
            return ProfileUnreadable(folder, "it is not a folder", "Move that file away.")
        if isinstance(error, PermissionError):
            return ProfileUnreadable(
                folder, "you have no permission to read it", "Make yourself its owner with chown."
            )
        return ProfileUnreadable(folder, (error.strerror or "the system refused").lower())


def in_order(files: Iterable[ProfileFile]) -> tuple[ProfileFile, ...]:
    """As a person reads their names."""
    return tuple(sorted(files, key=lambda file: (natural_key(file.title or file.name), file.name)))


def _is_profile(name: str) -> bool:
    return name.endswith(PROFILE_SUFFIX) and not name.startswith(".")


def _stamp(entry: "os.DirEntry[str] | Path") -> tuple[int, ...]:
    """Changes with the file, and with the file that a link leads to."""
    try:
        found = entry.stat()
    except OSError:  # a broken link, or a file that went away just now
        return ()
    return (found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_mode)
