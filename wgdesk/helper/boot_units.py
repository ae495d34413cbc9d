"""Has systemd start the units that bring tunnels up at boot, or leave them.

The helper cannot write below /etc; systemd does, as for `systemctl enable`.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Final

from wgdesk.domain.errors import BootUnavailable
from wgdesk.domain.names import printable
from wgdesk.domain.unit_name import boot_unit
from wgdesk.engine.bounded_bus import CallRefused
from wgdesk.helper.bus import Bus

TIMEOUT_S: Final = 25.0

_SYSTEMD: Final = "org.freedesktop.systemd1"
_PATH: Final = "/org/freedesktop/systemd1"
_MANAGER: Final = f"{_SYSTEMD}.Manager"
_ENABLED: Final = "enabled"
_UNTIL_REBOOT: Final = "enabled-runtime"
# Says of a machine that systemd does not run.
_ABSENT: Final = frozenset(
    {
        "org.freedesktop.DBus.Error.ServiceUnknown",
        "org.freedesktop.DBus.Error.NameHasNoOwner",
        "org.freedesktop.DBus.Error.Spawn.ExecFailed",
        "org.freedesktop.DBus.Error.Spawn.ChildExited",
    }
)

_log = logging.getLogger(__name__)


class BootUnits:
    """Every method raises BootUnavailable where systemd is not there or refuses."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def check(self, name: str) -> None:
        """Whether there is such a unit to enable, before anybody is asked for a password."""
        if await self._state(name) in ("masked", "masked-runtime"):
            raise BootUnavailable(f"an administrator has masked {boot_unit(name)}")

    async def is_enabled(self, name: str) -> bool:
        return await self._state(name) in (_ENABLED, _UNTIL_REBOOT)

    async def enable(self, name: str) -> None:
        """From the next boot on; nothing is started now."""
        await self._ask("EnableUnitFiles", "asbb", [[boot_unit(name)], False, False])
        await self._reload()

    async def disable(self, name: str) -> None:
        """What is up stays up."""
        runtime = await self._state(name) == _UNTIL_REBOOT
        await self._ask("DisableUnitFiles", "asb", [[boot_unit(name)], runtime])
        await self._reload()

    async def _state(self, name: str) -> str:
        (state,) = await self._ask("GetUnitFileState", "s", [boot_unit(name)])
        return str(state)

    async def _reload(self) -> None:
        """As systemctl does it; without it only what systemd shows is out of date."""
        try:
            await self._ask("Reload", "", [])
        except BootUnavailable as error:
            _log.info("%s", error)

    async def _ask(self, member: str, signature: str, body: Sequence[Any]) -> list[Any]:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._bus.ask(_SYSTEMD, _PATH, f"{_MANAGER}.{member}", signature, body)
        except CallRefused as error:
            if error.name in _ABSENT:
                raise BootUnavailable from error
            why = printable(error.text, 200) or error.name
            raise BootUnavailable(f"systemd refused: {why}") from error
        except TimeoutError as error:
            raise BootUnavailable("systemd does not answer") from error
