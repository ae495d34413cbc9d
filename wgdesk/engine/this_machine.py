"""The engine with the parts that this machine has."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from wgdesk.engine.clock_note import TIMESYNC_CLOCK, ClockNote
from wgdesk.engine.dns.name_service import SystemNames
from wgdesk.engine.engine_unit import UnitLauncher, is_booted_by_systemd
from wgdesk.engine.firewall import NftFirewall
from wgdesk.engine.hooks import LIMIT_S, SystemdHooks
from wgdesk.engine.journal import FolderJournal
from wgdesk.engine.launcher import PlainLauncher
from wgdesk.engine.machine import ENGINE_LOGS_DIR, Machine
from wgdesk.engine.system_bus import SystemBus
from wgdesk.engine.tunnels import Tunnels

STATE_DIR: Final = "/var/lib/wgdesk"
LAST_HANDSHAKE: Final = "last-handshake"  # its time of change is what counts
JOURNAL_DIR: Final = Path("/run/wgdesk/tunnels")  # gone after a reboot, as are the tunnels


@asynccontextmanager
async def open_tunnels(*, hook_limit_s: float | None = None) -> AsyncIterator[Tunnels]:
    """All tunnels of this machine; at the end what is up stays up.

    `hook_limit_s` is how long a command of a profile may take, where not the usual 30 s.
    """
    bus = SystemBus()
    state_dir = Path(os.environ.get("STATE_DIRECTORY", STATE_DIR))
    launcher = UnitLauncher(bus) if is_booted_by_systemd() else PlainLauncher(ENGINE_LOGS_DIR)
    machine = Machine(
        firewall=NftFirewall(),
        name_service=SystemNames.of_machine(bus, state_dir),
        hooks=SystemdHooks(bus, limit_s=hook_limit_s or LIMIT_S),
        launcher=launcher,
    )
    clock_note = ClockNote(state_dir / LAST_HANDSHAKE, (TIMESYNC_CLOCK,))
    tunnels = Tunnels(machine, time.time, FolderJournal(JOURNAL_DIR), clock_note)
    try:
        yield tunnels
    finally:
        await tunnels.close()
        await bus.close()
