"""Starts userspace engines so that they outlive the helper: here as plain processes.

That is for machines without systemd, and for tests; see engine_unit for the others.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from wgdesk.domain.errors import EngineFailed
from wgdesk.domain.names import printable
from wgdesk.engine.engine_program import PROGRAM_PLACES, find_program
from wgdesk.engine.process import Process

# With WG_PROCESS_FOREGROUND it prints no banner; errors tell why it did not start.
ENVIRONMENT: Final = {"LOG_LEVEL": "error", "WG_PROCESS_FOREGROUND": "1"}
MARK: Final = "WGDESK_ENGINE"  # in the environment of every engine of ours, with its name
LOG_SUFFIX: Final = ".log"
_TAIL_BYTES: Final = 4096


class Launcher(Protocol):
    def program(self) -> Path | None:
        """The engine that it would start, if there is one."""

    async def start(self, name: str, ended: Callable[[], None]) -> Process:
        """Start one; it may not listen yet. Raises EngineFailed."""

    async def stop(self, name: str, process: Process) -> None:
        """End it, and whatever its start left behind."""

    async def was_asked(self, name: str, process: Process) -> bool:
        """Whether one that ended did so in good order, as when its interface was deleted."""

    def last_words(self, name: str) -> str:
        """Why it did not start, in its own words made safe; or ""."""


def is_started_by_us(pid: int, name: str) -> bool:
    """Whether a process is the engine of `name` that we, or a helper before us, started."""
    try:
        words = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"{MARK}={name}".encode() in words


class PlainLauncher:
    """Implements Launcher. The engine writes to a file, so it needs nobody to read it."""

    def __init__(self, logs_dir: Path, places: tuple[Path, ...] = PROGRAM_PLACES) -> None:
        self._logs_dir, self._places = logs_dir, places

    def program(self) -> Path | None:
        return find_program(self._places)

    async def start(self, name: str, ended: Callable[[], None]) -> Process:
        program = self.program()
        if program is None:
            raise EngineFailed("wireguard-go is not installed")
        try:
            self._logs_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            child = self._start(program, name)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise EngineFailed(f"it cannot be started: {where}{error.strerror}") from error
        return Process(child.pid, ended, child)

    async def stop(self, name: str, process: Process) -> None:
        await process.end()
        self._log(name).unlink(missing_ok=True)

    async def was_asked(self, name: str, process: Process) -> bool:  # noqa: ARG002  # a unit has it
        return process.exit_code == 0

    def last_words(self, name: str) -> str:
        try:
            with self._log(name).open("rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
                lines = file.read().decode("utf-8", "replace").split("\n")
        except OSError:
            return ""
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return printable(last, 200)

    def _start(self, program: Path, name: str) -> "subprocess.Popen[bytes]":
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        output = os.open(self._log(name), flags, 0o600)
        try:
            return subprocess.Popen(
                [str(program), "-f", name],
                env={**ENVIRONMENT, MARK: name},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,  # a terminal's Ctrl-C is not for the engine
            )
        finally:
            os.close(output)

    def _log(self, name: str) -> Path:
        return self._logs_dir / f"{name}{LOG_SUFFIX}"
