"""Builds the slow labs in the background while the quick lanes run."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from tests.lanes.checks import REPO
from tests.lanes.lane import Lane

TAIL_BYTES = 4000


class LabBuild:
    """The builds that `lanes` will want; a failed one is told, and the lane's own tests fail."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self._wanted = list(dict.fromkeys(lab for lane in lanes for lab in lane.labs))
        self._process: subprocess.Popen[bytes] | None = None
        self._is_told = False
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed in __exit__

    def __enter__(self) -> Self:
        return self

    def start(self) -> None:
        """Begin to build what will be wanted; the second call does nothing."""
        wanted, self._wanted = self._wanted, []
        if wanted and (REPO / "tests/labs/__main__.py").exists():
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.labs", "build", *wanted],
                cwd=REPO,
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait_for(self, lane: Lane) -> str:
        """Returns what there is to tell of it, to the first lane that asks."""
        if self._process is None or not lane.labs:
            return ""
        failed = self._process.wait() != 0 and not self._is_told
        self._is_told = self._is_told or failed
        return f"!!! a lab was not built:\n{self._tail()}" if failed else ""

    def _tail(self) -> str:
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - TAIL_BYTES))
        return self._log.read().decode(errors="replace")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait()
        self._log.close()
