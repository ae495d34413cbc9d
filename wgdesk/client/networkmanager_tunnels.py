"""The tunnels that NetworkManager carries for this user, as it tells of them on D-Bus."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dbus_next.signature import Variant

from wgdesk.client.networkmanager import NAME, PATH, plain_settings
from wgdesk.client.system_service import PROPERTIES, ServiceRefused, SystemService
from wgdesk.domain.counters import DeviceCounters
from wgdesk.domain.names import printable
from wgdesk.domain.networkmanager_mark import Mark, find_mark
from wgdesk.domain.networkmanager_own import Live, own_tunnel
from wgdesk.domain.networkmanager_values import CONNECTION, WIREGUARD, Settings, section
from wgdesk.domain.snapshot import ForeignLink, Lifecycle, TunnelSnapshot

ACTIVE: Final = f"{NAME}.Connection.Active"
DEVICE: Final = f"{NAME}.Device"
MAX_ACTIVE: Final = 500
COUNT_EVERY_MS: Final = 1000  # as often as an open window asks

_STATISTICS: Final = f"{DEVICE}.Statistics"
_CONNECTION: Final = f"{NAME}.Settings.Connection"
_EXTERNAL: Final = 0x8  # NMSettingsConnectionFlags: made beside NetworkManager
# NMActiveConnectionState
_LIFECYCLES: Final = {
    1: Lifecycle.RISING,
    2: Lifecycle.UP,
    3: Lifecycle.FALLING,
}


@dataclass(frozen=True, slots=True)
class OwnTunnel:
    """One that wgdesk had NetworkManager make for this user.

    Attributes:
        path: Of the active connection.
    """

    path: str
    mark: Mark
    settings: Settings = field(repr=False)
    snapshot: TunnelSnapshot


@dataclass(frozen=True, slots=True)
class Sight:
    """All WireGuard of NetworkManager at one moment."""

    own: tuple[OwnTunnel, ...] = ()
    foreign: tuple[ForeignLink, ...] = ()

    def find(self, tunnel_id: str) -> OwnTunnel | None:
        return next((it for it in self.own if it.snapshot.id == tunnel_id), None)

    def named(self, name: str) -> OwnTunnel | None:
        return next((it for it in self.own if it.mark.name == name), None)


@dataclass(frozen=True, slots=True)
class _Known:
    """What does not change while a connection is there; no mark where it is not ours."""

    mark: Mark | None
    settings: Settings = field(repr=False)
    program: str = ""


class NetworkManagerTunnels:
    """Looks; every method raises ServiceRefused."""

    def __init__(self, service: SystemService, user: str, uid: int) -> None:
        self._service, self._user, self._uid = service, user, uid
        self._known: dict[str, _Known] = {}  # by the connection's path
        self._seen: set[str] = set()  # the connections that are up
        self._counted: dict[str, DeviceCounters] = {}  # by the tunnel's id
        self._is_refused: set[str] = set()  # devices whose counters nobody may have counted on

    def forget(self) -> None:
        """NetworkManager was started anew: its paths mean something else."""
        self._known.clear()
        self._is_refused.clear()

    async def look(self) -> Sight:
        properties = await self._service.properties(PATH, NAME)
        paths = properties.get("ActiveConnections")
        own: list[OwnTunnel] = []
        foreign: list[ForeignLink] = []
        self._seen.clear()
        for path in paths[:MAX_ACTIVE] if isinstance(paths, list) else ():
            try:
                seen = await self._service.properties(path, ACTIVE)
                if seen.get("Type") == WIREGUARD:
                    found = await self._see(str(path), seen)
                else:
                    continue
            except ServiceRefused as refused:
                if refused.is_absent:
                    raise
                continue  # it went away meanwhile
            if isinstance(found, OwnTunnel):
                own.append(found)
            elif found is not None:
                foreign.append(found)
        self._known = {path: it for path, it in self._known.items() if path in self._seen}
        ids = {it.snapshot.id for it in own}
        self._counted = {key: value for key, value in self._counted.items() if key in ids}
        return Sight(tuple(own), tuple(foreign))

    async def _see(self, path: str, active: Mapping[str, Any]) -> OwnTunnel | ForeignLink | None:
        lifecycle = _LIFECYCLES.get(active.get("State", 0))
        if lifecycle is None:
            return None
        known = await self._know(str(active.get("Connection", "/")))
        devices = active.get("Devices")
        device = str(devices[0]) if isinstance(devices, list) and devices else ""
        if known.mark is None:
            return ForeignLink(printable(str(active.get("Id", ""))), known.program)
        tunnel_id = str(active.get("Uuid", ""))
        live = await self._live(device, lifecycle, tunnel_id)
        snapshot = own_tunnel(tunnel_id, known.mark, known.settings, live, self._uid)
        return OwnTunnel(path, known.mark, known.settings, snapshot)

    async def _know(self, path: str) -> _Known:
        self._seen.add(path)
        if path not in self._known:
            self._known[path] = await self._read(path)
        return self._known[path]

    async def _read(self, path: str) -> _Known:
        flags = (await self._service.properties(path, _CONNECTION)).get("Flags", 0)
        program = "" if isinstance(flags, int) and flags & _EXTERNAL else "NetworkManager"
        try:
            (raw,) = await self._service.call(path, f"{_CONNECTION}.GetSettings", gives="a{sa{sv}}")
        except ServiceRefused as refused:
            if refused.is_absent:
                raise
            return _Known(None, {}, program)  # another user's
        settings = plain_settings(raw)
        users = section(settings, CONNECTION).texts("permissions")
        # Alone, as ours are made: of one that is shared, somebody else has written the mark.
        is_own = users in ((f"user:{self._user}:",), (f"user:{self._user}",))
        return _Known(find_mark(settings) if is_own else None, settings, program)

    async def _live(self, device: str, lifecycle: Lifecycle, tunnel_id: str) -> Live:
        if not device:
            return Live(lifecycle=lifecycle)
        try:
            common = await self._service.properties(device, DEVICE)
            special = await self._service.properties(device, f"{DEVICE}.WireGuard")
            counters = await self._count(device)
        except ServiceRefused as refused:
            if refused.is_absent:
                raise
            return Live(lifecycle=lifecycle)
        counters = counters.after(self._counted.get(tunnel_id), int(time.time()))
        self._counted[tunnel_id] = counters
        return Live(
            lifecycle=lifecycle,
            mtu=int(common.get("Mtu", 0)),
            public_key=bytes(special.get("PublicKey", b"")),
            listen_port=int(special.get("ListenPort", 0)),
            fwmark=int(special.get("FwMark", 0)),
            counters=counters,
        )

    async def _count(self, device: str) -> DeviceCounters:
        """NetworkManager counts only once somebody asks for it; who sits elsewhere may not."""
        seen = await self._service.properties(device, _STATISTICS)
        if not seen.get("RefreshRateMs") and device not in self._is_refused:
            body = [_STATISTICS, "RefreshRateMs", Variant("u", COUNT_EVERY_MS)]
            try:
                await self._service.call(device, f"{PROPERTIES}.Set", "ssv", body)
                seen = await self._service.properties(device, _STATISTICS)
            except ServiceRefused as refused:
                if refused.is_absent:
                    raise
                self._is_refused.add(device)
        return DeviceCounters(
            received_bytes=int(seen.get("RxBytes", 0)),
            sent_bytes=int(seen.get("TxBytes", 0)),
            are_live=bool(seen.get("RefreshRateMs")),
        )
