"""The helper as an object: what can be asked of it, in the words of the domain."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from wgdesk.client.backend import Hello, KnownApproval
from wgdesk.client.helper_connection import HelperConnection, News
from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.errors import ClientTooOld, NoSuchTunnel
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
from wgdesk.wire import boot_codec, codec, log_codec
from wgdesk.wire.machine_reader import MachineReader
from wgdesk.wire.names import (
    API_VERSION,
    API_WITH_BOOT,
    API_WITH_LOG,
    API_WITH_ROUTING,
    API_WITH_SYSTEM_PROFILES,
)
from wgdesk.wire.options import HOOKS
from wgdesk.wire.routing_codec import routing_from

# A person reads the prompt and types a password: polkit gets 120 s, and the helper some more.
PROMPT_TIMEOUT_S: Final = 150.0
# Commands as root: one more prompt, and each of them may take half a minute.
HOOKS_TIMEOUT_S: Final = 600.0
READ_PAUSE_S: Final = 0.002


class HelperBackend:
    """Implements wgdesk.client.backend.Backend; connects at the first call, and anew if need be."""

    def __init__(self) -> None:
        self._connection = HelperConnection()
        self._reader, self._reading = MachineReader(), asyncio.Lock()

    async def hello(self) -> Hello:
        api, abilities = await self._connection.call("Hello", API_VERSION)
        return Hello(api, dict(abilities))

    def greetings(self) -> AsyncIterator[Hello | None]:
        async def ask() -> Hello:
            try:
                return await self.hello()
            except ClientTooOld as error:
                return Hello(0, {}, error)

        return self._connection.follow(News.HELPER, ask)

    async def check(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> CheckOutcome:
        (answer,) = await self._connection.call("Check", name, text, dict(options or {}))
        return codec.check_from(codec.decode(answer))

    async def up(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> UpOutcome:
        words = dict(options or {})
        timeout_s = HOOKS_TIMEOUT_S if HOOKS in words else PROMPT_TIMEOUT_S
        (answer,) = await self._connection.call("Up", name, text, words, timeout_s=timeout_s)
        return codec.up_from(codec.decode(answer))

    async def sync(
        self, tunnel_id: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> SyncOutcome:
        (answer,) = await self._connection.call("Sync", tunnel_id, text, dict(options or {}))
        return codec.sync_from(codec.decode(answer))

    async def down(self, tunnel_id: str) -> None:
        with suppress(NoSuchTunnel):
            await self._connection.call("Down", tunnel_id, timeout_s=HOOKS_TIMEOUT_S)

    async def tunnels(self) -> MachineSnapshot:
        (answer,) = await self._connection.call("List")
        async with self._reading:
            return await self._read(answer)

    async def _read(self, answer: str) -> MachineSnapshot:
        """In pieces: while this thread reads, a window's own thread waits."""
        reading = self._reader.read(answer)
        while True:
            try:
                next(reading)
            except StopIteration as end:
                machine: MachineSnapshot = end.value
                return machine
            await asyncio.sleep(READ_PAUSE_S)

    async def status(self, tunnel_id: str) -> TunnelSnapshot:
        (answer,) = await self._connection.call("GetStatus", tunnel_id)
        return codec.tunnel_from(codec.decode(answer))

    async def log(self, after: int = 0) -> LogPage:
        first = page = await self._log_page(after)
        lines = page.lines
        # What comes meanwhile is for later.
        while page.lines and page.lines[-1].number < first.last:
            page = await self._log_page(page.lines[-1].number)
            if page.source != first.source:
                break
            lines += page.lines
        return LogPage(lines, first.source, lines[-1].number if lines else first.last)

    async def _log_page(self, after: int) -> LogPage:
        (answer,) = await self._connection.call("GetLog", after, since=API_WITH_LOG)
        return log_codec.page_from(codec.decode(answer))

    def log_changes(self, after: int = 0) -> AsyncIterator[LogPage | None]:
        seen = LogPage((), "", after)

        async def ask() -> LogPage:
            nonlocal seen
            page = await self.log(seen.last)
            if page.last < seen.last or (seen.source and page.source != seen.source):
                page = await self.log()
            seen = page
            return page

        return self._connection.follow(News.LOG, ask)

    async def approvals(self) -> tuple[KnownApproval, ...]:
        (listed,) = await self._connection.call("ListApprovals")
        return tuple(KnownApproval(*it) for it in listed)

    async def revoke(self, digest: str) -> None:
        await self._connection.call("Revoke", digest)

    async def approve_hooks(self, uid: int, name: str, text: bytes) -> None:
        """Let this profile's commands run as root for that user; for root alone."""
        await self._connection.call("ApproveHooks", uid, name, text)

    async def routing(self) -> MachineRouting:
        (answer,) = await self._connection.call("GetRouting", since=API_WITH_ROUTING)
        # Beside the loop: 20,000 routes take a good tenth of a second.
        return await asyncio.to_thread(lambda: routing_from(codec.decode(answer)))

    def routing_changes(self) -> AsyncIterator[MachineRouting | None]:
        async def ask() -> MachineRouting:
            # It tells of one change only, so it is asked to before each look.
            await self._connection.call("WatchRouting", since=API_WITH_ROUTING)
            return await self.routing()

        return self._connection.follow(News.ROUTING, ask)

    async def system_profiles(self, *, may_ask: bool = False) -> tuple[str, ...]:
        how = {"may_prompt": True, "timeout_s": PROMPT_TIMEOUT_S} if may_ask else {}
        (names,) = await self._connection.call(
            "ListSystemProfiles", since=API_WITH_SYSTEM_PROFILES, **how
        )
        return tuple(names)

    async def read_system_profiles(self, names: Sequence[str]) -> tuple[SystemProfile, ...]:
        (read,) = await self._connection.call(
            "ReadSystemProfiles",
            list(names),
            since=API_WITH_SYSTEM_PROFILES,
            timeout_s=PROMPT_TIMEOUT_S,
        )
        return tuple(SystemProfile(*it) for it in read)

    async def boot_copies(self) -> tuple[BootCopy, ...]:
        (answer,) = await self._connection.call("ListBoot", since=API_WITH_BOOT)
        return boot_codec.copies_from(codec.decode(answer))

    async def set_boot(
        self, name: str, text: bytes, options: Mapping[str, str] | None = None
    ) -> None:
        words = dict(options or {})
        how = {"timeout_s": HOOKS_TIMEOUT_S if HOOKS in words else PROMPT_TIMEOUT_S}
        await self._connection.call("SetBoot", name, text, words, since=API_WITH_BOOT, **how)

    async def clear_boot(self, name: str) -> None:
        await self._connection.call(
            "ClearBoot", name, since=API_WITH_BOOT, timeout_s=PROMPT_TIMEOUT_S
        )

    def changes(self) -> AsyncIterator[MachineSnapshot | None]:
        return self._connection.follow(News.TUNNELS, self.tunnels)

    async def close(self) -> None:
        await self._connection.close()
