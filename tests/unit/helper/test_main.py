import asyncio
import subprocess
import sys

from wgdesk.helper import main


class Flickering:
    """Idle, then suddenly not, then idle for good."""

    def __init__(self):
        self.left = [5.0, 0.0]
        self.waits = 0

    async def wait(self):
        self.waits += 1

    def left_s(self):
        return self.left.pop(0)


async def test_a_call_in_the_last_moment_keeps_the_helper():
    loop = asyncio.get_running_loop()
    idleness = Flickering()
    async with asyncio.timeout(5):
        await main._wait_for_an_end(loop.create_future(), loop.create_future(), idleness)
    assert idleness.waits == 2


def test_starting_waits_for_no_library_of_the_engine_and_never_takes_glib_in():
    unwanted = ("pyroute2", "gi")
    program = "import sys, wgdesk.helper.main; print([sys.modules.get(it, 0) for it in %r])"
    assert run(program % (unwanted,)) == "[0, None]"  # not loaded; forbidden


def run(program):
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.strip()
