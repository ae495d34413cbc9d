"""Running and ending other programs, bounded in time."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class ProgramFailed(AssertionError):
    """A program a lab needs ended badly; the text carries what it printed."""


def program(name: str) -> str:
    """The full path of an installed program, also where PATH leaves out the sbin folders."""
    path = find_program(name)
    if path is None:
        raise FileNotFoundError(f"{name} is not installed")
    return path


def find_program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=ROOT_PATH)


def absent_programs(names: Iterable[str]) -> str | None:
    """One sentence naming the programs that are not installed, or None."""
    absent = [name for name in names if find_program(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else None


def run(
    argv: Sequence[str],
    *,
    check: bool = True,
    input_text: str | None = None,
    timeout_s: float = 60,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run and wait; stdout and stderr are captured as text.

    Args:
        env: Added to this process's environment.

    Raises:
        ProgramFailed: It ended with another code than 0, and `check` is set.
    """
    done = subprocess.run(
        list(argv),
        input=input_text,
        stdin=subprocess.DEVNULL if input_text is None else None,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        env=None if env is None else {**os.environ, **env},
        check=False,
    )
    if check and done.returncode != 0:
        raise ProgramFailed(
            f"{' '.join(argv)} ended with {done.returncode}\n{done.stdout}{done.stderr}"
        )
    return done


@contextmanager
def readable_by_all() -> Iterator[None]:
    """Files made in the block, here and by programs started, may be read by every user."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def wait_until(
    is_so: Callable[[], object], *, what: str, timeout_s: float = 10, step_s: float = 0.02
) -> None:
    """Ask again and again until the answer is true.

    Raises:
        TimeoutError: It did not become true in time; names `what`.
    """
    deadline = time.monotonic() + timeout_s
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s:g} s in vain for {what}")
        time.sleep(step_s)


def end_processes(pids: Iterable[int], *, grace_s: float = 3) -> None:
    """End processes by id: politely, then by force; returns when all are gone."""
    left = list(pids)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + grace_s
        while left := [pid for pid in left if is_running(pid)]:
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)


def is_running(pid: int) -> bool:
    """Whether the process exists and is more than a zombie waiting for its parent."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}
