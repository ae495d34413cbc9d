"""What is dropped or pasted: one profile that is fine comes in at once, anything else is shown first."""

from PySide6.QtCore import QObject, Signal

from wgdesk.client.importing import Importer
from wgdesk.domain.import_report import ImportLine, Outcome
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.import_job import Found, ImportJob, Prospect
from wgdesk.ui.incoming import Incoming
from wgdesk.ui.incoming_candidates import produce_from
from wgdesk.ui.language import tr
from wgdesk.ui.troubles import Words, error_words


class QuickImport(QObject):
    """One at a time; a second one silences the first before that is written.

    Signals:
        waiting: It takes its time (Words).
        told: What became of the only one (an ImportLine).
        refused: It holds nothing that could be imported (Words).
        several: There is something to choose (candidates).
    """

    waiting = Signal(object)
    told = Signal(object)
    refused = Signal(object)
    several = Signal(object)

    def __init__(self, bridge: Bridge, importer: Importer) -> None:
        super().__init__()
        self._job = ImportJob(bridge, importer)
        self._job.failed.connect(
            lambda error: self.refused.emit(error_words(tr("Nothing was imported"), error))
        )

    def take(self, incoming: Incoming) -> None:
        if incoming.refusal is not None:
            self.refused.emit(incoming.refusal)
            return
        self.waiting.emit(Words(tr("Looking for profiles…"), ""))
        self._job.look(lambda: produce_from(incoming), self._on_found)

    def _on_found(self, found: Found) -> None:
        if not found:
            words = Words(tr("No profile was found there"), tr("Nothing was imported."))
            self.refused.emit(words)
        elif len(found) > 1:
            self.several.emit(found)
        else:
            self._job.weigh(found, self._on_weighed)

    def _on_weighed(self, prospects: tuple[Prospect, ...]) -> None:
        (prospect,) = prospects
        match prospect.line.outcome:
            case Outcome.FAILED | Outcome.KEPT:
                self.told.emit(prospect.line)
            case _ if prospect.clashes:
                self.several.emit((prospect.candidate,))
            case _:
                self._job.run((prospect.candidate,), {}, self._on_done)

    def _on_done(self, lines: tuple[ImportLine, ...]) -> None:
        self.told.emit(lines[0])
