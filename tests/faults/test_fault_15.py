"""Wrong keys, two peers with one key, no [Interface], a preshared key alone."""

from tests.support.bad_input import BAD_TEXTS, leaks
from tests.support.fault_door import told
from tests.support.started_helper import until_served

ROWS = [
    row
    for row in BAD_TEXTS
    if row.name.startswith(("key-", "preshared-key-"))
    or row.name in ("duplicate-peer", "no-interface-section", "unknown-key-like-a-secret")
]


async def test_fault_15_line_and_column_are_told_and_no_key(private_bus, start, join, record):
    process = start()
    client = await join()
    await until_served(client)
    assert len(ROWS) >= 9
    for row in ROWS:
        for method in ("Check", "Up"):
            code, sentence = await told(client, method, "home", row.content)
            assert (code, sentence) == ("InvalidProfile", row.says)
            assert not leaks(sentence)
    assert not leaks(process.log)
    record(f"{len(ROWS)} profiles, no key in any message or log")
