"""Stands for the window, which is made when it is first to be seen.

At login there is only the icon, and the window takes 20 MB and a third of a second more.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from wgdesk.ui.windows.main import MainWindow


class Curtain(QObject):
    """Does with the window what is asked, and makes it if need be.

    Signals:
        closed, quit_asked, folder_asked: Those of the window.
    """

    closed = Signal()
    quit_asked = Signal()
    folder_asked = Signal()

    def __init__(self, make: Callable[[], "MainWindow"]) -> None:
        super().__init__()
        self._make = make
        self._window: MainWindow | None = None

    def find_visible(self) -> QWidget | None:
        """The window, if it is to be seen; it may be behind another or minimised."""
        return self._window if self._window is not None and self._window.isVisible() else None

    def isActiveWindow(self) -> bool:  # noqa: N802  # Qt's name
        return self._window is not None and self._window.isActiveWindow()

    def is_showing(self, name: str) -> bool:
        return self._window is not None and self._window.is_showing(name)

    def show(self) -> None:
        self._open().show()

    def show_quietly(self) -> None:
        self._open().show_quietly()

    def raise_up(self) -> None:
        self._open().raise_up()

    def show_tunnel(self, name: str) -> None:
        self._open().show_tunnel(name)

    def _open(self) -> "MainWindow":
        if self._window is None:
            self._window = self._make()
            self._window.closed.connect(self.closed)
            self._window.quit_asked.connect(self.quit_asked)
            self._window.folder_asked.connect(self.folder_asked)
        return self._window
