"""The helper as a process on a private bus."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from wgdesk.wire import names

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(private_bus, tmp_path):
    """Starts the helper with more environment, and ends it after the test."""
    processes = []

    def start(**environ: str) -> HelperProcess:
        state = {"STATE_DIRECTORY": str(tmp_path / "state")}
        log_path = tmp_path / f"log{len(processes)}"
        processes.append(HelperProcess({**os.environ, **state, **environ}, log_path))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()


class HelperProcess(subprocess.Popen):
    def __init__(self, environ, log_path):
        self._log_path = log_path
        program = [sys.executable, "-m", "tests.support.helper_process"]
        with log_path.open("w") as log:
            super().__init__(program, cwd=REPO, env=environ, stderr=log)

    @property
    def log(self):
        return self._log_path.read_text(encoding="utf-8")


async def until_served(client):
    async with asyncio.timeout(20):
        while not await client.sees(names.BUS_NAME):  # noqa: ASYNC110  # another process changes it
            await asyncio.sleep(0.02)


def peak_kib(process):
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])
