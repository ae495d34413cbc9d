"""NetworkManager as an object: its WireGuard connections, read and told when to start.

Its D-Bus API, as of version 1.20: org.freedesktop.NetworkManager, .Settings and
.Settings.Connection. Who may do what, NetworkManager asks polkit itself.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dbus_next.signature import Variant

from wgdesk.client.autostart_refusal import autostart_kept
from wgdesk.client.system_service import ServiceRefused, SystemService
from wgdesk.domain.networkmanager_profile import title_of
from wgdesk.domain.networkmanager_values import CONNECTION, WIREGUARD, Settings, section

MAX_CONNECTIONS: Final = 2000
AT_ONCE: Final = 16

NAME: Final = "org.freedesktop.NetworkManager"
PATH: Final = "/org/freedesktop/NetworkManager"
_SETTINGS_PATH: Final = f"{PATH}/Settings"
_SETTINGS: Final = f"{NAME}.Settings"
_CONNECTION: Final = f"{NAME}.Settings.Connection"
_ACTIVE: Final = f"{NAME}.Connection.Active"
_SETTINGS_TYPE: Final = "a{sa{sv}}"
_NO_SECRETS: Final = ".AgentManager.NoSecrets"
# NMSettingsUpdate2Flags: to disk, and without applying anything to what is up.
_TO_DISK: Final = 0x1
_NO_REAPPLY: Final = 0x40
_ACTIVATED: Final = (1, 2)  # NMActiveConnectionState: activating, activated


@dataclass(frozen=True, slots=True)
class Connection:
    """One of type `wireguard`.

    Attributes:
        settings: As GetSettings gives them, so without a key.
    """

    path: str
    settings: Settings = field(repr=False)

    @property
    def uuid(self) -> str:
        return section(self.settings, CONNECTION).text("uuid")


class NetworkManager:
    """Every method raises ServiceRefused unless it says otherwise."""

    def __init__(self) -> None:
        self._service = SystemService(NAME)

    async def connections(self) -> tuple[Connection, ...]:
        """Those that this user may see; one that goes away meanwhile is left out."""
        (paths,) = await self._service.call(
            _SETTINGS_PATH, f"{_SETTINGS}.ListConnections", gives="ao"
        )
        turns = asyncio.Semaphore(AT_ONCE)

        async def ask(path: str) -> Connection | None:
            async with turns:
                try:
                    return await self._connection(path)
                except ServiceRefused:
                    return None

        found = await asyncio.gather(*map(ask, paths[:MAX_CONNECTIONS]))
        return tuple(it for it in found if it is not None and _is_wireguard(it.settings))

    async def active(self) -> frozenset[str]:
        """The UUIDs of the connections that are up."""
        properties = await self._service.properties(PATH, NAME)
        found = set[str]()
        paths = properties.get("ActiveConnections")
        for path in paths[:MAX_CONNECTIONS] if isinstance(paths, list) else ():
            try:
                seen = await self._service.properties(path, _ACTIVE)
            except ServiceRefused:  # it went down just now
                continue
            if seen.get("State") in _ACTIVATED:
                found.add(str(seen.get("Uuid", "")))
        return frozenset(found)

    async def find(self, uuid: str) -> Connection:
        (path,) = await self._service.call(
            _SETTINGS_PATH, f"{_SETTINGS}.GetConnectionByUuid", "s", [uuid], gives="o"
        )
        return await self._connection(path)

    async def secrets(self, connection: Connection) -> Settings:
        """The keys that it has, or gets from a desktop's keyring; a password dialog may appear."""
        member = f"{_CONNECTION}.GetSecrets"
        try:
            (found,) = await self._service.call(
                connection.path, member, "s", [WIREGUARD], gives=_SETTINGS_TYPE, may_prompt=True
            )
        except ServiceRefused as refused:
            if refused.name.endswith(_NO_SECRETS):  # why it has none is in the settings
                return {}
            raise
        return plain_settings(found)

    async def set_autostart(self, uuid: str, *, on: bool) -> None:
        """What is up stays up, and what is not stays so. A password dialog may appear.

        Raises:
            AutostartKept, NotAuthorized: It starts as before.
        """
        title = uuid
        try:
            connection = await self.find(uuid)
            title = title_of(connection.settings) or uuid
            raw = await self._raw(connection.path)
            raw.setdefault(CONNECTION, {})["autoconnect"] = Variant("b", on)
            # No key is in it, and then NetworkManager keeps those that it has.
            await self._service.call(
                connection.path,
                f"{_CONNECTION}.Update2",
                f"{_SETTINGS_TYPE}ua{{sv}}",
                [raw, _TO_DISK | _NO_REAPPLY, {}],
                gives="a{sv}",
                may_prompt=True,
            )
        except ServiceRefused as refused:
            raise autostart_kept(title, refused) from refused

    async def close(self) -> None:
        await self._service.close()

    async def _connection(self, path: str) -> Connection:
        return Connection(path, plain_settings(await self._raw(path)))

    async def _raw(self, path: str) -> dict[str, dict[str, Variant]]:
        (found,) = await self._service.call(
            path, f"{_CONNECTION}.GetSettings", gives=_SETTINGS_TYPE
        )
        settings: dict[str, dict[str, Variant]] = found
        return settings


def _is_wireguard(settings: Settings) -> bool:
    return section(settings, CONNECTION).text("type") == WIREGUARD


def plain_settings(settings: Mapping[str, Mapping[str, Variant]]) -> Settings:
    """As `networkmanager_values` reads them."""
    return {
        name: {key: plain_value(variant) for key, variant in values.items()}
        for name, values in settings.items()
    }


def plain_value(found: Any) -> Any:
    """Without the variants, however deep they are."""
    match found:
        case Variant():
            return plain_value(found.value)
        case list() | tuple():
            return [plain_value(it) for it in found]
        case dict():
            return {key: plain_value(it) for key, it in found.items()}
        case _:
            return found
