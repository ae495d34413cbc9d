"""wireguard-go: one process for each link, told and read through its UAPI socket."""

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

from wgdesk.domain.device import DeviceConfig
from wgdesk.domain.errors import EngineFailed, NameConflict
from wgdesk.domain.snapshot import DeviceSnapshot
from wgdesk.engine import uapi
from wgdesk.engine.child import Child
from wgdesk.engine.netlink import Netlink

# Never looked up in PATH: this runs as root.
PROGRAM_PLACES: Final = (
    Path("/usr/lib/wgdesk/wireguard-go"),
    Path("/usr/bin/wireguard-go"),
    Path("/usr/sbin/wireguard-go"),
)
SOCKETS_DIR: Final = Path("/var/run/wireguard")  # compiled into wireguard-go
TUN_PATH: Final = Path("/dev/net/tun")

# With WG_PROCESS_FOREGROUND it prints no banner; errors tell why it did not start.
_ENVIRONMENT: Final = {"LOG_LEVEL": "error", "WG_PROCESS_FOREGROUND": "1"}
_START_TIMEOUT_S: Final = 5.0
_POLL_S: Final = 0.0003  # the socket is there 3 ms after the start
_ANSWER_TIMEOUT_S: Final = 30.0  # 10,000 peers take seconds
# About 5 ms of work; above it others on the loop would notice.
_BIG_ANSWER_BYTES: Final = 1 << 15

Lost = Callable[[str, str], None]


class UserspaceDevice:
    """Implements ports.Device."""

    def __init__(
        self, netlink: Netlink, lost: Lost, places: tuple[Path, ...] = PROGRAM_PLACES
    ) -> None:
        """`lost(name, why)` is called on the loop when an engine ends unasked."""
        self._netlink, self._lost, self._places = netlink, lost, places
        self._children: dict[str, Child] = {}

    def find_program(self) -> Path | None:
        return next((path for path in self._places if os.access(path, os.X_OK)), None)

    async def create(self, name: str) -> None:
        program = self.find_program()
        if program is None:
            raise EngineFailed("wireguard-go is not installed")
        # The sockets' folder is shared by all network namespaces: an engine of that name may
        # be alive where its link cannot be seen.
        if self._netlink.has_link(name) or _is_listening(name):
            raise NameConflict(name, "another program")
        try:
            SOCKETS_DIR.mkdir(mode=0o700, exist_ok=True)
            child = Child([str(program), "-f", name], _ENVIRONMENT, lambda: self._ended(name))
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise EngineFailed(f"it cannot be started: {where}{error.strerror}") from error
        self._children[name] = child
        try:
            await self._wait_until_it_listens(name, child)
            await self._netlink.mark_link(name)
        except BaseException:
            await self.delete(name)
            raise

    async def configure(self, name: str, config: DeviceConfig) -> None:
        answer = await self._ask(name, uapi.encode_set(config))
        number = uapi.decode_errno(answer)
        if number != 0:
            why = os.strerror(number) if number else "it gave no answer"
            raise EngineFailed(f"it refused the configuration of {name}: {why}")

    async def read(self, name: str) -> DeviceSnapshot:
        answer = await self._ask(name, uapi.GET)
        try:
            if len(answer) > _BIG_ANSWER_BYTES:
                return await asyncio.to_thread(uapi.decode_device, answer)
            return uapi.decode_device(answer)
        except (ValueError, KeyError) as error:
            raise EngineFailed(f"{name} reads back as something unknown") from error

    async def delete(self, name: str) -> None:
        child = self._children.pop(name, None)
        if child is None:
            return
        await child.end()
        (SOCKETS_DIR / f"{name}.sock").unlink(missing_ok=True)  # an engine ended by force leaves it
        await self._netlink.delete_link(name)  # gone with its engine, as a rule

    def _ended(self, name: str) -> None:
        child = self._children.get(name)
        if child is not None:
            self._lost(name, f"the userspace engine stopped: {child.end_in_words()}")

    async def _wait_until_it_listens(self, name: str, child: Child) -> None:
        deadline = asyncio.get_running_loop().time() + _START_TIMEOUT_S
        while not _is_listening(name):
            if not child.is_running:
                raise EngineFailed(_reason(child))
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
    reader, writer = await asyncio.open_unix_connection(SOCKETS_DIR / f"{name}.sock")
    try:
        writer.write(request)
        answer = bytearray()
        while not answer.endswith(uapi.END_OF_ANSWER):
            data = await reader.read(1 << 18)
            if not data:
                break
            answer += data
        return bytes(answer)
    finally:
        writer.close()


def _is_listening(name: str) -> bool:
    """Asked often while an engine starts; connecting to a local socket does not wait."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as probe:
        return probe.connect_ex(str(SOCKETS_DIR / f"{name}.sock")) == 0


def _reason(child: Child) -> str:
    words = child.last_words()
    return f"{child.end_in_words()} ({words})" if words else child.end_in_words()
