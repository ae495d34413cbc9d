"""The engine itself on a machine of lab ns."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.labs.namespaces import HELPER_DIR
from wgdesk.engine.firewall import NftFirewall
from wgdesk.engine.journal import FolderJournal
from wgdesk.engine.machine import Machine
from wgdesk.engine.tunnels import Tunnels

OWNER_UID = 1000


class Rig:
    """The tunnels of one machine, the machine, and the journal."""

    def __init__(
        self, machine: Machine | None = None, journal: FolderJournal | None = None
    ) -> None:
        self.machine = machine or Machine(firewall=NftFirewall())
        self.has_ended = False
        self.journal = journal or FolderJournal(HELPER_DIR / f"tunnels-{secrets.token_hex(4)}")
        self.tunnels = Tunnels(self.machine, time.time, self.journal)

    async def lower_all(self) -> None:
        for tunnel in self.tunnels.list():
            await self.tunnels.down(tunnel.id)

    async def end(self) -> None:
        """As a helper that ends: what is up stays up."""
        self.has_ended = True
        await self.tunnels.close()

    async def settle(self, seconds: float = 0.3) -> None:
        """Time for the kernel's news to arrive."""
        await asyncio.sleep(seconds)


@asynccontextmanager
async def a_rig(
    machine: Machine | None = None, *, journal: FolderJournal | None = None
) -> AsyncIterator[Rig]:
    """Made in the namespace the caller is in; takes every tunnel down at the end.

    `machine` is made on the loop that runs; None for one that touches links and routes only.
    With the journal of another rig it takes over what that one left.
    """
    rig = Rig(machine, journal)
    try:
        if journal is not None:
            await rig.tunnels.recover()
        yield rig
    finally:
        if not rig.has_ended:
            await rig.lower_all()
            await rig.end()
