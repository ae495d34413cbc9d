"""What the editor says after a save, and what it asks where another program was quicker."""

import time
from functools import partial

from PySide6.QtCore import QObject, Signal

from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.problem import Severity
from wgdesk.domain.profile_errors import ProfileChanged
from wgdesk.domain.snapshot import SyncOutcome
from wgdesk.ui.editing import Editing
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.retrying import Retrying
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import Words, error_words
from wgdesk.ui.widgets.question_bar import QuestionBar, Reply


class EditorAnswers(QObject):
    """Signals: `compare_asked` for what another program wrote (its bytes)."""

    compare_asked = Signal(object)

    def __init__(self, editing: Editing, switchboard: Switchboard, bar: QuestionBar) -> None:
        super().__init__()
        self._editing, self._bar = editing, bar
        self._retrying = Retrying(switchboard)
        self._was = b""  # what the running tunnel was told last, as far as is known
        editing.loaded.connect(self._on_loaded)
        editing.saved.connect(self._on_saved)
        editing.collided.connect(self._on_collided)

    def _on_loaded(self) -> None:
        self._was = self._editing.before

    def _on_saved(self) -> None:
        problems = self._editing.live.problems
        if any(it.severity is Severity.ERROR for it in problems):
            body = tr("It will not connect until the errors are mended.")
            self._bar.tell(Words(tr("Saved with errors"), body))
        elif self._editing.apply(self._on_applied, self._on_not_applied):
            self._bar.wait(Words(tr("Saved"), tr("The running tunnel is being told…")))
        else:
            self._bar.tell(Words(tr("Saved"), time.strftime("%H:%M:%S")))

    def _on_applied(self, outcome: SyncOutcome) -> None:
        reasons = [tr_told(it) for it in self._editing.reconnect_reasons(self._was)]
        reasons += [it for it in map(tr_told, outcome.notices) if it not in reasons]
        self._was = self._editing.before
        if not reasons:
            self._bar.tell(Words(tr("Saved"), tr("The running tunnel uses it now.")))
            return
        words = Words(tr("Saved, and applied in part"), "\n".join(reasons))
        self._bar.tell(words, Reply(tr("Reconnect"), self._on_reconnect))

    def _on_not_applied(self, error: WgdeskError) -> None:
        words = error_words(tr("Saved, but the running tunnel keeps the old settings"), error)
        self._bar.tell(words, Reply(tr("Reconnect"), self._on_reconnect), is_bad=True)

    def _on_reconnect(self) -> None:
        self._retrying.retry(self._editing.name)

    def _on_collided(self, error: ProfileChanged) -> None:
        words = Words(
            tr("Another program changed this file"),
            tr("What is not kept stays in the history."),
        )
        self._bar.ask(
            words,
            Reply(tr("Keep mine"), partial(self._editing.keep_mine, error)),
            Reply(tr("Take theirs"), partial(self._editing.take_theirs, error)),
            Reply(tr("Compare"), partial(self._on_compare, error)),
        )

    def _on_compare(self, error: ProfileChanged) -> None:
        self.compare_asked.emit(error.content)
        self._on_collided(error)
