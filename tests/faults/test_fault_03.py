"""The helper is replaced by a newer one with two tunnels up and an open window."""

from tests.labs.server_end import HOME4
from tests.support.box_helper import UNIT, helper_pid, listed, network
from wgdesk import __version__
from wgdesk.wire.names import API_VERSION

PACKAGE = "/usr/lib/python3/dist-packages/wgdesk/__init__.py"
PINGS, PAUSE_S = 60, 0.05
# What a window does, without the window: it follows the helper and its tunnels.
FOLLOW = """
import asyncio, os
from wgdesk.client.helper_backend import HelperBackend

async def main():
    backend = HelperBackend()

    async def greet():
        async for it in backend.greetings():
            print("helper", it and (it.abilities["version"], it.api), flush=True)

    async def look():
        async for it in backend.changes():
            print("up", it and sorted(tunnel.name for tunnel in it.tunnels), flush=True)

    asyncio.get_running_loop().add_reader(0, lambda: os._exit(0))
    await asyncio.gather(greet(), look())

asyncio.run(main())
"""


def wait_for(window, line):
    """It says that, whatever else before; it is ended after a minute."""
    said = []
    for read in window.stdout:
        said.append(read.strip())
        if said[-1] == line:
            return
    raise AssertionError(f"never said {line}: {said}")


def received(box):
    (home,) = (it for it in listed(box)["tunnels"] if it["name"] == "home")
    return home["peers"][0]["received"]


def test_fault_03_both_tunnels_stay_up_over_an_upgrade(connected, record):
    box, server, client = connected
    other = server.profile(server.add_client(), allowed_ips="198.18.0.0/16")
    box.write("/home/alice/.wireguard/other.conf", other, owner="alice", mode=0o600)
    box.run(["wgdesk", "up", "other"], user="alice")
    assert box.world.source_seen_by(HOME4) == client.address4
    before = {it["name"]: it["id"] for it in listed(box)["tunnels"]}
    assert before.keys() == {"home", "other"}
    standing, handshakes, pid = network(box), server.handshakes(), helper_pid(box)
    window = box.popen(["timeout", "60", "python3", "-c", FOLLOW], user="alice")
    wait_for(window, "up ['home', 'other']")
    had = received(box)

    pings = box.popen(["ping", "-n", "-q", f"-c{PINGS}", f"-i{PAUSE_S}", HOME4])
    module = box.read(PACKAGE)
    box.write(PACKAGE, module.replace('__version__ = "', '__version__ = "9.'))
    box.run(["systemctl", "try-restart", UNIT])  # as a package does after an upgrade
    assert helper_pid(box) != pid
    wait_for(window, f"helper ('9.{__version__}', {API_VERSION})")
    told, _ = pings.communicate(timeout=30)
    assert f"{PINGS} packets transmitted, {PINGS} received, 0% packet loss" in told

    after = {it["name"]: it["id"] for it in listed(box)["tunnels"]}
    assert after == before
    assert all(it["state"] == "up" for it in listed(box)["tunnels"])
    assert (network(box), server.handshakes()) == (standing, handshakes)
    assert box.world.source_seen_by(HOME4) == client.address4
    assert received(box) - had > PINGS * 84  # counted on, from where the counters stood
    box.run(["wgdesk", "down", "other"], user="alice")
    wait_for(window, "up ['home']")
    window.communicate(timeout=10)
    record(f"2 tunnels stayed, no handshake reset, {PINGS} of {PINGS} pings; the window follows")
