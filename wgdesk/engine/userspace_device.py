"""wireguard-go: one process for each link, told and read through its UAPI socket."""

import asyncio
import os
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from wgdesk.domain.device import DeviceConfig, DeviceUpdate
from wgdesk.domain.errors import EngineFailed, NameConflict
from wgdesk.domain.snapshot import DeviceSnapshot
from wgdesk.domain.state import Broke, Lost
from wgdesk.engine import uapi
from wgdesk.engine.launcher import Launcher, is_started_by_us
from wgdesk.engine.netlink import Netlink
from wgdesk.engine.peer_memory import PeerMemory
from wgdesk.engine.process import Process

SOCKETS_DIR: Final = Path("/var/run/wireguard")  # compiled into wireguard-go
TUN_PATH: Final = Path("/dev/net/tun")

_START_TIMEOUT_S: Final = 5.0
_POLL_S: Final = 0.0003  # the socket is there 3 ms after the start
_ANSWER_TIMEOUT_S: Final = 30.0  # 10,000 peers take seconds
_RECEIVE_BYTES: Final = 1 << 18
_SOON_S: Final = 0.0005  # a device of a few peers is told in 0.1 to 0.2 ms
# About 5 ms of work; above it others on the loop would notice.
_BIG_ANSWER_BYTES: Final = 1 << 15
_UCRED: Final = struct.Struct("=iII")  # pid, uid, gid; unix(7)

LINK_DELETED: Final = "the interface was deleted by another program"

Told = Callable[[str, Broke | Lost], None]


class UserspaceDevice:
    """Implements ports.Device."""

    def __init__(self, netlink: Netlink, lost: Told, launcher: Launcher) -> None:
        """`lost(name, event)` is called on the loop when an engine ends unasked."""
        self._netlink, self._lost, self._launcher = netlink, lost, launcher
        self._running: dict[str, Process] = {}
        self._memories: dict[str, PeerMemory] = {}
        self._watching: set[asyncio.Task[None]] = set()

    def program(self) -> Path | None:
        """What carries the tunnels that it makes, if there is one."""
        return self._launcher.program()

    async def create(self, name: str) -> None:
        # The sockets' folder is shared by all network namespaces: an engine of that name may
        # be alive where its link cannot be seen.
        if self._netlink.has_link(name) or _is_listening(name):
            raise NameConflict(name, "another program")
        try:
            SOCKETS_DIR.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            text = f"it cannot be started: {SOCKETS_DIR}: {error.strerror}"
            raise EngineFailed(text) from error
        process = await self._launcher.start(name, lambda: self._ended(name))
        self._running[name] = process
        try:
            await self._wait_until_it_listens(name, process)
            await self._netlink.mark_link(name)
        except BaseException:
            await self.delete(name)
            raise

    async def adopt(self, name: str, *, is_marked: bool) -> None:
        """Take charge of an engine that a helper before this one started.

        `is_marked` says that its link bears our mark; else the process itself must.

        Raises:
            EngineFailed: It does not run any more, or is somebody else's.
        """
        pid = _listener(name)
        if pid is None or not (is_marked or is_started_by_us(pid, name)):
            raise EngineFailed(f"the engine of {name} does not run any more")
        try:
            process = Process(pid, lambda: self._ended(name))
        except OSError as error:
            raise EngineFailed(f"the engine of {name} ended just now") from error
        if _listener(name) != pid:  # its number may be another program's by now
            process.forget()
            raise EngineFailed(f"the engine of {name} ended just now")
        self._running[name] = process

    async def configure(self, name: str, config: DeviceConfig) -> None:
        await self._tell(name, uapi.encode_set(config))

    async def update(self, name: str, update: DeviceUpdate) -> None:
        await self._tell(name, uapi.encode_update(update))

    async def forget_ways(self, name: str) -> None:
        """Let it ask the kernel anew for the way to each peer.

        An engine goes on sending by the link where a peer's last packet came in, and does not
        hear of rules that lead elsewhere; being told the endpoint makes it forget that link.
        """
        await self._tell(name, uapi.encode_endpoints(await self.read(name)))

    async def _tell(self, name: str, request: bytes) -> None:
        answer = await self._ask(name, request)
        number = uapi.decode_errno(answer)
        if number != 0:
            why = os.strerror(number) if number else "it gave no answer"
            raise EngineFailed(f"it refused the configuration of {name}: {why}")

    async def read(self, name: str) -> DeviceSnapshot:
        answer = await self._ask(name, uapi.GET)
        try:
            memory = self._memories.setdefault(name, PeerMemory())
            if len(answer) > _BIG_ANSWER_BYTES:
                return await asyncio.to_thread(uapi.decode_device, answer, memory)
            return uapi.decode_device(answer, memory)
        except (ValueError, KeyError) as error:
            raise EngineFailed(f"{name} reads back as something unknown") from error

    async def read_config(self, name: str) -> DeviceConfig:
        answer = await self._ask(name, uapi.GET)
        try:
            return await asyncio.to_thread(uapi.decode_config, answer)
        except (ValueError, KeyError) as error:
            raise EngineFailed(f"{name} reads back as something unknown") from error

    async def delete(self, name: str) -> None:
        process = self._running.pop(name, None)
        self._memories.pop(name, None)
        if process is None:
            return
        await self._launcher.stop(name, process)
        await process.end()
        (SOCKETS_DIR / f"{name}.sock").unlink(missing_ok=True)  # an engine ended by force leaves it
        await self._netlink.delete_link(name)  # gone with its engine, as a rule

    def close(self) -> None:
        """Let the engines be; they go on."""
        for process in self._running.values():
            process.forget()
        self._running.clear()

    def _ended(self, name: str) -> None:
        process = self._running.get(name)
        if process is not None:
            task = asyncio.ensure_future(self._tell_end(name, process))
            self._watching.add(task)
            task.add_done_callback(self._watching.discard)

    async def _tell_end(self, name: str, process: Process) -> None:
        was_asked = await self._launcher.was_asked(name, process)
        if self._running.get(name) is not process:
            return  # taken down meanwhile, or not up yet: whoever does that knows
        if was_asked:
            self._lost(name, Broke(LINK_DELETED))
        else:
            why = f"the userspace engine stopped: {process.end_in_words()}"
            self._lost(name, Lost(why))

    async def _wait_until_it_listens(self, name: str, process: Process) -> None:
        deadline = asyncio.get_running_loop().time() + _START_TIMEOUT_S
        while not _is_listening(name):
            if not process.is_running:
                words = self._launcher.last_words(name)
                end = process.end_in_words()
                raise EngineFailed(f"{end} ({words})" if words else end)
            if asyncio.get_running_loop().time() > deadline:
                raise EngineFailed(f"it did not listen for {name} in {_START_TIMEOUT_S:g} s")
            await asyncio.sleep(_POLL_S)

    async def _ask(self, name: str, request: bytes) -> bytes:
        """One request on a connection of its own; a second one would be lost."""
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT_S):
                return await _exchange(name, request)
        except TimeoutError as error:
            raise EngineFailed(f"it did not answer for {name} in time") from error
        except OSError as error:
            raise EngineFailed(f"its socket for {name} does not work: {error.strerror}") from error


async def _exchange(name: str, request: bytes) -> bytes:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as door:
        await loop.sock_connect(door, str(SOCKETS_DIR / f"{name}.sock"))
        await loop.sock_sendall(door, request)
        answer = bytearray(_soon(door))
        while not answer.endswith(uapi.END_OF_ANSWER):
            data = await loop.sock_recv(door, _RECEIVE_BYTES)
            if not data:
                break
            answer += data
        return bytes(answer)


def _soon(door: socket.socket) -> bytes:
    """What is answered at once, as a small device does: going to sleep for it costs more."""
    end_s = time.monotonic() + _SOON_S
    while time.monotonic() < end_s:
        try:
            return door.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            os.sched_yield()
    return b""


def _is_listening(name: str) -> bool:
    """Asked often while an engine starts; connecting to a local socket does not wait."""
    return _listener(name) is not None


def _listener(name: str) -> int | None:
    """The process that listens for this name, or None."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as probe:
        if probe.connect_ex(str(SOCKETS_DIR / f"{name}.sock")) != 0:
            return None
        data = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
        pid, _uid, _gid = _UCRED.unpack(data)
        return int(pid)
