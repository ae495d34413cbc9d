"""An import on threads of its own: what is looked for, what would become of it, what became of it."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from wgdesk.client.importing import Importer
from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.import_report import Candidate, Clash, ImportLine
from wgdesk.ui.bridge import Bridge

PACE_S: Final = 0.05  # between two figures; more would be seen by nobody
Found = tuple[Candidate, ...]
Label = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Prospect:
    """A candidate, what would become of it, and whether its name is taken."""

    candidate: Candidate
    line: ImportLine
    clashes: bool = False


class ImportJob(QObject):
    """One thing at a time; a new one silences the one before.

    Signals:
        counted: So many are done, of so many (0 where nobody knows).
        failed: What was under way ended for another reason than its own (a WgdeskError).
    """

    counted = Signal(int, int)
    failed = Signal(object)

    def __init__(self, bridge: Bridge, importer: Importer) -> None:
        super().__init__()
        self._bridge, self._importer = bridge, importer
        self._end = threading.Event()
        self._under_way: Future[Any] | None = None

    def look(
        self, produce: Callable[[], Iterable[Candidate]], done: Callable[[Found], None]
    ) -> None:
        """Collect what `produce` finds, on a thread; cancelled, what was found so far."""
        end = self._begin()

        def collect() -> Found:
            found = []
            pace = _Pace(self.counted.emit)
            for candidate in produce():
                found.append(candidate)
                pace.tell(len(found), 0)
                if end.is_set():
                    break
            return tuple(found)

        self._submit(asyncio.to_thread(collect), done)

    def weigh(
        self, candidates: Sequence[Candidate], done: Callable[[tuple[Prospect, ...]], None]
    ) -> None:
        """What would become of them, if of two of one name both are kept."""
        self._begin()
        self._submit(asyncio.to_thread(self._prospects, candidates), done)

    def weigh_again(self, candidate: Candidate, done: Callable[[Prospect], None]) -> None:
        """The same of one, beside whatever else is under way."""
        self._bridge.submit(
            asyncio.to_thread(self._prospects, (candidate,)),
            lambda prospects: done(prospects[0]),
            self.failed.emit,
        )

    def run(
        self,
        candidates: Sequence[Candidate],
        clashes: Mapping[Label, Clash],
        done: Callable[[tuple[ImportLine, ...]], None],
    ) -> None:
        """Import them; cancelled, the rest is skipped."""
        end = self._begin()

        def decide(candidate: Candidate, _: ProfileFile) -> Clash:
            return clashes.get(label_of(candidate), Clash.KEEP_BOTH)

        def work() -> tuple[ImportLine, ...]:
            pace = _Pace(self.counted.emit)

            def progress(count: int, all_of_them: int) -> bool:
                pace.tell(count, all_of_them)
                return not end.is_set()

            return self._importer.run(candidates, decide, progress)

        self._submit(asyncio.to_thread(work), done)

    def cancel(self) -> None:
        """What is under way comes to its end early, and tells what it has."""
        self._end.set()

    def drop(self) -> None:
        """As `cancel`, and nobody wants to hear of it."""
        self._end.set()
        if self._under_way is not None:
            self._under_way.cancel()

    def _prospects(self, candidates: Sequence[Candidate]) -> tuple[Prospect, ...]:
        clashing: set[Label] = set()

        def note(candidate: Candidate, _: ProfileFile) -> Clash:
            clashing.add(label_of(candidate))
            return Clash.KEEP_BOTH

        lines = self._importer.preview(candidates, note)
        return tuple(
            Prospect(candidate, line, label_of(candidate) in clashing)
            for candidate, line in zip(candidates, lines, strict=True)
        )

    def _begin(self) -> threading.Event:
        self.drop()
        self._end = threading.Event()
        return self._end

    def _submit(self, work: Any, done: Callable[[Any], None]) -> None:
        self._under_way = self._bridge.submit(work, done, self.failed.emit)


class _Pace:
    """Passes figures on, but not every one of thousands."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._tell, self._next_s = tell, 0.0

    def tell(self, count: int, all_of_them: int) -> None:
        now_s = time.monotonic()
        if now_s >= self._next_s or count == all_of_them:
            self._next_s = now_s + PACE_S
            self._tell(count, all_of_them)


def label_of(candidate: Candidate) -> Label:
    """The same while its text is mended."""
    return candidate.source, candidate.title
