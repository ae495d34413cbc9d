"""What an administrator has approved for this user, and a way to give it back."""

import time
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from wgdesk.client.backend import KnownApproval
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.names import printable
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Tone
from wgdesk.ui.troubles import error_words
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text


class ApprovalsCard(Card):
    """One row for each.

    Signals:
        withdrawn: This approval (a KnownApproval) is to be given back.
    """

    withdrawn = Signal(object)

    def __init__(self) -> None:
        super().__init__(tr("What is approved"))
        self._shown: tuple[KnownApproval, ...] | None = None
        self._about = QuietText(scale=1.0)
        self._trouble = MessageBar()
        self._list = QWidget()
        for widget in (self._about, self._trouble, self._list):
            self.add(widget)
        self.show_nothing()

    def show_nothing(self) -> None:
        """While nobody says what is approved."""
        self._shown = None
        self._trouble.show_words(None, Tone.BAD)
        self._about.setText(tr("Only the helper knows, and it has not said yet."))
        self._list.hide()

    def show_approvals(self, approvals: tuple[KnownApproval, ...]) -> None:
        """The last one is at the top; what is not new leaves the focus where it is."""
        self._trouble.show_words(None, Tone.BAD)
        if approvals == self._shown:
            return
        self._shown = approvals
        self._about.setText(_about(approvals))
        self._fill(approvals)
        self._list.setVisible(bool(approvals))

    def show_failure(self, title: str, error: WgdeskError) -> None:
        for button in self._list.findChildren(QPushButton):
            button.setEnabled(True)
        self._trouble.show_words(error_words(title, error), Tone.BAD)

    def _fill(self, approvals: tuple[KnownApproval, ...]) -> None:
        old = self._list
        self._list = QWidget()
        grid = QGridLayout(self._list)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6 * GRID_PX)
        grid.setVerticalSpacing(GRID_PX)
        grid.setColumnStretch(2, 1)
        for number, approval in enumerate(reversed(approvals)):
            self._add_row(grid, number, approval)
        self._layout.replaceWidget(old, self._list)
        old.deleteLater()

    def _add_row(self, grid: QGridLayout, number: int, approval: KnownApproval) -> None:
        name, kind = printable(approval.name), kind_words(approval.kind)
        button = QPushButton(tr("Withdraw"))
        button.setAccessibleName(
            tr("Withdraw the approval of {name}: {kind}").format(name=name, kind=kind)
        )
        button.clicked.connect(partial(self._on_clicked, button, approval))
        texts = (
            Text(name, bold=True, selectable=True),
            Text(kind),
            QuietText(when_text(approval), scale=1.0),
        )
        for column, text in enumerate(texts):
            text.setWordWrap(column == 2)
            grid.addWidget(text, number, column)
        grid.addWidget(button, number, 3, Qt.AlignmentFlag.AlignRight)

    def _on_clicked(self, button: QPushButton, approval: KnownApproval, _: bool = False) -> None:  # noqa: FBT001, FBT002  # Qt's signal
        button.setEnabled(False)  # one press is enough
        self._trouble.show_words(None, Tone.BAD)
        self.withdrawn.emit(approval)


def _about(approvals: tuple[KnownApproval, ...]) -> str:
    if not approvals:
        return tr("Nothing is approved for you yet: an administrator is asked first.")
    return tr(
        "These work without asking an administrator. What you withdraw is asked for again the next time; a tunnel that is up stays up."
    )


def kind_words(kind: str) -> str:
    """`kind` is as the helper names it, which may be newer than this window."""
    return {"profile": tr("profile"), "commands": tr("commands as root")}.get(kind, printable(kind))


def when_text(approval: KnownApproval) -> str:
    if not approval.when_unix_s:
        return tr("earlier")
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(approval.when_unix_s))
