"""`up` and `down` of one full-tunnel profile: wgdesk's helper and CLI against wg-quick.

Both work in the same private world, on the same profile, in turn, so that whatever
else the machine does meets both alike.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.measure import Figure, figure
from wgdesk.sandbox.world import World

NAME = "bench"
WARM_UP_LIMIT = 0.2
# Runs where wg-quick runs and times each command by itself, so that nothing of ours is counted.
TIMER = """
import json, subprocess, sys, time
spans = []
for command in json.loads(sys.argv[1]):
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    spans.append(time.perf_counter() - start)
    if done.returncode:
        sys.exit(done.stderr)
print(json.dumps(spans))
"""
# Runs as the ordinary user over one open connection, as the window does.
CALLER = """
import asyncio, json, sys, time
from pathlib import Path
from wgdesk.client.helper_backend import HelperBackend

async def main():
    backend, text = HelperBackend(), Path(sys.argv[1]).read_bytes()
    await backend.hello()
    for _ in sys.stdin:
        start = time.perf_counter()
        outcome = await backend.up("bench", text)
        middle = time.perf_counter()
        await backend.down(outcome.id)
        print(json.dumps([middle - start, time.perf_counter() - middle]), flush=True)
    await backend.close()

asyncio.run(main())
"""


def run(runs: int) -> list[Figure]:
    """Every figure of this module, on the engine that the world has."""
    with World() as world:
        profile = write_profile(world)
        quick_path = world.layout.root_dir / f"{NAME}.conf"
        caller = subprocess.Popen(
            world.command(sys.executable, "-c", CALLER, str(profile)),
            env=world.env,
            cwd=world.layout.home_dir,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            series = measure(world, caller, quick_path, runs)
        finally:
            caller.communicate(timeout=10)
        engine = engine_of(world)
    return figures(series, engine)


def write_profile(world: World) -> Path:
    """The world's `home` without DNS, which would measure resolvconf."""
    text = (world.profiles_dir / "home.conf").read_text(encoding="utf-8")
    kept = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("DNS"))
    ours = world.profiles_dir / f"{NAME}.conf"
    for path in (ours, world.layout.root_dir / f"{NAME}.conf"):
        path.touch(mode=0o600)
        path.write_text(kept, encoding="utf-8")
    world.account.give(ours)
    return ours


def measure(
    world: World, caller: subprocess.Popen[str], quick_path: Path, runs: int
) -> dict[str, list[float]]:
    series: dict[str, list[float]] = {
        name: [] for name in ("up", "down", "cli up", "cli down", "quick up", "quick down")
    }
    for number in range(runs + 1):
        spans = {
            **dict(zip(("up", "down"), ask(caller), strict=True)),
            "cli up": timed(lambda: cli(world, "up")),
            "cli down": timed(lambda: cli(world, "down")),
            **dict(zip(("quick up", "quick down"), wg_quick(world, quick_path), strict=True)),
        }
        if number:  # the first round only warms caches
            for name, seconds in spans.items():
                series[name].append(seconds)
    return series


def ask(caller: subprocess.Popen[str]) -> list[float]:
    assert caller.stdin
    assert caller.stdout
    caller.stdin.write("\n")
    caller.stdin.flush()
    answer = caller.stdout.readline()
    if not answer:
        raise SystemExit("bench: the caller ended; see its error above")
    return json.loads(answer)


def timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cli(world: World, verb: str) -> None:
    done = world.cli(verb, NAME)
    if done.returncode:
        raise SystemExit(f"bench: wgdesk {verb}: {done.stderr}")


def wg_quick(world: World, path: Path) -> list[float]:
    commands = [["wg-quick", verb, str(path)] for verb in ("up", "down")]
    done = world.run_on_machine([sys.executable, "-c", TIMER, json.dumps(commands)])
    if done.returncode:
        raise SystemExit(f"bench: wg-quick: {done.stderr}")
    return json.loads(done.stdout)


def engine_of(world: World) -> str:
    program = "from wgdesk.client.helper_backend import HelperBackend as B; import asyncio\n"
    program += "async def main():\n b = B(); print((await b.hello()).abilities['engine']); await b.close()\n"
    done = subprocess.run(
        world.command(sys.executable, "-c", program + "asyncio.run(main())"),
        env=world.env,
        cwd=world.layout.home_dir,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def figures(series: dict[str, list[float]], engine: str) -> list[Figure]:
    up, down = series["quick up"], series["quick down"]
    return [
        figure(
            "up, bus call to a warm helper",
            engine,
            "wg-quick up",
            series["up"],
            up,
            limit=WARM_UP_LIMIT,
        ),
        figure("down, bus call to a warm helper", engine, "wg-quick down", series["down"], down),
        figure("up, whole CLI process", engine, "wg-quick up", series["cli up"], up),
        figure("down, whole CLI process", engine, "wg-quick down", series["cli down"], down),
    ]
