"""The engine itself on a machine of lab ns."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from wgdesk.engine.firewall import NftFirewall
from wgdesk.engine.machine import Machine
from wgdesk.engine.tunnels import Tunnels

OWNER_UID = 1000


class Rig:
    """The tunnels of one machine, and the machine."""

    def __init__(self) -> None:
        self.machine = Machine(firewall=NftFirewall())
        self.tunnels = Tunnels(self.machine, time.time)

    async def settle(self, seconds: float = 0.3) -> None:
        """Time for the kernel's news to arrive."""
        await asyncio.sleep(seconds)


@asynccontextmanager
async def a_rig() -> AsyncIterator[Rig]:
    """Made in the namespace the caller is in; takes every tunnel down at the end."""
    rig = Rig()
    try:
        yield rig
    finally:
        await rig.tunnels.close()
