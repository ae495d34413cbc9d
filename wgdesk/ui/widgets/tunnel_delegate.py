"""How a tunnel is drawn in the list: mark, title, tags, and one line that says the state in words."""

from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QLineEdit, QStyleOptionViewItem, QWidget

from wgdesk.ui.faces import face
from wgdesk.ui.icons import paint_mark
from wgdesk.ui.language import tr
from wgdesk.ui.models.steady import ROW_ROLE
from wgdesk.ui.naming import shown_name
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.sentences import live_line_text
from wgdesk.ui.widgets.mark_label import MARK_PX
from wgdesk.ui.widgets.shades import mix, quiet_color
from wgdesk.ui.widgets.texts import GRID_PX, SMALL_SCALE, scaled
from wgdesk.ui.widgets.two_lines import TwoLineDelegate, paint_ground, paint_two_lines

MARGIN_PX: Final = 3 * GRID_PX
TAGS_SHARE: Final = 0.5  # of the first line, at most; the title goes first
MOST_LETTERS: Final = 200  # of a title while it is typed
GROUND_SHARE: Final = 0.08  # of the text's colour behind a tag
Index = QModelIndex | QPersistentModelIndex
ColorRole = QPalette.ColorRole


class TunnelDelegate(TwoLineDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        row = index.data(ROW_ROLE)
        if not isinstance(row, TunnelRow):
            return
        painter.save()
        paint_ground(painter, option)
        self._paint_row(painter, option, row)
        painter.restore()

    def createEditor(  # noqa: N802  # Qt's name
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFont(scaled(option.font, 1, bold=True))
        editor.setMaxLength(MOST_LETTERS)
        editor.setAccessibleName(tr("New name"))
        editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802  # Qt's name
        """Nothing: a refresh of the list must not take away what is being typed."""

    def setModelData(  # noqa: N802  # Qt's name
        self, editor: QWidget, model: QAbstractItemModel, index: Index
    ) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(  # noqa: N802  # Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, _: Index
    ) -> None:
        room = _text_room(option)
        height = editor.sizeHint().height()
        top = room.top() + (QFontMetrics(editor.font()).height() - height) // 2
        editor.setGeometry(room.left() - GRID_PX, top, room.width() + GRID_PX, height)

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: TunnelRow) -> None:
        mark = QRect(0, 0, MARK_PX, MARK_PX)
        box = _inner_box(option)
        mark.moveCenter(box.center())
        mark.moveLeft(box.left())
        if option.direction is Qt.LayoutDirection.RightToLeft:
            mark.moveRight(box.right())
        paint_mark(painter, QRectF(mark), face(row), option.palette)
        room, title = _text_room(option), shown_name(row)
        taken_px = _paint_tags(painter, option, room, row.tags) if row.tags else 0
        paint_two_lines(painter, option, room, (title, live_line_text(row)), taken_px)


def _inner_box(option: QStyleOptionViewItem) -> QRect:
    return option.rect.adjusted(MARGIN_PX, 2 * GRID_PX, -2 * GRID_PX, -2 * GRID_PX)


def _text_room(option: QStyleOptionViewItem) -> QRect:
    """Beside the mark."""
    beside_px = MARK_PX + MARGIN_PX
    if option.direction is Qt.LayoutDirection.RightToLeft:
        return _inner_box(option).adjusted(0, 0, -beside_px, 0)
    return _inner_box(option).adjusted(beside_px, 0, 0, 0)


def _paint_tags(
    painter: QPainter, option: QStyleOptionViewItem, room: QRect, tags: tuple[str, ...]
) -> int:
    """At the end of the first line, as many as half of it holds.

    Returns:
        How much of the line they take, in pixels.
    """
    font = scaled(option.font, SMALL_SCALE)
    letters = QFontMetrics(font)
    height = QFontMetrics(scaled(option.font, 1, bold=True)).height()
    is_mirrored = option.direction is Qt.LayoutDirection.RightToLeft
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    widths = [letters.horizontalAdvance(tag) + 2 * GRID_PX for tag in tags]
    while sum(widths) + GRID_PX * len(widths) > TAGS_SHARE * room.width():
        widths.pop()
    taken_px = 0
    for tag, width in reversed(tuple(zip(tags, widths, strict=False))):
        left = room.left() + taken_px if is_mirrored else room.right() + 1 - taken_px - width
        _paint_tag(painter, option, QRect(left, room.top(), width, height), tag)
        taken_px += width + GRID_PX
    return taken_px


def _paint_tag(painter: QPainter, option: QStyleOptionViewItem, box: QRect, tag: str) -> None:
    palette = option.palette
    text, base = palette.color(ColorRole.Text), palette.color(ColorRole.Base)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix(text, base, GROUND_SHARE))
    painter.drawRoundedRect(QRectF(box), GRID_PX, GRID_PX)
    painter.setPen(quiet_color(palette))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tag)
