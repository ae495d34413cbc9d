"""What is connected at boot, as the helper says, and the orders to change it."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from wgdesk.client.backend import Backend
from wgdesk.client.boot import turn_on
from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.errors import HelperTooOld, WgdeskError
from wgdesk.ui.boot_words import not_on_title
from wgdesk.ui.language import tr
from wgdesk.ui.picture import HelperState
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import error_words

LOOK_AGAIN_MS: Final = 15_000  # somebody may use the command line meanwhile


class BootBoard(QObject):
    """Lives on the GUI thread.

    Attributes:
        copies: What is approved, by name.
        is_known: Whether the helper has said it.
        is_able: Whether it has such a thing at all.
        changing: The profile that is being turned on or off; "" for none.

    Signals:
        changed: Any of these.
        failed: An order was not carried out (the profile's name, Words).
    """

    changed = Signal()
    failed = Signal(str, object)

    def __init__(self, switchboard: Switchboard) -> None:
        super().__init__()
        self._switchboard = switchboard
        self.copies: Mapping[str, BootCopy] = {}
        self.is_known, self.is_able = False, True
        self.changing = ""
        self._is_asking = False
        self._age = QElapsedTimer()
        switchboard.picture_changed.connect(self._on_picture_changed)

    def look(self) -> None:
        """Ask the helper, unless it is being asked."""
        if not self._is_asking:
            self._is_asking = True
            self._age.start()
            self._switchboard.ask(_list, self._on_listed, self._on_list_failed)

    def look_if_old(self) -> None:
        if self._age.isValid() and self._age.hasExpired(LOOK_AGAIN_MS) and self.is_able:
            self.look()

    def turn_on(self, name: str) -> None:
        """As its profile is now; also where an older one is approved."""
        self._begin(name)
        self._switchboard.ask_about(
            name,
            lambda backend, text, options: turn_on(backend, name, text, options),
            self._on_done,
            partial(self._on_failed, name),
        )

    def turn_off(self, name: str) -> None:
        self._begin(name)
        self._switchboard.ask(
            lambda backend: backend.clear_boot(name),
            self._on_done,
            partial(self._on_failed, name),
        )

    def _begin(self, name: str) -> None:
        self.changing = name
        self.changed.emit()

    def _on_done(self, _: None) -> None:
        self.changing = ""
        self.changed.emit()
        self._is_asking = False  # what is being answered may be from before
        self.look()

    def _on_failed(self, name: str, error: WgdeskError) -> None:
        self.changing = ""
        self.changed.emit()
        title = not_on_title(name)
        if name in self.copies:
            text = tr("What connects {name} when this machine starts is as it was")
            title = text.format(name=name)
        self.failed.emit(name, error_words(title, error))

    def _on_picture_changed(self) -> None:
        is_here = self._switchboard.picture.helper is HelperState.HERE
        if is_here and not self._age.isValid():
            self.look()
        elif not is_here and self.is_known:
            self.is_known = False
            self._age.invalidate()
            self.changed.emit()

    def _on_listed(self, listed: tuple[BootCopy, ...]) -> None:
        self._is_asking = False
        self.is_known = self.is_able = True
        self.copies = {copy.name: copy for copy in listed}
        self.changed.emit()

    def _on_list_failed(self, error: WgdeskError) -> None:
        self._is_asking = False
        self.is_known, self.is_able = False, not isinstance(error, HelperTooOld)
        self.changed.emit()


async def _list(backend: Backend) -> tuple[BootCopy, ...]:
    return await backend.boot_copies()
