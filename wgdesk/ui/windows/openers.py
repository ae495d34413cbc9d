"""Windows beside the main one: made when they are first asked for, and asked before the program ends."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import TYPE_CHECKING, Final, Protocol, cast, runtime_checkable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from wgdesk.ui.bridge import Bridge
from wgdesk.ui.incoming import Incoming
from wgdesk.ui.switchboard import Switchboard

if TYPE_CHECKING:
    from wgdesk.client.importing import Importer
    from wgdesk.client.library import Library
    from wgdesk.domain.import_report import Candidate
    from wgdesk.ui.quick_import import QuickImport
    from wgdesk.ui.windows.editor import EditorWindow
    from wgdesk.ui.windows.import_window import ImportWindow

_IMPORT: Final = "import"
_EXPORT_KEY: Final = "export"
_EDITOR_KEY: Final = "edit "


@runtime_checkable
class Guarded(Protocol):
    """A window in which something could be lost."""

    def may_close(self) -> bool:
        """True where nothing would be lost; else it comes to the front and asks in its place."""


class Openers(QObject):
    """One window of each kind; an editor for each profile.

    Nothing of them is imported before somebody wants it: the start of the window and its memory
    are measured. Every window is an ordinary top-level QWidget that is deleted when it closes
    (WA_DeleteOnClose is set here); one that can lose something also has `may_close`.

    Signals:
        waiting: Something is looked for (Words).
        told: What became of one thing that was imported without a window (an ImportLine).
        refused: Why nothing was imported (Words).
        chosen_in_window: There is something to choose first, in a window of its own.
        imported: These are new (a tuple of names).
        renamed: A profile has another name or title (its old name, its name now).
        commands_asked: Where the commands of a tunnel are chosen is to be seen (its name).
    """

    waiting = Signal(object)
    told = Signal(object)
    refused = Signal(object)
    chosen_in_window = Signal()
    imported = Signal(object)
    renamed = Signal(str, str)
    commands_asked = Signal(str)

    def __init__(
        self, bridge: Bridge, switchboard: Switchboard, open_library: Callable[[], "Library"]
    ) -> None:
        """`open_library` makes the Library; it is called once, when it is first needed."""
        super().__init__()
        self._bridge, self._switchboard = bridge, switchboard
        self._open_library = open_library
        self._library: Library | None = None
        self._quick_import: QuickImport | None = None
        self._windows: dict[str, QWidget] = {}
        self._numbers = count()  # of editors

    @property
    def library(self) -> "Library":
        if self._library is None:
            self._library = self._open_library()
        return self._library

    def edit(self, name: str) -> None:
        """The editor of that profile."""
        editor = next((it for it in self._editors() if it.profile_name == name), None)
        if editor is None:
            self._show_editor(name)
        else:
            come_up(editor)

    def draft(self, title: str, content: bytes) -> None:
        """An editor with a profile that is not there yet."""
        self._show_editor("", (title, content))

    def follow(self, old: str, new: str) -> None:
        """A profile has another name now; so has its editor."""
        for editor in self._editors():
            if editor.profile_name == old:
                editor.follow(new)
        self.renamed.emit(old, new)

    def leave(self, names: Sequence[str]) -> None:
        """Profiles are gone; an editor stays only for what somebody has typed into it."""
        for editor in self._editors():
            if editor.profile_name in names and not editor.is_changed:
                editor.close()

    def new(self) -> None:
        """The assistants for a new profile."""

        def make() -> QWidget:
            from wgdesk.ui.windows.new_window import NewWindow  # noqa: PLC0415  # it may never be asked for

            return NewWindow(self._bridge, self._switchboard, self.library, self)

        self._show("new", make)

    def export(self, names: Sequence[str]) -> None:
        """What to do with these profiles: files, an archive, a QR code."""

        def make() -> QWidget:
            from wgdesk.ui.windows.export_window import ExportWindow  # noqa: PLC0415  # it may never be asked for

            return ExportWindow(self._bridge, self.library, tuple(names))

        before = self._windows.pop(_EXPORT_KEY, None)
        if before is not None:
            before.close()  # it is about others
        self._show(_EXPORT_KEY, make)

    def import_from_anywhere(self) -> None:
        """The window in which a person says where profiles are to come from."""
        self._show_import()

    def take(self, incoming: Incoming) -> None:
        """What was dropped or pasted; a window only where there is something to choose."""
        self._quick().take(incoming)

    def may_close(self) -> bool:
        """Whether no window would lose anything; the first that would asks, and is seen."""
        guarded = [window for window in self._windows.values() if isinstance(window, Guarded)]
        return all(window.may_close() for window in guarded)

    def close_all(self) -> None:
        """Every window that may be closed."""
        for window in tuple(self._windows.values()):
            window.close()

    def _editors(self) -> "list[EditorWindow]":
        return [
            cast("EditorWindow", window)
            for key, window in self._windows.items()
            if key.startswith(_EDITOR_KEY)
        ]

    def _show_editor(self, name: str, draft: tuple[str, bytes] | None = None) -> None:
        def make() -> QWidget:
            from wgdesk.ui.windows.editor import EditorWindow  # noqa: PLC0415  # it may never be asked for

            editor = EditorWindow(self._bridge, self._switchboard, self.library, name, draft)
            editor.commands_asked.connect(self.commands_asked)
            return editor

        self._show(f"{_EDITOR_KEY}{next(self._numbers)}", make)

    def _quick(self) -> "QuickImport":
        if self._quick_import is None:
            from wgdesk.ui.quick_import import QuickImport  # noqa: PLC0415  # it may never be asked for

            quick = QuickImport(self._bridge, self._importer())
            quick.waiting.connect(self.waiting)
            quick.told.connect(self.told)
            quick.refused.connect(self.refused)
            quick.several.connect(self._on_several)
            self._quick_import = quick
        return self._quick_import

    def _on_several(self, candidates: "tuple[Candidate, ...]") -> None:
        self._show_import().weigh(candidates)
        self.chosen_in_window.emit()

    def _show_import(self) -> "ImportWindow":
        def make() -> QWidget:
            from wgdesk.ui.windows.import_window import ImportWindow  # noqa: PLC0415  # it may never be asked for

            window = ImportWindow(self._bridge, self._switchboard, self._importer())
            window.edit_asked.connect(self.edit)
            window.imported.connect(self.imported)
            return window

        window: ImportWindow = self._show(_IMPORT, make)  # type: ignore[assignment]  # made above
        return window

    def _importer(self) -> "Importer":
        from wgdesk.client.importing import Importer  # noqa: PLC0415  # it may never be asked for

        return Importer(self.library)

    def _forget(self, key: str, window: QWidget) -> None:
        if self._windows.get(key) is window:
            del self._windows[key]

    def _show(self, key: str, make: Callable[[], QWidget]) -> QWidget:
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = make()
            window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            window.destroyed.connect(lambda: self._forget(key, window))
        come_up(window)
        return window


def come_up(window: QWidget) -> None:
    """In front of the others, with the keyboard."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
