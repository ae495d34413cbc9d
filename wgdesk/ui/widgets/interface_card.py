"""The form of [Interface]: this device, its addresses, its commands."""

from collections.abc import Sequence

from PySide6.QtWidgets import QPushButton

from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.live_document import LiveDocument
from wgdesk.domain.outline import Outline
from wgdesk.domain.own_key import own_public_key
from wgdesk.domain.profile import Hook, HookKind
from wgdesk.domain.recipes import recognise
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.models.columns import in_order
from wgdesk.ui.widgets.form_card import FormCard
from wgdesk.ui.widgets.form_fields import ItemsField, LineField, ListField, SecretField
from wgdesk.ui.widgets.texts import QuietText
from wgdesk.ui.wording import as_sentence

_MORE = ("FwMark", "SaveConfig", *(kind.value for kind in HookKind))


class InterfaceCard(FormCard):
    def __init__(self) -> None:
        super().__init__(tr("This device"))
        self._key = SecretField(tr("Private key"), tr("Required"), tr("New key"))
        self._key.new_button.clicked.connect(self._on_new_key)
        self.add_field("PrivateKey", self._key)
        self._add_list("Address", tr("Addresses"), tr("One on each line, as 10.0.0.2/24"))
        self._add_list("DNS", tr("Name servers and domains"), tr("Optional, one on each line"))
        self.add_field("ListenPort", LineField(tr("Listen port"), tr("Automatic")))
        self.add_field("MTU", LineField(tr("MTU"), tr("Automatic")))
        self.add_field("Table", LineField(tr("Routing table"), tr("Automatic; off for no routes")))
        self._more = QPushButton(tr("More…"))
        self._more.setCheckable(True)
        self._more.toggled.connect(self._show_more)
        self._has_more = False
        self.add_row("", self._more, is_wide=False)
        self._labels_from = self._grid.rowCount()
        self.add_field("FwMark", LineField(tr("Mark of encrypted packets"), tr("Automatic")))
        self.add_field("SaveConfig", LineField(tr("Save live changes"), tr("true or false")))
        titles = {
            HookKind.PRE_UP: tr("Commands before connecting"),
            HookKind.POST_UP: tr("Commands after connecting"),
            HookKind.PRE_DOWN: tr("Commands before disconnecting"),
            HookKind.POST_DOWN: tr("Commands after disconnecting"),
        }
        for kind, title in titles.items():
            self.add_field(kind.value, ItemsField(title, tr("Optional, one on each line")))
        self.add_row("", QuietText(tr("Who runs commands is chosen on the tunnel's page.")))
        self._show_more(False)  # noqa: FBT003  # as its signal calls it

    def fill(self, live: LiveDocument, found: Outline) -> None:
        super().fill(live, found)
        key = own_public_key(live.lines)
        shown = in_order(key.base64()) if key else tr("(unknown)")
        self._fields["PrivateKey"].show_note(tr("Public key: {key}").format(key=shown))
        self._tell_commands()
        has_more = any(map(self.values, _MORE))
        if has_more and not self._has_more:
            self._more.setChecked(True)
        self._has_more = has_more

    def _add_list(self, key: str, label: str, placeholder: str) -> None:
        self.add_field(key, ListField(key, label, placeholder))

    def _tell_commands(self) -> None:
        """Under each kind, what its commands are known to be; one may belong to one of another."""
        hooks = [Hook(kind, text) for kind in HookKind for text in self.values(kind.value)]
        known = list(zip(hooks, recognise(hooks), strict=True))
        for kind in HookKind:
            mine = [recipes for hook, recipes in known if hook.kind is kind]
            self._fields[kind.value].show_note(_known_text(mine))

    def _show_more(self, is_open: bool) -> None:  # noqa: FBT001  # Qt's signal
        self._more.setText(tr("Less") if is_open else tr("More…"))
        for row in range(self._labels_from, self._grid.rowCount()):
            for column in range(2):
                item = self._grid.itemAtPosition(row, column)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    widget.setVisible(is_open)

    def _on_new_key(self) -> None:
        self.set("PrivateKey", PrivateKey.generate().base64())


def _known_text(found: Sequence[Sequence[str]]) -> str:
    """A sentence for each command that is known."""
    sentences = []
    for number, recipes in enumerate(found, 1):
        what = ", ".join(map(tr_told, recipes))
        if what and len(found) > 1:
            sentences.append(tr("Line {number}: {what}.").format(number=number, what=what))
        elif what:
            sentences.append(as_sentence(what))
    return "\n".join(sentences)
