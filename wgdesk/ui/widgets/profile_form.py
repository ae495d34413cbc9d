"""A profile as fields: this device, and a card for each peer; the text behind it stays the truth."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from wgdesk.domain.form_edits import add_peer, move_peer, remove_peer
from wgdesk.domain.line_edit import LineEdit
from wgdesk.domain.live_document import LiveDocument
from wgdesk.domain.outline import outline
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.widgets.bare_scroll import BareScroll
from wgdesk.ui.widgets.interface_card import InterfaceCard
from wgdesk.ui.widgets.peer_card import PeerCard
from wgdesk.ui.widgets.texts import GRID_PX, QuietText

# A card takes a few milliseconds to make; nobody fills in more of them by hand.
MOST_PEERS: Final = 50
_FIRST_PEER: Final = (
    ("PublicKey", ""),
    ("AllowedIPs", "0.0.0.0/0, ::/0"),
    ("PersistentKeepalive", "25"),
)
# What goes to one peer goes to no other: the next one takes nothing from the first.
_NEXT_PEER: Final = (("PublicKey", ""), ("PersistentKeepalive", "25"))


class ProfileForm(BareScroll):
    """Signals: `edits_made` has a tuple of LineEdit, for whoever has the text."""

    edits_made = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._live = LiveDocument()
        self.interface = InterfaceCard()
        self.peers: list[PeerCard] = []
        self._rest = QuietText(scale=1.0)
        self._add = QPushButton(tr("Add peer"))
        self._add.clicked.connect(self._on_add)
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 2 * GRID_PX, 0)
        self._column.setSpacing(3 * GRID_PX)
        self._column.addWidget(self.interface)
        self._column.addWidget(self._rest)
        self._column.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)
        self.interface.edits_made.connect(self.edits_made)
        self.hold(page)
        self.setAccessibleName(tr("Form of the profile"))

    def show_document(self, live: LiveDocument) -> None:
        """Fill in what says something else; the keyboard and the caret stay where they are."""
        self._live = live
        found = outline(live.lines)
        self._make_cards(min(MOST_PEERS, len(found.peers)))
        self.interface.show_text(live, found)
        for card in self.peers:
            card.show_text(live, found)
        rest = len(found.peers) - len(self.peers)
        self._add.setEnabled(len(found.peers) < MOST_PEERS)
        self._rest.setVisible(rest > 0)
        self._rest.setText(
            tr_count(
                "{count} more peer: edit it as text.",
                "{count} more peers: edit them as text.",
                rest,
            )
        )

    def flush(self) -> None:
        """Write what somebody has typed just now."""
        self.interface.flush()
        for card in self.peers:
            card.flush()

    def _make_cards(self, count: int) -> None:
        while len(self.peers) < count:
            card = PeerCard(len(self.peers))
            card.edits_made.connect(self.edits_made)
            card.remove_asked.connect(self._on_remove)
            card.move_asked.connect(self._on_move)
            self._column.insertWidget(1 + len(self.peers), card)
            self.peers.append(card)
        while len(self.peers) > count:
            card = self.peers.pop()
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()

    def _on_add(self) -> None:
        self.flush()
        self._emit(add_peer(self._live.lines, _NEXT_PEER if self.peers else _FIRST_PEER))
        if self.peers:
            card = self.peers[-1]
            card.begin()
            # Its place is known when the layout has been made.
            QTimer.singleShot(0, card, lambda: self.ensureWidgetVisible(card))

    def _on_remove(self, number: int) -> None:
        self.flush()
        self._emit(remove_peer(self._live.lines, number))
        if self.peers:
            self.peers[min(number, len(self.peers) - 1)].take_focus_to_remove()
        else:
            self._add.setFocus()

    def _on_move(self, number: int, by: int) -> None:
        self.flush()
        self._emit(move_peer(self._live.lines, number, number + by))
        self.peers[min(number + by, len(self.peers) - 1)].take_focus(by=by)

    def _emit(self, edits: tuple[LineEdit, ...]) -> None:
        if edits:
            self.edits_made.emit(edits)
