"""The proposals below the caret: arrows choose, Tab or Enter takes, Escape leaves."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from wgdesk.domain.completion import Completion
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.widgets.texts import GRID_PX

MOST_SHOWN = 10


class CompletionList(QListWidget):
    """Never has the keyboard: whoever types goes on typing.

    Signals:
        taken: One was clicked (a Completion).
    """

    taken = Signal(object)

    def __init__(self, editor: QWidget) -> None:
        super().__init__(editor)
        self._editor = editor
        self._found: tuple[Completion, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Proposals"))
        self.itemClicked.connect(lambda item: self.taken.emit(self._found[self.row(item)]))
        self.hide()

    def offer(self, found: Sequence[Completion], place: QPoint, above: QPoint) -> None:
        """Show them with their corner at `place`, or ending at `above` where there is no room."""
        self._found = tuple(found)
        self.clear()
        for it in found:
            item = QListWidgetItem(f"{it.label}    {tr_told(it.about)}")
            item.setToolTip(tr_told(it.about))
            self.addItem(item)
        if not found:
            self.hide()
            return
        self.setCurrentRow(0)
        rows = min(MOST_SHOWN, self.count())
        height = rows * self.sizeHintForRow(0) + 2 * self.frameWidth()
        width = self.sizeHintForColumn(0) + 2 * self.frameWidth() + 6 * GRID_PX
        width = min(width, self._editor.width() - 2 * GRID_PX)
        has_room = place.y() + height <= self._editor.height()
        top = place.y() if has_room else max(0, above.y() - height)
        left = max(0, min(place.x(), self._editor.width() - width - GRID_PX))
        self.setGeometry(left, top, width, height)
        self.show()
        self.raise_()

    def chosen(self) -> Completion | None:
        """The one that Tab takes; None while there are none."""
        row = self.currentRow()
        return self._found[row] if self.isVisible() and 0 <= row < len(self._found) else None

    def step(self, by: int) -> None:
        self.setCurrentRow((self.currentRow() + by) % max(1, self.count()))
