"""The editor of one profile: its text, what is wrong in it, what it means, what it was."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wgdesk.client.history import Version
from wgdesk.client.library import Library
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.fixes import Fix, fix_for
from wgdesk.domain.form_edits import set_value
from wgdesk.domain.keys import PresharedKey, PrivateKey
from wgdesk.domain.line_edit import LineEdit
from wgdesk.domain.options import HookMode
from wgdesk.domain.outline import outline
from wgdesk.domain.problem import Problem
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.editing import Editing, lines_of
from wgdesk.ui.icons import app_icon
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.marks import Tone
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import Words, error_words
from wgdesk.ui.widgets.changes_view import ChangesView
from wgdesk.ui.widgets.conf_editor import ConfEditor
from wgdesk.ui.widgets.find_bar import FindablePane
from wgdesk.ui.widgets.first_focus import FirstFocus
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.page_bar import PageBar
from wgdesk.ui.widgets.panel import around
from wgdesk.ui.widgets.problem_list import ProblemList
from wgdesk.ui.widgets.profile_form import ProfileForm
from wgdesk.ui.widgets.question_bar import QuestionBar, Reply
from wgdesk.ui.widgets.texts import GRID_PX, QuietText
from wgdesk.ui.windows.editor_answers import EditorAnswers
from wgdesk.ui.windows.editor_history import EditorHistory
from wgdesk.ui.windows.editor_name import EditorName
from wgdesk.ui.windows.editor_side import EditorSide

START_SIZE: Final = QSize(1000, 680)
SIDE_PX: Final = 264
# A person who types does not read what is wrong between two letters.
SETTLE_MS: Final = 120
TEXT, FORM, HISTORY, COMPARE = range(4)


class EditorWindow(QWidget):
    """Signals: `commands_asked` for the page where a tunnel's commands are chosen (its name)."""

    commands_asked = Signal(str)

    def __init__(
        self,
        bridge: Bridge,
        switchboard: Switchboard,
        library: Library,
        name: str,
        draft: tuple[str, bytes] | None = None,
    ) -> None:
        """`draft` is the title and the text of a profile that is not there yet."""
        super().__init__()
        self._bridge, self._switchboard = bridge, switchboard
        self._editing = Editing(switchboard, library, name)
        self._may_leave = self._is_leaving = False
        self._problems: tuple[Problem, ...] = ()  # as they are shown: a big text takes its time
        self._line = -1
        self.name = EditorName(self._editing, switchboard)
        self._views, self._stack = PageBar(), QStackedWidget()
        self.text, self.form, self.side = ConfEditor(), ProfileForm(), EditorSide()
        self.history, self._compare = EditorHistory(), ChangesView()
        self.problems, self.question, self._trouble = ProblemList(), QuestionBar(), MessageBar()
        self._problem_card = around(self.problems)
        self._footer = QuietText(scale=1.0)
        self._compare_button = QPushButton(tr("Compare…"))
        self._close_button = QPushButton(tr("Close"))
        self._save_button = QPushButton(tr("Save"))
        self._answers = EditorAnswers(self._editing, switchboard, self.question)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self.setWindowIcon(app_icon())
        self.resize(START_SIZE)
        self._arrange()
        self._connect()
        if draft is not None:
            self._editing.begin(*draft)
        else:
            self._editing.load()
        self.show_view(TEXT)

    @property
    def is_changed(self) -> bool:
        """Whether something would be lost if it went away."""
        return self._editing.is_changed or self.name.is_other

    @property
    def profile_name(self) -> str:
        """That of its tunnel; "" as long as it was not saved."""
        return self._editing.name

    def follow(self, name: str) -> None:
        """The profile was given that name elsewhere."""
        self._editing.follow(name)

    def may_close(self) -> bool:
        """True where nothing would be lost; else it comes to the front and asks."""
        self.form.flush()  # what was typed just now counts too
        if self._may_leave or not self.is_changed:
            return True
        self.raise_()
        self.activateWindow()
        self._ask_to_leave()
        return False

    def show_view(self, number: int) -> None:
        self.form.flush()
        self._stack.setCurrentIndex(number)
        if number != COMPARE:
            self._views.mark(number)
        if number == FORM:
            self.form.show_document(self._editing.live)
        elif number == HISTORY:
            self._editing.versions(self.history.show_versions)
        elif number == COMPARE:
            self._compare.show_changes(*self._editing.compared(self._editing.before))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        if self.may_close():
            super().closeEvent(event)
        else:
            event.ignore()

    # How it looks.

    def _arrange(self) -> None:
        for title in (tr("Text"), tr("Form"), tr("History")):
            self._views.add_page(title)
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self._views)
        texts = QSplitter()
        texts.addWidget(around(FindablePane(self.text)))
        texts.addWidget(around(self.side))
        texts.setSizes([START_SIZE.width() - SIDE_PX, SIDE_PX])
        texts.setStretchFactor(0, 1)
        texts.setChildrenCollapsible(False)
        for view in (texts, self.form, around(self.history), around(self._compare)):
            self._stack.addWidget(view)
        self._save_button.setDefault(True)
        foot = QHBoxLayout()
        foot.addWidget(self._footer, 1)
        for button in (self._compare_button, self._close_button, self._save_button):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID_PX, 2 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX)
        column.setSpacing(2 * GRID_PX)
        column.addLayout(head)
        column.addWidget(self.question)
        column.addWidget(self._trouble)
        column.addWidget(self._stack, 1)
        column.addWidget(self._problem_card)
        column.addLayout(foot)
        FirstFocus(self, self.text)
        self.text.setFocus()  # not the name, which comes first

    def _connect(self) -> None:
        self._editing.loaded.connect(self._on_loaded)
        self._editing.saved.connect(self._on_saved)
        self._answers.compare_asked.connect(self._on_compare_theirs)
        self._editing.failed.connect(self._on_failed)
        self._editing.renamed.connect(self._on_renamed)
        self.text.edited.connect(self._on_edited)
        self.text.caret_moved.connect(self._show_place)
        self.text.refused.connect(lambda text: self._tell_trouble(Words(text, "")))
        self.side.reveal_toggled.connect(self.text.reveal)
        self.side.key_asked.connect(self._on_key_asked)
        self.side.preshared_asked.connect(self._on_preshared_asked)
        self.side.commands_asked.connect(lambda: self.commands_asked.emit(self._editing.name))
        self.side.fix_asked.connect(self._on_fix_asked)
        self.form.edits_made.connect(self._on_form_edits)
        self.problems.chosen.connect(self._go_to)
        self.problems.fix_asked.connect(self._on_fix_asked)
        self.history.looked.connect(self._on_version_looked)
        self.history.restore_asked.connect(self._on_restore_asked)
        self._views.page_chosen.connect(self.show_view)
        self.name.typed.connect(self._show_state)
        self.name.refused.connect(self._tell_trouble)
        self._compare_button.clicked.connect(self._on_compare)
        self._close_button.clicked.connect(self.close)
        self._save_button.clicked.connect(self._on_save)
        self._settle.timeout.connect(self._show_meaning)
        self._trouble.dismissed.connect(lambda: self._trouble.show_words(None, Tone.BAD))
        self.question.left.connect(self.text.setFocus)
        self._switchboard.picture_changed.connect(self._on_picture_changed)
        for keys, slot in self._shortcuts():
            QShortcut(QKeySequence(keys), self, slot)

    def _shortcuts(self) -> list[tuple[str, Callable[[], object]]]:
        return [
            ("Ctrl+S", self._on_save),
            ("Ctrl+D", self._on_compare),
            ("Ctrl+W", self.close),
            ("F8", partial(self._step_problem, 1)),
            ("Shift+F8", partial(self._step_problem, -1)),
            ("Ctrl+1", partial(self.show_view, TEXT)),
            ("Ctrl+2", partial(self.show_view, FORM)),
            ("Ctrl+3", partial(self.show_view, HISTORY)),
        ]

    # What is typed.

    def _on_edited(self, edit: LineEdit) -> None:
        self._editing.live.replace(edit)
        self._show_state()
        self._settle.start()

    def _show_meaning(self) -> None:
        """What is wrong and what it says now."""
        live = self._editing.live
        self._problems = live.problems
        self.text.show_problems(live.problems)
        self.problems.show_problems(live.problems, partial(fix_for, live.lines))
        self._problem_card.setVisible(bool(live.problems))
        row = self._switchboard.picture.find_row(self._editing.name)
        self.side.show_document(live, row.hooks if row is not None else HookMode.IGNORE)
        if self._stack.currentIndex() == FORM:
            self.form.show_document(live)
        self._show_state()

    def _show_state(self) -> None:
        editing, problems = self._editing, self._problems
        row = self._switchboard.picture.find_row(editing.name)
        parts = []
        if problems:
            parts.append(tr_count("{count} problem", "{count} problems", len(problems)))
        if self.is_changed and row is not None and row.is_up:
            parts.append(tr("the live tunnel keeps the old settings until you save"))
        elif self.is_changed:
            parts.append(tr("not saved yet"))
        self._footer.setText(" · ".join(parts))
        self._save_button.setEnabled(self.is_changed)
        self._compare_button.setEnabled(editing.is_changed and not editing.is_new)
        self._compare_button.setText(
            tr("Back to the text") if self._stack.currentIndex() == COMPARE else tr("Compare…")
        )
        self.setWindowModified(self.is_changed)
        self._leave_if_done()

    def _show_place(self) -> None:
        line = self.text.caret_line()
        if line == self._line:
            return
        self._line = line
        self.side.set_in_peer(self._peer_at_caret() is not None)

    def _peer_at_caret(self) -> int | None:
        line = self.text.caret_line()
        peers = outline(self._editing.live.lines).peers
        found = [at for at, it in enumerate(peers) if it.first <= line <= it.last]
        return found[0] if found else None

    def _go_to(self, problem: Problem) -> None:
        self.show_view(TEXT)
        self.text.go_to(problem.line, problem.column)

    def _step_problem(self, by: int) -> None:
        """To the next one after the caret, round and round."""
        problems = self._editing.live.problems
        if not problems:
            return
        line = self.text.caret_line() + 1
        if by > 0:
            found = next((it for it in problems if it.line > line), problems[0])
        else:
            found = next((it for it in reversed(problems) if it.line < line), problems[-1])
        self._go_to(found)

    def _on_form_edits(self, edits: tuple[LineEdit, ...]) -> None:
        self.text.do_edits(edits)
        self._show_meaning()

    def _on_fix_asked(self, fix: Fix) -> None:
        self._on_form_edits(fix.edits)
        self.text.setFocus()

    def _on_key_asked(self) -> None:
        self._set(None, "PrivateKey", PrivateKey.generate().base64())

    def _on_preshared_asked(self) -> None:
        peer = self._peer_at_caret()
        if peer is not None:
            self._set(peer, "PresharedKey", PresharedKey.generate().base64())

    def _set(self, section: int | None, key: str, value: str) -> None:
        self.text.do_edits(set_value(self._editing.live.lines, section, key, value))
        self._show_meaning()

    # What the disk says.

    def _on_loaded(self) -> None:
        self.text.set_lines(self._editing.live.lines)
        self._on_renamed(self._editing.title)
        self._show_meaning()
        self._line = -1
        self._show_place()

    def _on_renamed(self, title: str) -> None:
        self.name.show_title()
        self.setWindowTitle(f"{title}[*] \N{EN DASH} wgdesk")
        self._show_state()

    def _on_save(self) -> None:
        self.form.flush()
        if not self.name.check() or not self.is_changed or self._editing.is_busy:
            return
        self._trouble.show_words(None, Tone.BAD)
        if self._editing.is_changed:
            self._editing.save(self.name.title)
        else:
            self.name.save()

    def _on_saved(self) -> None:
        if self.name.is_other:
            self.name.save()
        self._show_state()
        if self._stack.currentIndex() == COMPARE:
            self.show_view(TEXT)

    def _on_compare_theirs(self, content: bytes) -> None:
        self._stack.setCurrentIndex(COMPARE)
        self._compare.show_changes(*self._editing.compared(content))
        self._show_state()

    def _on_failed(self, error: WgdeskError) -> None:
        self._is_leaving = False
        self._tell_trouble(error_words(tr("This did not work"), error))

    def _tell_trouble(self, words: Words) -> None:
        self._trouble.show_words(words, Tone.BAD, dismissible=True)

    def _on_picture_changed(self) -> None:
        self._show_state()
        self._editing.look()

    # What it was.

    def _on_compare(self) -> None:
        is_open = self._stack.currentIndex() == COMPARE
        if is_open or self._compare_button.isEnabled():
            self.show_view(TEXT if is_open else COMPARE)
            self._show_state()

    def _on_version_looked(self, version: Version) -> None:
        show = self.history.show_changes
        self._editing.version(version, lambda content: show(*self._editing.compared(content)))

    def _on_restore_asked(self, version: Version) -> None:
        self._editing.version(version, self._on_restored)

    def _on_restored(self, content: bytes) -> None:
        """As if it had been typed, so that it can be undone."""
        count = len(self._editing.live.lines)
        self.text.do_edits((LineEdit(0, count, lines_of(content)),))
        self.show_view(TEXT)
        self._show_meaning()
        self.question.tell(
            Words(
                tr("The earlier version is in the text"), tr("Save to make it the profile again.")
            )
        )

    # The way out.

    def _ask_to_leave(self) -> None:
        self.question.ask(
            Words(tr("Save what was changed?"), ""),
            Reply(tr("Save"), self._on_save_and_leave),
            Reply(tr("Discard"), self._on_discard),
        )

    def _on_save_and_leave(self) -> None:
        self._is_leaving = True
        self._on_save()

    def _leave_if_done(self) -> None:
        if self._is_leaving and not self.is_changed:
            self._on_discard()

    def _on_discard(self) -> None:
        self._may_leave = True
        self.close()
