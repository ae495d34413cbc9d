"""A list of rows to choose from: a box to tick, a mark, and two lines of text."""

from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyleOptionViewItem

from wgdesk.ui.icons import paint_mark
from wgdesk.ui.models.steady import ROW_ROLE, Index
from wgdesk.ui.models.ticks import TickModel
from wgdesk.ui.widgets.mark_label import MARK_PX
from wgdesk.ui.widgets.outlines import window_color
from wgdesk.ui.widgets.soft_selection import SoftSelection
from wgdesk.ui.widgets.texts import GRID_PX
from wgdesk.ui.widgets.two_lines import TwoLineDelegate, paint_ground, paint_two_lines

MARGIN_PX: Final = 2 * GRID_PX
CheckState = Qt.CheckState


class TickList(QListView):
    """Signals: `row_chosen` that another row has the keys (its number, or -1)."""

    row_chosen = Signal(int)

    def __init__(self, model: TickModel[Any], name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(TickDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        SoftSelection(self)
        self.selectionModel().currentChanged.connect(
            lambda index, _: self.row_chosen.emit(index.row())
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        """Return is for the button of the page."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.ignore()
            return
        super().keyPressEvent(event)


class TickDelegate(TwoLineDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        row = index.data(ROW_ROLE)
        if row is None:
            return
        painter.save()
        paint_ground(painter, option)
        if row.can_be_chosen:
            _paint_box(painter, option, is_ticked=row.is_chosen)
        paint_mark(painter, QRectF(_mark_rect(option)), row.face, option.palette)
        paint_two_lines(painter, option, _text_rect(option), (row.name, row.second_line))
        painter.restore()

    def editorEvent(  # noqa: N802  # Qt's name
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """A click on the box, or Space."""
        is_key = isinstance(event, QKeyEvent) and event.key() in {
            Qt.Key.Key_Space,
            Qt.Key.Key_Select,
        }
        is_click = (
            isinstance(event, QMouseEvent)
            and event.type() is QEvent.Type.MouseButtonRelease
            and _box_rect(option)
            .adjusted(-GRID_PX, -GRID_PX, GRID_PX, GRID_PX)
            .contains(event.position().toPoint())
        )
        if not (is_key or is_click):
            return False
        is_ticked = CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is CheckState.Checked
        wanted = CheckState.Unchecked if is_ticked else CheckState.Checked
        return model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)


def _paint_box(painter: QPainter, option: QStyleOptionViewItem, *, is_ticked: bool) -> None:
    box = QStyleOptionViewItem(option)
    box.rect = _box_rect(option)
    box.state = option.state & ~QStyle.StateFlag.State_HasFocus
    box.state |= QStyle.StateFlag.State_On if is_ticked else QStyle.StateFlag.State_Off
    style, view = option.widget.style(), option.widget
    box.palette.setColor(QPalette.ColorRole.Window, window_color(view))
    element = QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck
    style.drawPrimitive(element, box, painter, view)


def _box_rect(option: QStyleOptionViewItem) -> QRect:
    style = option.widget.style()
    width = style.pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth, option, option.widget)
    height = style.pixelMetric(QStyle.PixelMetric.PM_IndicatorHeight, option, option.widget)
    return _placed(option, MARGIN_PX, width, height)


def _mark_rect(option: QStyleOptionViewItem) -> QRect:
    beside_px = _box_rect(option).width() + 2 * MARGIN_PX
    return _placed(option, beside_px, MARK_PX, MARK_PX)


def _text_rect(option: QStyleOptionViewItem) -> QRect:
    beside_px = _box_rect(option).width() + MARK_PX + 4 * MARGIN_PX - GRID_PX
    box = option.rect.adjusted(0, 2 * GRID_PX, 0, -2 * GRID_PX)
    if option.direction is Qt.LayoutDirection.RightToLeft:
        return box.adjusted(MARGIN_PX, 0, -beside_px, 0)
    return box.adjusted(beside_px, 0, -MARGIN_PX, 0)


def _placed(option: QStyleOptionViewItem, from_start_px: int, width: int, height: int) -> QRect:
    """In the middle of the row's height, so far from where reading begins."""
    rect = QRect(0, 0, width, height)
    rect.moveCenter(option.rect.center())
    rect.moveLeft(option.rect.left() + from_start_px)
    if option.direction is Qt.LayoutDirection.RightToLeft:
        rect.moveRight(option.rect.right() - from_start_px)
    return rect
