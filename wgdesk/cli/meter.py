"""How far a long work has got, on a terminal; and the way to end it in good order."""

import signal
import sys
from types import FrameType, TracebackType
from typing import Final, Self

FEW: Final = 25  # are done before anybody has read a number


class Meter:
    """A context in which Ctrl-C only asks the work to stop.

    Attributes:
        is_interrupted: Somebody did.
    """

    def __init__(self, verb: str) -> None:
        self._verb = verb
        self._is_shown = False
        self.is_interrupted = False

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._on_interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._before)
        if self._is_shown:
            self._show("")

    def tell(self, done: int, total: int) -> bool:
        """Whether to go on."""
        if total > FEW and sys.stderr.isatty():
            self._show(f"{self._verb} {done} of {total}")
        return not self.is_interrupted

    def _show(self, text: str) -> None:
        """In place of what stood there: carriage return, and erase to the end of the line."""
        self._is_shown = True
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  # as signal has it
        self.is_interrupted = True
