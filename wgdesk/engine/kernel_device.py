"""The kernel's WireGuard: links of kind `wireguard`, told and read by generic netlink."""

import select
import socket
from collections.abc import Callable, Iterator
from errno import EBUSY, EPROTONOSUPPORT, ETIMEDOUT
from functools import partial
from typing import Any, Final, TypeVar

from pyroute2 import GenericNetlinkSocket, NetlinkError
from pyroute2.netlink import ctrlmsg

from wgdesk.domain.device import DeviceConfig, DeviceUpdate
from wgdesk.domain.errors import EngineFailed, NameConflict
from wgdesk.domain.snapshot import DeviceSnapshot
from wgdesk.engine import wg_messages
from wgdesk.engine.attributes import (
    NLM_F_ACK,
    NLM_F_DUMP,
    NLM_F_DUMP_INTR,
    NLM_F_REQUEST,
    NLMSG_DONE,
    Message,
    decode_messages,
    encode_message,
)
from wgdesk.engine.netlink import Netlink
from wgdesk.engine.peer_memory import PeerMemory

# The kernel fills dump messages up to the largest buffer it has seen (32 KiB at most).
_RECEIVE_BYTES: Final = 1 << 17
_ANSWER_TIMEOUT_S: Final = 10
_DUMP_ATTEMPTS: Final = 10

T = TypeVar("T")


class KernelDevice:
    """Implements ports.Device."""

    def __init__(self, netlink: Netlink) -> None:
        self._netlink = netlink
        self._socket = _WireGuardSocket()
        self._made: set[str] = set()
        self._memories: dict[str, PeerMemory] = {}

    async def is_there(self) -> bool:
        """Whether the kernel has WireGuard; asking loads its module."""
        return await self._netlink.run("ask for WireGuard", self._socket.resolve)

    async def create(self, name: str) -> None:
        if name in self._made:
            raise NameConflict(name, "another tunnel")
        self._made.add(name)
        try:
            await self._netlink.create_link(name)
        except NameConflict:
            self._made.discard(name)
            raise

    async def configure(self, name: str, config: DeviceConfig) -> None:
        def job() -> None:
            for payload in wg_messages.encode_set(name, config, socket.if_nametoindex):
                self._socket.tell(payload)

        await self._netlink.run(f"configure {name}", job)

    async def update(self, name: str, update: DeviceUpdate) -> None:
        def job() -> None:
            for payload in wg_messages.encode_update(name, update, socket.if_nametoindex):
                self._socket.tell(payload)

        await self._netlink.run(f"change {name}", job)

    async def read(self, name: str) -> DeviceSnapshot:
        memory = self._memories.setdefault(name, PeerMemory())
        return await self._read(name, partial(wg_messages.decode_device, memory=memory))

    async def read_config(self, name: str) -> DeviceConfig:
        return await self._read(name, wg_messages.decode_config)

    def adopt(self, name: str) -> None:
        """Take charge of a link that a helper before this one made."""
        self._made.add(name)

    async def delete(self, name: str) -> None:
        if name in self._made:
            await self._netlink.delete_link(name)
            self._made.discard(name)
            self._memories.pop(name, None)

    async def _read(self, name: str, decode: Callable[[list[bytes], wg_messages.NameOf], T]) -> T:
        def job() -> T:
            return decode(self._socket.dump(wg_messages.encode_get(name)), socket.if_indextoname)

        try:
            return await self._netlink.run(f"read {name}", job)
        except ValueError as error:
            raise EngineFailed(f"{name} reads back as something unknown") from error

    async def close(self) -> None:
        await self._netlink.run("close WireGuard's socket", self._socket.close)


class _WireGuardSocket:
    """pyroute2's generic netlink socket, with messages of our own. Lives on one thread."""

    def __init__(self) -> None:
        self._socket: Any = None
        self._family = 0
        self._sequence = 0

    def resolve(self) -> bool:
        if self._socket is None:
            self._socket = GenericNetlinkSocket()
            self._socket.bind("nlctrl", ctrlmsg)
            # A machine without WireGuard is nothing for the root logger. 0.9 has the switch inside.
            getattr(self._socket, "asyncore", self._socket).module_err_level = "debug"
        try:
            found = self._socket.discovery(wg_messages.FAMILY_NAME)
        except NetlinkError:
            return False
        self._family = found.get_attr("CTRL_ATTR_FAMILY_ID")
        return True

    def tell(self, payload: bytes) -> None:
        """Send one message and wait for its acknowledgement."""
        for _ in self._ask(payload, NLM_F_REQUEST | NLM_F_ACK):
            pass

    def dump(self, payload: bytes) -> list[bytes]:
        """All answers of a dump, from an attempt that no change disturbed."""
        for _ in range(_DUMP_ATTEMPTS):
            try:
                answers = list(self._ask(payload, NLM_F_REQUEST | NLM_F_DUMP))
            except InterruptedError:
                continue
            if not any(answer.flags & NLM_F_DUMP_INTR for answer in answers):
                return [answer.payload for answer in answers if answer.kind != NLMSG_DONE]
        raise OSError(EBUSY, "the configuration keeps changing")

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self, payload: bytes, flags: int) -> Iterator[Message]:
        """Send, and yield every answer up to the one that ends it."""
        if not self._family and not self.resolve():
            raise OSError(EPROTONOSUPPORT, "")
        self._sequence += 1
        message = encode_message(self._family, flags, self._sequence, payload)
        self._socket.sendto(message, (0, 0))
        while True:
            for answer in self._receive():
                if answer.sequence != self._sequence:
                    continue  # left over from an exchange that broke off
                number = answer.errno()
                if number:
                    raise OSError(number, "")
                yield answer
                if number == 0:
                    return

    def _receive(self) -> Iterator[Message]:
        if not select.select([self._socket.fileno()], [], [], _ANSWER_TIMEOUT_S)[0]:
            raise OSError(ETIMEDOUT, "")
        return decode_messages(self._socket.recv(_RECEIVE_BYTES))
