"""The line from outside the walls to the world's first process: one JSON order, one answer."""

import contextlib
import json
import os
import selectors
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any, Final

from wgdesk.domain.errors import SandboxFailed

CLOSE_TIMEOUT_S: Final = 5.0


class Line:
    """Starts the process and talks to it; whoever holds this holds the world open.

    Args:
        needs_terminal: The command may ask for a password there.
    """

    def __init__(self, command: Sequence[str], *, search_path: str, needs_terminal: bool) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if needs_terminal else subprocess.PIPE,
            text=True,
            env={**os.environ, "PATH": search_path},
            cwd="/",
            start_new_session=not needs_terminal,  # Ctrl-C is for the holder alone
        )

    def order(self, order: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        """Send one order and wait for its answer.

        Raises:
            SandboxFailed: It was refused, not answered in time, or the world is gone.
        """
        if self._process.stdin is None:
            raise SandboxFailed("it is closed")
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise SandboxFailed("it ended by itself") from error
        return self.await_answer(timeout_s)

    def await_answer(self, timeout_s: float) -> dict[str, Any]:
        line = self._read_line(timeout_s)
        if not line:
            raise SandboxFailed(self._last_words())
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise SandboxFailed(answer["error"])
        return answer

    def hang_up(self) -> None:
        """The world ends by itself when its line goes dead; wait for that."""
        process = self._process
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        try:
            process.wait(CLOSE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    def _read_line(self, timeout_s: float) -> str:
        if self._process.stdout is None:
            return ""
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(timeout_s):
                raise SandboxFailed(f"it did not answer within {timeout_s:g} s")
        return self._process.stdout.readline()

    def _last_words(self) -> str:
        if self._process.stderr is None:
            return "sudo did not start it"
        words = self._process.stderr.read().strip().splitlines()
        return words[-1] if words else "its first process ended and said nothing"
