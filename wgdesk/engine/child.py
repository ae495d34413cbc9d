"""One program that this process started, watched by a pidfd and ended by it."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from wgdesk.domain.names import printable

_KEPT_OUTPUT_BYTES: Final = 4096
_GRACE_S: Final = 2.0


class Child:
    """A running program.

    Its output is drained and the end of it kept in memory, for the sentence that says why
    it did not start; it is never logged.
    """

    def __init__(
        self, argv: Sequence[str], environment: Mapping[str, str], ended: Callable[[], None]
    ) -> None:
        """Start it; `ended` is called once on the loop when it has ended, however it did.

        Raises:
            OSError: It cannot be started.
        """
        self._loop = asyncio.get_running_loop()
        self._told = ended
        self._tail = b""
        self._gone = asyncio.Event()
        self._process = subprocess.Popen(
            argv,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,  # a terminal's Ctrl-C is not for the engine
            bufsize=0,
        )
        self._pidfd = os.pidfd_open(self._process.pid)
        self._loop.add_reader(self._pidfd, self._reap)
        self._output = self._process.stdout.fileno() if self._process.stdout else -1
        os.set_blocking(self._output, False)
        self._loop.add_reader(self._output, self._drain)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return not self._gone.is_set()

    def end_in_words(self) -> str:
        """How it ended, as the end of a sentence."""
        code = self._process.returncode
        if code is None:
            return "it is still running"
        if code < 0:
            return f"it was ended by {signal.Signals(-code).name}"
        return f"it ended with status {code}"

    def last_words(self) -> str:
        """The last line it printed, made safe; "" where there was none."""
        lines = self._tail.decode("utf-8", "replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return printable(last, 200)

    async def wait(self) -> None:
        await self._gone.wait()

    async def end(self) -> None:
        """Ask it to stop, then make it; returns when it is gone."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not self.is_running:
                return
            signal.pidfd_send_signal(self._pidfd, number)
            try:
                await asyncio.wait_for(self._gone.wait(), _GRACE_S)
            except TimeoutError:
                continue

    def _reap(self) -> None:
        self._drain()
        self._process.wait()  # it has ended: this only collects the status
        self._loop.remove_reader(self._pidfd)
        os.close(self._pidfd)
        self._close_output()
        self._gone.set()
        self._told()

    def _drain(self) -> None:
        if self._output < 0:
            return
        try:
            data = os.read(self._output, 1 << 16)
        except BlockingIOError:
            return
        self._tail = (self._tail + data)[-_KEPT_OUTPUT_BYTES:]
        if not data:
            self._close_output()

    def _close_output(self) -> None:
        if self._output >= 0 and self._process.stdout is not None:
            self._loop.remove_reader(self._output)
            self._process.stdout.close()
            self._output = -1
