"""A profile of 70,000 allowed IPs."""

import time

from tests.support.bad_input import BAD_TEXTS
from tests.support.fault_door import told
from tests.support.private_bus import HOME
from tests.support.started_helper import peak_kib, until_served

MAX_S, MAX_MIB = 1.0, 150
CROWD = next(row for row in BAD_TEXTS if row.name == "allowed-ips-70000")


async def test_fault_10_is_refused_quickly_and_without_much_memory(
    private_bus, start, join, record
):
    process = start()
    client = await join()
    await until_served(client)
    assert await told(client, "Check", "home", HOME) == ("", "")  # all is loaded now
    began = time.monotonic()
    answer = await told(client, "Up", "home", CROWD.content)
    took_s = time.monotonic() - began
    assert answer == ("InvalidProfile", CROWD.says)
    assert CROWD.says.endswith("too many AllowedIPs in one peer (70000 > 16384)")
    peak_mib = peak_kib(process) / 1024
    assert took_s < MAX_S
    assert peak_mib < MAX_MIB
    record(f"refused in {took_s:.2f} s, {peak_mib:.0f} MiB at most")
