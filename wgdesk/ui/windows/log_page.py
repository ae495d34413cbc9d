"""The log: what was done for the tunnels, as it happens; to be filtered, copied and saved."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSignalBlocker, QStandardPaths, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wgdesk.client.log_file import save_log
from wgdesk.client.log_text import file_name
from wgdesk.domain import log_line
from wgdesk.domain.errors import NeedsHelper, WgdeskError
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.feed import Feed
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.marks import Tone
from wgdesk.ui.models.log import LogModel
from wgdesk.ui.troubles import Words, error_words
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.log_table import LogTable
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.panel import around
from wgdesk.ui.widgets.search_field import SearchField
from wgdesk.ui.widgets.texts import GRID_PX, TITLE_SCALE, QuietText, Text
from wgdesk.ui.wording import SEPARATOR

LogFeed = Feed[log_line.LogPage | None]
SEARCH_WIDTH_PX: Final = 60 * GRID_PX
TUNNEL_WIDTH_PX: Final = 40 * GRID_PX


class LogPage(QWidget):
    """Draws what its feed brings."""

    def __init__(self, feed: LogFeed, bridge: Bridge) -> None:
        """`bridge` carries what may take its time, such as a file on a slow disk."""
        super().__init__()
        self._bridge = bridge
        self._has_answer, self._is_gone = False, False
        self._lack: NeedsHelper | None = None
        self._model = LogModel(self)
        self._table = LogTable(self._model)
        self._sheet = around(self._table, 2 * GRID_PX)
        self._tunnel, self._search = QComboBox(), SearchField(tr("Search in the log"))
        self._reading, self._saving, self._status = MessageBar(), MessageBar(), QuietText()
        self._nothing = _Nothing()
        self._middle = QStackedWidget()
        self._first = FirstFocus(self, self._table)
        self._copy = self._action(
            tr("Copy"), QKeySequence.StandardKey.Copy, self._table.copy_selection
        )
        self._all = self._action(
            tr("Select all"), QKeySequence.StandardKey.SelectAll, self._table.selectAll
        )
        self._save = self._action(
            tr("Save to file…"), QKeySequence.StandardKey.Save, self._ask_path
        )
        self._clear = self._action(tr("Clear view"), None, self._model.clear)
        self._arrange()
        self._connect(feed)
        self._fill_tunnels()
        self._show_counts()

    def save_to(self, path: Path) -> None:
        """Write the lines that are shown; what goes wrong is said in place."""
        saving = asyncio.to_thread(save_log, path, tuple(self._model.shown))
        self._bridge.submit(saving, lambda _: self._on_saved(path), self._on_save_failed)

    def start_search(self) -> None:
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _action(
        self, text: str, keys: QKeySequence.StandardKey | None, slot: Callable[[], object]
    ) -> QAction:
        action = QAction(text, self)
        if keys is not None:
            action.setShortcuts(keys)
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    def _arrange(self) -> None:
        self._tunnel.setAccessibleName(tr("Tunnel"))
        self._tunnel.setMinimumWidth(TUNNEL_WIDTH_PX)
        self._tunnel.setMinimumHeight(self._search.minimumHeight())
        self._search.setPlaceholderText(tr("Search in the log"))
        self._search.setMaximumWidth(SEARCH_WIDTH_PX)
        self._table.addActions([self._copy, self._all, self._save, self._clear])
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for widget in (self._sheet, self._nothing):
            self._middle.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(2 * GRID_PX)
        column.addLayout(self._top_row())
        column.addWidget(self._reading)
        column.addWidget(self._saving)
        column.addWidget(self._middle, 1)
        column.addWidget(self._status)

    def _top_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2 * GRID_PX)
        row.addWidget(self._tunnel)
        row.addWidget(self._search, 1)
        row.addStretch(1)
        for action in (self._copy, self._save, self._clear):
            button = QPushButton(action.text())
            button.setToolTip(action.shortcut().toString(QKeySequence.SequenceFormat.NativeText))
            button.setAutoDefault(False)
            button.setMinimumHeight(self._search.minimumHeight())
            button.clicked.connect(action.trigger)
            action.changed.connect(lambda on=button, of=action: on.setEnabled(of.isEnabled()))
            row.addWidget(button)
        return row

    def _connect(self, feed: LogFeed) -> None:
        feed.arrived.connect(self._on_arrived)
        feed.failed.connect(self._on_feed_failed)
        self._model.tunnels_changed.connect(self._fill_tunnels)
        self._model.counts_changed.connect(self._show_counts)
        self._table.selectionModel().selectionChanged.connect(self._show_actions)
        self._model.modelReset.connect(self._show_actions)
        self._tunnel.currentIndexChanged.connect(self._filter)
        self._search.textChanged.connect(self._filter)
        self._search.left.connect(self.setFocus)
        self._saving.dismissed.connect(lambda: self._saving.show_words(None, Tone.BAD))

    def _on_arrived(self, page: log_line.LogPage | None) -> None:
        self._has_answer, self._is_gone, self._lack = True, page is None, None
        if page is not None:
            self._model.take(page)
            self._reading.show_words(None, Tone.ATTENTION)
        self._show_counts()

    def _on_feed_failed(self, error: WgdeskError | None) -> None:
        """It is tried again by itself; what is here stays."""
        self._has_answer, self._is_gone = True, True
        self._lack = error if isinstance(error, NeedsHelper) else None
        if error is not None:
            words = error_words(tr("The log cannot be read"), error)
            self._reading.show_words(None if self._lack else words, Tone.ATTENTION)
        self._show_counts()

    def _filter(self) -> None:
        self._model.show_only(str(self._tunnel.currentData() or ""), self._search.text())

    def _fill_tunnels(self) -> None:
        chosen = self._tunnel.currentData()
        with QSignalBlocker(self._tunnel):
            self._tunnel.clear()
            self._tunnel.addItem(tr("All tunnels"), "")
            for name in self._model.tunnels:
                self._tunnel.addItem(name, name)
            self._tunnel.setCurrentIndex(max(0, self._tunnel.findData(chosen)))

    def _show_counts(self) -> None:
        shown, count = len(self._model.shown), self._model.count
        words = _nothing_words(count, has_answer=self._has_answer, is_gone=self._is_gone)
        if self._lack is not None and not count:
            words = error_words(tr("There is no log without the helper"), self._lack)
        self._nothing.show_words(words)
        self._show_in_the_middle(self._sheet if shown else self._nothing)
        parts = [_count_text(shown, count)] if count else []
        if self._is_gone and count:
            parts.append(tr("the helper does not answer; what is here stays"))
        self._status.setText(SEPARATOR.join(parts))
        self._show_actions()

    def _show_in_the_middle(self, widget: QWidget) -> None:
        """The keys go where the eyes are."""
        before = self._middle.currentWidget()
        if widget is not before:
            keys_at = self.window().focusWidget()
            has_keys = keys_at in {before, self._table}
            self._middle.setCurrentWidget(widget)
            first = self._table if widget is self._sheet else widget
            self._first.hand_to(first)
            if has_keys:
                first.setFocus()

    def _show_actions(self) -> None:
        has_lines = bool(self._model.shown)
        self._copy.setEnabled(self._table.selectionModel().hasSelection())
        self._all.setEnabled(has_lines)
        self._save.setEnabled(has_lines)
        self._clear.setEnabled(self._model.count > 0)

    def _ask_path(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        wanted = Path(folder or Path.home()) / file_name(datetime.now().astimezone())
        dialog = QFileDialog(self, tr("Save the log"), str(wanted.parent), tr("Text (*.txt)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(wanted.name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.save_to(Path(chosen)))
        dialog.open()

    def _on_saved(self, path: Path) -> None:
        self._saving.show_words(None, Tone.BAD)
        self._status.setText(tr("Saved to {path}").format(path=path))

    def _on_save_failed(self, error: WgdeskError) -> None:
        words = error_words(tr("The log was not saved"), error)
        self._saving.show_words(words, Tone.BAD, dismissible=True)


class _Nothing(QLabel):
    """In the place of the table while there is no line to show: why."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title, self._body = Text(scale=TITLE_SCALE, bold=True), QuietText(scale=1.0)
        column = QVBoxLayout(self)
        column.setSpacing(3 * GRID_PX)
        column.addStretch(2)
        for label in (self._title, self._body):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(3)

    def show_words(self, words: Words) -> None:
        self._title.setText(words.title)
        body = " ".join(part for part in (words.body, words.remedy) if part)
        self._body.setText(body)
        self.setAccessibleName(f"{words.title}. {body}")


def _nothing_words(count: int, *, has_answer: bool, is_gone: bool) -> Words:
    if count:
        return Words(tr("No line matches"), tr("Choose another tunnel, or search for less."))
    if is_gone:
        return Words(tr("The log is not here"), tr("The helper does not answer; asking again."))
    if not has_answer:
        return Words(tr("Asking the helper…"), "")
    return Words(
        tr("Nothing was done yet"),
        tr("What wgdesk does for your tunnels appears here line by line, while it happens."),
    )


def _count_text(shown: int, count: int) -> str:
    if shown == count:
        return tr_count("{count} line", "{count} lines", count)
    return tr("{shown} of {all} lines").format(shown=shown, all=count)
