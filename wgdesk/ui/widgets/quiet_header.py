"""The line above a table: quiet titles and a thin rule, no boxes."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QHeaderView, QStyle, QStyleOptionHeader, QWidget

from wgdesk.ui.widgets.shades import mix, quiet_color
from wgdesk.ui.widgets.texts import GRID_PX

TEXT_MARGIN_PX: Final = 3  # where a cell's text begins, in Qt's own styles
RULE_SHARE: Final = 0.18  # of the text's colour
Role = Qt.ItemDataRole
Option = QStyleOptionHeader


class QuietHeader(QHeaderView):
    """Its titles stand in line with the cells; only a sorted column has room for an arrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N802, N803  # Qt's names
        painter.save()
        palette = self.palette()
        base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
        painter.fillRect(rect, base)
        painter.fillRect(
            QRect(rect.left(), rect.bottom(), rect.width(), 1), mix(text, base, RULE_SHARE)
        )
        room = rect.adjusted(TEXT_MARGIN_PX, 0, -TEXT_MARGIN_PX, -1)
        if self._is_sorted(logicalIndex):
            room = self._paint_arrow(painter, room)
        title, alignment = self._title(logicalIndex)
        painter.setPen(quiet_color(palette))
        cut = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, QStyle.visualAlignment(self.layoutDirection(), alignment), cut)
        painter.restore()

    def sectionSizeFromContents(self, logicalIndex: int) -> QSize:  # noqa: N802, N803  # Qt's names
        letters = self.fontMetrics()
        width = letters.horizontalAdvance(self._title(logicalIndex)[0]) + 3 * GRID_PX
        if self._is_sorted(logicalIndex):
            width += self._arrow_px() + GRID_PX
        return QSize(width, letters.height() + 2 * GRID_PX)

    def _title(self, column: int) -> tuple[str, Qt.AlignmentFlag]:
        model, across = self.model(), Qt.Orientation.Horizontal
        alignment = model.headerData(column, across, Role.TextAlignmentRole)
        title = str(model.headerData(column, across, Role.DisplayRole) or "")
        return title, alignment or (Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _is_sorted(self, column: int) -> bool:
        return self.isSortIndicatorShown() and self.sortIndicatorSection() == column

    def _arrow_px(self) -> int:
        return self.style().pixelMetric(QStyle.PixelMetric.PM_HeaderMarkSize, None, self)

    def _paint_arrow(self, painter: QPainter, room: QRect) -> QRect:
        """Returns what is left for the title."""
        size = self._arrow_px()
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        box = QRect(0, 0, size, size)
        box.moveCenter(room.center())
        option = Option()
        self.initStyleOption(option)
        is_up = self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
        arrows = Option.SortIndicator
        option.sortIndicator = arrows.SortDown if is_up else arrows.SortUp
        if is_mirrored:
            box.moveLeft(room.left())
            left = room.adjusted(size + GRID_PX, 0, 0, 0)
        else:
            box.moveRight(room.right())
            left = room.adjusted(0, 0, -size - GRID_PX, 0)
        option.rect = box
        element = QStyle.PrimitiveElement.PE_IndicatorHeaderArrow
        self.style().drawPrimitive(element, option, painter, self)
        return left
