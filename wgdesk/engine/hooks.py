"""Approved commands, each in a unit of its own: outside the helper's walls, under a time limit."""

import asyncio
import logging
import secrets
import signal
import string
from contextlib import suppress
from typing import Any, Final

from wgdesk.domain.errors import HookFailed, HooksUnavailable
from wgdesk.domain.explain import hook_line
from wgdesk.domain.names import printable
from wgdesk.domain.steps import RunHook
from wgdesk.engine.bounded_bus import NO_ANSWER, CallRefused
from wgdesk.engine.system_bus import SystemBus, variant

LIMIT_S: Final = 30.0
# From the polite end to the other one.
GRACE_S: Final = 2.0
# What the service manager may take beyond that until it is given up.
SLACK_S: Final = 5.0
LOOK_FIRST_S: Final = 0.01
LOOK_LAST_S: Final = 0.2

NOT_RUN: Final = "the service manager did not run it"
NO_SYSTEMD: Final = "systemd does not run this machine"
SYSTEMD: Final = "org.freedesktop.systemd1"
_MANAGER_PATH: Final = "/org/freedesktop/systemd1"
_MANAGER: Final = f"{SYSTEMD}.Manager"
# Failures stop the rest of a line and count in pipes, as in wg-quick.
SHELL: Final = ("/bin/bash", "-p", "-e", "-o", "pipefail", "-O", "extglob", "-c")
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What systemd would give every service besides.
_UNSET: Final = (
    *("HOME", "INVOCATION_ID", "JOURNAL_STREAM", "LANG", "LOGNAME", "MEMORY_PRESSURE_WATCH"),
    *("MEMORY_PRESSURE_WRITE", "NOTIFY_SOCKET", "SHELL", "SYSTEMD_EXEC_PID", "USER"),
)
_EXITED: Final = 1  # CLD_EXITED of siginfo_t
_ENDED: Final = ("inactive", "failed")

_log = logging.getLogger(__name__)


class NoHooks:
    """Implements ports.HookRunner where nobody can run anything."""

    async def check(self) -> None:
        raise HooksUnavailable(NO_SYSTEMD)

    async def run(self, step: RunHook) -> None:
        raise HooksUnavailable(f"{step.hook.kind.value} of {step.name} has nobody to run it")

    async def close(self) -> None:
        pass


class SystemdHooks:
    """Implements ports.HookRunner by transient units.

    A unit ends with its shell: what that leaves behind is ended too.

    Args:
        limit_s: What one command may take.
    """

    def __init__(self, bus: SystemBus, *, limit_s: float = LIMIT_S) -> None:
        self._bus, self._limit_s = bus, limit_s

    async def check(self) -> None:
        try:
            owner = await self._bus.owner(SYSTEMD)
        except CallRefused as error:
            raise HooksUnavailable("there is no system bus") from error
        if not owner:
            raise HooksUnavailable(NO_SYSTEMD)

    async def run(self, step: RunHook) -> None:
        unit = f"wgdesk-hook-{secrets.token_hex(8)}.service"
        kind, number = step.hook.kind.value, step.number
        _log.info("%s: %s %d runs as root in %s", step.name, kind, number, unit)
        try:
            await self._manage(
                "StartTransientUnit", "ssa(sv)a(sa(sv))", unit, "fail", self._properties(step), []
            )
            why = await self._wait(unit)
        except CallRefused as error:
            raise HookFailed(kind, number, NOT_RUN) from error
        if why:
            raise HookFailed(kind, number, why)

    async def close(self) -> None:
        pass

    def _properties(self, step: RunHook) -> list[list[Any]]:
        shell = [SHELL[0], [*SHELL, hook_line(step)], ["no-env-expand"]]
        environment = [f"WGDESK_IFNAME={step.name}", f"PATH={_PATH}", "LC_ALL=C"]
        properties = {
            "Description": variant(
                "s", f"{step.hook.kind.value} {step.number} of the tunnel {step.name}"
            ),
            "Type": variant("s", "oneshot"),
            "ExecStartEx": variant("a(sasas)", [shell]),
            "Environment": variant("as", environment),
            "UnsetEnvironment": variant("as", list(_UNSET)),
            "UMask": variant("u", 0o077),
            "KillMode": variant("s", "control-group"),
            "TimeoutStartUSec": variant("t", int(self._limit_s * 1e6)),
            "TimeoutStopUSec": variant("t", int(GRACE_S * 1e6)),
            "StandardInput": variant("s", "null"),
            # What commands print may hold keys; what they complain of, administrators may read.
            "StandardOutput": variant("s", "null"),
            "StandardError": variant("s", "journal"),
            "SyslogIdentifier": variant("s", "wgdesk-hook"),
            # Kept until it has been asked how it ended, and then forgotten, also without us.
            "AddRef": variant("b", value=True),
            "CollectMode": variant("s", "inactive-or-failed"),
        }
        return [[name, value] for name, value in properties.items()]

    async def _wait(self, unit: str) -> str:
        """Wait for its end; why it failed, or "" ."""
        path = f"{_MANAGER_PATH}/unit/{_escaped(unit)}"
        try:
            async with asyncio.timeout(self._limit_s + GRACE_S + SLACK_S):
                await self._until_ended(path)
            result = await self._get(path, "Service", "Result")
            code = await self._get(path, "Service", "ExecMainCode")
            status = await self._get(path, "Service", "ExecMainStatus")
            return self._reason(result, code, status)
        except TimeoutError:
            await self._manage("KillUnit", "ssi", unit, "all", signal.SIGKILL)
            return "the service manager did not end it"
        finally:
            with suppress(CallRefused):
                await self._manage("UnrefUnit", "s", unit)

    async def _until_ended(self, path: str) -> None:
        pause_s = LOOK_FIRST_S
        while not await self._has_ended(path):
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LOOK_LAST_S)

    async def _has_ended(self, path: str) -> bool:
        """Not while it waits to begin: then it is as inactive as afterwards."""
        try:
            job, _ = await self._get(path, "Unit", "Job")
            return not job and await self._get(path, "Unit", "ActiveState") in _ENDED
        except CallRefused as error:
            if error.name != NO_ANSWER:  # the service manager is busy, as when it reads its files
                raise
            return False

    def _reason(self, result: str, code: int, status: int) -> str:
        match result:
            case "success" if (code, status) == (_EXITED, 0):
                return ""
            case "success":
                return NOT_RUN
            case "timeout" if (code, status) == (_EXITED, 0):
                return "a program that it left behind did not end"
            case "timeout":
                return f"it took longer than {self._limit_s:g} seconds"
            case "exit-code":
                return f"it ended with status {status}"
            case "signal" | "core-dump":
                return f"it was ended by signal {status}"
            case _:
                return f"the service manager says “{printable(result)}”"

    async def _manage(self, member: str, signature: str, *body: Any) -> None:
        await self._bus.call(SYSTEMD, _MANAGER_PATH, f"{_MANAGER}.{member}", signature, body)

    async def _get(self, path: str, interface: str, name: str) -> Any:
        body = (f"{SYSTEMD}.{interface}", name)
        (value,) = await self._bus.call(SYSTEMD, path, f"{_PROPERTIES}.Get", "ss", body)
        return value.value


def _escaped(unit: str) -> str:
    """A unit's name as a part of its object's path."""
    letters = string.ascii_letters + string.digits
    return "".join(char if char in letters else f"_{ord(char):02x}" for char in unit)
