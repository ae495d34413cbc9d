"""Who carries the tunnels here: the helper where it is installed, else NetworkManager.

A helper that is installed and does not work is never passed over: that would hide why. Who
carries a tunnel does so until it is down; while one is up, nobody else takes over.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Final, TypeVar, cast

from wgdesk.client.backend import Backend, Hello, KnownApproval
from wgdesk.client.helper_backend import HelperBackend
from wgdesk.client.system_service import ServiceRefused, SystemService
from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.errors import HelperUnreachable, WgdeskError
from wgdesk.domain.log_line import LogPage
from wgdesk.domain.machine_routing import MachineRouting
from wgdesk.domain.snapshot import (
    CheckOutcome,
    MachineSnapshot,
    SyncOutcome,
    TunnelSnapshot,
    UpOutcome,
)
from wgdesk.domain.system_profile import SystemProfile
from wgdesk.wire.names import BUS_NAME

if TYPE_CHECKING:  # where there is a helper, it is never loaded
    from wgdesk.client.networkmanager_backend import NetworkManagerBackend

_BUS: Final = "org.freedesktop.DBus"
_BUS_PATH: Final = "/org/freedesktop/DBus"

T = TypeVar("T")


class ChosenBackend:
    """Implements wgdesk.client.backend.Backend; chooses at the first call, and anew if need be."""

    def __init__(self) -> None:
        self._helper = HelperBackend()
        self._manager: NetworkManagerBackend | None = None
        self._bus = SystemService(_BUS)
        self._uses_manager = False
        self._looked_into: frozenset[str] = frozenset()

    async def hello(self) -> Hello:
        return await self._ask(lambda it: it.hello())

    def greetings(self) -> AsyncIterator[Hello | None]:
        return self._follow(lambda it: it.greetings())

    async def check(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> CheckOutcome:
        return await self._ask(lambda it: it.check(name, text, options))

    async def up(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> UpOutcome:
        return await self._ask(lambda it: it.up(name, text, options))

    async def sync(
        self, tunnel_id: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> SyncOutcome:
        return await self._ask(lambda it: it.sync(tunnel_id, text, options))

    async def down(self, tunnel_id: str) -> None:
        await self._ask(lambda it: it.down(tunnel_id))

    async def tunnels(self) -> MachineSnapshot:
        machine = await self._ask(lambda it: it.tunnels())
        if await self._stays_with_manager(machine):
            return await self._ask(lambda it: it.tunnels())
        return machine

    async def approvals(self) -> tuple[KnownApproval, ...]:
        return await self._ask(lambda it: it.approvals())

    async def revoke(self, digest: str) -> None:
        await self._ask(lambda it: it.revoke(digest))

    async def status(self, tunnel_id: str) -> TunnelSnapshot:
        return await self._ask(lambda it: it.status(tunnel_id))

    async def log(self, after: int = 0) -> LogPage:
        return await self._ask(lambda it: it.log(after))

    def log_changes(self, after: int = 0) -> AsyncIterator[LogPage | None]:
        return self._follow(lambda it: it.log_changes(after))

    async def routing(self) -> MachineRouting:
        return await self._ask(lambda it: it.routing())

    def routing_changes(self) -> AsyncIterator[MachineRouting | None]:
        return self._follow(lambda it: it.routing_changes())

    async def system_profiles(self, *, may_ask: bool = False) -> tuple[str, ...]:
        return await self._ask(lambda it: it.system_profiles(may_ask=may_ask))

    async def read_system_profiles(self, names: Sequence[str]) -> tuple[SystemProfile, ...]:
        return await self._ask(lambda it: it.read_system_profiles(names))

    async def boot_copies(self) -> tuple[BootCopy, ...]:
        return await self._ask(lambda it: it.boot_copies())

    async def set_boot(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> None:
        await self._ask(lambda it: it.set_boot(name, text, options))

    async def clear_boot(self, name: str) -> None:
        await self._ask(lambda it: it.clear_boot(name))

    async def changes(self) -> AsyncIterator[MachineSnapshot | None]:
        """As the protocol has it; whoever carries the tunnels from now on is seen as back."""
        has_told = False
        while True:
            backend = self._current()
            async with aclosing(_stream(backend.changes())) as machines:
                async for machine in machines:
                    if await self._is_passed_on(backend, machine):
                        break
                    yield machine
                    has_told = True
                else:
                    return
            if has_told:
                yield None

    async def close(self) -> None:
        await self._helper.close()
        await self._bus.close()
        if self._manager is not None:
            await self._manager.close()

    async def _is_passed_on(self, backend: Backend, machine: MachineSnapshot | None) -> bool:
        """Whether somebody else is to be asked from now on."""
        if backend is not self._current():
            return True
        if not self._uses_manager:
            if machine is not None:
                return await self._stays_with_manager(machine)
            return not await self._has_helper() and await self._takes_manager()
        if (machine is None or not machine.tunnels) and await self._has_helper():
            self._uses_manager = False
            return True
        return False

    async def _stays_with_manager(self, machine: MachineSnapshot) -> bool:
        """Whether a tunnel of ours is still up that NetworkManager was given before."""
        names = frozenset(link.name for link in machine.foreign)
        if self._uses_manager or not names or names == self._looked_into:
            return False
        self._looked_into = names
        try:
            found = await (await self._open_manager()).tunnels()
        except WgdeskError:
            return False
        self._uses_manager = bool(found.tunnels)
        return self._uses_manager

    async def _follow(
        self, choose: Callable[[Backend], AsyncIterator[T | None]]
    ) -> AsyncIterator[T | None]:
        while True:
            backend = self._current()
            async with aclosing(_stream(choose(backend))) as items:
                async for item in items:
                    if backend is not self._current():
                        break
                    is_lost = item is None and not self._uses_manager
                    if is_lost and not await self._has_helper() and await self._takes_manager():
                        break
                    yield item
                else:
                    return

    async def _ask(self, ask: Callable[[Backend], Awaitable[T]]) -> T:
        try:
            return await ask(self._current())
        except HelperUnreachable as error:
            # It was not there, so nothing of it was done.
            if not error.is_absent or not await self._takes_manager():
                raise
        return await ask(self._current())

    def _current(self) -> Backend:
        return self._manager if self._uses_manager and self._manager is not None else self._helper

    async def _takes_manager(self) -> bool:
        manager = await self._open_manager()
        self._uses_manager = self._uses_manager or await manager.is_running()
        return self._uses_manager

    async def _open_manager(self) -> "NetworkManagerBackend":
        if self._manager is None:
            from wgdesk.client.networkmanager_backend import (  # noqa: PLC0415
                NetworkManagerBackend,
            )

            self._manager = NetworkManagerBackend()
        return self._manager

    async def _has_helper(self) -> bool:
        """Whether the bus knows it, running or not; yes where the bus does not answer."""
        try:
            for question in ("ListActivatableNames", "ListNames"):
                (names,) = await self._bus.call(_BUS_PATH, f"{_BUS}.{question}", gives="as")
                if BUS_NAME in names:
                    return True
        except ServiceRefused:
            return True
        return False


def _stream(items: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """Every stream of a backend is an async generator; only those can be closed at once."""
    return cast("AsyncGenerator[T, None]", items)
