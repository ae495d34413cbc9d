"""What can be done with profiles: each an action with its key, for menus and buttons."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.picture import TunnelRow

Context = Qt.ShortcutContext
Keys = str | QKeySequence.StandardKey
Standard = QKeySequence.StandardKey


class ProfileActions:
    """They belong to the window; some of their keys work only where the list is.

    Args:
        page: Where Rename, Paste and Undo have their keys.
        view: Where Delete and Select all have theirs.
    """

    def __init__(self, window: QWidget, page: QWidget, view: QWidget) -> None:
        self._window = window
        self.add = self._action(tr("Import tunnels…"), "Ctrl+O")
        self.paste = self._action(tr("Paste a profile"), Standard.Paste, page)
        self.new = self._action(tr("New tunnel…"), "Ctrl+N")
        self.edit = self._action(tr("Edit…"), "Ctrl+E")
        self.rename = self._action(tr("Rename"), "F2", page)
        self.tags = self._action(tr("Tags…"))
        self.export = self._action(tr("Export…"))
        self.boot = self._action(tr("Connect at boot"))
        self.boot.setCheckable(True)
        self.boot.setEnabled(False)  # whether it may be turned is for others to say
        self.delete = self._action(tr("Delete"), Standard.Delete, view)
        self.select_all = self._action(tr("Select all tunnels"), Standard.SelectAll, view)
        self.undo = self._action(tr("Undo"), Standard.Undo, page)
        self.show_rows(())
        self.show_step("")

    def at_large(self) -> tuple[QAction, ...]:
        """Those for which no tunnel need be chosen."""
        return self.add, self.paste, self.new

    def for_chosen(self) -> tuple[QAction, ...]:
        """Those for what is chosen."""
        return self.edit, self.rename, self.tags, self.export, self.boot, self.delete

    def beside(self) -> tuple[QAction, ...]:
        """Those for the list as a whole."""
        return self.select_all, self.undo

    def show_rows(self, rows: Sequence[TunnelRow]) -> None:
        """What is chosen; a tunnel without a file has nothing that could be changed."""
        has_files = bool(rows) and all(map(has_file, rows))
        is_one = len(rows) == 1
        for action in (self.edit, self.rename):
            action.setEnabled(has_files and is_one)
        for action in (self.tags, self.export, self.delete):
            action.setEnabled(has_files)
        count = len(rows)
        if count > 1:
            self.delete.setText(tr_count("Delete {count} tunnel", "Delete {count} tunnels", count))
            self.export.setText(
                tr_count("Export {count} tunnel…", "Export {count} tunnels…", count)
            )
        else:
            self.delete.setText(tr("Delete"))
            self.export.setText(tr("Export…"))

    def show_step(self, text: str) -> None:
        """What Undo would take back; "" for nothing."""
        self.undo.setEnabled(bool(text))
        self.undo.setText(tr("Undo: {what}").format(what=text) if text else tr("Undo"))

    def _action(self, text: str, keys: Keys = "", place: QWidget | None = None) -> QAction:
        """`place` is where its key works, with what is in it; the whole window if None."""
        action = QAction(text, self._window)
        action.setWhatsThis(text)  # whatever its text says at the moment
        action.setShortcutVisibleInContextMenu(True)
        if keys:
            action.setShortcut(QKeySequence(keys))
        if place is not None:
            action.setShortcutContext(Context.WidgetWithChildrenShortcut)
        (place or self._window).addAction(action)
        return action


def has_file(row: TunnelRow) -> bool:
    return row.profile is not None or row.profile_error is not None
