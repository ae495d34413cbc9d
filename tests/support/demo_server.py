"""A server that gives one place, as WireGuard's ncat example does, on a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from wgdesk.domain.keys import PrivateKey, PublicKey


@dataclass
class DemoServer:
    """Attributes: `port` is TCP, on 127.0.0.1; `heard` are the lines that came."""

    public_key: PublicKey = field(default_factory=lambda: PrivateKey.generate().public())
    port: int = 0
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def demo_server() -> Iterator[DemoServer]:
    """Ends with the block."""
    made, ready = DemoServer(), threading.Event()
    loop, stopped = asyncio.new_event_loop(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        made.heard.append(await reader.readline())
        writer.write(f"OK:{made.public_key}:12912:192.168.4.2\n".encode())
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        made.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await stopped.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    try:
        assert ready.wait(5)
        yield made
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(5)
        loop.close()
