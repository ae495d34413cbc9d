"""The switch that has a profile connected when the machine starts."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from wgdesk.ui.boot_words import BootView
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Tone
from wgdesk.ui.troubles import Words
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.choice import SwitchChoice
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.texts import GRID_PX


class BootCard(Card):
    """Signals: `picked` whether it is to be on; `update_asked` and `forget_asked`."""

    picked = Signal(bool)
    update_asked = Signal()
    forget_asked = Signal()

    def __init__(self) -> None:
        super().__init__(tr("When this machine starts"))
        self.choice = SwitchChoice(tr("Connect it at boot, before anybody logs in"))
        self._is_on = False
        self._update = QPushButton(tr("Approve it as it is now"))
        self._forget = QPushButton(tr("Forget what was approved"))
        self._buttons = QWidget()
        line = QHBoxLayout(self._buttons)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * GRID_PX)
        for button in (self._update, self._forget):
            line.addWidget(button)
        line.addStretch(1)
        self._trouble = MessageBar()
        for widget in (self._trouble, self.choice, self._buttons):
            self.add(widget)
        self._layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.choice.picked.connect(self._on_picked)
        self._update.clicked.connect(self.update_asked)
        self._forget.clicked.connect(self.forget_asked)
        self._trouble.dismissed.connect(lambda: self.show_trouble(None))
        self.show_trouble(None)

    def show_view(self, view: BootView) -> None:
        self._is_on = view.is_on
        self.choice.show_value(view.is_on)
        self.choice.show_hint(view.hint)
        self._close_for(view.why_closed)
        self._update.setVisible(view.can_update)
        self._forget.setVisible(view.can_forget)
        self._buttons.setVisible(view.can_update or view.can_forget)
        for button in (self._update, self._forget):
            button.setEnabled(not view.why_closed)

    def _close_for(self, why: str) -> None:
        """Who turned it with a key finds the keyboard there again, when it is done."""
        if why and self.choice.box.hasFocus():
            self.setFocus()  # else Qt would hand it on to the next control for good
        self.choice.close_for(why)
        if not why and self.hasFocus():
            self.choice.box.setFocus()

    def show_trouble(self, words: Words | None) -> None:
        self._trouble.show_words(words, Tone.BAD, dismissible=True)

    def _on_picked(self, is_on: bool) -> None:  # noqa: FBT001  # Qt's signal
        self.choice.show_value(self._is_on)  # until the helper says that it is so
        self.show_trouble(None)
        self.picked.emit(is_on)
