"""The groups that a person reads, from the routing of real machines with real tunnels."""

from ipaddress import ip_address

import pytest

from tests.labs.server_end import EVERYTHING, HOME_SUBNETS
from tests.support.far import Far
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop
from wgdesk.domain.device import SocketAddress
from wgdesk.domain.route_entries import Place, TunnelFacts, What
from wgdesk.domain.route_groups import RouteGroups
from wgdesk.domain.routing import TRANSPORT_PRIORITY
from wgdesk.domain.situation import Exit, Way, situation
from wgdesk.wire.codec import decode
from wgdesk.wire.routing_codec import routing_from

HOME, ETH0 = Exit(Way.TUNNEL, "home"), Exit(Way.LINK, "eth0")


@pytest.fixture
def far(routed_hosts):
    with routed_hosts.user.enter():
        host = routed_hosts.user
        host.ip("link", "add", "lan", "type", "veth", "peer", "name", "far-lan")
        for name in ("lan", "far-lan"):
            host.ip("link", "set", name, "up")
        host.ip("address", "add", "192.168.50.1/24", "dev", "lan")
        yield Far(routed_hosts)


async def groups_with(rig, far, allowed_ips: str = "") -> RouteGroups:
    """What the window makes of it once such a tunnel is up; "" is for none."""
    facts = ()
    if allowed_ips:
        await rig.tunnels.up(OWNER_UID, "home", far.profile(allowed_ips))
        (tunnel,) = rig.tunnels.list()
        server = SocketAddress(ip_address(far.lab.server4), 51820)
        mark = tunnel.plan.routing.fwmark
        facts = (TunnelFacts(name="home", fwmark=mark, endpoints=(server,)),)
    return RouteGroups(routing_from(decode(await rig.tunnels.routing.read())), facts)


def told(groups: RouteGroups, place: Place) -> list[str]:
    """Networks and defaults of these groups; what only machines have is left out."""
    kinds = (What.NETWORK, What.REST, What.EVERYTHING)
    found = (group.entries for group in groups.groups if group.place is place)
    return [str(it.destination) for entries in found for it in entries if it.what in kinds]


@on_loop
async def test_no_tunnel(far):
    async with a_rig() as rig:
        groups = await groups_with(rig, far)
    now = situation(groups)
    assert (now.exit_v4, now.exit_v6, now.shares) == (ETH0, ETH0, ())
    assert "192.168.50.0/24" in told(groups, Place.LOCAL)
    assert told(groups, Place.ELSEWHERE) == ["0.0.0.0/0", "::/0"]
    assert told(groups, Place.UNUSED) == []


@on_loop
async def test_everything_and_what_a_network_pushes_past_it(far):
    pushed = ["route", "add", "1.1.1.1/32", "dev", "lan", "proto", "dhcp"]
    far.lab.user.ip(*pushed)
    async with a_rig() as rig:
        groups = await groups_with(rig, far, EVERYTHING)
    now = situation(groups)
    assert (now.exit_v4, now.exit_v6, now.shares) == (HOME, HOME, ())
    assert now.is_local_reachable
    assert told(groups, Place.TUNNEL) == ["0.0.0.0/0", "::/0"]
    assert "192.168.50.0/24" in told(groups, Place.LOCAL)
    entries = [entry for group in groups.groups for entry in group.entries]
    (packets,) = (entry for entry in entries if entry.what is What.PACKETS)
    assert (packets.route.link, packets.rule.priority) == ("eth0", TRANSPORT_PRIORITY)
    unused = [g for g in groups.groups if g.place is Place.UNUSED]
    assert [group.name for group in unused] == ["home"]
    marked = [str(it.destination) for it in unused[0].entries if it.is_pushed]
    assert marked == ["1.1.1.1/32"]


@on_loop
async def test_only_two_subnets(far):
    async with a_rig() as rig:
        groups = await groups_with(rig, far, HOME_SUBNETS)
    now = situation(groups)
    assert (now.exit_v4, now.exit_v6) == (ETH0, ETH0)
    (share,) = now.shares
    assert share.tunnel == "home"
    assert sorted(map(str, share.networks)) == sorted(HOME_SUBNETS.split(", "))
    assert told(groups, Place.ELSEWHERE) == ["0.0.0.0/0", "::/0"]


@on_loop
async def test_ipv6_that_is_blocked(far):
    async with a_rig() as rig:
        groups = await groups_with(rig, far, "0.0.0.0/0")
    now = situation(groups)
    assert (now.exit_v4, now.exit_v6) == (HOME, Exit(Way.BLOCKED))
    assert told(groups, Place.BLOCKED) == ["::/0"]
