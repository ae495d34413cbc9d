"""wg-quick's units of systemd: which tunnels they have up, and which start at boot."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from wgdesk.client.autostart_refusal import autostart_kept
from wgdesk.client.own_program import is_sandboxed
from wgdesk.client.system_service import ServiceRefused, SystemService
from wgdesk.domain.errors import InvalidName
from wgdesk.domain.names import parse_tunnel_name
from wgdesk.domain.profile_errors import AutostartKept

MAX_UNITS: Final = 1000
AT_ONCE: Final = 16

_SYSTEMD: Final = "org.freedesktop.systemd1"
_PATH: Final = "/org/freedesktop/systemd1"
_MANAGER: Final = f"{_SYSTEMD}.Manager"
_PREFIX: Final = "wg-quick@"
_SUFFIX: Final = ".service"
_RUNNING: Final = ("active", "activating", "reloading")
_ENABLED: Final = "enabled"
_UNTIL_REBOOT: Final = "enabled-runtime"


@dataclass(frozen=True, slots=True)
class QuickUnit:
    """What systemd knows of one tunnel."""

    is_up: bool = False
    starts_at_boot: bool = False


class WgQuickUnits:
    def __init__(self) -> None:
        self._systemd = SystemService(_SYSTEMD)

    async def find(self, names: Iterable[str] = ()) -> Mapping[str, QuickUnit]:
        """Those that systemd has loaded, and those of these tunnels; by the tunnel's name.

        Every user may ask that. Without systemd there are none.
        """
        try:
            up = await self._loaded()
        except ServiceRefused:
            return {}
        wanted = list(dict.fromkeys([*up, *names]))[:MAX_UNITS]
        turns = asyncio.Semaphore(AT_ONCE)

        async def ask(name: str) -> QuickUnit:
            async with turns:
                state = await self._file_state(name)
            return QuickUnit(up.get(name, False), state in (_ENABLED, _UNTIL_REBOOT))

        found = await asyncio.gather(*map(ask, wanted))
        return dict(zip(wanted, found, strict=True))

    async def turn_off(self, name: str) -> None:
        """As `systemctl disable`: what is up stays up. A password dialog may appear.

        Raises:
            AutostartKept, NotAuthorized: It starts at boot as before.
        """
        _require_systemd(name)
        runtime = await self._file_state(name) == _UNTIL_REBOOT
        try:
            await self._systemd.call(
                _PATH,
                f"{_MANAGER}.DisableUnitFiles",
                "asb",
                [[_unit(name)], runtime],
                gives="a(sss)",
                may_prompt=True,
            )
        except ServiceRefused as refused:
            raise autostart_kept(name, refused) from refused
        if await self._file_state(name) in (_ENABLED, _UNTIL_REBOOT):
            raise AutostartKept(name, "another file of systemd starts it")

    async def turn_on(self, name: str) -> None:
        """As `systemctl enable`; nothing is started now. Raises as `turn_off`."""
        _require_systemd(name)
        try:
            await self._systemd.call(
                _PATH,
                f"{_MANAGER}.EnableUnitFiles",
                "asbb",
                [[_unit(name)], False, False],
                gives="ba(sss)",
                may_prompt=True,
            )
        except ServiceRefused as refused:
            raise autostart_kept(name, refused) from refused

    async def close(self) -> None:
        await self._systemd.close()

    async def _loaded(self) -> dict[str, bool]:
        """By name, whether it is up."""
        pattern = f"{_PREFIX}*{_SUFFIX}"
        (units,) = await self._systemd.call(
            _PATH,
            f"{_MANAGER}.ListUnitsByPatterns",
            "asas",
            [[], [pattern]],
            gives="a(ssssssouso)",
        )
        return {
            name: active_state in _RUNNING
            for unit, _, _, active_state, *_ in units
            if (name := _tunnel(unit))
        }

    async def _file_state(self, name: str) -> str:
        """Such as `enabled`; "" where systemd knows no such unit."""
        member = f"{_MANAGER}.GetUnitFileState"
        try:
            (state,) = await self._systemd.call(_PATH, member, "s", [_unit(name)], gives="s")
        except ServiceRefused:
            return ""
        return str(state)


def _require_systemd(name: str) -> None:
    if is_sandboxed():
        raise AutostartKept(name, "a Flatpak may not ask systemd")


def _unit(name: str) -> str:
    return f"{_PREFIX}{name}{_SUFFIX}"


def _tunnel(unit: str) -> str:
    """The tunnel's name; "" where it is none."""
    try:
        return parse_tunnel_name(unit.removeprefix(_PREFIX).removesuffix(_SUFFIX))
    except InvalidName:
        return ""
