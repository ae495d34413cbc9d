"""Earlier versions of a profile: a list, and what each is different in."""

import time
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QPushButton, QSplitter, QVBoxLayout, QWidget

from wgdesk.client.history import Version, Why
from wgdesk.domain.text_changes import Hunk
from wgdesk.domain.units import bytes_text
from wgdesk.ui.language import tr
from wgdesk.ui.widgets.changes_view import ChangesView
from wgdesk.ui.widgets.texts import GRID_PX, QuietText

LIST_PX: Final = 280


class EditorHistory(QSplitter):
    """Signals: `looked` for what a version is different in; `restore_asked`. Each has a Version."""

    looked = Signal(object)
    restore_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._versions: tuple[Version, ...] = ()
        self._list, self._changes = QListWidget(), ChangesView()
        self._list.setAccessibleName(tr("Earlier versions"))
        self._none = QuietText(tr("There are no earlier versions yet."), scale=1.0)
        self._restore = QPushButton(tr("Put this version into the text"))
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, GRID_PX, 0)
        column.addWidget(self._none)
        column.addWidget(self._list, 1)
        column = QVBoxLayout(right)
        column.setContentsMargins(GRID_PX, 0, 0, 0)
        column.addWidget(self._changes, 1)
        column.addWidget(self._restore, 0, Qt.AlignmentFlag.AlignRight)
        self.addWidget(left)
        self.addWidget(right)
        self.setSizes([LIST_PX, 2 * LIST_PX])
        self.setStretchFactor(1, 1)
        self.setChildrenCollapsible(False)
        self._list.currentRowChanged.connect(self._on_row_changed)
        self._restore.clicked.connect(self._on_restore)
        self.show_versions(())

    def show_versions(self, versions: Sequence[Version]) -> None:
        """The last one first."""
        self._versions = tuple(versions)
        self._list.clear()
        self._list.addItems([_line(it) for it in self._versions])
        self._none.setVisible(not versions)
        self._list.setVisible(bool(versions))
        self._restore.setEnabled(bool(versions))
        if versions:
            self._list.setCurrentRow(0)
        else:
            self._changes.clear()

    def show_changes(self, words: Sequence[str], hunks: Sequence[Hunk]) -> None:
        """From the version that is chosen to the text as it is now."""
        self._changes.show_changes(words, hunks)

    def chosen(self) -> Version | None:
        row = self._list.currentRow()
        return self._versions[row] if 0 <= row < len(self._versions) else None

    def _on_row_changed(self, row: int) -> None:
        if 0 <= row < len(self._versions):
            self.looked.emit(self._versions[row])

    def _on_restore(self) -> None:
        version = self.chosen()
        if version is not None:
            self.restore_asked.emit(version)


def why_text(why: Why) -> str:
    """What made a version an earlier one."""
    return {
        Why.EDITED: tr("before an edit"),
        Why.REPLACED: tr("before an import took its place"),
        Why.RESTORED: tr("before an earlier version came back"),
        Why.SAVED_LIVE: tr("before a disconnect saved the live tunnel"),
        Why.DISCARDED: tr("not kept when two had changed it"),
        Why.KEYRING: tr("before its keys went into the keyring"),
    }[why]


def _line(version: Version) -> str:
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(version.when_unix_s))
    return f"{when}  {bytes_text(version.size)}\n{why_text(version.why)}"
