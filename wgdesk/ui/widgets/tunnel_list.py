"""The list of tunnels: mark, name, and one line that says the state in words."""

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from wgdesk.ui.faces import face
from wgdesk.ui.icons import paint_mark
from wgdesk.ui.language import tr
from wgdesk.ui.models.steady import ROW_ROLE
from wgdesk.ui.models.tunnels import TunnelModel
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.sentences import live_line_text
from wgdesk.ui.widgets.mark_label import MARK_PX
from wgdesk.ui.widgets.shades import mix, quiet_color
from wgdesk.ui.widgets.texts import GRID_PX, SMALL_SCALE, scaled

MARGIN_PX: Final = 3 * GRID_PX
FOCUSED: Final = 0.22  # share of the accent in the selection's colour
UNFOCUSED: Final = 0.12
UNDER_MOUSE: Final = 0.4  # share of the selection's colour
Group = QPalette.ColorGroup
ColorRole = QPalette.ColorRole
TOGGLE_KEYS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


class TunnelList(QListView):
    toggle_asked = Signal(str)
    tunnel_chosen = Signal(str)

    def __init__(self, model: TunnelModel) -> None:
        super().__init__()
        self.setAccessibleName(tr("Tunnels"))
        self.setModel(model)
        self.setItemDelegate(TunnelDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        self._soften_selection()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        row = self.chosen_row()
        if event.key() in TOGGLE_KEYS and not event.modifiers() and row is not None:
            if not event.isAutoRepeat():
                self.toggle_asked.emit(row.name)
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._soften_selection()

    def chosen_row(self) -> TunnelRow | None:
        row = self.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, TunnelRow) else None

    def choose(self, name: str) -> None:
        model = self.model()
        if isinstance(model, TunnelModel):
            self.setCurrentIndex(model.find_index(name))

    def _on_double_clicked(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, TunnelRow):
            self.toggle_asked.emit(row.name)

    def _on_current_changed(self) -> None:
        row = self.chosen_row()
        self.tunnel_chosen.emit(row.name if row else "")

    def _soften_selection(self) -> None:
        """A light tint of the desktop's own accent, on which coloured marks still read."""
        palette = QPalette()
        base, text = palette.color(ColorRole.Base), palette.color(ColorRole.Text)
        accent = palette.color(Group.Active, ColorRole.Highlight)
        if self.palette().color(Group.Active, ColorRole.Highlight) == mix(accent, base, FOCUSED):
            return  # this very change has brought us here
        for group, share in ((Group.Active, FOCUSED), (Group.Inactive, UNFOCUSED)):
            palette.setColor(group, ColorRole.Highlight, mix(accent, base, share))
            palette.setColor(group, ColorRole.HighlightedText, text)
        self.setPalette(palette)


class TwoLineDelegate(QStyledItemDelegate):
    """Rows of two lines, whatever they show."""

    def sizeHint(  # noqa: N802  # Qt's name
        self, option: QStyleOptionViewItem, _: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(40 * GRID_PX, two_lines_height(option.font))


class TunnelDelegate(TwoLineDelegate):
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        self.initStyleOption(option, index)
        row = index.data(ROW_ROLE)
        if not isinstance(row, TunnelRow):
            return
        painter.save()
        paint_ground(painter, option)
        self._paint_row(painter, option, row)
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: TunnelRow) -> None:
        box = option.rect.adjusted(MARGIN_PX, 2 * GRID_PX, -2 * GRID_PX, -2 * GRID_PX)
        mark = QRect(0, 0, MARK_PX, MARK_PX)
        mark.moveCenter(box.center())
        mark.moveLeft(box.left())
        texts = box.adjusted(MARK_PX + MARGIN_PX, 0, 0, 0)
        if option.direction is Qt.LayoutDirection.RightToLeft:
            mark.moveRight(box.right())
            texts = box.adjusted(0, 0, -MARK_PX - MARGIN_PX, 0)
        paint_mark(painter, QRectF(mark), face(row), option.palette)
        paint_two_lines(painter, option, texts, (row.name, live_line_text(row)))


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
    painter: QPainter, option: QStyleOptionViewItem, room: QRect, texts: tuple[str, str]
) -> None:
    """The first big, the second quiet; what does not fit is cut."""
    bold = scaled(option.font, 1, bold=True)
    height = QFontMetrics(bold).height()
    upper = QRect(room.left(), room.top(), room.width(), height)
    lower = QRect(room.left(), upper.bottom() + GRID_PX, room.width(), room.height() - height)
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
