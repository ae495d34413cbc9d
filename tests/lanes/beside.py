"""Runs lanes that only need time while the others run."""

import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from tests.lanes.ending import Ending
from tests.lanes.lane import Lane
from tests.lanes.outcome import Outcome

Run = Callable[[Lane, IO[str], Ending], Outcome]


class Beside:
    """The lanes beside, one after the other, in a thread; what they print is kept until asked for.

    Args:
        run: Runs one lane that writes into a file, and can be told to end.
    """

    def __init__(self, lanes: Sequence[Lane], run: Run) -> None:
        self._lanes, self._run = lanes, run
        self._outcomes: list[Outcome] = []
        self._ending = Ending()
        self._folder = tempfile.TemporaryDirectory(prefix="wgd-beside-")
        self._untold: list[Path] = []
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def start(self) -> None:
        """The second call does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run_all, name="lanes beside")
            self._thread.start()

    def heard(self) -> str:
        """What those printed that have ended since the last call."""
        told, self._untold = self._untold, []
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in told)

    def outcomes(self) -> list[Outcome]:
        """Waits for all of them; one that broke down counts as failed."""
        self.start()
        if self._thread is not None:
            self._thread.join()
        return self._outcomes

    def _run_all(self) -> None:
        for lane in self._lanes:
            if self._ending.is_asked:
                return
            path = Path(self._folder.name) / lane.name
            with path.open("w", encoding="utf-8") as output:
                try:
                    outcome = self._run(lane, output, self._ending)
                except Exception as error:  # noqa: BLE001  # a thread's end would be heard by nobody
                    trouble = f"it broke down: {error!r}"
                    outcome = Outcome(lane=lane, failed=1, troubles=(trouble,))
                self._outcomes.append(outcome)
            self._untold.append(path)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.ask()
        if self._thread is not None:
            self._thread.join()
        self._folder.cleanup()
