"""Ten clients at once send 30 MiB of variants each, which cost a Python object for four bytes."""

import asyncio
import json
import os
import subprocess
import sys

import pytest

from tests.support import bus_crowd
from tests.support.started_helper import peak_kib, until_served

CLIENTS, MEBIBYTES = 10, 30
MEMORY_MAX_MIB = 384
LIMITS = "org.freedesktop.DBus.Error.LimitsExceeded"
MAX_STALL_S = 2.5


async def test_fault_13_the_loop_is_not_held_up(private_bus, start, join, tmp_path, record):
    stall_file = tmp_path / "stall"
    process = start(WGDESK_TEST_STALL_FILE=str(stall_file))
    client = await join()
    await until_served(client)
    await client.call("List")
    before_kib = peak_kib(process)
    attack = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, str(bus_crowd.SOURCE), "attack", str(CLIENTS), str(MEBIBYTES)],
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": private_bus.address},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(attack.stdout)["answers"] == {LIMITS: CLIENTS}
    await client.call("List")
    stall_s = float(stall_file.read_text())
    assert stall_s < MAX_STALL_S
    assert peak_kib(process) - before_kib < 8 * 1024
    record(f"loop held up {stall_s:.2f} s at most")


@pytest.fixture
def crowded(box):
    bus_crowd.install(box)
    bus_crowd.run(box, "bob", "probe", 1)
    return box


def test_fault_13_each_is_refused_and_others_are_served(crowded, record):
    memory = bus_crowd.HelperMemory(crowded)
    before_mib = memory.now_mib()
    attack = bus_crowd.start(crowded, "alice", "attack", CLIENTS, MEBIBYTES)
    beside = bus_crowd.start(crowded, "bob", "probe", 10)
    control = bus_crowd.start(crowded, "carol", "knock", 10)
    attacked, served, of_bus = map(bus_crowd.result, (attack, beside, control))
    assert attacked["answers"] == {LIMITS: CLIENTS}
    # The bus holds 127 MiB for the helper and refuses everybody while that is full, as ten times
    # 30 MiB are for a moment; our own clients ask again then. The helper refuses nobody but alice.
    assert set(served["answers"]) <= {"", LIMITS}, "somebody else was refused"
    assert served["answers"][""] > sum(served["answers"].values()) / 2
    assert set(bus_crowd.run(crowded, "bob", "probe", 1)["answers"]) == {""}
    assert bus_crowd.HelperMemory(crowded).pid == memory.pid, "the helper was ended"
    assert served["slowest_s"] < MAX_STALL_S * CLIENTS
    grown_mib = memory.peak_mib() - before_mib
    assert memory.peak_mib() < MEMORY_MAX_MIB
    record(f"{attacked['slowest_s']} s for all ten, helper grew {grown_mib:.0f} MiB")
    record(f"bob waited {served['slowest_s']} s, for the bus itself {of_bus['slowest_s']} s")
