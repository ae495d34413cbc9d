"""The import: where from, what was found, what becomes of it. It activates nothing."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wgdesk.client import gathering
from wgdesk.client.boot import turn_on
from wgdesk.client.importing import Importer
from wgdesk.client.screenshot import take_screenshot
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.found_profile import Findings, FoundProfile
from wgdesk.domain.import_report import Candidate, ImportLine, Outcome
from wgdesk.ui.boot_words import not_on_title
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.icons import app_icon
from wgdesk.ui.import_job import Found, ImportJob, Prospect
from wgdesk.ui.import_words import WRITTEN, result_text, result_title
from wgdesk.ui.incoming import Incoming, read_incoming
from wgdesk.ui.incoming_candidates import produce_from
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.machine_questions import ask_machine
from wgdesk.ui.marks import Tone
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import Words, error_words
from wgdesk.ui.widgets.big_button import BigButton
from wgdesk.ui.widgets.drop_veil import DropVeil
from wgdesk.ui.widgets.message_bar import MessageBar
from wgdesk.ui.widgets.texts import GRID_PX, TITLE_SCALE, QuietText, Text
from wgdesk.ui.windows.import_preview import ImportPreview
from wgdesk.ui.windows.import_progress import ImportProgress
from wgdesk.ui.windows.import_result import ImportResult
from wgdesk.ui.windows.import_source import ImportSource

START_SIZE: Final = QSize(860, 640)


class ImportWindow(QWidget):
    """Signals: `edit_asked` for a profile that was imported; `imported` has the names of new ones."""

    edit_asked = Signal(str)
    imported = Signal(object)

    def __init__(self, bridge: Bridge, switchboard: Switchboard, importer: Importer) -> None:
        super().__init__()
        self._bridge = bridge
        self._ask_machine = partial(ask_machine, switchboard)
        self._ask_about = switchboard.ask_about
        self._job = ImportJob(bridge, importer)
        self._found: dict[str, FoundProfile] = {}  # by where they are
        self._names: dict[str, str] = {}  # of what became of them, by the same
        self._is_running = False
        self._title, self._sentence = Text(scale=TITLE_SCALE, bold=True), QuietText(scale=1.0)
        self._trouble = MessageBar()
        self.source, self.preview = ImportSource(), ImportPreview()
        self.progress, self.result = ImportProgress(), ImportResult()
        self._stack = QStackedWidget()
        self._back, self._leave = QPushButton(tr("Back")), QPushButton(tr("Close"))
        self._go = BigButton(tr("Import"))
        self.setWindowIcon(app_icon())
        self.setWindowTitle(tr("Import tunnels – wgdesk"))  # noqa: RUF001  # as titles have it
        self.resize(START_SIZE)
        self._arrange()
        self._connect()
        self.begin()

    def begin(self) -> None:
        """At the first page."""
        self._job.drop()
        words = Words(tr("Import tunnels"), tr("Nothing is connected by an import."))
        self._show(self.source, words, leave=tr("Close"))
        self._ask_machine(lambda sources: sources.find(), self._on_findings)

    def take(self, incoming: Incoming) -> None:
        """What was dropped or pasted."""
        if incoming.refusal is not None:
            self._trouble.show_words(incoming.refusal, Tone.ATTENTION, dismissible=True)
        else:
            self.look(lambda: produce_from(incoming))

    def look(self, produce: Callable[[], Iterable[Candidate]]) -> None:
        """For profiles in what somebody has named; then the second page."""
        self._wait(tr("Looking for profiles…"))
        self._job.look(produce, self.weigh)

    def weigh(self, candidates: Found) -> None:
        """Show what would become of them."""
        self._wait(tr("Looking at what was found…"))
        self._job.weigh(candidates, self._on_weighed)

    def may_close(self) -> bool:
        """False while something is written; it comes to an end at once."""
        if self._is_running:
            self._job.cancel()
        return not self._is_running

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        """Return imports; in a field it only ends the typing."""
        is_return = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_return and self._go.isVisible() and not isinstance(self.focusWidget(), QLineEdit):
            self._go.click()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        if not self.may_close():
            event.ignore()  # what was imported so far is about to be told
            return
        self._job.drop()
        super().closeEvent(event)

    # Where from.

    def _on_findings(self, findings: Findings) -> None:
        self.source.show_findings(findings)

    def _on_paths_chosen(self, paths: Sequence[Path]) -> None:
        self.look(lambda: gathering.gather(paths))

    def _paste(self) -> None:
        if self._stack.currentWidget() is self.source:
            self.take(read_incoming(QGuiApplication.clipboard().mimeData()))

    def _take_screen(self) -> None:
        def arrived(picture: bytes) -> None:
            self.look(lambda: gathering.from_bytes(picture, tr("picture of the screen")))

        self._trouble.show_words(None, Tone.BAD)
        self._bridge.submit(take_screenshot(), arrived, self._on_failed)

    def _fetch(self, found: tuple[FoundProfile, ...]) -> None:
        self._found |= {each.source: each for each in found}
        self._wait(tr("Fetching the profiles…"))
        self._ask_machine(lambda sources: sources.fetch_all(found), self.weigh, self._on_failed)

    def _look_for_names(self) -> None:
        self._trouble.show_words(None, Tone.BAD)
        self._ask_machine(
            lambda sources: sources.find(may_ask=True), self._on_findings, self._on_failed
        )

    # What was found.

    def _on_weighed(self, prospects: tuple[Prospect, ...]) -> None:
        if not prospects:
            self.begin()
            words = Words(tr("No profile was found there"), tr("Choose something else."))
            self._trouble.show_words(words, Tone.ATTENTION, dismissible=True)
            return
        words = Words(
            tr("What is to be imported?"),
            tr("Nothing is connected, and no command in a profile is run."),
        )
        self._show(self.preview, words, leave=tr("Cancel"), is_back=True, is_go=True)
        self.preview.model.show_prospects(prospects)
        self.preview.choose_first()

    def _show_choice(self) -> None:
        count = self.preview.model.count_wanted()
        self._go.setEnabled(count > 0)
        self._go.setText(tr_count("Import {count} tunnel", "Import {count} tunnels", count))

    def _on_renamed(self, number: int, name: str) -> None:
        """It counts at once; whether it is free is looked up anew, for this one alone."""
        candidate = self.preview.model.rename(number, name)
        self._job.weigh_again(candidate, self._on_weighed_again)

    def _on_weighed_again(self, now: Prospect) -> None:
        model = self.preview.model
        for number, row in enumerate(model.rows):
            if row.prospect.candidate is now.candidate:
                model.set_prospect(number, now)

    # What becomes of it.

    def _run(self) -> None:
        self.preview.finish_editing()
        model = self.preview.model
        self._wait(tr("Importing…"))
        self._is_running = True
        self._job.run(model.chosen(), model.clashes(), self._on_done)

    def _on_done(self, lines: tuple[ImportLine, ...]) -> None:
        self._is_running = False
        written = [line for line in lines if line.outcome in WRITTEN]
        self._names = {line.source: line.name for line in written}
        kept_elsewhere = [self._found[it.source] for it in written if it.source in self._found]
        starting = [found for found in kept_elsewhere if found.starts_by_itself]
        words = Words(result_title(lines), result_text(lines))
        self._show(self.result, words, leave=tr("Close"))
        self.result.show_lines(lines, starting)
        new = [line.name for line in written if line.outcome is not Outcome.REPLACED]
        self.imported.emit(tuple(new))

    def _switch_autostart(self, found: FoundProfile, is_on: bool) -> None:  # noqa: FBT001  # Qt's signal
        autostarts = self.result.autostarts

        def failed(error: WgdeskError) -> None:
            autostarts.release(found)
            words = error_words(tr("The autostart was not changed"), error)
            self._trouble.show_words(words, Tone.BAD, dismissible=True)

        self._trouble.show_words(None, Tone.BAD)
        self._ask_machine(
            lambda sources: (
                sources.turn_on_autostart(found) if is_on else sources.turn_off_autostart(found)
            ),
            lambda _: autostarts.show_switched(found, is_on=is_on),
            failed,
        )

    def _adopt(self, found: FoundProfile) -> None:
        """First here, then no more there: in between both would, and only one of them can."""
        autostarts, name = self.result.autostarts, self._names[found.source]

        def failed(error: WgdeskError) -> None:
            autostarts.release(found)
            words = error_words(not_on_title(name), error)
            self._trouble.show_words(words, Tone.BAD, dismissible=True)

        def done(_: None) -> None:
            autostarts.show_adopted(found)
            self._switch_autostart(found, is_on=False)

        self._trouble.show_words(None, Tone.BAD)
        self._ask_about(
            name,
            lambda backend, text, options: turn_on(backend, name, text, options),
            done,
            failed,
        )

    # The frame.

    def _wait(self, title: str) -> None:
        words = Words(tr("Import tunnels"), tr("Nothing is connected by an import."))
        self._show(self.progress, words, leave=tr("Cancel"))
        self.progress.begin(title)

    def _on_failed(self, error: WgdeskError) -> None:
        self._is_running = False
        self.begin()
        words = error_words(tr("Nothing was imported"), error)
        self._trouble.show_words(words, Tone.BAD, dismissible=True)

    def _on_left(self) -> None:
        if self._stack.currentWidget() is not self.progress:
            self.close()
        elif self._is_running:
            self._job.cancel()
        else:
            self.begin()

    def _show(
        self, page: QWidget, words: Words, *, leave: str, is_back: bool = False, is_go: bool = False
    ) -> None:
        self._trouble.show_words(None, Tone.BAD)
        self._title.setText(words.title)
        self._sentence.setText(words.body)
        self._sentence.setVisible(bool(words.body))
        self._leave.setText(leave)
        self._back.setVisible(is_back)
        self._go.setVisible(is_go)
        self._stack.setCurrentWidget(page)
        (self._leave if page is self.progress else page).setFocus()

    def _connect(self) -> None:
        source, preview = self.source, self.preview
        source.paths_chosen.connect(self._on_paths_chosen)
        source.paste_asked.connect(self._paste)
        source.screen_asked.connect(self._take_screen)
        source.found_chosen.connect(self._fetch)
        source.names_asked.connect(self._look_for_names)
        preview.renamed.connect(self._on_renamed)
        preview.model.choice_changed.connect(self._show_choice)
        self.result.edit_asked.connect(self.edit_asked)
        self.result.autostarts.switched.connect(self._switch_autostart)
        self.result.autostarts.adopted.connect(self._adopt)
        self._job.counted.connect(self.progress.show_count)
        self._job.failed.connect(self._on_failed)
        self._trouble.dismissed.connect(lambda: self._trouble.show_words(None, Tone.BAD))
        self._back.clicked.connect(self.begin)
        self._leave.clicked.connect(self._on_left)
        self._go.clicked.connect(self._run)
        DropVeil(self).dropped.connect(self.take)
        for keys, slot in (
            (QKeySequence.StandardKey.Paste, self._paste),
            (QKeySequence.StandardKey.Cancel, self._on_left),
            (QKeySequence.StandardKey.Close, self.close),
        ):
            QShortcut(QKeySequence(keys), self, slot)

    def _arrange(self) -> None:
        for page in (self.source, self.preview, self.progress, self.result):
            self._stack.addWidget(page)
        self._go.setAutoDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * GRID_PX)
        buttons.addWidget(self._back)
        buttons.addStretch(1)
        buttons.addWidget(self._leave)
        buttons.addWidget(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * GRID_PX, 4 * GRID_PX, 4 * GRID_PX, 4 * GRID_PX)
        column.setSpacing(3 * GRID_PX)
        column.addWidget(self._title)
        column.addWidget(self._sentence)
        column.addWidget(self._trouble)
        column.addWidget(self._stack, 1)
        column.addLayout(buttons)
        self._title.setAlignment(self._title.alignment() | Qt.AlignmentFlag.AlignVCenter)
