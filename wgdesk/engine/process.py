"""One running program, watched by a pidfd and ended by it, whoever started it."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from typing import Final

_GRACE_S: Final = 2.0


class Process:
    """A program that runs, as long as it does.

    Attributes:
        exit_code: Once it ended: its status, or minus the number of the signal that ended it;
            None where it was another process's child, which only its parent is told.
    """

    def __init__(
        self, pid: int, ended: Callable[[], None], child: "subprocess.Popen[bytes] | None" = None
    ) -> None:
        """Watch it; `ended` is called once on the loop when it has ended, however it did.

        Raises:
            OSError: There is no such process.
        """
        self.pid, self._told, self._child = pid, ended, child
        self.exit_code: int | None = None
        self._loop = asyncio.get_running_loop()
        self._gone = asyncio.Event()
        self._pidfd = os.pidfd_open(pid)
        self._loop.add_reader(self._pidfd, self._reap)

    @property
    def is_running(self) -> bool:
        return not self._gone.is_set()

    def end_in_words(self) -> str:
        """How it ended, as the end of a sentence."""
        if self.is_running:
            return "it is still running"
        if self.exit_code is None:
            return "it ended"
        if self.exit_code < 0:
            return f"it was ended by {signal.Signals(-self.exit_code).name}"
        return f"it ended with status {self.exit_code}"

    async def wait(self) -> None:
        await self._gone.wait()

    async def end(self) -> None:
        """Ask it to stop, then make it; returns when it is gone."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not self.is_running:
                return
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)
            try:
                await asyncio.wait_for(self._gone.wait(), _GRACE_S)
            except TimeoutError:
                continue

    def forget(self) -> None:
        """Watch it no longer; it goes on."""
        if self.is_running:
            self._stop_watching()
            if self._child is not None:
                self._child.returncode = 0  # keeps Popen from complaining about one that runs

    def _reap(self) -> None:
        if self._child is not None:
            self.exit_code = self._child.wait()  # it has ended: this only collects the status
        self._stop_watching()
        self._gone.set()
        self._told()

    def _stop_watching(self) -> None:
        self._loop.remove_reader(self._pidfd)
        os.close(self._pidfd)
