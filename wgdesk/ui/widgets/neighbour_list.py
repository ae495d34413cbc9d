"""Tunnels of other programs and other users, below one's own: to be seen and not touched."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from wgdesk.ui.language import tr
from wgdesk.ui.neighbours import Neighbour
from wgdesk.ui.widgets.panel import around
from wgdesk.ui.widgets.texts import GRID_PX, QuietText
from wgdesk.ui.widgets.two_lines import TwoLineDelegate, paint_two_lines, two_lines_height
from wgdesk.ui.wording import plain_tooltip

MOST_SHOWN: Final = 3
LINE_ROLE: Final = Qt.ItemDataRole.UserRole


class NeighbourList(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Neighbour, ...] = ()
        self._list = NamesAndLines()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX)
        column.addWidget(QuietText(tr("Also on this machine, and not changed by wgdesk")))
        column.addWidget(around(self._list))
        self.hide()

    def show_neighbours(self, neighbours: Sequence[Neighbour]) -> None:
        if tuple(neighbours) == self._shown:
            return
        self._shown = tuple(neighbours)
        self.setVisible(bool(neighbours))
        self._list.fill(self._shown)


class NamesAndLines(QListWidget):
    """Can be read and walked through; nothing in it can be pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Also on this machine"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(NeighbourDelegate(self))
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fill(self, neighbours: Sequence[Neighbour]) -> None:
        self.clear()
        for neighbour in neighbours:
            item = QListWidgetItem(neighbour.name)
            item.setData(LINE_ROLE, neighbour.line)
            whole = f"{neighbour.name}, {neighbour.line}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, whole)
            item.setToolTip(plain_tooltip(f"{neighbour.name}\n{neighbour.line}"))
            self.addItem(item)
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        rows = min(self.count(), MOST_SHOWN)
        height = rows * two_lines_height(self.font()) + 2 * self.frameWidth()
        return QSize(super().sizeHint().width(), height)


class NeighbourDelegate(TwoLineDelegate):
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        self.initStyleOption(option, index)
        room = option.rect.adjusted(3 * GRID_PX, 2 * GRID_PX, -2 * GRID_PX, -2 * GRID_PX)
        painter.save()
        paint_two_lines(painter, option, room, (str(index.data()), str(index.data(LINE_ROLE))))
        painter.restore()
