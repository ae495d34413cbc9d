"""Ten thousand peers: an `up` and a snapshot against `wg setconf` and `wg show dump`.

Theirs sets a new device and nothing else. Ours does all of an `up`, the journal included: with
`Table = off`, which is as much of a device, and with 20,000 routes, for which nothing is promised.
Both read the same device.
"""

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.measure import Figure, figure
from tests.labs import ns
from tests.labs.programs import program
from tests.support.tunnel_rig import OWNER_UID, Rig, a_rig
from wgdesk.domain.conf import read_profile
from wgdesk.domain.device import EngineKind
from wgdesk.domain.keys import PrivateKey, PublicKey
from wgdesk.domain.profile import Profile, TableMode

PEERS = 10_000
# In lab vm the kernel takes more than a minute to delete a device that has 10,000.
KERNEL_PEERS = 2_000
NAME, RIVAL = "crowd", "crowd-wg"
UP_LIMIT, SNAPSHOT_LIMIT = 1.0, 0.5
RUNS = 3
LOOKS = 5  # at each tunnel that is up
ADDRESS = "Address=10.255.0.1/32\n"


def run(runs: int, peers: int = PEERS) -> list[Figure]:
    """Every figure of this module, on the engine that this kernel makes one use."""
    host = ns.new_host("bench")
    try:
        with host.enter(), TemporaryDirectory() as folder:
            host.ip("link", "add", "eth0", "type", "veth", "peer", "name", "eth1")
            host.ip("link", "set", "eth1", "up")
            host.ip("link", "set", "eth0", "up")
            host.ip("address", "add", "192.0.2.1/24", "dev", "eth0")
            host.ip("route", "add", "default", "via", "192.0.2.2")
            return asyncio.run(measure(host, Path(folder), min(runs, RUNS), peers))
    finally:
        host.close()


async def measure(host: ns.Host, folder: Path, runs: int, peers: int) -> list[Figure]:
    conf = folder / "crowd.conf"
    conf.touch(mode=0o600)
    async with a_rig() as rig:
        engine = (await rig.tunnels.choose_engine()).kind
        if engine is EngineKind.KERNEL:
            peers = min(peers, KERNEL_PEERS)
        text = profile_text(peers)
        conf.write_text(text.replace(ADDRESS, ""), encoding="ascii")
        alone = read_profile(text.replace(ADDRESS, f"{ADDRESS}Table=off\n").encode())
        series = await compare(rig, host, alone, conf, runs)
        figures = [
            figure(
                f"up, {peers:,} peers",
                engine.value,
                "wg setconf",
                series.up,
                series.setconf,
                limit=UP_LIMIT,
            ),
            figure(
                f"snapshot of {peers:,} peers",
                engine.value,
                "wg show dump",
                series.snapshot,
                series.dump,
                limit=SNAPSHOT_LIMIT,
            ),
        ]
        if engine is EngineKind.USERSPACE:  # emulated, the kernel takes minutes for that
            routed = await compare(rig, host, read_profile(text.encode()), conf, runs)
            name = f"up, {peers:,} peers and {2 * peers:,} routes"
            figures.append(figure(name, engine.value, "wg setconf", routed.up, routed.setconf))
            name, rival = f"reading {2 * peers:,} routes", "ip route show table all"
            figures.append(figure(name, engine.value, rival, routed.routing, routed.listing))
    return figures


@dataclass
class Series:
    """Seconds, a number for each round."""

    up: list[float] = field(default_factory=list)
    snapshot: list[float] = field(default_factory=list)
    setconf: list[float] = field(default_factory=list)
    dump: list[float] = field(default_factory=list)
    routing: list[float] = field(default_factory=list)
    listing: list[float] = field(default_factory=list)


async def compare(rig: Rig, host: ns.Host, profile: Profile, conf: Path, runs: int) -> Series:
    """Rounds of both, one after the other; one more before them only warms caches."""
    engine = (await rig.tunnels.choose_engine()).kind
    is_routed = profile.interface.table.mode is TableMode.AUTO
    routes = len(profile.allowed_ips()) if is_routed else 0
    series = Series()
    for number in range(runs + 1):
        start = time.perf_counter()
        outcome = await rig.tunnels.up(OWNER_UID, NAME, profile)
        up = time.perf_counter() - start
        await rig.settle(1)
        await asyncio.to_thread(wait_for_calm, host)
        snapshots, dumps = [], []
        for _ in range(LOOKS + 1):
            start = time.perf_counter()
            seen = await rig.tunnels.snapshot(outcome.id)
            snapshots.append(time.perf_counter() - start)
            dumps.append(timed([program("wg"), "show", NAME, "dump"]))
        assert (len(seen.device.peers), len(seen.routes)) == (len(profile.peers), routes)
        assert routes_in_kernel(host) == routes
        routing, listing = await read_routes(rig)
        await rig.tunnels.down(outcome.id)
        setconf = theirs(host, conf, engine)
        if number:
            series.up.append(up)
            series.snapshot += snapshots[1:]  # the window looks every second: none is the first
            series.dump += dumps[1:]
            series.setconf.append(setconf)
            series.routing += routing[1:]
            series.listing += listing[1:]
    return series


async def read_routes(rig: Rig) -> tuple[list[float], list[float]]:
    """Seconds of ours, ready for the bus, and of theirs; the pause between ours does not count."""
    routing, listing = [], []
    for _ in range(LOOKS + 1):
        start = time.perf_counter()
        await rig.tunnels.routing.read()
        routing.append(time.perf_counter() - start)
        listing.append(timed([program("ip"), "route", "show", "table", "all"]))
        await asyncio.sleep(max(0.0, 2 * routing[-1] - listing[-1]))
    return routing, listing


def theirs(host: ns.Host, conf: Path, engine: EngineKind) -> float:
    """Seconds of `wg setconf` as one process, on a new device."""
    if engine is EngineKind.KERNEL:
        host.ip("link", "add", RIVAL, "type", "wireguard")
        setconf = timed([program("wg"), "setconf", RIVAL, str(conf)])
        host.ip("link", "delete", RIVAL)
        return setconf
    child = host.start_engine(RIVAL)
    setconf = timed([program("wg"), "setconf", RIVAL, str(conf)])
    child.terminate()
    child.wait(10)
    return setconf


def wait_for_calm(host: ns.Host) -> None:
    """Until the engines have worked off what they are told: they look at every peer for every
    route that anybody adds."""
    before = -1
    while (now := busy_ticks(host)) > before + 1:
        before = now
        time.sleep(0.5)


def busy_ticks(host: ns.Host) -> int:
    """Hundredths of a second that the engines of the namespace have computed."""
    found = host.run(["pgrep", "-x", "wireguard-go"], check=False).stdout.split()
    inside = [pid for pid in host.pids() if str(pid) in found]
    stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in inside)
    return sum(int(words[11]) + int(words[12]) for words in stats)


def timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return time.perf_counter() - start


def routes_in_kernel(host: ns.Host) -> int:
    found = host.ip("-4", "route", "show", "table", "all", "proto", "119")
    return len(found.splitlines())


def profile_text(peers: int = PEERS) -> str:
    """Peers with two networks each; more does not fit into the 1 MiB that a profile may have."""
    key = PrivateKey.generate().base64()
    head = f"[Interface]\nPrivateKey={key}\n{ADDRESS}"
    return head + "".join(map(peer_text, range(peers)))


def peer_text(number: int) -> str:
    high, low = divmod(number, 256)
    key = PublicKey(os.urandom(32))  # any 32 bytes are one
    return f"[Peer]\nPublicKey={key}\nAllowedIPs=10.{high}.{low}.0/24,172.16.{high}.{low}\n"


if __name__ == "__main__":
    from tests.bench.measure import table

    print(table(run(int(sys.argv[1]), int(sys.argv[2]))))
