"""Lets a person have profiles connected at boot: the card of a tunnel, its menu, what is left over."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from operator import is_

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.profile import Profile
from wgdesk.domain.render import digest
from wgdesk.ui.boot_board import BootBoard
from wgdesk.ui.boot_words import BootView, boot_view, orphan_words
from wgdesk.ui.language import tr
from wgdesk.ui.picture import HelperState, TunnelRow
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import Words
from wgdesk.ui.widgets.question_bar import QuestionBar, Reply
from wgdesk.ui.windows.main import MainWindow


class Booting(QObject):
    """Belongs to the window; `action` is the menu's, for what is chosen."""

    def __init__(self, window: MainWindow, switchboard: Switchboard, action: QAction) -> None:
        super().__init__(window)
        self._window, self._switchboard, self._action = window, switchboard, action
        self._page, self._card = window.tunnels, window.tunnels.page.boot
        self.board = BootBoard(switchboard)
        self.board.setParent(self)
        self._bar = QuestionBar()
        self._left_over = ""  # whose bar is shown
        self._put_off: set[str] = set()
        self._seen: tuple[object, ...] = ()
        self._digested: tuple[Profile | None, str] = (None, "")
        window.add_notice(self._bar)
        self._connect()
        self._show()

    def _connect(self) -> None:
        self._page.row_changed.connect(self._on_row_changed)
        self._switchboard.picture_changed.connect(self._on_picture_changed)
        self.board.changed.connect(self._show)
        self.board.failed.connect(self._on_failed)
        self._card.picked.connect(self._on_picked)
        self._card.update_asked.connect(self._do(self.board.turn_on))
        self._card.forget_asked.connect(self._do(self.board.turn_off))
        self._action.triggered.connect(self._on_triggered)
        self._bar.visibility_changed.connect(self._on_bar_changed)

    def _on_row_changed(self) -> None:
        self._card.show_trouble(None)
        self._show()

    def _on_picture_changed(self) -> None:
        if self._window.isVisible():
            self.board.look_if_old()
        self._show()

    def _row(self) -> TunnelRow | None:
        row = self._page.chosen_row()
        return row if row is not None and row.profile is not None else None

    def _show(self) -> None:
        row = self._row()
        copy = self.board.copies.get(row.name) if row is not None else None
        self._show_left_over()
        board, helper = self.board, self._switchboard.picture.helper
        seen = (row, copy, board.is_known, board.is_able, board.changing, helper)
        if len(self._seen) == len(seen) and all(map(is_, seen, self._seen)):
            return
        self._seen = seen
        self._card.setVisible(row is not None)
        view = self._view(row, copy) if row is not None else BootView()
        self._card.show_view(view)
        self._action.setChecked(view.is_on)
        self._action.setEnabled(row is not None and not view.why_closed)

    def _view(self, row: TunnelRow, copy: BootCopy | None) -> BootView:
        view = boot_view(row, copy, is_edited=self._is_edited(row, copy))
        if not self.board.is_able:
            return replace(view, why_closed=tr("The helper is too old for that."))
        if not self.board.is_known:
            is_gone = self._switchboard.picture.helper is HelperState.GONE
            why = tr("The helper does not answer.") if is_gone else tr("Asking the helper…")
            return replace(view, why_closed=why)
        if self.board.changing:
            return replace(view, why_closed=tr("Waiting for an administrator…"))
        return view

    def _is_edited(self, row: TunnelRow, copy: BootCopy | None) -> bool:
        """A digest of 20,000 networks takes its time, and a row is new with every second."""
        if copy is None or row.profile is None:
            return False
        if row.profile is not self._digested[0]:
            self._digested = (row.profile, digest(row.profile))
        return self._digested[1] != copy.digest

    def _show_left_over(self) -> None:
        """A copy whose profile was deleted or has another name now still connects."""
        picture = self._switchboard.picture
        if not (picture.has_looked and self.board.is_known):
            return
        files = {row.name for row in picture.rows if row.profile or row.profile_error}
        found = [
            copy
            for name, copy in self.board.copies.items()
            if name not in files | self._put_off and copy.is_enabled
        ]
        name = found[0].name if found else ""
        if name == self._left_over:
            return
        self._left_over = name
        if not found:
            self._bar.leave()
            return
        title, sentence = orphan_words(found[0])
        turn_off = Reply(tr("Turn that off"), partial(self.board.turn_off, name))
        self._bar.tell(Words(title, sentence), turn_off)

    def _on_bar_changed(self) -> None:
        if self._bar.isHidden() and self._left_over:
            self._put_off.add(self._left_over)  # it was read, or answered
            self._left_over = ""

    def _on_triggered(self, is_on: bool) -> None:  # noqa: FBT001  # Qt's signal
        self._action.setChecked(not is_on)  # until the helper says that it is so
        self._card.show_trouble(None)
        self._on_picked(is_on)

    def _on_picked(self, is_on: bool) -> None:  # noqa: FBT001  # Qt's signal
        self._do(self.board.turn_on if is_on else self.board.turn_off)()

    def _do(self, order: Callable[[str], None]) -> Callable[[], None]:
        def give() -> None:
            row = self._row()
            if row is not None:
                order(row.name)

        return give

    def _on_failed(self, name: str, words: Words) -> None:
        row = self._row()
        if row is not None and row.name == name:
            self._card.show_trouble(words)
            # Its place is known once the page has been laid out anew.
            show = partial(self._page.page.ensureWidgetVisible, self._card)
            QTimer.singleShot(0, self, show)
        else:
            self._window.question.tell(words, is_bad=True)
