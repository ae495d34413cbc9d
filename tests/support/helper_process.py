"""The helper as a process of its own, with an engine that only remembers."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from tests.support.fake_tunnels import FakeTunnels
from wgdesk.helper.main import run

IDLE_S = float(os.environ.get("WGDESK_TEST_IDLE_S", "60"))
STALL_FILE = os.environ.get("WGDESK_TEST_STALL_FILE")
TICK_S = 0.01


@contextlib.asynccontextmanager
async def open_engine() -> AsyncIterator[FakeTunnels]:
    watching = asyncio.ensure_future(watch_loop(Path(STALL_FILE))) if STALL_FILE else None
    yield FakeTunnels()
    if watching:
        watching.cancel()


async def watch_loop(path: Path) -> None:
    """Keep in a file for how many seconds the loop was held up at worst."""
    worst_s = -1.0
    while True:
        started_s = time.monotonic()
        await asyncio.sleep(TICK_S)
        stall_s = time.monotonic() - started_s - TICK_S
        if stall_s > worst_s:
            worst_s = stall_s
            note(path, worst_s)


def note(path: Path, seconds: float) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(f"{seconds:.4f}", encoding="utf-8")
    fresh.replace(path)


if __name__ == "__main__":
    sys.exit(run(open_engine, idle_s=IDLE_S))
