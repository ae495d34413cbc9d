"""Rows of two lines, whatever they show: the first big, the second quiet."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from wgdesk.ui.widgets.shades import mix, quiet_color
from wgdesk.ui.widgets.texts import GRID_PX, SMALL_SCALE, scaled

UNDER_MOUSE: Final = 0.4  # share of the selection's colour
Group = QPalette.ColorGroup
ColorRole = QPalette.ColorRole


class TwoLineDelegate(QStyledItemDelegate):
    """Rows of two lines, whatever they show."""

    def sizeHint(  # noqa: N802  # Qt's name
        self, option: QStyleOptionViewItem, _: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(40 * GRID_PX, two_lines_height(option.font))


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """What says that a row is selected, or under the mouse."""
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    if not is_selected and not option.state & QStyle.StateFlag.State_MouseOver:
        return
    is_active = bool(option.state & QStyle.StateFlag.State_Active)
    group = Group.Active if is_active else Group.Inactive
    color = option.palette.color(group, ColorRole.Highlight)
    if not is_selected:
        color = mix(color, option.palette.color(ColorRole.Base), UNDER_MOUSE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(QRectF(option.rect), GRID_PX, GRID_PX)


def paint_two_lines(
    painter: QPainter,
    option: QStyleOptionViewItem,
    room: QRect,
    texts: tuple[str, str],
    taken_px: int = 0,
) -> None:
    """The first big, the second quiet; what does not fit is cut.

    `taken_px` at the end of the first line belong to something else.
    """
    bold = scaled(option.font, 1, bold=True)
    height = QFontMetrics(bold).height()
    upper = QRect(room.left(), room.top(), room.width(), height)
    lower = QRect(room.left(), upper.bottom() + GRID_PX, room.width(), room.height() - height)
    is_mirrored = option.direction is Qt.LayoutDirection.RightToLeft
    upper.adjust(taken_px if is_mirrored else 0, 0, 0 if is_mirrored else -taken_px, 0)
    painter.setFont(bold)
    painter.setPen(option.palette.color(ColorRole.Text))
    draw_elided(painter, upper, texts[0])
    painter.setFont(scaled(option.font, SMALL_SCALE))
    painter.setPen(quiet_color(option.palette))
    draw_elided(painter, lower, texts[1])


def two_lines_height(font: QFont) -> int:
    """With the space around them, in pixels."""
    name, line = QFontMetrics(scaled(font, 1, bold=True)), QFontMetrics(scaled(font, SMALL_SCALE))
    return name.height() + line.height() + 5 * GRID_PX


def draw_elided(painter: QPainter, rect: QRect, text: str) -> None:
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop
    painter.drawText(rect, flags, cut)
