"""A profile's commands, whole, and the choice who runs them."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QTextOption
from PySide6.QtWidgets import (
    QButtonGroup,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from wgdesk.client.own_program import is_sandboxed
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile import Profile
from wgdesk.ui.commands import commands_text, effect_text, mode_text
from wgdesk.ui.language import tr
from wgdesk.ui.widgets.card import Card
from wgdesk.ui.widgets.outlines import Outline
from wgdesk.ui.widgets.texts import GRID_PX, QuietText

MOST_LINES: Final = 12
MODES: Final = tuple(HookMode)


class CommandsCard(Card):
    """Signals: `mode_chosen` has a HookMode; `closed` that the person is done."""

    mode_chosen = Signal(object)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Commands in this file"))
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._text.setAccessibleName(tr("Commands in this file"))
        self._group = QButtonGroup(self)
        self._done = QPushButton(tr("Done"))
        self._done.clicked.connect(self.closed)
        self._group.idClicked.connect(lambda number: self.mode_chosen.emit(MODES[number]))
        self.add(self._text)
        self.add(self._choices())

    def show_commands(self, profile: Profile, chosen: HookMode) -> None:
        text = commands_text(profile)
        if text != self._text.toPlainText():
            self._text.setPlainText(text)
            lines = min(MOST_LINES, text.count("\n") + 2)
            frame = 2 * self._text.frameWidth() + 2 * GRID_PX
            self._text.setFixedHeight(lines * self._text.fontMetrics().lineSpacing() + frame)
        self._group.button(MODES.index(chosen)).setChecked(True)

    def take_focus(self) -> None:
        chosen = self._group.checkedButton()
        if chosen is not None:
            chosen.setFocus()

    def _choices(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX)
        for number, mode in enumerate(MODES):
            button = QRadioButton(mode_text(mode))
            Outline(button)
            button.setAccessibleDescription(effect_text(mode))
            button.setEnabled(mode is not HookMode.ME or not is_sandboxed())
            self._group.addButton(button, number)
            effect = QuietText(effect_text(mode))
            effect.setContentsMargins(6 * GRID_PX, 0, 0, GRID_PX)
            column.addWidget(button)
            column.addWidget(effect)
        column.addWidget(self._done, 0, Qt.AlignmentFlag.AlignRight)
        return box
