"""The user's profiles: the `.conf` files of one folder, which are the only truth about them."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from wgdesk.client.profile_file import ProfileFile, file_at
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
        try:
            with os.scandir(self.folder) as entries:
                found = [self._file(entry) for entry in entries if _is_profile(entry.name)]
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._unreadable(error) from error
        return tuple(sorted(found, key=lambda file: (natural_key(file.name), file.name)))

    def find(self, name: str) -> ProfileFile | None:
        """The profile of that name, or None."""
        if not name or "/" in name or "\0" in name:
            return None
        path = self.folder / f"{name}{PROFILE_SUFFIX}"
        return ProfileFile(name, path, home=self.folder) if os.path.lexists(path) else None

    def locate(self, argument: str) -> ProfileFile:
        """What a person means by NAME or FILE: an existing file first, then a profile.

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
        if found is None:
            raise NoSuchProfile(printable(argument), printable(str(self.folder), 200))
        return found

    async def watch(self) -> AsyncIterator[tuple[ProfileFile, ...]]:
        """The list now, and again whenever a program changes it; without end.

        Raises:
            ProfileUnreadable: As `list`.
        """
        from wgdesk.client.folder_events import FolderEvents  # noqa: PLC0415  # verbs never watch

        shown: tuple[ProfileFile, ...] | None = None
        with FolderEvents(self.folder) as events:
            while True:
                found = self.list()
                if found != shown:
                    shown = found
                    yield found
                await events.wait()

    def _file(self, entry: "os.DirEntry[str]") -> ProfileFile:
        name = entry.name.removesuffix(PROFILE_SUFFIX)
        return ProfileFile(name, Path(entry.path), _stamp(entry), self.folder)

    def _unreadable(self, error: OSError) -> ProfileUnreadable:
        folder = printable(str(self.folder), 200)
        if isinstance(error, NotADirectoryError):
            return ProfileUnreadable(folder, "it is not a folder", "Move that file away.")
        if isinstance(error, PermissionError):
            return ProfileUnreadable(
                folder, "you have no permission to read it", "Make yourself its owner with chown."
            )
        return ProfileUnreadable(folder, (error.strerror or "the system refused").lower())


def _is_profile(name: str) -> bool:
    return name.endswith(PROFILE_SUFFIX) and not name.startswith(".")


def _stamp(entry: "os.DirEntry[str]") -> tuple[int, ...]:
    """Changes with the file, and with the file that a link leads to."""
    try:
        found = entry.stat()
    except OSError:  # a broken link, or a file that went away just now
        return ()
    return (found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_mode)
