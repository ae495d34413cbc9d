"""Why nobody answers, found out for real: each trouble is made, told, and mended."""

import asyncio
import re
import time
from ipaddress import ip_address

import pytest

from tests.labs.namespaces import HELPER_DIR
from tests.labs.server_end import EVERYTHING, HOME4, HOME_SUBNETS, generate_keys
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop
from wgdesk.client.knock import knock
from wgdesk.domain.conf import read_profile
from wgdesk.domain.device import SocketAddress
from wgdesk.domain.errors import EngineMissing
from wgdesk.domain.evidence import Evidence, Refusal
from wgdesk.domain.finding import CAUSES, Finding
from wgdesk.domain.health import Light, health
from wgdesk.domain.timers import LOST_AFTER_S
from wgdesk.engine import icmp
from wgdesk.engine.endpoint_probe import has_way, is_blocked, probe
from wgdesk.engine.firewall import NftFirewall
from wgdesk.engine.launcher import PlainLauncher
from wgdesk.engine.machine import Machine
from wgdesk.engine.tunnels import Tunnels

TOLD_WITHIN_S = 15
NO_HOSTS = ("255.255.255.255", "224.0.0.1", "ff02::1", "0.0.0.0", "::", "::ffff:224.0.0.1")  # noqa: S104  # nothing is bound
DROP_OUT = ("add table inet t", "add chain inet t c { type filter hook output priority 0; }")
DROP_IN = ("add table inet t", "add chain inet t c { type filter hook input priority 0; }")
DROP_ON = ("add table inet t", "add chain inet t c { type filter hook forward priority 0; }")


class Far:
    """A server, and a profile of one of its clients."""

    def __init__(self, lab) -> None:
        self.lab, self.server = lab, lab.wireguard()
        self.client = self.server.add_client()

    def profile(self, *, allowed_ips=EVERYTHING, **other) -> str:
        text = self.server.profile(self.client, allowed_ips=allowed_ips)
        for before, after in other.items():
            text = text.replace(getattr(self.server, before), after)
        return text


@pytest.fixture
def far(routed_hosts):
    with routed_hosts.user.enter():
        yield Far(routed_hosts)


async def seen(rig, tunnel_id):
    """As `status` asks for it; a tunnel that was never answered is knocked at, as `up` does."""
    snapshot = await rig.tunnels.snapshot(tunnel_id)
    knock(snapshot)
    return health(snapshot, int(time.time())), snapshot


async def watched(rig, tunnel_id, is_so, *, timeout_s=TOLD_WITHIN_S):
    """All lights until `is_so`, and the last health; raises TimeoutError where it never is."""
    lights = []
    async with asyncio.timeout(timeout_s):
        while True:
            found, snapshot = await seen(rig, tunnel_id)
            lights.append(found.light)
            if is_so(found, snapshot):
                return lights, found
            await asyncio.sleep(0.5)


async def finds(rig, text, finding):
    """Bring it up: within 15 s it says why, and never that it is connected."""
    told = []
    rig.tunnels.on_change(told.append)
    outcome = await rig.tunnels.up(OWNER_UID, "home", read_profile(text.encode()))
    lights, found = await watched(rig, outcome.id, lambda _, it: it.finding is not None)
    assert Light.CONNECTED not in lights
    assert (await rig.tunnels.snapshot(outcome.id)).finding is finding
    assert found.light is Light.WAITING
    assert found.cause == CAUSES[finding].sentence
    assert told.count(outcome.id) >= 2  # that it is up, and why it is not answered
    return outcome.id


async def connects(rig, tunnel_id):
    _, found = await watched(rig, tunnel_id, lambda it, _: it.light is Light.CONNECTED)
    assert not found.cause
    assert (await rig.tunnels.snapshot(tunnel_id)).finding is None


def nft(host, *lines):
    host.run(["nft", "-f", "-"], input_text="\n".join(lines))


@on_loop
async def test_wrong_key(far):
    _, other = generate_keys()
    async with a_rig() as rig:
        tunnel_id = await finds(rig, far.profile(public_key=other), Finding.NOT_RECOGNISED)
        right = read_profile(far.profile().encode())
        await rig.tunnels.sync(tunnel_id, right, rig.tunnels.find(tunnel_id).options)
        await connects(rig, tunnel_id)


@on_loop
async def test_server_that_does_not_know_this_machine(far):
    far.server._wg("peer", far.client.public_key, "remove")
    async with a_rig() as rig:
        tunnel_id = await finds(rig, far.profile(), Finding.NOT_RECOGNISED)
        addresses = f"{far.client.address4}/32,{far.client.address6}/128"
        far.server._wg("peer", far.client.public_key, "allowed-ips", addresses)
        await connects(rig, tunnel_id)


@on_loop
async def test_dead_endpoint(far):
    far.lab.server.ip("link", "set", "eth0", "down")
    async with a_rig() as rig:
        tunnel_id = await finds(rig, far.profile(), Finding.UNREACHABLE)
        far.lab.server.ip("link", "set", "eth0", "up")
        far.lab.server.ip("route", "add", "default", "via", "203.0.113.254")
        await connects(rig, tunnel_id)


@pytest.mark.parametrize(
    ("where", "chain", "rule", "finding"),
    [
        ("user", DROP_OUT, "udp dport 51820 drop", Finding.BLOCKED_HERE),
        ("server", DROP_IN, "meta l4proto udp drop", Finding.UDP_BLOCKED),
        (
            "router",
            DROP_ON,
            "udp dport 51820 reject with icmpx admin-prohibited",
            Finding.UDP_BLOCKED,
        ),
        ("router", DROP_ON, "drop", Finding.UNREACHABLE),
    ],
)
@on_loop
async def test_blocked(far, where, chain, rule, finding):
    host = getattr(far.lab, where)
    nft(host, *chain, f"add rule inet t c {rule}")
    async with a_rig() as rig:
        tunnel_id = await finds(rig, far.profile(), finding)
        nft(host, "delete table inet t")
        await connects(rig, tunnel_id)


@on_loop
async def test_a_session_that_is_lost_is_noticed_while_the_handshake_is_still_young(far):
    nft(far.lab.server, *DROP_IN)
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", read_profile(far.profile().encode()))
        await connects(rig, outcome.id)
        assert far.lab.source_seen_by(HOME4) == far.client.address4
        nft(far.lab.server, "add rule inet t c udp dport 51820 drop")
        far.lab.user.popen(["ping", "-q", "-i", "0.5", HOME4])
        _, found = await watched(
            rig, outcome.id, lambda _, it: it.finding is not None, timeout_s=LOST_AFTER_S + 6
        )
        assert found.light is Light.NO_REPLY
        assert found.text == "No reply"
        nft(far.lab.server, "delete table inet t")
        await connects(rig, outcome.id)


@on_loop
async def test_clock_that_was_set_back(far):
    """The engine's clock is the machine's, so the server's silence has to be another one."""
    wall = {"ahead_s": 0}
    async with a_rig() as rig:
        rig.tunnels = Tunnels(rig.machine, lambda: time.time() + wall["ahead_s"], rig.journal)
        outcome = await rig.tunnels.up(OWNER_UID, "work", read_profile(far.profile().encode()))
        await connects(rig, outcome.id)
        await rig.tunnels.down(outcome.id)
        _, other = generate_keys()
        wall["ahead_s"] = -3600
        await finds(rig, far.profile(public_key=other), Finding.CLOCK_BEHIND)


@on_loop
async def test_endpoint_of_version_six(far):
    text = far.profile().replace(far.lab.server4, f"[{far.lab.server6}]")
    _, other = generate_keys()
    text = text.replace(far.server.public_key, other)
    async with a_rig() as rig:
        tunnel_id = await finds(rig, text, Finding.NOT_RECOGNISED)
        await rig.tunnels.down(tunnel_id)
        await finds(rig, text.replace(":51820", ":51999"), Finding.PORT_CLOSED)


@on_loop
async def test_machine_without_an_engine_says_so_at_once(far):
    machine = Machine(firewall=NftFirewall(), launcher=PlainLauncher(HELPER_DIR, ()))
    async with a_rig(machine) as rig:
        with pytest.raises(EngineMissing) as caught:
            await rig.tunnels.up(OWNER_UID, "home", read_profile(far.profile().encode()))
        (tunnel,) = rig.tunnels.list()
        found = health(await rig.tunnels.snapshot(tunnel.id), int(time.time()))
    assert found.light is Light.FAILED
    assert found.text == f"Failed: {caught.value}"
    assert found.text.startswith("Failed: this machine has no WireGuard: the kernel has no ")
    assert caught.value.remedy.startswith("Install wireguard-go")


@on_loop
async def test_addresses_that_are_not_to_be_asked(ns_host):
    with ns_host.enter():
        for text in NO_HOSTS:
            nobody = SocketAddress(ip_address(text), 51820)
            assert await probe(nobody, 0) is None
            assert not is_blocked(nobody, 0)
        closed = await probe(SocketAddress(ip_address("127.0.0.1"), 51820), 0)
        assert closed == Evidence(refusal=Refusal.PORT_CLOSED, is_alive=True, is_local=True)


@on_loop
async def test_this_machine_is_asked_at_the_endpoints_port_only(ns_host):
    for own in ("192.0.2.9/32", "2001:db8::9/128"):
        ns_host.run(["ip", "address", "add", own, "dev", "lo"])
    nft(ns_host, *DROP_OUT, "add rule inet t c udp dport != 51820 counter drop")
    with ns_host.enter():
        for text in ("192.0.2.9", "2001:db8::9"):
            closed = await probe(SocketAddress(ip_address(text), 51820), 0)
            assert closed == Evidence(refusal=Refusal.PORT_CLOSED, is_alive=True, is_local=True)
    listed = ns_host.run(["nft", "list", "chain", "inet", "t", "c"]).stdout
    assert "packets 0" in listed


@on_loop
async def test_a_link_that_is_gone_leaves_no_way(ns_host):
    with ns_host.enter():
        beside = SocketAddress(ip_address("fe80::1"), 51820, "gone0")
        assert not has_way(beside, 0)
        assert await probe(beside, 0) == Evidence(refusal=Refusal.NO_ROUTE)


@pytest.mark.parametrize(
    ("blocked", "can_ping", "is_alive"),
    [
        ("meta l4proto udp", False, True),  # TCP tells
        ("meta l4proto { udp, tcp }", True, True),  # the ping tells
        ("meta l4proto { udp, tcp }", False, False),
    ],
)
@on_loop
async def test_a_host_shows_that_it_is_alive(far, monkeypatch, blocked, can_ping, is_alive):
    if not can_ping:
        monkeypatch.setattr(icmp, "open_ping", lambda _version: None)
    nft(far.lab.server, *DROP_IN, f"add rule inet t c {blocked} drop")
    addresses = map(ip_address, (far.lab.server4, far.lab.server6))
    found = await asyncio.gather(*(probe(SocketAddress(it, 51820), 0) for it in addresses))
    assert found == [Evidence(is_alive=is_alive)] * 2


@on_loop
async def test_few_packets_are_sent_and_to_the_endpoint_only(far):
    lab = far.lab
    marked = "add rule inet t c meta mark 0x5a"
    nft(lab.user, *DROP_OUT, f"{marked} counter", f"{marked} ip daddr {lab.server4} counter")
    nft(lab.server, *DROP_IN, "add rule inet t c drop")
    endpoint = SocketAddress(ip_address(lab.server4), 51820)
    assert await probe(endpoint, 0x5A) == Evidence()
    listed = lab.user.run(["nft", "list", "chain", "inet", "t", "c"]).stdout
    everything, to_endpoint = map(int, re.findall(r"packets ([0-9]+)", listed))
    assert everything == to_endpoint <= 2 + 4 + 2 + 4  # the kernel repeats the TCP one by itself


@on_loop
async def test_closed_port(far):
    text = far.profile().replace(":51820", ":51999")
    async with a_rig() as rig:
        await finds(rig, text, Finding.PORT_CLOSED)


@on_loop
async def test_no_way(far):
    user = far.lab.user
    user.ip("route", "del", "default")
    async with a_rig() as rig:
        tunnel_id = await finds(rig, far.profile(allowed_ips=HOME_SUBNETS), Finding.NO_ROUTE)
        user.ip("route", "add", "default", "via", "192.0.2.254")
        await connects(rig, tunnel_id)
