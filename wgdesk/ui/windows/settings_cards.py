"""The groups of the settings page, from top to bottom."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from wgdesk.client.backend import KnownApproval
from wgdesk.domain.errors import WgdeskError
from wgdesk.ui.choices import Choices
from wgdesk.ui.facts import Fact
from wgdesk.ui.helper_facts import helper_facts
from wgdesk.ui.language import tr
from wgdesk.ui.picture import HelperState
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.fact_list import FactList
from wgdesk.ui.widgets.texts import GRID_PX, Text
from wgdesk.ui.windows.approvals_card import ApprovalsCard
from wgdesk.ui.windows.choice_cards import (
    LanguageCard,
    NotificationsCard,
    Offer,
    StartCard,
    TrayCard,
)
from wgdesk.ui.windows.keyring_card import KeyringCard
from wgdesk.ui.windows.sandbox_card import SandboxCard

WIDTH_PX = 190 * GRID_PX


class SettingsCards(QWidget):
    """Every change takes effect at once; what fails is said where it was asked for.

    Signals:
        folder_asked: The profile folder is to be opened.
        log_asked: The page with the log is to be opened.
    """

    folder_asked = Signal()
    log_asked = Signal()

    def __init__(self, switchboard: Switchboard, choices: Choices, offer: Offer) -> None:
        super().__init__()
        self._switchboard, self._choices = switchboard, choices
        start = StartCard(choices, offer)
        self._choice_cards = (
            start,
            TrayCard(choices, offer),
            NotificationsCard(choices, offer),
            LanguageCard(choices, offer),
        )
        self.first = start.first
        self._helper, self._approvals = FactList(), ApprovalsCard()
        self._shortcuts = FactList()
        self._keyring = KeyringCard(switchboard, offer.key_mover) if offer.key_mover else None
        self._sandbox = SandboxCard(offer.limits) if offer.limits else None
        self._is_watched = False
        self._asked_about: object = None
        self._arrange()
        self._approvals.withdrawn.connect(self._on_withdrawn)
        choices.changed.connect(self._show_choices)
        switchboard.picture_changed.connect(self._show_picture)

    def set_watched(self, watched: bool) -> None:  # noqa: FBT001  # as Feed has it
        is_news = watched and not self._is_watched
        self._is_watched = watched
        if is_news:
            self._asked_about = None
            self._choices.look_again()
            if self._keyring is not None:
                self._keyring.look_again()
            self._show_choices()
            self._show_picture()

    def show_shortcuts(self, shortcuts: Sequence[tuple[str, str]]) -> None:
        """Keys, and what they do."""
        self._shortcuts.show_facts([Fact(keys, text) for keys, text in shortcuts])

    def _arrange(self) -> None:
        self.setMaximumWidth(WIDTH_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX)
        column.setSpacing(3 * GRID_PX)
        # The approvals come below every other button: their own are made anew, and Tab comes
        # last to what was made last.
        helper, files, keys = self._plain_cards()
        keyring = () if self._keyring is None else (self._keyring,)
        sandbox = () if self._sandbox is None else (self._sandbox,)
        for card in (*self._choice_cards, files, *keyring, helper, *sandbox, self._approvals, keys):
            column.addWidget(card)
        column.addStretch(1)

    def _plain_cards(self) -> tuple[Card, Card, Card]:
        helper, files, keys = Card(tr("Helper")), Card(tr("Files")), Card(tr("Keyboard"))
        folder = QPushButton(tr("Open the folder"))
        folder.clicked.connect(self.folder_asked)
        where = Text(self._switchboard.picture.folder, selectable=True)
        where.setAccessibleName(tr("Folder of your profiles"))
        files.add(Text(tr("Your profiles are the files that end in .conf in this folder:")))
        files.add(where)
        files.add(_beside(folder))
        helper.add(self._helper)
        log = QPushButton(tr("Show its log"))
        log.clicked.connect(self.log_asked)
        helper.add(_beside(log))
        keys.add(self._shortcuts)
        return helper, files, keys

    def _show_choices(self) -> None:
        for card in self._choice_cards:
            card.show_choices()

    def _show_picture(self) -> None:
        if not self._is_watched:
            return
        picture = self._switchboard.picture
        self._helper.show_facts(helper_facts(picture))
        if picture.helper is not HelperState.HERE:
            self._approvals.show_nothing()
        # A tunnel that came up may have been approved for it.
        matters = (picture.helper, tuple(row.tunnel.id for row in picture.rows if row.tunnel))
        if picture.helper is HelperState.HERE and matters != self._asked_about:
            self._asked_about = matters
            self._ask_approvals()

    def _ask_approvals(self) -> None:
        self._switchboard.ask(
            lambda backend: backend.approvals(),
            self._approvals.show_approvals,
            self._on_list_failed,
        )

    def _on_withdrawn(self, approval: KnownApproval) -> None:
        self._switchboard.ask(
            lambda backend: backend.revoke(approval.digest),
            lambda _: self._ask_approvals(),
            self._on_withdrawing_failed,
        )

    def _on_list_failed(self, error: WgdeskError) -> None:
        self._approvals.show_failure(tr("What is approved could not be asked"), error)

    def _on_withdrawing_failed(self, error: WgdeskError) -> None:
        self._approvals.show_failure(tr("The approval was not withdrawn"), error)


def _beside(button: QPushButton) -> QWidget:
    """A button as wide as its words, at the side where lines begin."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(button)
    row.addStretch(1)
    return line
