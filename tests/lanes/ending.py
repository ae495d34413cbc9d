"""Ends what a lane started: at its time limit, or because the whole run ends."""

import os
import signal
import subprocess
import threading

GRACE_S = 20  # for fixtures to take down what they built


class Ending:
    """Ends the process of a lane from another thread."""

    def __init__(self) -> None:
        self.is_asked = False
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self) -> None:
        with self._lock:
            self.is_asked = True
            if self._process is not None:
                end_group(self._process)

    def runs(self, process: subprocess.Popen[bytes] | None) -> None:
        """None: it has ended, and its id may be somebody else's from now on."""
        with self._lock:
            self._process = process
            if process is not None and self.is_asked:
                end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Interrupt pytest so that it cleans up; whoever stays after that is killed."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
