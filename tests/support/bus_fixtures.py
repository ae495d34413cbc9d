"""Fixtures of lane bus, and of what else needs the helper on a private bus."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from dbus_next import RequestNameReply

from tests.support.fake_tunnels import FakeTunnels
from tests.support.open_bus import OpenBus, open_bus
from tests.support.private_bus import Client, ObedientPolkit, PrivateBus, connect
from wgdesk.helper.caller import Callers
from wgdesk.helper.main import serve
from wgdesk.helper.wireguard_folder import WireGuardFolder
from wgdesk.sandbox.polkit import SERVICE as POLKIT_SERVICE
from wgdesk.wire import names

ALICE = 1234


@pytest.fixture
def private_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    # Not tmp_path: a socket's path may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="wgdesk-bus-") as folder:
        bus = PrivateBus(Path(folder))
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        yield bus
        bus.close()


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenBus]:
    """The system bus of what a test starts, with nobody on it."""
    with open_bus() as opened:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", opened.address)
        yield opened


@pytest.fixture
async def polkit(private_bus: PrivateBus) -> AsyncIterator[ObedientPolkit]:
    bus = await connect(private_bus.address)
    authority = ObedientPolkit(bus)
    assert await bus.request_name(POLKIT_SERVICE) is RequestNameReply.PRIMARY_OWNER
    yield authority
    bus.disconnect()


@pytest.fixture
async def join(private_bus: PrivateBus) -> AsyncIterator[Callable[[], Awaitable[Client]]]:
    """Makes one more program that calls the helper."""
    clients: list[Client] = []

    async def join() -> Client:
        clients.append(Client(await connect(private_bus.address)))
        return clients[-1]

    yield join
    for client in clients:
        client.bus.disconnect()


@dataclass
class RunningHelper:
    """The helper in the test's own process.

    Attributes:
        wireguard: What it takes for /etc/wireguard; not there yet.
        uids: Sender -> user; whoever is not in here has the user id the bus tells.
    """

    tunnels: FakeTunnels
    state_dir: Path
    wireguard: Path
    uids: dict[str, int] = field(default_factory=dict)
    task: "asyncio.Task[int] | None" = None


@pytest.fixture
async def helper(
    private_bus: PrivateBus,
    join: Callable[[], Awaitable[Client]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[RunningHelper]:
    running = RunningHelper(FakeTunnels(), tmp_path / "state", tmp_path / "wireguard")
    asked_bus = Callers._ask_uid

    async def ask_uid(callers: Callers, sender: str) -> int:
        known = running.uids.get(sender)
        return await asked_bus(callers, sender) if known is None else known

    monkeypatch.setattr(Callers, "_ask_uid", ask_uid)

    environ = {"STATE_DIRECTORY": str(running.state_dir)}
    folder = WireGuardFolder(running.wireguard, os.getuid())
    running.task = asyncio.ensure_future(
        serve(lambda: nullcontext(running.tunnels), environ, wireguard=folder)
    )
    await _until_named(await join(), running.task)
    yield running
    running.task.cancel()
    await asyncio.wait({running.task})


async def _until_named(client: Client, task: "asyncio.Task[int]") -> None:
    async with asyncio.timeout(10):
        while not task.done():
            if await client.sees(names.BUS_NAME):
                return
            await asyncio.sleep(0.01)
    task.result()


@pytest.fixture
async def client(helper: RunningHelper, join: Callable[[], Awaitable[Client]]) -> Client:
    return await join()


@pytest.fixture
async def alice(client: Client, helper: RunningHelper) -> Client:
    helper.uids[client.sender] = ALICE
    return client


@pytest.fixture
async def root(join: Callable[[], Awaitable[Client]], helper: RunningHelper) -> Client:
    made = await join()
    helper.uids[made.sender] = 0
    return made
