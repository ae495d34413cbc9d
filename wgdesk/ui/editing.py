"""One profile being edited: what stands on the disk, what stands in the window, and the way between.

It waits for the disk on the bus thread and answers on the GUI thread. No widgets.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from wgdesk.client.history import Version, Why
from wgdesk.client.library import Library
from wgdesk.client.profile_file import ProfileFile
from wgdesk.client.toggling import apply
from wgdesk.domain.conf import parse
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.live_document import LiveDocument
from wgdesk.domain.names import printable
from wgdesk.domain.profile_errors import ProfileChanged
from wgdesk.domain.snapshot import SyncOutcome
from wgdesk.domain.text_changes import Hunk, changed_lines, changes_in_words, needs_reconnect
from wgdesk.ui.bridge import ignore
from wgdesk.ui.switchboard import Switchboard

Failed = Callable[[WgdeskError], None]


class Editing(QObject):
    """What stands in the window is `live`, what stands on the disk `before`.

    Signals:
        loaded: The text is there, or another one took its place.
        saved: The file says what the window says.
        collided: Another program changed the file meanwhile (a ProfileChanged).
        failed: What was asked did not work (a WgdeskError).
        renamed: It is called something else now (its title).
    """

    loaded = Signal()
    saved = Signal()
    collided = Signal(object)
    failed = Signal(object)
    renamed = Signal(str)

    def __init__(self, switchboard: Switchboard, library: Library, name: str) -> None:
        """`name` is the tunnel's; "" for a profile that is not there yet."""
        super().__init__()
        self._switchboard, self._library = switchboard, library
        self.name, self.title = name, ""
        self.live = LiveDocument()
        self.before = b""  # what stands on the disk, as far as is known
        self.is_new = not name
        self.is_busy = False
        self._file: ProfileFile | None = None

    @property
    def is_changed(self) -> bool:
        return self.is_new or self.live.content() != self.before

    def begin(self, title: str, content: bytes) -> None:
        """A profile that is not there yet."""
        self.title = title
        self.live.set_lines(lines_of(content))
        self.loaded.emit()

    def load(self) -> None:
        """Read it; what stands in the window goes."""
        self._do(self._read, self._on_read, self.failed.emit)

    def look(self) -> None:
        """See whether another program changed it; what a person typed stays, and may be saved."""
        if not self.is_new and not self.is_busy:
            self._switchboard.do_aside(self._read, self._on_looked_beside, ignore)

    def follow(self, name: str) -> None:
        """Its file has another name now; what a person typed stays."""
        self.name = name
        self._do(self._read, self._on_looked, ignore)

    def save(self, title: str) -> None:
        """Write it, under another title where that is one."""
        content = self.live.content()
        if self.is_new:
            self._do(
                lambda: self._library.create(title, content),
                partial(self._on_created, title, content),
                self.failed.emit,
            )
        else:
            self._write(self.before, content, Why.EDITED)

    def keep_mine(self, error: ProfileChanged) -> None:
        """Mine takes the place of theirs, which stays as an earlier version."""
        self._write(error.content, self.live.content(), Why.DISCARDED)

    def take_theirs(self, error: ProfileChanged) -> None:
        """Theirs stands; mine stays as an earlier version."""
        file, mine = self._file, self.live.content()
        if file is not None:
            self._do(
                lambda: self._library.keep(file, mine, Why.DISCARDED),
                lambda _: self._show(error.content),
                self.failed.emit,
            )

    def rename(self, title: str) -> None:
        """Call it something else, on the disk too."""
        name = self.name
        self._do(
            lambda: self._library.rename(name, title),
            partial(self._on_renamed, title),
            self.failed.emit,
        )

    def versions(self, done: Callable[[tuple[Version, ...]], None]) -> None:
        """What it was before."""
        if self.is_new:
            done(())
        else:
            self._do(lambda: self._library.history(self.name), done, ignore)

    def version(self, version: Version, done: Callable[[bytes], None]) -> None:
        self._do(lambda: self._library.version(version), done, self.failed.emit)

    def may_rename(self, title: str) -> bool:
        """Not where a tunnel that is up would lose its name; looks at the folder."""
        row = self._switchboard.picture.find_row(self.name)
        return row is None or not row.is_up or not self._library.moves(self.name, title)

    def apply(self, done: Callable[[SyncOutcome], None], failed: Failed) -> bool:
        """Give what was saved to the tunnel; False where none is up."""
        row = self._switchboard.picture.find_row(self.name)
        if row is None or not row.is_up or row.tunnel is None:
            return False
        tunnel_id, content = row.tunnel.id, self.live.content()
        self._switchboard.ask(lambda backend: apply(backend, tunnel_id, content), done, failed)
        return True

    def compared(self, before: bytes) -> tuple[tuple[str, ...], tuple[Hunk, ...]]:
        """What is different from `before`: in words, as far as both can be understood, and in lines."""
        old, new = parse(before).profile, self.live.profile
        words = changes_in_words(old, new) if old is not None and new is not None else ()
        return words, changed_lines(before, self.live.content())

    def reconnect_reasons(self, before: bytes) -> tuple[str, ...]:
        """What a live tunnel does not take of the change from `before`, in sentences."""
        old, new = parse(before).profile, self.live.profile
        return needs_reconnect(old, new) if old is not None and new is not None else ()

    def _do(self, work: Callable[[], object], done: Callable[..., object], failed: Failed) -> None:
        self.is_busy = True

        def finish(then: Callable[..., object], found: object) -> None:
            self.is_busy = False
            then(found)

        self._switchboard.do_aside(work, partial(finish, done), partial(finish, failed))

    def _read(self) -> tuple[ProfileFile, str, bytes]:
        file = self._library.file(self.name)
        return file, self._library.title(file), file.read()

    def _write(self, before: bytes, after: bytes, why: Why) -> None:
        file = self._file
        if file is None:
            return

        def failed(error: WgdeskError) -> None:
            if isinstance(error, ProfileChanged):
                self.collided.emit(error)
            else:
                self.failed.emit(error)

        self._do(
            lambda: self._library.save(file, before, after, why),
            lambda _: self._on_written(after),
            failed,
        )

    def _on_read(self, found: tuple[ProfileFile, str, bytes]) -> None:
        self._file, self.title, content = found
        self._show(content)

    def _on_looked_beside(self, found: tuple[ProfileFile, str, bytes]) -> None:
        if not self.is_busy:  # else something is under way that looks for itself
            self._on_looked(found)

    def _on_looked(self, found: tuple[ProfileFile, str, bytes]) -> None:
        self._file, title, content = found
        if title != self.title:
            self.title = title
            self.renamed.emit(title)
        if content in (self.before, self.live.content()):
            self.before = content
        elif self.is_changed:
            self.collided.emit(ProfileChanged(printable(str(self._file.path), 200), content))
        else:
            self._show(content)

    def _on_created(self, title: str, content: bytes, file: ProfileFile) -> None:
        self._file, self.name, self.title, self.is_new = file, file.name, title, False
        self._on_written(content)

    def _on_written(self, content: bytes) -> None:
        self.before = content
        self._switchboard.look_at_profiles()
        self.saved.emit()

    def _on_renamed(self, title: str, file: ProfileFile) -> None:
        self._file, self.name, self.title = file, file.name, title
        self._switchboard.look_at_profiles()
        self.renamed.emit(title)

    def _show(self, content: bytes) -> None:
        self.before = content
        self.live.set_lines(lines_of(content))
        self.loaded.emit()


def lines_of(content: bytes) -> tuple[str, ...]:
    """Without their newlines; bytes that are no UTF-8 are surrogates."""
    return tuple(content.decode("utf-8", "surrogateescape").split("\n"))
