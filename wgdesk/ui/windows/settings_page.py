"""The fourth page: what a person can choose, and what stands behind the window."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent

from wgdesk.ui.choices import Choices
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.widgets.bare_scroll import BareScroll
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.windows.choice_cards import Offer
from wgdesk.ui.windows.settings_cards import SettingsCards


class SettingsPage(BareScroll):
    """Made when it is first looked at: a start of the window need not wait for it.

    Signals:
        folder_asked: The profile folder is to be opened.
        log_asked: The page with the log is to be opened.
    """

    folder_asked = Signal()
    log_asked = Signal()

    def __init__(self, switchboard: Switchboard, choices: Choices, offer: Offer) -> None:
        super().__init__()
        self._switchboard, self._choices, self._offer = switchboard, choices, offer
        self._cards: SettingsCards | None = None
        self._shortcuts: Sequence[tuple[str, str]] = ()
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)

    def set_watched(self, watched: bool) -> None:  # noqa: FBT001  # as Feed has it
        if self._cards is not None:
            self._cards.set_watched(watched)

    def show_shortcuts(self, shortcuts: Sequence[tuple[str, str]]) -> None:
        """Keys, and what they do."""
        self._shortcuts = shortcuts
        if self._cards is not None:
            self._cards.show_shortcuts(shortcuts)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  # Qt's name
        if self._cards is None:
            self._make()
        super().showEvent(event)

    def _make(self) -> None:
        cards = SettingsCards(self._switchboard, self._choices, self._offer)
        cards.folder_asked.connect(self.folder_asked)
        cards.log_asked.connect(self.log_asked)
        cards.show_shortcuts(self._shortcuts)
        self._cards = cards
        self.setWidget(cards)
        FirstFocus(self, cards.first)
