"""Windows beside the main one: made when they are first asked for, and asked before the program ends."""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from wgdesk.ui.bridge import Bridge
from wgdesk.ui.switchboard import Switchboard

Library = Any  # client.library.Library, which is not here yet

_EDITOR: Final = "wgdesk.ui.windows.editor"
_EXPORT: Final = "wgdesk.ui.windows.export_window"
_NEW: Final = "wgdesk.ui.windows.new_window"


class Guarded(Protocol):
    """A window in which something could be lost."""

    def may_close(self) -> bool:
        """True where nothing would be lost; else it comes to the front and asks in its place."""


class Openers(QObject):
    """One window of each kind; an editor for each profile.

    Nothing of them is imported before somebody wants it: the start of the window and its memory
    are measured. Every window is an ordinary top-level QWidget that is deleted when it closes
    (WA_DeleteOnClose is set here); one that can lose something also has `may_close`.
    """

    def __init__(
        self, bridge: Bridge, switchboard: Switchboard, open_library: Callable[[], Library]
    ) -> None:
        """`open_library` makes the Library; it is called once, when it is first needed."""
        super().__init__()
        self._bridge, self._switchboard = bridge, switchboard
        self._open_library = open_library
        self._library: Library | None = None
        self._windows: dict[str, QWidget] = {}

    @property
    def library(self) -> Library:
        if self._library is None:
            self._library = self._open_library()
        return self._library

    can_edit = property(lambda _: _is_there(_EDITOR))
    can_export = property(lambda _: _is_there(_EXPORT))
    can_make = property(lambda _: _is_there(_NEW))

    def edit(self, name: str) -> None:
        """The editor of that profile."""

        def make() -> QWidget:
            window: QWidget = import_module(_EDITOR).EditorWindow(
                self._bridge, self._switchboard, self.library, name
            )
            return window

        self._show(f"edit {name}", make)

    def new(self) -> None:
        """The assistants for a new profile."""

        def make() -> QWidget:
            window: QWidget = import_module(_NEW).NewWindow(
                self._bridge, self._switchboard, self.library, self.edit
            )
            return window

        self._show("new", make)

    def export(self, names: Sequence[str]) -> None:
        """What to do with these profiles: files, an archive, a QR code."""

        def make() -> QWidget:
            window: QWidget = import_module(_EXPORT).ExportWindow(
                self._bridge, self.library, tuple(names)
            )
            return window

        self._show(f"export {' '.join(names)}", make)

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Files, folders, archives and pictures that somebody chose or dropped."""

    def import_text(self, text: str) -> None:
        """A profile's text, from the clipboard."""

    def may_close(self) -> bool:
        """Whether no window would lose anything; the first that would asks, and is seen."""
        return all(
            window.may_close() for window in self._windows.values() if hasattr(window, "may_close")
        )

    def _show(self, key: str, make: Callable[[], QWidget]) -> None:
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = make()
            window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            window.destroyed.connect(lambda: self._windows.pop(key, None))
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()


def _is_there(module: str) -> bool:
    return find_spec(module) is not None
