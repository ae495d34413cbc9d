"""A profile with as many allowed IPs as one peer may have."""

import asyncio
import re
import time

from tests.labs.server_end import HOME4
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop
from wgdesk.domain.conf import read_profile
from wgdesk.domain.device import EngineKind

ALLOWED_IPS = 16_384
MAX_UP_S = 20
MAX_STALL_S = 2.5  # of the loop on which all other callers are served; as for fault 13
SLOWNESS_OF_VM = 10  # it is emulated; the time for `up` is kept there too
HERE = "tests/faults/test_fault_11.py"


class Pulse:
    """How long the loop was held up at worst while one of its blocks ran."""

    worst_s = 0.0

    async def __aenter__(self):
        self._task = asyncio.ensure_future(self._beat())
        return self

    async def __aexit__(self, *_):
        self._task.cancel()

    async def _beat(self):
        while True:
            started_s = time.monotonic()
            await asyncio.sleep(0.01)
            self.worst_s = max(self.worst_s, time.monotonic() - started_s - 0.01)


def many_networks():
    """None beside another, so that they cannot be put together; the server's own among them."""
    hosts = [f"10.{60 + n // 8192}.{n // 32 % 256}.{n % 32 * 8}/32" for n in range(ALLOWED_IPS - 1)]
    return ", ".join([f"{HOME4}/32", *hosts])


def lines_of(networks, size=400):
    """Such as a profile has them: a line may have 8 KiB."""
    words = networks.split(", ")
    chunks = [words[at : at + size] for at in range(0, len(words), size)]
    return "\n".join("AllowedIPs = " + ", ".join(chunk) for chunk in chunks)


@on_loop
async def test_fault_11_all_of_them_are_there_in_time(two_hosts, record):
    user, server = two_hosts.user, two_hosts.wireguard()
    text = server.profile(server.add_client(), allowed_ips=HOME4)
    text = re.sub(r"AllowedIPs = .*", lines_of(many_networks()), text)
    profile = read_profile(text.encode())
    assert len(profile.peers[0].allowed_ips) == ALLOWED_IPS
    pulse = Pulse()
    with user.enter():
        async with a_rig() as rig:
            async with pulse:
                started_s = time.monotonic()
                outcome = await rig.tunnels.up(OWNER_UID, "big", profile)
                up_s = time.monotonic() - started_s
                snapshot = await rig.tunnels.snapshot(outcome.id)
            held = user.run(["wg", "show", "big", "allowed-ips"]).stdout.split()[1:]
            routes = user.ip("route", "show", "table", "51820").count("dev big")
            assert (len(held), len(set(held))) == (ALLOWED_IPS, ALLOWED_IPS)
            assert {str(net) for net in profile.peers[0].allowed_ips} == set(held)
            assert routes == ALLOWED_IPS
            assert sum(len(peer.allowed_ips) for peer in snapshot.device.peers) == ALLOWED_IPS
            assert two_hosts.source_seen_by(HOME4) is not None
            async with pulse:
                started_s = time.monotonic()
                await rig.tunnels.down(outcome.id)
                down_s = time.monotonic() - started_s
    kind = outcome.engine.kind
    assert up_s < MAX_UP_S
    assert pulse.worst_s < MAX_STALL_S * (SLOWNESS_OF_VM if kind is EngineKind.KERNEL else 1)
    times = f"up {up_s:.1f} s, down {down_s:.1f} s, loop held up {pulse.worst_s:.2f} s"
    record(f"{kind.value}: {len(held)} held, {times}")


def test_fault_11_the_kernel_holds_exactly_as_many(vm, record):
    chosen = ["-k", "all_of_them", "--timeout=400"]
    done = vm.pytest([HERE, *chosen], timeout_s=420)
    assert done.exit_code == 0, done.output
    assert done.count("passed") == 1
    (figure,) = re.findall(r'name="figure" value="([^"]*)"', done.files["junit.xml"].decode())
    assert figure.startswith("kernel:")
    record(figure)
