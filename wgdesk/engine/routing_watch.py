"""Tells once that links, addresses, rules or routes changed, our own doing included."""

import asyncio
import socket
from collections.abc import Callable
from errno import ENOBUFS
from typing import Final

from wgdesk.engine.attributes import Message, decode_attributes, decode_messages

# uapi/linux/rtnetlink.h; a group is one bit.
_GROUPS: Final = (
    0x1  # RTMGRP_LINK
    | 0x10  # RTMGRP_IPV4_IFADDR
    | 0x40  # RTMGRP_IPV4_ROUTE
    | 0x80  # RTMGRP_IPV4_RULE
    | 0x100  # RTMGRP_IPV6_IFADDR
    | 0x400  # RTMGRP_IPV6_ROUTE
    | 1 << 18  # RTNLGRP_IPV6_RULE is number 19
)
_RTM_NEWLINK: Final = 16
_IFINFOMSG_BYTES: Final = 16
_IFLA_WIRELESS: Final = 11
_RECEIVE_BYTES: Final = 1 << 16
PAUSE_S: Final = 0.25


class RoutingWatch:
    """Calls `told()` once for each arming: a quarter of a second after the first change.

    From that change on nothing is listened to, so a flood of 20,000 new routes costs
    nothing here; whoever is told arms the watch anew before looking.
    """

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._socket: socket.socket | None = None
        self._timer: asyncio.TimerHandle | None = None

    def arm(self) -> None:
        """Watch from now on; nothing happens where it is armed already."""
        if self._socket is not None or self._timer is not None:
            return
        kind = socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
        channel = socket.socket(socket.AF_NETLINK, kind, socket.NETLINK_ROUTE)
        channel.bind((0, _GROUPS))
        asyncio.get_running_loop().add_reader(channel, self._read)
        self._socket = channel

    def close(self) -> None:
        self._stop_listening()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _stop_listening(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _read(self) -> None:
        if self._socket is None or not _has_news(self._socket):
            return
        self._stop_listening()
        self._timer = asyncio.get_running_loop().call_later(PAUSE_S, self._tell)

    def _tell(self) -> None:
        self._timer = None
        self._told()


def _has_news(channel: socket.socket) -> bool:
    try:
        return any(map(_is_news, decode_messages(channel.recv(_RECEIVE_BYTES))))
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno != ENOBUFS:  # else some were missed
            raise
        return True


def _is_news(message: Message) -> bool:
    """All but what a wireless link says of its signal every few seconds."""
    if message.kind != _RTM_NEWLINK:
        return True
    told = decode_attributes(message.payload[_IFINFOMSG_BYTES:])
    return all(kind != _IFLA_WIRELESS for kind, _ in told)
