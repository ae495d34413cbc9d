"""The user's profiles, changed: made, saved, renamed, deleted and brought back; nothing is lost.

Each change leaves whole files at every moment. What belongs to a profile and lies elsewhere
(title, tags, choices, earlier versions) is copied before the file moves and dropped after it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from wgdesk.client.history import History, Version, Why
from wgdesk.client.own_program import is_sandboxed
from wgdesk.client.preferences import Preferences
from wgdesk.client.private_folder import close_if_empty, make_private, sync_folder
from wgdesk.client.profile_file import ProfileFile
from wgdesk.client.profile_writer import (
    create_content,
    not_written,
    remove_unfinished,
    replace_content,
)
from wgdesk.client.renaming import rename_file
from wgdesk.client.store import ProfileStore
from wgdesk.client.trash import Deleted, Trash
from wgdesk.domain.errors import NoSuchProfile
from wgdesk.domain.names import PROFILE_SUFFIX, printable
from wgdesk.domain.profile_errors import InvalidTitle
from wgdesk.domain.titles import clean_title, file_name_for


def _nothing(_: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class _Batch:
    """What many creations have in common.

    Attributes:
        taken: Names of profiles, read once.
        chosen: Names for which something was chosen, read once.
        titles: By name; they wait for the end.
    """

    taken: set[str]
    chosen: frozenset[str]
    titles: dict[str, str] = field(default_factory=dict)


class Library:
    """Everything blocks; a window calls it in a thread.

    Args:
        store: The folder; all others are those of the user if None.
    """

    def __init__(
        self,
        store: ProfileStore | None = None,
        preferences: Preferences | None = None,
        history: History | None = None,
        trash: Trash | None = None,
    ) -> None:
        self.store = store or ProfileStore()
        self.preferences = preferences or Preferences()
        self._history, self._trash = history or History(), trash or Trash()
        self._batch: _Batch | None = None

    def title(self, file: ProfileFile) -> str:
        """What the profile is called."""
        return self.preferences.of(file.name).title or file.title or file.name

    def name_for(self, title: str, *, beside: Iterable[str] = ()) -> str:
        """The name that `create` would give it now; `beside` are further names that are taken.

        Raises:
            InvalidTitle: Nothing is left of the title.
        """
        return file_name_for(_clean(title), {*self._names(), *beside})

    def create(self, title: str, content: bytes, *, tags: tuple[str, ...] = ()) -> ProfileFile:
        """A new profile in a file of its own; the title may be one that others have.

        Raises:
            InvalidTitle, ProfileNotWritten, PreferencesUnwritable, ProfileUnreadable
        """
        shown = _clean(title)
        taken = self._names() if self._batch is None else self._batch.taken
        file = self._create_free(shown, taken, content, self._drop_leftovers)
        if file.name != shown:
            self._set_title(file.name, shown)
        if tags:
            self.preferences.set_tags({file.name: tags})
        return file

    @contextmanager
    def together(self) -> Iterator[None]:
        """Many are created in one go: what is the same for all is read and written once.

        Raises:
            ProfileUnreadable: Before anything is done.
            PreferencesUnwritable: Afterwards; the profiles are there, less their titles.
        """
        self._batch = batch = _Batch(self._names(), frozenset(self.preferences.all()))
        try:
            yield
        finally:
            self._batch = None
            if batch.titles:
                self.preferences.set_titles(batch.titles)
            sync_folder(self.store.folder)

    def save(self, file: ProfileFile, before: bytes, after: bytes, why: Why = Why.EDITED) -> None:
        """Write `after` where `before` stands; `before` becomes an earlier version.

        Raises:
            HistoryUnavailable: It would have been lost, so nothing is written.
            ProfileChanged, ProfileNotWritten, NoSuchProfile, ProfileUnreadable: As replace_content.
        """
        if after != before:
            self._history.keep(file.name, before, why)
        replace_content(file, before, after)

    def keep(self, file: ProfileFile, content: bytes, why: Why) -> None:
        """Remember a text that nobody is going to save, as `save` does; raises HistoryUnavailable."""
        self._history.keep(file.name, content, why)

    def moves(self, name: str, title: str) -> bool:
        """Whether that title gives the profile's tunnel another name; not while the tunnel is up."""
        return self._new_name(name, _clean(title)) != name

    def rename(self, name: str, title: str) -> ProfileFile:
        """Give it another title, and a file name that goes with it.

        Raises:
            InvalidTitle, NoSuchProfile, ProfileNotWritten, PreferencesUnwritable,
            HistoryUnavailable: It is as it was.
            NameTaken: Somebody else was quicker with that name.
        """
        file = self.file(name)
        shown = _clean(title)
        new = self._new_name(name, shown)
        if new != name:
            self.preferences.copied(name, new)
            self._history.copy(name, new)
            try:
                file = rename_file(file, new)
            except BaseException:
                self.preferences.forget(new)
                self._history.forget(new)
                raise
            self.preferences.forget(name)
            self._history.forget(name)
        self.preferences.set_titles({new: "" if shown == new else shown})
        return file

    def delete(self, name: str) -> Deleted:
        """Take it out of the folder; everything of it is kept for `undelete`.

        Raises:
            NoSuchProfile, ProfileUnreadable, ProfileNotWritten, HistoryUnavailable: It is as it was.
        """
        file = self.file(name)
        content = file.read()
        choices = {"title": file.title, **self.preferences.stored(name)}
        try:
            deleted = self._trash.put(
                name, content, choices, lambda folder: self._history.copy_out(name, folder)
            )
            file.path.unlink()
            sync_folder(file.path.parent)
        except OSError as error:
            raise not_written(file.path, error) from error
        self.preferences.forget(name)
        self._history.forget(name)
        return deleted

    def undelete(self, deleted: Deleted) -> ProfileFile:
        """Bring it back, under another name where its own is taken by now.

        Raises:
            DeletedGone, ProfileNotWritten, PreferencesUnwritable, HistoryUnavailable
        """
        content = self._trash.content(deleted)
        title = deleted.title or deleted.name
        taken = self._names()
        wanted = deleted.name if deleted.name not in taken else title

        def prepare(name: str) -> None:
            stored = {**deleted.choices, "title": "" if title == name else title}
            self.preferences.restore(name, stored)
            self._history.copy_in(self._trash.history(deleted), name)

        file = self._create_free(wanted, taken, content, prepare)
        self._trash.drop(deleted)
        return file

    def deleted(self) -> tuple[Deleted, ...]:
        """What `undelete` can bring back, the last one first."""
        return self._trash.all()

    def history(self, name: str) -> tuple[Version, ...]:
        """Earlier versions, the last one first."""
        return self._history.versions(name)

    def version(self, version: Version) -> bytes:
        """The text of an earlier version; raises HistoryUnavailable."""
        return self._history.content(version)

    def rewrite_history(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Change every earlier version; raises HistoryUnavailable."""
        self._history.rewrite(name, change)

    def texts(self) -> Iterator[bytes]:
        """Of every profile, of every deleted one, and of all earlier versions.

        Raises:
            ProfileUnreadable, NoSuchProfile, HistoryUnavailable, DeletedGone: One cannot be told.
        """
        yield from (file.read() for file in self.store.list())
        yield from self._history.texts()
        for deleted in self.deleted():
            yield self._trash.content(deleted)
            yield from self._history.texts_in(self._trash.history(deleted))

    def file(self, name: str) -> ProfileFile:
        """The profile of that name; raises NoSuchProfile."""
        file = self.store.find(name)
        if file is None:
            raise NoSuchProfile(printable(name), printable(str(self.store.folder), 200))
        return file

    def _create_free(
        self, title: str, taken: set[str], content: bytes, prepare: Callable[[str], None] = _nothing
    ) -> ProfileFile:
        """`prepare` is told the name before the file is there."""
        try:
            make_private(self.store.folder)
            if is_sandboxed():
                close_if_empty(self.store.folder)
        except OSError as error:
            raise not_written(self.store.folder, error) from error
        if self._batch is None:
            remove_unfinished(self.store.folder)
        while True:
            name = file_name_for(title, taken)
            path = self.store.folder / f"{name}{PROFILE_SUFFIX}"
            prepare(name)
            try:
                create_content(path, content, sync=self._batch is None)
            except FileExistsError:  # another program made it just now
                taken.add(name)
            else:
                taken.add(name)
                return ProfileFile(name, path, home=self.store.folder)

    def _drop_leftovers(self, name: str) -> None:
        """What was chosen for a profile that somebody removed by hand is not for the next one."""
        if self._batch is None:
            is_chosen = bool(self.preferences.stored(name))
        else:
            is_chosen = name in self._batch.chosen
        if is_chosen:
            self.preferences.forget(name)

    def _names(self) -> set[str]:
        return {name for file in self.store.list() for name in (file.name, file.path.stem)}

    def _new_name(self, name: str, title: str) -> str:
        """It keeps its name where that goes with the title just as well."""
        return file_name_for(title, self._names() - {name, self.file(name).path.stem})

    def _set_title(self, name: str, title: str) -> None:
        if self._batch is None:
            self.preferences.set_titles({name: title})
        else:
            self._batch.titles[name] = title


def _clean(title: str) -> str:
    cleaned = clean_title(title)
    if not cleaned:
        raise InvalidTitle
    return cleaned
