"""Who shows icons: told by the session bus, and never asked of Qt before its time."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from dbus_next.aio import MessageBus

from tests.support.open_bus import open_bus

REPO = Path(__file__).resolve().parents[2]
# Prints each way there is, from the first to the last.
PROGRAM = """
import sys
from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication
from wgdesk.ui.tray_host import TrayHost
app = QApplication([])
host = TrayHost()
print(host.way, flush=True)
host.changed.connect(lambda: print(host.way, flush=True))
notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
notifier.activated.connect(app.quit)
app.exec()
"""
WATCHER = "org.kde.StatusNotifierWatcher"


@pytest.fixture
def bus():
    with open_bus() as bus:
        yield bus


async def start(bus_address):
    env = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": bus_address, "QT_QPA_PLATFORM": "offscreen"}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        env={**env, "PYTHONPATH": str(REPO), "XDG_RUNTIME_DIR": "/tmp"},  # noqa: S108  # none of ours
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


async def next_way(program) -> str:
    async with asyncio.timeout(20):
        return (await program.stdout.readline()).decode().strip()


async def end(program) -> None:
    program.stdin.close()
    assert await program.wait() == 0


async def test_panel_that_is_there_is_known_at_once_and_missed_when_it_goes(bus):
    panel = await MessageBus(bus_address=bus.address).connect()
    await panel.request_name(WATCHER)
    program = await start(bus.address)
    assert await next_way(program) == "bus"
    await panel.release_name(WATCHER)
    assert await next_way(program) == "none"
    await panel.request_name(WATCHER)
    assert await next_way(program) == "bus"
    panel.disconnect()
    assert await next_way(program) == "none"
    await end(program)


async def test_panel_that_comes_later_is_found(bus):
    program = await start(bus.address)
    assert await next_way(program) == "none"
    panel = await MessageBus(bus_address=bus.address).connect()
    await panel.request_name(WATCHER)
    assert await next_way(program) == "bus"
    panel.disconnect()
    await next_way(program)
    await end(program)


async def test_session_without_a_bus_has_no_panel_and_no_trouble():
    program = await start("unix:path=/nonexistent/bus")
    assert await next_way(program) == "none"
    await end(program)
