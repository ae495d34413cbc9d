"""Where packets go while tunnels are up: answers, spoofed ones, other tunnels, a changing network."""

import socket

import pytest

from tests.labs.ns import INTERNET4, INTERNET6
from tests.labs.server_end import EVERYTHING, HOME4, HOME_SUBNETS
from tests.support.far import Far
from tests.support.leaks import watched
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop, until
from wgdesk.domain.errors import FirewallFailed

INSIDE = "198.51.100.0/24, 2001:db8:ffff::/64"  # INTERNET4 and INTERNET6
WIREGUARD_PORT = 51820
ANY_PORT = 40000


@pytest.fixture
def far(two_hosts):
    with two_hosts.user.enter():
        yield Far(two_hosts)


@pytest.fixture
def off_link(routed_hosts):
    with routed_hosts.user.enter():
        yield Far(routed_hosts)


def set_rp_filter(host, number):
    for name in ("all", "eth0"):
        host.run(["sysctl", "-qw", f"net.ipv4.conf.{name}.rp_filter={number}"])


@pytest.mark.parametrize("rp_filter", [0, 1, 2])
@on_loop
async def test_answers_of_a_server_behind_a_router_arrive_whatever_rp_filter_is(
    off_link, rp_filter
):
    set_rp_filter(off_link.lab.user, rp_filter)
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", off_link.profile(EVERYTHING))
        (client,) = off_link.clients
        assert off_link.fetch(INTERNET4) == client.address4
        assert off_link.fetch(INTERNET6) == client.address6
        assert off_link.server.has_shaken_hands(client)
        assert not any("rp_filter" in notice for notice in outcome.notices)


@pytest.mark.parametrize("lacking", ["firewall", "src_valid_mark"])
@on_loop
async def test_strict_rp_filter_needs_both_the_firewall_and_src_valid_mark(off_link, lacking):
    set_rp_filter(off_link.lab.user, 1)
    async with a_rig() as rig:
        if lacking == "firewall":
            rig.machine._firewall = None
        outcome = await rig.tunnels.up(OWNER_UID, "home", off_link.profile(EVERYTHING))
        if lacking == "src_valid_mark":
            off_link.lab.user.run(["sysctl", "-qw", "net.ipv4.conf.all.src_valid_mark=0"])
        else:
            assert any("strict rp_filter of eth0" in notice for notice in outcome.notices)
        assert off_link.lab.source_seen_by(INTERNET4, timeout_s=2) is None


@on_loop
async def test_loose_rp_filter_needs_no_notice_without_nft(off_link):
    async with a_rig() as rig:
        rig.machine._firewall._places = ()
        outcome = await rig.tunnels.up(OWNER_UID, "home", off_link.profile(EVERYTHING))
        assert not any("rp_filter" in notice for notice in outcome.notices)
        assert any("nft is not installed" in notice for notice in outcome.notices)
        assert off_link.fetch(INTERNET4) == off_link.clients[0].address4


def heard(user, attacker, address):
    """Whether a datagram that the attacker sends to the address reaches a program there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    via = "2001:db8:1::1" if ":" in address else "192.0.2.1"
    attacker.ip("route", "replace", address, "via", via)
    with user.enter(), socket.socket(family, socket.SOCK_DGRAM) as ear:
        ear.bind(("", ANY_PORT))
        ear.settimeout(0.5)
        with attacker.enter(), socket.socket(family, socket.SOCK_DGRAM) as mouth:
            mouth.sendto(b"spoofed", (address, ANY_PORT))
        try:
            return ear.recv(100) == b"spoofed"
        except TimeoutError:
            return False


@pytest.mark.parametrize("allowed_ips", [EVERYTHING, HOME_SUBNETS])
@on_loop
async def test_packets_from_the_lan_to_the_tunnels_address_are_dropped(off_link, allowed_ips):
    user, attacker = off_link.lab.user, off_link.lab.router
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", off_link.profile(allowed_ips))
        (client,) = off_link.clients
        assert not heard(user, attacker, client.address4)
        assert not heard(user, attacker, client.address6)
        (step,) = (it for it in rig.tunnels.find(outcome.id).plan.steps if hasattr(it, "firewall"))
        assert await rig.machine._firewall.stands(step.firewall)
        # Without a pause, in which the table would be put back.
        user.run(["nft", "delete", "table", "inet", step.firewall.nft_table])
        assert heard(user, attacker, client.address4)  # it was the table that dropped them
        assert heard(user, attacker, client.address6)


@on_loop
async def test_host_may_still_talk_to_its_own_tunnel_address(far):
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        assert heard(far.lab.user, far.lab.user, far.clients[0].address4)


@pytest.mark.parametrize("outer", [HOME_SUBNETS, "0.0.0.0/0"])
@pytest.mark.parametrize("order", ["outer first", "inner first"])
@on_loop
async def test_packets_of_a_tunnel_go_through_the_one_its_server_is_reached_by(far, outer, order):
    """The inner one's server is at HOME4, an address that lies in the ranges of the outer."""
    with watched(far.lab) as leaks:
        inner = far.profile(INSIDE, endpoint=f"{HOME4}:{WIREGUARD_PORT}")
        outer_profile = far.profile(outer)
        inside, around = far.clients
        async with a_rig() as rig:
            if order == "outer first":
                await rig.tunnels.up(OWNER_UID, "outer", outer_profile)
                await rig.tunnels.up(OWNER_UID, "inner", inner)
                assert far.mtu("inner") == 1340
            else:
                await rig.tunnels.up(OWNER_UID, "inner", inner)
                assert far.fetch(INTERNET4) == inside.address4
                assert HOME4 in leaks.datagrams_to(WIREGUARD_PORT)  # no tunnel is around it yet
                await rig.tunnels.up(OWNER_UID, "outer", outer_profile)
                await until(lambda: far.mtu("inner") == 1340)
            await rig.settle()
            leaks.datagrams_to(WIREGUARD_PORT)
            assert far.fetch(INTERNET4) == inside.address4
            assert far.fetch(HOME4) == around.address4
            assert leaks.datagrams_to(WIREGUARD_PORT) == [far.lab.server4]
            assert far.server.has_shaken_hands(inside)
            (outer_id,) = (it.id for it in rig.tunnels.list() if it.name == "outer")
            await rig.tunnels.down(outer_id)
            await until(lambda: far.mtu("inner") == 1420)
            assert far.fetch(INTERNET4) == inside.address4
            assert not any(line.startswith("519") for line in far.rules())


@on_loop
async def test_two_full_tunnels_of_one_family_each_do_not_carry_each_other_in_a_ring(two_hosts):
    with two_hosts.user.enter():
        four, six = Far(two_hosts), None
        six_endpoint = f"[{two_hosts.server6}]:{WIREGUARD_PORT}"
        async with a_rig() as rig:
            await rig.tunnels.up(OWNER_UID, "six", four.profile("::/0"))
            profile = four.profile("0.0.0.0/0", endpoint=six_endpoint)
            await rig.tunnels.up(OWNER_UID, "four", profile)
            await rig.settle()
            six, inner = four.clients
            assert four.fetch(INTERNET4) == inner.address4
            assert four.fetch(INTERNET6) == six.address6


@on_loop
async def test_networks_beside_a_full_tunnel_follow_the_links_addresses(far):
    user = far.lab.user
    lan = "5210: from all to 192.168.7.0/24 lookup main suppress_prefixlength 0"
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        assert lan not in far.rules()
        user.ip("address", "add", "192.168.7.1/24", "dev", "eth0")
        await until(lambda: lan in far.rules())
        assert "dev eth0" in user.ip("route", "get", "192.168.7.9")
        await rig.settle()
        found = await rig.tunnels.snapshot(outcome.id)
        assert any(str(rule.to) == "192.168.7.0/24" for rule in found.rules)
        user.ip("address", "delete", "192.168.7.1/24", "dev", "eth0")
        await until(lambda: lan not in far.rules())
        user.ip("address", "add", "192.168.7.1/24", "dev", "eth0")
        await until(lambda: lan in far.rules())
        await rig.tunnels.down(outcome.id)
        assert far.rules() == []


@on_loop
async def test_next_helper_follows_and_removes_what_the_last_one_added_meanwhile(far):
    lan = "5210: from all to 192.168.7.0/24 lookup main suppress_prefixlength 0"
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        far.lab.user.ip("address", "add", "192.168.7.1/24", "dev", "eth0")
        await until(lambda: lan in far.rules())
        await rig.settle()
        await rig.end()
        async with a_rig(journal=rig.journal) as after:
            assert lan in far.rules()
            far.lab.user.ip("link", "set", "eth0", "mtu", "1400")
            await until(lambda: far.mtu("home") == 1320)
            await after.lower_all()
        assert far.rules() == []


@on_loop
async def test_automatic_mtu_follows_the_path(far):
    user = far.lab.user
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        assert far.mtu("home") == 1420
        user.ip("link", "set", "eth0", "mtu", "1400")
        await until(lambda: far.mtu("home") == 1320)
        user.ip("route", "add", far.lab.server4, "dev", "eth0", "mtu", "1380")
        await until(lambda: far.mtu("home") == 1300)
        user.ip("route", "delete", far.lab.server4)
        user.ip("link", "set", "eth0", "mtu", "1500")
        await until(lambda: far.mtu("home") == 1420)
        (tunnel,) = rig.tunnels.list()
        await rig.settle()
        assert tunnel.plan.mtu == 1420


@on_loop
async def test_mtu_of_the_profile_stays_whatever_the_path_does(far):
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING, "MTU = 1400"))
        far.lab.user.ip("link", "set", "eth0", "mtu", "1350")
        await rig.settle(1.5)
        assert far.mtu("home") == 1400


@on_loop
async def test_path_mtu_that_the_kernel_has_learned_counts(off_link):
    for host, link in ((off_link.lab.router, "eth1"), (off_link.lab.server, "eth0")):
        host.ip("link", "set", link, "mtu", "1400")
    user, server4 = off_link.lab.user, off_link.lab.server4
    ping = ["ping", "-M", "do", "-s", "1450", "-c", "1", "-W", "1", server4]
    user.run(ping, check=False)
    assert "mtu 1400" in user.ip("route", "get", server4)
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", off_link.profile(EVERYTHING))
        assert off_link.mtu("home") == 1320


@on_loop
async def test_firewall_that_is_refused_brings_nothing_up(far, monkeypatch):
    async with a_rig() as rig:
        before = far.lab.user.network_state()

        async def refuse(text):
            raise FirewallFailed("Could not process rule: Operation not supported")

        monkeypatch.setattr(rig.machine._firewall, "_feed", refuse)
        with pytest.raises(FirewallFailed):
            await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        assert far.lab.user.network_state() == before
