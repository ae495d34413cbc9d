"""A profile's commands, run by the user's own process: no right is gained by it."""

import asyncio
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from wgdesk.domain.errors import HookFailed
from wgdesk.domain.explain import hook_line
from wgdesk.domain.profile import Hook, HookKind
from wgdesk.domain.steps import RunHook

LIMIT_S: Final = 30.0
GRACE_S: Final = 2.0
# Failures stop the rest of a line and count in pipes, as in wg-quick.
_SHELL: Final = ("/bin/bash", "-e", "-o", "pipefail", "-O", "extglob", "-c")
_STANDARD_ERROR: Final = 2


async def run_hooks(
    name: str, hooks: Iterable[Hook], kind: HookKind, *, limit_s: float = LIMIT_S
) -> None:
    """Run those of that kind, in order; what they print goes to standard error.

    Raises:
        HookFailed: The first that fails, or takes longer; those after it are not run.
    """
    meant = (hook for hook in hooks if hook.kind is kind)
    for number, hook in enumerate(meant, 1):
        why = await _run(RunHook(name, hook, number), limit_s)
        if why:
            raise HookFailed(kind.value, number, why)


async def _run(step: RunHook, limit_s: float) -> str:
    """Why it failed, or ""."""
    try:
        process = await asyncio.create_subprocess_exec(
            *_SHELL,
            hook_line(step),
            env={**os.environ, "WGDESK_IFNAME": step.name, "LC_ALL": "C"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=_STANDARD_ERROR,
            start_new_session=True,
        )
    except OSError as error:
        return f"bash cannot be started: {(error.strerror or str(error)).lower()}"
    try:
        status = await asyncio.wait_for(process.wait(), limit_s)
    except TimeoutError:
        return f"it took longer than {limit_s:g} seconds"
    finally:
        if process.returncode is None:
            await _end(process)
    if status < 0:
        return f"it was ended by signal {-status}"
    return f"it ended with status {status}" if status else ""


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the shell and what it has started, unless that made a group of its own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE_S)
            return
