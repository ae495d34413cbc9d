"""Connections of one life: made and activated in one call, forgotten once they are down."""

import asyncio
import time
from typing import Final

from dbus_next.message import Message
from dbus_next.signature import Variant

from wgdesk.client.networkmanager import NAME, PATH
from wgdesk.client.networkmanager_encoding import encode_settings
from wgdesk.client.networkmanager_tunnels import ACTIVE
from wgdesk.client.system_service import ServiceRefused, SystemService
from wgdesk.domain.errors import (
    AuthRequired,
    NetworkManagerFailed,
    NotAuthorized,
    WgdeskError,
)
from wgdesk.domain.names import printable
from wgdesk.domain.networkmanager_values import Settings

# Looking up the names of servers is the longest part; NetworkManager itself waits 90 s at most.
UP_TIMEOUT_S: Final = 45.0
DOWN_TIMEOUT_S: Final = 15.0
LOOK_AGAIN_S: Final = 0.2
MAX_FATES: Final = 200

_ACTIVATED: Final = 2  # NMActiveConnectionState
_DEACTIVATED: Final = 4
_DISCONNECTED: Final = "somebody took it down, or NetworkManager gave it up"
# NMActiveConnectionStateReason
_REASONS: Final = {
    2: _DISCONNECTED,
    3: "its interface went away",
    5: "its addresses or routes cannot be set",
    6: "it took too long",
    9: "a key is missing",
    11: "its connection was removed",
    13: "its interface cannot be made; the kernel may have no WireGuard",
    14: "its interface was removed",
}
_JOURNAL: Final = "NetworkManager's journal tells more: journalctl -u NetworkManager"


class Activations:
    """Makes tunnels and takes them down; hears from the service why one failed."""

    def __init__(self, service: SystemService) -> None:
        self._service = service
        self._fates: dict[str, tuple[int, int]] = {}  # by path: state and reason

    def hear(self, message: Message) -> None:
        """Of every signal of NetworkManager."""
        if message.interface == ACTIVE and message.member == "StateChanged":
            state, reason = message.body
            self._fates.pop(message.path, None)
            self._fates[message.path] = state, reason
            if len(self._fates) > MAX_FATES:  # most are of connections that are none of ours
                del self._fates[next(iter(self._fates))]

    async def begin(self, settings: Settings) -> str:
        """Have it made and brought up; its path. A password dialog may appear.

        Raises:
            WgdeskError: Nothing was begun.
        """
        body = [
            encode_settings(settings),
            "/",
            "/",
            {"persist": Variant("s", "volatile"), "bind-activation": Variant("s", "none")},
        ]
        try:
            _, path, _ = await self._service.call(
                PATH,
                f"{NAME}.AddAndActivateConnection2",
                "a{sa{sv}}ooa{sv}",
                body,
                gives="ooa{sv}",
                may_prompt=True,
            )
        except ServiceRefused as refused:
            raise told(refused) from refused
        return str(path)

    async def wait_until_up(self, path: str) -> None:
        """Raises NetworkManagerFailed, and takes it down where it only takes too long."""
        end_s = time.monotonic() + UP_TIMEOUT_S
        try:
            while time.monotonic() < end_s:
                state = await self._state(path)
                if state == _ACTIVATED:
                    return
                if state == _DEACTIVATED:
                    _, reason = self._fates.get(path, (0, 0))
                    raise NetworkManagerFailed(_REASONS.get(reason, _DISCONNECTED), _JOURNAL)
                await asyncio.sleep(LOOK_AGAIN_S)
        except asyncio.CancelledError:
            await self.end(path)
            raise
        finally:
            self._fates.pop(path, None)
        await self.end(path)
        why = (
            f"it was not up after {UP_TIMEOUT_S:.0f} seconds; the server's name may have no address"
        )
        raise NetworkManagerFailed(why, _JOURNAL)

    async def end(self, path: str) -> None:
        """One that is gone already is a success. A password dialog may appear."""
        try:
            await self._service.call(
                PATH, f"{NAME}.DeactivateConnection", "o", [path], may_prompt=True
            )
        except ServiceRefused as refused:
            if not refused.name.endswith((".ConnectionNotActive", ".UnknownObject")):
                raise told(refused) from refused
        end_s = time.monotonic() + DOWN_TIMEOUT_S
        while await self._state(path) != _DEACTIVATED:
            if time.monotonic() > end_s:
                raise NetworkManagerFailed("it is still going down", _JOURNAL)
            await asyncio.sleep(LOOK_AGAIN_S)
        self._fates.pop(path, None)

    async def _state(self, path: str) -> int:
        """As NMActiveConnectionState; what is not there any more is deactivated."""
        if self._fates.get(path, (0, 0))[0] == _DEACTIVATED:
            return _DEACTIVATED
        try:
            seen = await self._service.properties(path, ACTIVE)
        except ServiceRefused as refused:
            if refused.is_absent:
                raise told(refused) from refused
            return _DEACTIVATED
        state = seen.get("State", 0)
        return state if isinstance(state, int) else 0


def told(refused: ServiceRefused) -> WgdeskError:
    """What NetworkManager, or the bus, said no with."""
    if refused.is_absent:
        return NetworkManagerFailed(
            "it does not answer", "Start it: systemctl start NetworkManager"
        )
    if refused.name.endswith(".InteractiveAuthorizationRequired"):
        return AuthRequired()
    if refused.is_forbidden:
        return NotAuthorized("NetworkManager does not let this user bring tunnels up or down")
    why = printable(refused.text or refused.name, 200)
    return NetworkManagerFailed(f"it says “{why}”", _JOURNAL)
