"""Desktop notifications, one for each tunnel: a newer one takes the older one's place."""

import asyncio
from html import escape
from typing import Final

from dbus_next.constants import BusType, MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from wgdesk.client.bus import BUS_FAILURES, Bus, connect
from wgdesk.domain.names import printable
from wgdesk.wire.names import APP_ID

TIMEOUT_S: Final = 5.0

_NAME: Final = "org.freedesktop.Notifications"
_SERVER_DECIDES: Final = -1  # how long it shows; Desktop Notifications Specification 1.2
_MAX_CHARACTERS: Final = 400


class Notifier:
    """Speaks to the session's notification server; where there is none, nothing happens."""

    def __init__(self) -> None:
        self._bus: Bus | None = None
        self._shown: dict[str, int] = {}

    async def notify(self, tunnel: str, summary: str, body: str, icon: str = "") -> bool:
        """Show it in place of what was last shown about `tunnel`; True if somebody shows it."""
        try:
            bus = await self._connected()
            message = _notify_message(self._shown.get(tunnel, 0), summary, body, icon)
            reply = await asyncio.wait_for(bus.call(message), TIMEOUT_S)
        except BUS_FAILURES:
            return False
        if reply is None or reply.message_type is MessageType.ERROR or reply.signature != "u":
            return False
        self._shown[tunnel] = reply.body[0]
        return True

    async def close(self) -> None:
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    async def _connected(self) -> Bus:
        if self._bus is None or not self._bus.connected:
            await self.close()
            self._shown.clear()  # another bus, another server: its numbers mean other things
            self._bus = await connect(BusType.SESSION)
        return self._bus


def _notify_message(replaces: int, summary: str, body: str, icon: str) -> Message:
    return Message(
        destination=_NAME,
        path="/org/freedesktop/Notifications",
        interface=_NAME,
        member="Notify",
        signature="susssasa{sv}i",
        body=[
            "wgdesk",
            replaces,
            icon,
            printable(summary, _MAX_CHARACTERS),
            escape(printable(body, _MAX_CHARACTERS), quote=False),  # servers may read markup
            [],
            {"desktop-entry": Variant("s", APP_ID)},
            _SERVER_DECIDES,
        ],
    )
