"""The list of tunnels: what is chosen in it, and what its keys ask for."""

from collections.abc import Iterable
from typing import Final, cast

from PySide6.QtCore import QItemSelectionModel, QItemSelectionRange, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QFrame, QListView, QWidget

from wgdesk.ui.language import tr
from wgdesk.ui.models.steady import ROW_ROLE
from wgdesk.ui.models.tunnels import TunnelModel
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.widgets.soft_selection import SoftSelection
from wgdesk.ui.widgets.tunnel_delegate import TunnelDelegate

TOGGLE_KEYS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


class TunnelList(QListView):
    """Rows are tunnels; several may be selected.

    Signals:
        toggle_asked: By key or double click (a name).
        tunnel_chosen: Another row is the current one (its name, or "").
        selection_changed: Other rows are selected.
        rename_asked: A row is to have another title (its name, what was typed).
        menu_asked: A menu for what is selected, at this place of the screen (a QPoint).
    """

    toggle_asked = Signal(str)
    tunnel_chosen = Signal(str)
    selection_changed = Signal()
    rename_asked = Signal(str, str)
    menu_asked = Signal(QPoint)

    def __init__(self, model: TunnelModel) -> None:
        super().__init__()
        self._tunnels = model
        self.setAccessibleName(tr("Tunnels"))
        self.setModel(model)
        model.rename_asked.connect(self.rename_asked)
        self.setItemDelegate(TunnelDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        SoftSelection(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        row = self.chosen_row()
        is_typing = self.state() is QListView.State.EditingState  # a field passes Return on
        if event.key() in TOGGLE_KEYS and not event.modifiers() and row and not is_typing:
            if not event.isAutoRepeat() and len(self.chosen_names()) == 1:
                self.toggle_asked.emit(row.name)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802  # Qt's name
        """At the mouse, or below the row where it was asked for by key."""
        place = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            below = self.visualRect(self.currentIndex()).bottomLeft()
            place = self.viewport().mapToGlobal(below)
        self.menu_asked.emit(place)

    def closeEditor(  # noqa: N802  # Qt's name
        self, editor: QWidget, _: QAbstractItemDelegate.EndEditHint
    ) -> None:
        """Tab ends the typing; Qt would go on with the next row."""
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def chosen_row(self) -> TunnelRow | None:
        row = self.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, TunnelRow) else None

    def chosen_names(self) -> tuple[str, ...]:
        """Of all selected rows, from top to bottom; of the current one where none is selected."""
        names = self._tunnels.names()
        # Ranges are far fewer than rows, where all of 5,000 are selected.
        ranges = cast("Iterable[QItemSelectionRange]", self.selectionModel().selection())
        spans = sorted((each.top(), each.bottom() + 1) for each in ranges)
        chosen = tuple(name for first, last in spans for name in names[first:last])
        current = self.chosen_row()
        return chosen or ((current.name,) if current is not None else ())

    def start_rename(self) -> None:
        """Make a field of the current row's title; what is typed arrives at the model."""
        index = self.currentIndex()
        if index.isValid():
            self.setFocus()
            self.scrollTo(index)
            self.edit(index)

    def choose(self, name: str) -> None:
        """This one alone."""
        self._choose(self._tunnels.find_index(name))

    def choose_first(self) -> None:
        """The one on top alone."""
        self._choose(self._tunnels.index(0, 0))

    def _choose(self, index: QModelIndex) -> None:
        # The view's own way looks at which keys are down, and would add it to the others.
        how = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, how)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, TunnelRow):
            self.toggle_asked.emit(row.name)

    def _on_current_changed(self) -> None:
        row = self.chosen_row()
        self.tunnel_chosen.emit(row.name if row else "")
