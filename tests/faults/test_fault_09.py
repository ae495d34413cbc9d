"""Names that are no names, at the helper's own door."""

import pytest

from tests.support.bad_input import NAMES_AT_THE_DOOR
from tests.support.fault_door import told
from tests.support.private_bus import HOME
from tests.support.started_helper import until_served

# As the reference words it, and what else is worth trying.
REQUIRED = ("../x", "sixteen_letters_", "a b", "%i", "a\nb", "-h", "all", "a\x1b[31mb")


@pytest.fixture
async def helper(private_bus, start, join):
    process = start()
    client = await join()
    await until_served(client)
    return process, client


async def test_fault_09_each_is_refused_before_anything_is_done(helper, record):
    process, client = helper
    assert set(REQUIRED) <= NAMES_AT_THE_DOOR.keys()
    for name, sentence in NAMES_AT_THE_DOOR.items():
        answer = await told(client, "Up", name, HOME)
        assert answer == ("InvalidName", sentence)
        assert sentence.isprintable()
    log = process.log
    assert "\x1b" not in log
    assert "a\nb" not in log
    assert (await client.call("List"))[0].count('"name"') == 0
    record(f"{len(NAMES_AT_THE_DOOR)} names refused")
