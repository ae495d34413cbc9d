"""Starts userspace engines as systemd units of their own, which outlive the helper.

Each has walls of its own too: see resources/systemd/wgdesk-go@.service.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from wgdesk.domain.errors import EngineFailed
from wgdesk.domain.unit_name import escaped_instance
from wgdesk.engine.bounded_bus import CallRefused
from wgdesk.engine.engine_program import PROGRAM_PLACES, find_program
from wgdesk.engine.process import Process
from wgdesk.engine.system_bus import SystemBus

SYSTEMD: Final = "org.freedesktop.systemd1"
MANAGER_PATH: Final = "/org/freedesktop/systemd1"
MANAGER: Final = "org.freedesktop.systemd1.Manager"
UNIT: Final = "org.freedesktop.systemd1.Unit"
SERVICE: Final = "org.freedesktop.systemd1.Service"
GET_PROPERTY: Final = "org.freedesktop.DBus.Properties.Get"
BOOTED_BY_SYSTEMD: Final = Path("/run/systemd/system")  # sd_booted(3)
_POLL_S: Final = 0.005
_START_TIMEOUT_S: Final = 5.0
_NOTICE_TIMEOUT_S: Final = 1.0


def unit_name(name: str) -> str:
    """The unit that carries a tunnel."""
    return f"wgdesk-go@{escaped_instance(name)}.service"


class UnitLauncher:
    """Implements launcher.Launcher."""

    def __init__(self, bus: SystemBus, places: tuple[Path, ...] = PROGRAM_PLACES) -> None:
        self._bus, self._places = bus, places

    def program(self) -> Path | None:
        return find_program(self._places)

    async def start(self, name: str, ended: Callable[[], None]) -> Process:
        if self.program() is None:
            raise EngineFailed("wireguard-go is not installed")
        unit = unit_name(name)
        try:
            await self._ask("StartUnit", "ss", [unit, "replace"])
            return Process(await self._wait_for_pid(unit), ended)
        except CallRefused as error:
            raise EngineFailed(f"{unit} cannot be started ({error.name})") from error
        except OSError as error:
            raise EngineFailed(f"{unit} ended at once") from error

    async def stop(self, name: str, process: Process) -> None:
        """Through systemd, so that it does not take the end for a failure."""
        try:
            await self._ask("StopUnit", "ss", [unit_name(name), "replace"])
            async with asyncio.timeout(_START_TIMEOUT_S):
                await process.wait()
        except (CallRefused, TimeoutError):
            await process.end()
        with suppress(CallRefused):  # one that did not fail
            await self._ask("ResetFailedUnit", "s", [unit_name(name)])

    async def was_asked(self, name: str, process: Process) -> bool:  # noqa: ARG002  # as Launcher
        """By what systemd says of its end, once it has taken notice."""
        deadline = asyncio.get_running_loop().time() + _NOTICE_TIMEOUT_S
        try:
            while asyncio.get_running_loop().time() < deadline:
                path = await self._unit_path(unit_name(name))
                state = await self._get(path, UNIT, "ActiveState")
                if state in ("inactive", "failed"):
                    return state == "inactive"
                await asyncio.sleep(_POLL_S)
        except CallRefused:
            pass
        return False

    def last_words(self, name: str) -> str:
        return f"its own words: journalctl -u '{unit_name(name)}'"

    async def _wait_for_pid(self, unit: str) -> int:
        deadline = asyncio.get_running_loop().time() + _START_TIMEOUT_S
        while True:
            path = await self._unit_path(unit)
            pid = await self._get(path, SERVICE, "MainPID")
            if isinstance(pid, int) and pid > 0:
                return pid
            if asyncio.get_running_loop().time() > deadline:
                raise EngineFailed(f"{unit} did not start; see journalctl -u '{unit}'")
            await asyncio.sleep(_POLL_S)

    async def _unit_path(self, unit: str) -> str:
        (path,) = await self._ask("LoadUnit", "s", [unit])
        return str(path)

    async def _get(self, path: str, interface: str, name: str) -> object:
        (value,) = await self._bus.call(SYSTEMD, path, GET_PROPERTY, "ss", [interface, name])
        return getattr(value, "value", None)

    async def _ask(self, member: str, signature: str, body: list[str]) -> list[object]:
        return await self._bus.call(
            SYSTEMD, MANAGER_PATH, f"{MANAGER}.{member}", signature, body, timeout_s=10
        )


def is_booted_by_systemd() -> bool:
    return BOOTED_BY_SYSTEMD.is_dir()
