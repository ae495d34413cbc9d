"""A window that is away can always be got back: by the icon, or else by itself."""

from typing import Final

from PySide6.QtCore import QObject, QTimer

from wgdesk.ui.curtain import Curtain
from wgdesk.ui.tray_host import TrayHost

# A panel that starts anew, or starts with us at login, is there again in this time.
PATIENCE_MS: Final = 10_000


class WayBack(QObject):
    """Shows a hidden window, without taking the keyboard, where no panel has an icon for it."""

    def __init__(self, window: Curtain, host: TrayHost) -> None:
        super().__init__(window)
        self._window, self._host = window, host
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        host.changed.connect(self.look)

    def look(self) -> None:
        """To be called when the window has been hidden, too."""
        if self._host.is_there:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _on_timer_timeout(self) -> None:
        if self._window.find_visible() is None:
            self._window.show_quietly()
