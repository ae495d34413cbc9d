"""Another try: what failed is ordered again, and what is up without an answer starts anew."""

from PySide6.QtCore import QObject

from wgdesk.ui.picture import Order
from wgdesk.ui.switchboard import Switchboard


class Retrying(QObject):
    """A tunnel that is up goes down first: its endpoint's name is then asked for again."""

    def __init__(self, switchboard: Switchboard) -> None:
        super().__init__()
        self._switchboard = switchboard
        self._going_down: set[str] = set()
        switchboard.picture_changed.connect(self._on_picture_changed)

    def retry(self, name: str) -> None:
        row = self._switchboard.picture.find_row(name)
        if row is None or row.is_changing:
            return
        was_to_go = row.failure is not None and row.failure.order is Order.DISCONNECT
        if not row.is_up:
            self._switchboard.connect_tunnel(name)
            return
        self._switchboard.disconnect_tunnel(name)
        if not was_to_go and row.profile is not None:
            self._going_down.add(name)

    def _on_picture_changed(self) -> None:
        for name in tuple(self._going_down):
            row = self._switchboard.picture.find_row(name)
            if row is not None and row.is_changing:
                continue
            self._going_down.discard(name)
            if row is not None and not row.is_up and row.health is not None:
                self._switchboard.connect_tunnel(name)
