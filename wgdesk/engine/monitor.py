"""Tells when links vanish and when others change rules, routes, addresses or nftables.

Ordinary sockets on the loop: they need no thread.
"""

import asyncio
import ctypes
import socket
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from errno import ENOBUFS
from typing import Final

from wgdesk.engine.attributes import Message, decode_attributes, decode_messages
from wgdesk.engine.standing import PROTOCOL

# uapi/linux/rtnetlink.h; a group is one bit.
RTM_NEWLINK: Final = 16
RTM_DELLINK: Final = 17
RTM_NEWROUTE: Final = 24
_LINK_GROUP: Final = 0x1
_OTHER_GROUPS: Final = (
    0x10  # RTMGRP_IPV4_IFADDR
    | 0x40  # RTMGRP_IPV4_ROUTE
    | 0x80  # RTMGRP_IPV4_RULE
    | 0x100  # RTMGRP_IPV6_IFADDR
    | 0x400  # RTMGRP_IPV6_ROUTE
    | 1 << 18  # RTNLGRP_IPV6_RULE is number 19
)
NETLINK_NETFILTER: Final = 12
_NFTABLES_GROUP: Final = 1 << 6  # NFNLGRP_NFTABLES is number 7; uapi/linux/netfilter/nfnetlink.h
_IFLA_IFNAME: Final = 3
_IFINFOMSG: Final = struct.Struct("=BxHiII")  # family, type, index, flags, change
_RTMSG_PROTOCOL_AT: Final = 5  # struct rtmsg
_RECEIVE_BYTES: Final = 1 << 16
# Things come in bursts, ours among them: look once when it is quiet again, but do look.
QUIET_S: Final = 0.2
PATIENCE_S: Final = 1.0


# A classic socket filter, uapi/linux/filter.h: operation, jump if true and if false, operand.
# Loads are in network order, a netlink message is in the machine's.
_SO_ATTACH_FILTER: Final = 26  # asm-generic/socket.h
_SOCK_FILTER: Final = struct.Struct("=HBBI")
_LOAD_HALF, _LOAD_BYTE, _JUMP_IF_EQUAL, _RETURN = 0x28, 0x30, 0x15, 0x06
_OWN_NEW_ROUTES: Final = (
    (_LOAD_HALF, 0, 0, 4),  # nlmsghdr's type
    (_JUMP_IF_EQUAL, 0, 3, socket.htons(RTM_NEWROUTE)),
    (_LOAD_BYTE, 0, 0, 16 + _RTMSG_PROTOCOL_AT),
    (_JUMP_IF_EQUAL, 0, 1, PROTOCOL),
    (_RETURN, 0, 0, 0),
    (_RETURN, 0, 0, 0xFFFFFFFF),
)


class Monitor:
    """Calls `vanished(name)` for every link that goes, `disturbed()` after other changes."""

    def __init__(self, vanished: Callable[[str], None], disturbed: Callable[[], None]) -> None:
        self._vanished = vanished
        self._loop = asyncio.get_running_loop()
        self._burst = _Burst(self._loop, disturbed)
        self._links = self._listen(socket.NETLINK_ROUTE, _LINK_GROUP, self._on_link)
        self._others = self._listen(socket.NETLINK_ROUTE, _OTHER_GROUPS, self._on_other)
        if self._others is not None:
            _ignore_own_routes(self._others)
        self._nftables = self._listen(NETLINK_NETFILTER, _NFTABLES_GROUP, lambda _: True)

    def close(self) -> None:
        self._burst.close()
        for one in (self._links, self._others, self._nftables):
            if one is not None:
                self._loop.remove_reader(one)
                one.close()

    def _listen(
        self, protocol: int, groups: int, is_news: Callable[[Message], bool]
    ) -> socket.socket | None:
        kind = socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
        try:
            channel = socket.socket(socket.AF_NETLINK, kind, protocol)
        except OSError:  # a kernel without nftables
            return None
        try:
            channel.bind((0, groups))
        except OSError:
            channel.close()
            return None
        self._loop.add_reader(channel, lambda: self._read(channel, is_news))
        return channel

    def _read(self, channel: socket.socket, is_news: Callable[[Message], bool]) -> None:
        try:
            while True:
                messages = decode_messages(channel.recv(_RECEIVE_BYTES))
                if any([is_news(message) for message in messages]):  # noqa: C419  # every one is heard
                    self._burst.note()
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != ENOBUFS:  # else some were missed: look at everything
                raise
            self._burst.note()

    def _on_link(self, message: Message) -> bool:
        for name in vanished_links(message):
            self._vanished(name)
        return message.kind in (RTM_NEWLINK, RTM_DELLINK)

    def _on_other(self, message: Message) -> bool:
        """Whether it can have been somebody else's doing: our own new routes are no news."""
        is_ours = (
            message.kind == RTM_NEWROUTE
            and len(message.payload) > _RTMSG_PROTOCOL_AT
            and message.payload[_RTMSG_PROTOCOL_AT] == PROTOCOL
        )
        return not is_ours


def _ignore_own_routes(channel: socket.socket) -> None:
    """Have the kernel drop the news of our own new routes: 20,000 of them take half a second."""
    code = b"".join(_SOCK_FILTER.pack(*step) for step in _OWN_NEW_ROUTES)
    kept = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(_OWN_NEW_ROUTES), ctypes.addressof(kept))
    with suppress(OSError):  # then they are dropped here
        channel.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


class _Burst:
    """Calls `told` once for many notes: when it is quiet, or after a second at the latest."""

    def __init__(self, loop: asyncio.AbstractEventLoop, told: Callable[[], None]) -> None:
        self._loop, self._told = loop, told
        self._began_at: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def note(self) -> None:
        now = self._loop.time()
        if self._began_at is None:
            self._began_at = now
        if self._timer is not None:
            self._timer.cancel()
        when = min(now + QUIET_S, self._began_at + PATIENCE_S)
        self._timer = self._loop.call_at(when, self._tell)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self) -> None:
        self._began_at = self._timer = None
        self._told()


def vanished_links(message: Message) -> Iterable[str]:
    """The name in an RTM_DELLINK message; none in any other."""
    if message.kind != RTM_DELLINK or len(message.payload) < _IFINFOMSG.size:
        return
    family = _IFINFOMSG.unpack_from(message.payload)[0]
    if family != socket.AF_UNSPEC:  # a port that leaves a bridge is still a link
        return
    for kind, value in decode_attributes(message.payload[_IFINFOMSG.size :]):
        if kind == _IFLA_IFNAME:
            yield value.rstrip(b"\0").decode("ascii", "replace")
