import asyncio
import threading

import pytest

from tests.support.conf_vectors import PRIVATE, key
from wgdesk.domain.conf import MAX_PROFILE_BYTES
from wgdesk.domain.errors import InvalidProfile, LimitExceeded
from wgdesk.helper.intake import BIG_PROFILE_BYTES, MAX_HOST_NAMES, read

HEAD = f"[Interface]\nPrivateKey = {PRIVATE}\n"


def profile_of(*hosts):
    peers = (f"[Peer]\nPublicKey={key(at)}\nEndpoint={host}:1\n" for at, host in enumerate(hosts))
    return (HEAD + "".join(peers)).encode()


async def test_big_and_small_are_read_alike():
    small = profile_of("192.0.2.1")
    big = small + b"# " + b"x" * 80 + b"\n# " * BIG_PROFILE_BYTES
    assert await read(big) == await read(small)


async def test_what_is_wrong_is_told_of_big_ones_too():
    with pytest.raises(InvalidProfile):
        await read(b"MTU = x\n" + b"#\n" * BIG_PROFILE_BYTES)
    with pytest.raises(LimitExceeded):
        await read(b"#" * (MAX_PROFILE_BYTES + 1))


async def test_host_names_have_a_limit_and_addresses_none():
    names = [f"h{number}.example" for number in range(MAX_HOST_NAMES)]
    addresses = [f"192.0.2.{number}" for number in range(100)]
    await read(profile_of(*names, *names, *addresses, "[2001:db8::1]", "[fe80::1%eth0]"))
    with pytest.raises(LimitExceeded, match="64 hosts as endpoints, not 65"):
        await read(profile_of(*names, "one.more.example"))


async def test_a_big_profile_is_read_while_every_shared_thread_hangs():
    ended = threading.Event()
    hanging = [asyncio.ensure_future(asyncio.to_thread(ended.wait, 20)) for _ in range(40)]
    await asyncio.sleep(0.05)
    try:
        async with asyncio.timeout(5):
            await read(profile_of("192.0.2.1") + b"#\n" * BIG_PROFILE_BYTES)
    finally:
        ended.set()
        await asyncio.gather(*hanging)
