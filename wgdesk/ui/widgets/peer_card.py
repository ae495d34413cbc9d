"""The form of one [Peer], with a choice of how much traffic goes to it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from wgdesk.domain.allowed_choice import Reach, all_but_local, all_networks, explain, reach_of
from wgdesk.domain.conf_addresses import find_allowed_ip
from wgdesk.domain.form_edits import set_list, words_of
from wgdesk.domain.keys import PresharedKey
from wgdesk.domain.live_document import LiveDocument
from wgdesk.domain.outline import Outline as TextOutline
from wgdesk.domain.profile import Network
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.widgets.form_card import FormCard
from wgdesk.ui.widgets.form_fields import LineField, ListField, SecretField, owned
from wgdesk.ui.widgets.outlines import Outline

_CHOICES: Final = tuple(Reach)


class PeerCard(FormCard):
    """Signals: it is to go, or to change its place (its number, and by how much)."""

    remove_asked = Signal(int)
    move_asked = Signal(int, int)

    def __init__(self, number: int) -> None:
        super().__init__("")
        self.section: int = number
        self._allowed: tuple[Network, ...] = ()
        self._inside: tuple[Network, ...] = ()
        self._key = LineField(tr("Public key"), tr("Required"))
        self.add_field("PublicKey", self._key)
        self._preshared = SecretField(tr("Preshared key"), tr("Optional"), tr("New key"))
        self._preshared.new_button.clicked.connect(self._on_new_key)
        self.add_field("PresharedKey", self._preshared)
        self.add_field(
            "Endpoint", LineField(tr("Endpoint"), tr("HOST:PORT; optional for a server"))
        )
        self._reach = QComboBox()
        Outline(self._reach)
        self._reach.addItems([reach_text(it) for it in _CHOICES])
        self._reach.activated.connect(self._on_reach)
        self.add_row(tr("What goes through it"), self._reach)
        self._ips = ListField(
            "AllowedIPs", tr("Allowed IPs"), tr("One on each line, as 10.0.0.0/24")
        )
        self.add_field("AllowedIPs", self._ips)
        self.add_field("PersistentKeepalive", LineField(tr("Keepalive in seconds"), tr("Off")))
        self._up, self._down = QPushButton(tr("Move up")), QPushButton(tr("Move down"))
        self._remove = QPushButton(tr("Remove peer"))
        self.add(self._buttons())

    def said(self, live: LiveDocument, found: TextOutline) -> tuple[object, ...]:
        """Its place among the others, and this device's own networks, count too."""
        return super().said(live, found), len(found.peers), self.section, own_words(live, found)

    def fill(self, live: LiveDocument, found: TextOutline) -> None:
        super().fill(live, found)
        count = len(found.peers)
        title = tr("Peer {number}").format(number=self.section + 1)
        self.set_title(title if count > 1 else tr("Peer"))
        self._name_for(title if count > 1 else "")
        self._up.setEnabled(self.section > 0)
        self._down.setEnabled(self.section + 1 < count)
        self._allowed = _networks(self._ips.items())
        self._inside = _networks(own_words(live, found))
        self._reach.setCurrentIndex(_CHOICES.index(reach_of(self._allowed)))
        self._ips.show_note("\n".join(map(tr_told, explain(self._allowed))))

    def take_focus(self, *, by: int) -> None:
        """After it changed its place: to the button that does it again."""
        first, second = (self._up, self._down) if by < 0 else (self._down, self._up)
        (first if first.isEnabled() else second).setFocus()

    def begin(self) -> None:
        """It is new: its key comes first."""
        self._key.text.setFocus()

    def take_focus_to_remove(self) -> None:
        self._remove.setFocus()

    def _name_for(self, owner: str) -> None:
        for field in self._fields.values():
            field.name_for(owner)
        self._reach.setAccessibleName(owned(tr("What goes through it"), owner))
        for button in (self._up, self._down, self._remove):
            button.setAccessibleName(owned(button.text(), owner))

    def _buttons(self) -> QWidget:
        box = QWidget()
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        line.addStretch(1)
        for button in (self._up, self._down, self._remove):
            line.addWidget(button)
        self._up.clicked.connect(lambda: self.move_asked.emit(self.section, -1))
        self._down.clicked.connect(lambda: self.move_asked.emit(self.section, 1))
        self._remove.clicked.connect(lambda: self.remove_asked.emit(self.section))
        return box

    def _on_reach(self, index: int) -> None:
        """Write the list that the choice means; “only these” leaves what is not everything."""
        reach, families = _CHOICES[index], self._families()
        has_all = {it.version for it in self._allowed} == set(families)
        if reach is reach_of(self._allowed) and (has_all or reach is Reach.ONLY):
            return
        match reach:
            case Reach.ALL:
                items = all_networks(families)
            case Reach.ALL_BUT_LOCAL:
                items = all_but_local(families, self._inside)
            case Reach.ONLY:
                items = self._inside
        texts = list(map(str, items))
        self.write(lambda lines, section: set_list(lines, section, "AllowedIPs", texts))
        if reach is Reach.ONLY:
            self._ips.text.setFocus()

    def _families(self) -> list[int]:
        """What a peer has to take so that nothing goes past it: this device's families, too."""
        return sorted({it.version for it in (*self._allowed, *self._inside)}) or [4, 6]

    def _on_new_key(self) -> None:
        self.set("PresharedKey", PresharedKey.generate().base64())


def reach_text(reach: Reach) -> str:
    return {
        Reach.ALL: tr("All traffic"),
        Reach.ALL_BUT_LOCAL: tr("All but local networks"),
        Reach.ONLY: tr("Only these networks"),
    }[reach]


def own_words(live: LiveDocument, found: TextOutline) -> tuple[str, ...]:
    """This device's addresses and name servers as the text has them, right or wrong."""
    return tuple(
        word
        for part in found.interfaces
        for key in ("Address", "DNS")
        for it in part.of(key)
        for word in words_of(live.lines[it.line][it.start : it.end], key)
    )


def _networks(items: Sequence[str]) -> tuple[Network, ...]:
    found = (find_allowed_ip(item.lstrip("+-")) for item in items)
    return tuple(dict.fromkeys(it.network for it in found if it is not None))
