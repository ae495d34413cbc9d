"""Changes profiles on a person's behalf, on threads, and can take the last changes back."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from wgdesk.domain.errors import WgdeskError
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.naming import name_in
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import Words, error_words

Library = Any  # client.library.Library, which is not here yet
MOST_STEPS: Final = 20
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done and can be taken back.

    Attributes:
        text: What was done: "Delete home".
        take_back: Blocking; gives the names that are to be seen then.
    """

    text: str
    take_back: Callable[[], Names]


class Keeper(QObject):
    """Lives on the GUI thread.

    Signals:
        done: Something was changed and can be taken back (Words).
        failed: Something was not changed, or not all of it (Words).
        steps_changed: Another step would be taken back now.
        undone: A step was taken back.
        names_changed: These profiles are new, or have new names (a tuple of names).
    """

    done = Signal(object)
    failed = Signal(object)
    steps_changed = Signal()
    undone = Signal()
    names_changed = Signal(object)

    def __init__(
        self, bridge: Bridge, switchboard: Switchboard, open_library: Callable[[], Library]
    ) -> None:
        super().__init__()
        self._bridge, self._switchboard = bridge, switchboard
        self._open_library = open_library
        self._steps: list[Step] = []

    @property
    def last_step(self) -> Step | None:
        """What `undo` would take back."""
        return self._steps[-1] if self._steps else None

    def rename(self, name: str, title: str) -> None:
        """Its file follows, but for a tunnel that is up: that keeps its interface."""
        picture = self._switchboard.picture
        row, before = picture.find_row(name), name_in(picture, name)
        is_up = row is not None and row.is_up

        def work() -> str:
            library = self._open_library()
            if is_up:
                library.set_title(name, title)
                return name
            return str(library.rename(name, title).name)

        def arrived(new_name: str) -> None:
            self._switchboard.amend(new_name, title=title)
            text = tr("Rename {name}").format(name=title)
            self._note(Step(text, lambda: (self._rename_back(new_name, before, is_up=is_up),)))
            self.names_changed.emit((new_name,))

        title_of_failure = tr("{name} was not renamed").format(name=before)
        self._do(work, arrived, title_of_failure)

    def delete(self, names: Sequence[str]) -> None:
        """What cannot be deleted stays, and is told."""
        picture = self._switchboard.picture
        titles = {name: name_in(picture, name) for name in names}

        def work() -> tuple[list[Any], list[tuple[str, WgdeskError]]]:
            library, gone, kept = self._open_library(), [], []
            for name in names:
                try:
                    gone.append(library.delete(name))
                except WgdeskError as error:
                    kept.append((name, error))
            return gone, kept

        def arrived(outcome: tuple[list[Any], list[tuple[str, WgdeskError]]]) -> None:
            gone, kept = outcome
            if gone:
                what = self._what([titles[name] for name in names if name not in dict(kept)])
                text = tr("Delete {what}").format(what=what)
                self._note(Step(text, lambda: self._restore(gone)))
                self.done.emit(Words(tr("Deleted {what}.").format(what=what), ""))
            if kept:
                name, error = kept[0]
                title = tr("{name} was not deleted").format(name=titles[name])
                self.failed.emit(error_words(title, error))

        self._do(work, arrived, tr("Nothing was deleted"))

    def set_tags(self, tags: Mapping[str, Names]) -> None:
        """The tags of some profiles, by name."""
        rows = self._switchboard.picture.find_row
        before = {name: row.tags for name in tags if (row := rows(name)) is not None}

        def arrived(_: Names) -> None:
            self._amend_tags(tags)
            text = tr_count(
                "Change the tags of {count} tunnel", "Change the tags of {count} tunnels", len(tags)
            )
            self._note(Step(text, lambda: self._write_tags(before)))

        self._do(lambda: self._write_tags(tags), arrived, tr("The tags were not saved"))

    def note_imported(self, names: Names, what: str) -> None:
        """An import can be taken back too; `what` was imported."""

        def take_back() -> Names:
            library = self._open_library()
            for name in names:
                library.delete(name)
            return ()

        self._note(Step(tr("Import {what}").format(what=what), take_back))
        self.names_changed.emit(names)

    def undo(self) -> None:
        """Take back what was done last."""
        if not self._steps:
            return
        step = self._steps.pop()
        self.steps_changed.emit()
        title = tr("That could not be undone: {what}").format(what=step.text)

        def arrived(names: Names) -> None:
            self.undone.emit()
            self.names_changed.emit(names)

        self._do(step.take_back, arrived, title)

    def _rename_back(self, name: str, title: str, *, is_up: bool) -> str:
        library = self._open_library()
        if is_up:
            library.set_title(name, title)
            return name
        return str(library.rename(name, title).name)

    def _restore(self, gone: Sequence[Any]) -> Names:
        library = self._open_library()
        return tuple(library.undelete(deleted).name for deleted in gone)

    def _write_tags(self, tags: Mapping[str, Names]) -> Names:
        library = self._open_library()
        for name, its_tags in tags.items():
            library.set_tags(name, its_tags)
        return ()

    def _amend_tags(self, tags: Mapping[str, Names]) -> None:
        for name, its_tags in tags.items():
            self._switchboard.amend(name, tags=its_tags)

    def _what(self, titles: Sequence[str]) -> str:
        if len(titles) == 1:
            return titles[0]
        return tr_count("{count} tunnel", "{count} tunnels", len(titles))

    def _note(self, step: Step) -> None:
        self._steps = [*self._steps, step][-MOST_STEPS:]
        self.steps_changed.emit()

    def _do(self, work: Callable[[], Any], done: Callable[[Any], None], title: str) -> None:
        self._bridge.submit(
            asyncio.to_thread(work),
            done,
            lambda error: self.failed.emit(error_words(title, error)),
        )
