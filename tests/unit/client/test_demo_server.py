import asyncio
from contextlib import asynccontextmanager, suppress

import pytest

from wgdesk.client.demo_server import ask
from wgdesk.domain.errors import HostUnresolved
from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.profile_errors import DemoRefused, DemoUnreachable

KEY = PrivateKey.generate().public()
SERVER_KEY = PrivateKey.generate().public()


@asynccontextmanager
async def server(answer):
    """One that says `answer` and notes what it heard."""
    heard, served = [], set()

    async def serve(reader, writer):
        served.add(asyncio.current_task())
        heard.append(await reader.readline())
        if answer is None:
            await reader.read()
        else:
            writer.write(answer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as running:
        yield running.sockets[0].getsockname()[1], heard
        await asyncio.gather(*served)


async def test_asks_with_the_key_and_understands_the_answer():
    async with server(f"OK:{SERVER_KEY}:12912:192.168.4.2\n".encode()) as (port, heard):
        answer = await ask("127.0.0.1", port, KEY)
    assert heard == [f"{KEY}\n".encode()]
    assert (answer.public_key, answer.port, str(answer.address)) == (
        SERVER_KEY,
        12912,
        "192.168.4.2",
    )


@pytest.mark.parametrize("answer", [b"ERROR\n", b"", b"x" * 1_000_000, b"HTTP/1.0 400\r\n\r\n"])
async def test_another_answer_is_a_refusal(answer):
    async with server(answer) as (port, _):
        with pytest.raises(DemoRefused, match=r"127\.0\.0\.1"):
            await ask("127.0.0.1", port, KEY)


async def test_a_silent_server_is_given_up():
    async with server(None) as (port, _):
        with pytest.raises(DemoUnreachable, match=r"no answer in 0\.2 s"):
            await ask("127.0.0.1", port, KEY, limit_s=0.2)


async def test_nobody_is_there():
    async with server(b"") as (port, _):
        pass
    with pytest.raises(DemoUnreachable, match="refused"):
        await ask("127.0.0.1", port, KEY)


async def test_a_host_that_is_no_host():
    with pytest.raises(HostUnresolved):
        await ask("no host", 1, KEY)
