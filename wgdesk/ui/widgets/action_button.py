"""A button that says and does what an action of the menu says and does."""

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton

from wgdesk.ui.widgets.texts import GRID_PX


class ActionButton(QPushButton):
    def __init__(self, action: QAction) -> None:
        super().__init__()
        self._action = action
        self.setAutoDefault(True)
        self.setMinimumHeight(8 * GRID_PX)
        self.setToolTip(action.shortcut().toString(QKeySequence.SequenceFormat.NativeText))
        action.changed.connect(self._follow)
        self.clicked.connect(action.trigger)
        self._follow()

    def _follow(self) -> None:
        self.setText(self._action.text())
        self.setEnabled(self._action.isEnabled())
        self.setHidden(not self._action.isVisible())
