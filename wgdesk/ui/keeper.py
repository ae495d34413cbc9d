"""Changes profiles on a person's behalf, on threads, and can take the last changes back."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QObject, Signal

from wgdesk.domain.errors import WgdeskError
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.naming import name_in, names_in, shown_name
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import Words, error_words

if TYPE_CHECKING:
    from wgdesk.client.library import Library
    from wgdesk.client.trash import Deleted

T = TypeVar("T")
Names = tuple[str, ...]
MOST_STEPS: Final = 20


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done and can be taken back.

    Attributes:
        text: What was done: "Delete home".
        take_back: Blocking; gives the names that are to be seen then.
        deletes: Profiles that are gone then.
        renames: The profile that has its old name again then; "" for none.
    """

    text: str
    take_back: "Callable[[Library], Names]"
    deletes: Names = ()
    renames: str = ""


@dataclass(frozen=True, slots=True)
class _Deletion:
    gone: "tuple[Deleted, ...]"
    kept: tuple[tuple[str, WgdeskError], ...]


class Keeper(QObject):
    """Lives on the GUI thread.

    Signals:
        done: Something was changed that can be taken back (Words).
        failed: Something was not changed, or not all of it (Words).
        undone: A step was taken back.
        renamed: A profile has another name (the old one, the new one).
        gone: These profiles are not there any more (a tuple of names).
        steps_changed: Another step would be taken back now.
        names_changed: These profiles are new, or have new names (a tuple of names).
    """

    done = Signal(object)
    failed = Signal(object)
    undone = Signal()
    renamed = Signal(str, str)
    gone = Signal(object)
    steps_changed = Signal()
    names_changed = Signal(object)

    def __init__(
        self, bridge: Bridge, switchboard: Switchboard, open_library: "Callable[[], Library]"
    ) -> None:
        """`open_library` is called on threads."""
        super().__init__()
        self._bridge, self._switchboard = bridge, switchboard
        self._open_library = open_library
        self._steps: list[Step] = []

    @property
    def last_step(self) -> Step | None:
        """What `undo` would take back."""
        return self._steps[-1] if self._steps else None

    def rename(self, name: str, title: str) -> None:
        """Its file follows, but not while it is up: then its interface would be another's."""
        picture = self._switchboard.picture
        row, before = picture.find_row(name), name_in(picture, name)
        is_up = row is not None and row.is_up

        def take_back(library: "Library", now: str) -> Names:
            return (renamed(library, now, before, is_up=is_up),)

        def arrived(now: str) -> None:
            text = tr("Rename {name}").format(name=title)
            self._note(Step(text, partial(take_back, now=now), renames=now))
            self.renamed.emit(name, now)
            self._show((now,))

        self._do(
            lambda library: renamed(library, name, title, is_up=is_up),
            arrived,
            tr("{name} was not renamed").format(name=before),
        )

    def delete(self, names: Sequence[str]) -> None:
        """What cannot be deleted stays, and is told."""
        titles = dict(zip(names, names_in(self._switchboard.picture, names), strict=True))

        def arrived(deletion: _Deletion) -> None:
            if deletion.gone:
                what = what_text([titles[it.name] for it in deletion.gone])
                text = tr("Delete {what}").format(what=what)
                self._note(Step(text, lambda library: restored(library, deletion.gone)))
                self.gone.emit(tuple(it.name for it in deletion.gone))
                self.done.emit(Words(tr("Deleted {what}").format(what=what), ""))
            if deletion.kept:
                name, error = deletion.kept[0]
                title = tr("{name} was not deleted").format(name=titles[name])
                self.failed.emit(error_words(title, error))

        self._do(lambda library: _deleted(library, names), arrived, tr("Nothing was deleted"))

    def set_tags(self, tags: Mapping[str, Names]) -> None:
        """The tags of some profiles, by name."""
        rows = [self._switchboard.picture.find_row(name) for name in tags]
        before = {row.name: row.tags for row in rows if row is not None}
        text = tr_count("Change {count} tunnel's tags", "Change {count} tunnels' tags", len(tags))

        def arrived(_: Names) -> None:
            self._note(Step(text, lambda library: _tagged(library, before)))
            self._show(())

        self._do(lambda library: _tagged(library, tags), arrived, tr("The tags were not saved"))

    def note_imported(self, names: Names, what: str) -> None:
        """An import can be taken back too; `what` was imported."""

        def take_back(library: "Library") -> Names:
            for name in names:
                library.delete(name)
            return ()

        self._note(Step(tr("Import {what}").format(what=what), take_back, names))
        self._show(names)

    def undo(self) -> None:
        """Take back what was done last."""
        if not self._steps:
            return
        step = self._steps[-1]
        rows = map(self._switchboard.picture.find_row, step.deletes)
        up = next((row for row in rows if row is not None and row.is_up), None)
        if up is not None:
            title = tr("{name} is up").format(name=shown_name(up))
            self.failed.emit(Words(title, tr("Disconnect it first; then it can be taken back.")))
            return
        self._steps.pop()
        self.steps_changed.emit()

        def arrived(names: Names) -> None:
            self.undone.emit()
            if step.renames:
                self.renamed.emit(step.renames, names[0])
            self.gone.emit(step.deletes)
            self._show(names)

        title = tr("That could not be taken back: {what}").format(what=step.text)
        self._do(step.take_back, arrived, title)

    def _note(self, step: Step) -> None:
        self._steps = [*self._steps, step][-MOST_STEPS:]
        self.steps_changed.emit()

    def _show(self, names: Names) -> None:
        """Titles and tags lie beside the folder, so the folder tells nothing of them."""
        self._switchboard.look_at_profiles()
        self.names_changed.emit(names)

    def _do(self, work: "Callable[[Library], T]", done: Callable[[T], None], title: str) -> None:
        def failed(error: WgdeskError) -> None:
            self._switchboard.look_at_profiles()  # some of it may have been done
            self.failed.emit(error_words(title, error))

        self._bridge.submit(asyncio.to_thread(lambda: work(self._open_library())), done, failed)


def renamed(library: "Library", name: str, title: str, *, is_up: bool) -> str:
    """Blocking; its name now."""
    if is_up and library.moves(name, title):
        library.preferences.set_titles({name: title})
        return name
    return library.rename(name, title).name


def restored(library: "Library", gone: "Sequence[Deleted]") -> Names:
    """Blocking; the names that they have now."""
    return tuple(library.undelete(deleted).name for deleted in gone)


def what_text(titles: Sequence[str]) -> str:
    """One by its name, several by their number."""
    if len(titles) == 1:
        return titles[0]
    return tr_count("{count} tunnel", "{count} tunnels", len(titles))


def _deleted(library: "Library", names: Sequence[str]) -> _Deletion:
    gone: list[Deleted] = []
    kept: list[tuple[str, WgdeskError]] = []
    for name in names:
        try:
            gone.append(library.delete(name))
        except WgdeskError as error:
            kept.append((name, error))
    return _Deletion(tuple(gone), tuple(kept))


def _tagged(library: "Library", tags: Mapping[str, Names]) -> Names:
    library.preferences.set_tags(tags)
    return ()
