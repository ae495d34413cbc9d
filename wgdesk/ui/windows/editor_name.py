"""What a profile is called: any text, and beside it the name that its interface has."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from wgdesk.domain.titles import clean_title
from wgdesk.ui.editing import Editing
from wgdesk.ui.language import tr
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import Words
from wgdesk.ui.widgets.texts import GRID_PX, QuietText


class EditorName(QWidget):
    """Signals: `typed` that it may be another one; `refused` says why it cannot be (Words)."""

    typed = Signal()
    refused = Signal(object)

    def __init__(self, editing: Editing, switchboard: Switchboard) -> None:
        super().__init__()
        self._editing, self._switchboard = editing, switchboard
        self._field, self._interface = QLineEdit(), QuietText(scale=1.0)
        label = QLabel(tr("Name"))
        label.setBuddy(self._field)
        self._field.setAccessibleName(tr("Name"))
        self._field.setMinimumWidth(56 * GRID_PX)
        self._interface.setWordWrap(False)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * GRID_PX)
        for widget in (label, self._field, self._interface):
            line.addWidget(widget)
        line.addStretch(1)
        self._field.textEdited.connect(self.typed)

    @property
    def title(self) -> str:
        """As it stands there."""
        return clean_title(self._field.text())

    @property
    def is_other(self) -> bool:
        """Whether somebody typed another name."""
        return self.title != self._editing.title

    def show_title(self) -> None:
        """What it is called on the disk; what somebody is typing stays."""
        if not self._field.isModified() or not self.is_other:
            self._field.setText(self._editing.title)
        name = self._editing.name
        self._interface.setText(tr("Interface {name}").format(name=name) if name else "")

    def check(self) -> bool:
        """Whether it is a name; else it says so and takes the keyboard."""
        if self.title:
            return True
        self.refused.emit(Words(tr("A profile needs a name"), tr("Write one at the top.")))
        self._field.setFocus()
        return False

    def save(self) -> None:
        """Rename the profile, where its tunnel does not stand in the way."""
        title = self.title
        self._switchboard.do_aside(
            partial(self._editing.may_rename, title),
            partial(self._on_may_rename, title),
            self._editing.failed.emit,
        )

    def _on_may_rename(self, title: str, may: bool) -> None:  # noqa: FBT001  # the answer of a question
        if may:
            self._field.setModified(False)
            self._editing.rename(title)
            return
        words = Words(
            tr("The name stays until the tunnel is down"),
            tr("A tunnel that is up keeps the name of its interface."),
            tr("Disconnect it, then save again."),
        )
        self.refused.emit(words)
