"""Tunnels to be toggled on behalf of a menu outside, as soon as it is known what is up."""

from PySide6.QtCore import QObject, Signal

from wgdesk.ui.picture import HelperState
from wgdesk.ui.switchboard import Switchboard


class Errands(QObject):
    """Each is run once.

    Signals:
        missed: There is no tunnel of that name any more.
    """

    missed = Signal(str)

    def __init__(self, switchboard: Switchboard) -> None:
        super().__init__()
        self._switchboard = switchboard
        self._waiting: list[str] = []
        switchboard.picture_changed.connect(self._look)

    def toggle(self, name: str) -> None:
        self._waiting.append(name)
        self._look()

    def _look(self) -> None:
        picture = self._switchboard.picture
        if not picture.has_looked or picture.helper is HelperState.ASKING:
            return
        names, self._waiting = self._waiting, []
        for name in names:
            if picture.find_row(name) is None:
                self.missed.emit(name)
            else:
                self._switchboard.toggle(name)
