"""Beside the search: the tags in use; choosing one writes it into the search."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton

from wgdesk.ui.language import tr
from wgdesk.ui.widgets.texts import GRID_PX


class TagButton(QToolButton):
    """Signals: `picked` has a tag, or "" for all tunnels."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._tags: tuple[str, ...] = ()
        self._menu = QMenu(self)
        self._menu.triggered.connect(lambda action: self.picked.emit(str(action.data())))
        self.setText(tr("Tags"))
        self.setToolTip(tr("Show only the tunnels with a tag"))
        self.setAccessibleName(tr("Show only the tunnels with a tag"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMinimumHeight(8 * GRID_PX)
        self.setMenu(self._menu)
        self.hide()

    def show_tags(self, tags: Sequence[str]) -> None:
        """All that are in use; none hides it."""
        if tuple(tags) == self._tags:
            return
        self._tags = tuple(tags)
        self._menu.clear()
        self._menu.addAction(tr("All tunnels")).setData("")
        self._menu.addSeparator()
        for tag in tags:
            self._menu.addAction(tag.replace("&", "&&")).setData(tag)
        self.setVisible(bool(tags))
