"""The form of [Interface]: this device, its addresses, its commands."""

from PySide6.QtWidgets import QPushButton

from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.live_document import LiveDocument
from wgdesk.domain.outline import Outline
from wgdesk.domain.own_key import own_public_key
from wgdesk.domain.profile import HookKind
from wgdesk.domain.recipes import not_run_text
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.widgets.form_card import FormCard
from wgdesk.ui.widgets.form_fields import ItemsField, LineField, SecretField

_MORE = ("FwMark", "SaveConfig", *(kind.value for kind in HookKind))


class InterfaceCard(FormCard):
    def __init__(self) -> None:
        super().__init__(tr("This device"))
        self._key = SecretField(tr("Private key"), tr("Required"), tr("New key"))
        self._key.new_button.clicked.connect(self._on_new_key)
        self.add_field("PrivateKey", self._key)
        self.add_field(
            "Address", ItemsField(tr("Addresses"), tr("One on each line, as 10.0.0.2/24"))
        )
        self.add_field(
            "DNS", ItemsField(tr("Name servers and domains"), tr("Optional, one on each line"))
        )
        self.add_field("ListenPort", LineField(tr("Listen port"), tr("Automatic")))
        self.add_field("MTU", LineField(tr("MTU"), tr("Automatic")))
        self.add_field("Table", LineField(tr("Routing table"), tr("Automatic; off for no routes")))
        self._more = QPushButton(tr("More…"))
        self._more.setCheckable(True)
        self._more.toggled.connect(self._show_more)
        self.add_row("", self._more)
        self._extra = [
            ("FwMark", LineField(tr("Mark of encrypted packets"), tr("Automatic"))),
            ("SaveConfig", LineField(tr("Save live changes"), tr("true or false"))),
        ]
        titles = {
            HookKind.PRE_UP: tr("Commands before connecting"),
            HookKind.POST_UP: tr("Commands after connecting"),
            HookKind.PRE_DOWN: tr("Commands before disconnecting"),
            HookKind.POST_DOWN: tr("Commands after disconnecting"),
        }
        for kind, title in titles.items():
            self._extra.append((kind.value, ItemsField(title, tr("Optional, one on each line"))))  # type: ignore[arg-type]
        self._labels_from = self._grid.rowCount()
        for key, field in self._extra:
            self.add_field(key, field)
        self._show_more(False)  # noqa: FBT003  # as its signal calls it

    def show_text(self, live: LiveDocument, found: Outline) -> None:
        super().show_text(live, found)
        key = own_public_key(live.lines)
        self._key.show_note(tr("Public key: {key}").format(key=key or tr("(unknown)")))
        hooks = live.profile.interface.hooks if live.profile else ()
        for kind in HookKind:
            mine = [hook for hook in hooks if hook.kind is kind]
            self._fields[kind.value].show_note(tr_told(not_run_text(mine)) if mine else "")
        if any(self.values(found, key) for key in _MORE):
            self._more.setChecked(True)

    def _show_more(self, is_open: bool) -> None:  # noqa: FBT001  # Qt's signal
        for row in range(self._labels_from, self._grid.rowCount()):
            for column in range(2):
                item = self._grid.itemAtPosition(row, column)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    widget.setVisible(is_open)

    def _on_new_key(self) -> None:
        self.set("PrivateKey", PrivateKey.generate().base64())
