"""Tells when links vanish. An ordinary socket on the loop: it needs no thread."""

import asyncio
import socket
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from errno import ENOBUFS
from typing import Final

from wgdesk.engine.attributes import decode_attributes, decode_messages

RTM_DELLINK: Final = 17  # uapi/linux/rtnetlink.h
RTMGRP_LINK: Final = 1
_IFLA_IFNAME: Final = 3
_IFINFOMSG: Final = struct.Struct("=BxHiII")  # family, type, index, flags, change
_RECEIVE_BYTES: Final = 1 << 16


class LinkMonitor:
    """Calls `vanished(name)` for every link that goes, or `missed()` when it lost track."""

    def __init__(self, vanished: Callable[[str], None], missed: Callable[[], None]) -> None:
        self._vanished, self._missed = vanished, missed
        self._loop = asyncio.get_running_loop()
        kind = socket.SOCK_RAW | socket.SOCK_NONBLOCK
        self._socket = socket.socket(socket.AF_NETLINK, kind, socket.NETLINK_ROUTE)
        self._socket.bind((0, RTMGRP_LINK))
        self._loop.add_reader(self._socket, self._read)

    def close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _read(self) -> None:
        with suppress(BlockingIOError):
            try:
                while True:
                    for name in vanished_links(self._socket.recv(_RECEIVE_BYTES)):
                        self._vanished(name)
            except BlockingIOError:
                raise
            except OSError as error:
                if error.errno != ENOBUFS:
                    raise
                self._missed()


def vanished_links(data: bytes) -> Iterable[str]:
    """The names in a datagram's RTM_DELLINK messages."""
    for message in decode_messages(data):
        if message.kind != RTM_DELLINK or len(message.payload) < _IFINFOMSG.size:
            continue
        family = _IFINFOMSG.unpack_from(message.payload)[0]
        if family != socket.AF_UNSPEC:  # a port that leaves a bridge is still a link
            continue
        for kind, value in decode_attributes(message.payload[_IFINFOMSG.size :]):
            if kind == _IFLA_IFNAME:
                yield value.rstrip(b"\0").decode("ascii", "replace")
