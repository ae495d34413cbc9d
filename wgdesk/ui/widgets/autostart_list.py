"""Who still brings up by itself what was imported, and a button for each to end that."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from wgdesk.domain.found_profile import FoundProfile, SourceKind
from wgdesk.ui.language import tr
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.texts import GRID_PX, Text


class AutostartList(Card):
    """Signals: `switched` has the FoundProfile, and whether it is to start by itself.

    `adopted` has one that is to be connected at boot here instead.
    """

    switched = Signal(object, bool)
    adopted = Signal(object)

    def __init__(self) -> None:
        super().__init__(tr("Started by other programs too"))
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(GRID_PX)
        self._grid.setColumnStretch(0, 1)
        self._rows: dict[FoundProfile, tuple[Text, QPushButton]] = {}
        self._adopts: dict[FoundProfile, QPushButton] = {}
        self._adopted: set[FoundProfile] = set()
        self._off: set[FoundProfile] = set()
        rows = QWidget()
        rows.setLayout(self._grid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.add(rows)
        self.hide()

    def show_found(self, found: Sequence[FoundProfile]) -> None:
        """Those that start by themselves; none hides it."""
        for label, button in self._rows.values():
            label.deleteLater()
            button.deleteLater()
        for button in self._adopts.values():
            button.deleteLater()
        self._rows, self._off = {}, set()
        self._adopts, self._adopted = {}, set()
        for number, each in enumerate(found):
            label, button = Text(selectable=True), QPushButton()
            button.clicked.connect(lambda _=False, it=each: self._on_clicked(it))
            self._grid.addWidget(label, number, 0)
            self._grid.addWidget(button, number, 1)
            self._rows[each] = label, button
            if each.kind is SourceKind.SYSTEM:
                self._add_adopt(each, number)
            self._show(each)
        self.setVisible(bool(found))

    def show_switched(self, found: FoundProfile, *, is_on: bool) -> None:
        """That has been done."""
        if is_on:
            self._off.discard(found)
        else:
            self._off.add(found)
        self._show(found)

    def show_adopted(self, found: FoundProfile) -> None:
        """It is connected at boot here; whether its old keeper still does it is shown as before."""
        self._adopted.add(found)
        self._show(found)

    def release(self, found: FoundProfile) -> None:
        """It was not done; the button can be pressed again."""
        if found in self._rows:
            self._show(found)

    def _show(self, found: FoundProfile) -> None:
        if found not in self._rows:
            return
        label, button = self._rows[found]
        is_on = found not in self._off
        sentence = _sentence(found, is_on=is_on)
        if found in self._adopted:
            sentence = f"{sentence} {tr('It is connected at boot here.')}"
        label.setText(sentence)
        if found in self._adopts:
            self._adopts[found].setEnabled(True)
            self._adopts[found].setVisible(is_on and found not in self._adopted)
        text = tr("Turn that off") if is_on else tr("Turn it on again")
        button.setText(text)
        button.setAccessibleName(f"{text}: {found.title or found.name}")
        button.setEnabled(True)

    def _add_adopt(self, found: FoundProfile, number: int) -> None:
        text = tr("Connect at boot here instead")
        button = self._adopts[found] = QPushButton(text)
        button.setAccessibleName(f"{text}: {found.title or found.name}")
        button.clicked.connect(lambda: self._on_adopt_clicked(found))
        self._grid.addWidget(button, number, 2)

    def _on_adopt_clicked(self, found: FoundProfile) -> None:
        for button in (self._rows[found][1], self._adopts[found]):
            button.setEnabled(False)
        self.adopted.emit(found)

    def _on_clicked(self, found: FoundProfile) -> None:
        self._rows[found][1].setEnabled(False)
        self.switched.emit(found, found in self._off)


def _sentence(found: FoundProfile, *, is_on: bool) -> str:
    name = found.title or found.name
    if not is_on:
        return tr("{name} is not brought up by {keeper} any more.").format(
            name=name, keeper=_keeper(found.kind)
        )
    return tr("{name} is still brought up by {keeper}, beside wgdesk.").format(
        name=name, keeper=_keeper(found.kind)
    )


def _keeper(kind: SourceKind) -> str:
    return {
        SourceKind.SYSTEM: tr("wg-quick at boot"),
        SourceKind.NETWORKMANAGER: tr("NetworkManager"),
    }[kind]
