"""One family only, small MTUs, and a path that is narrower than the link."""

import asyncio

import pytest

from tests.labs.ns import INTERNET4, INTERNET6, USER4, USER6, page_url
from tests.labs.server_end import EVERYTHING
from tests.support.far import Far
from tests.support.leaks import watched
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop
from wgdesk.domain.options import TunnelOptions

AIM4, AIM6 = "203.0.113.9", "2001:db8:77::1"
MEGABYTE = 1 << 20


@pytest.mark.parametrize("ipv6_endpoint", [False, True])
@on_loop
async def test_fault_46_ipv6_has_no_way_past_a_tunnel_for_ipv4(two_hosts, record, ipv6_endpoint):
    with two_hosts.user.enter(), watched(two_hosts, answered=(AIM4, AIM6)) as leaks:
        far = Far(two_hosts, ipv6_endpoint=ipv6_endpoint)
        assert leaks.of([AIM4, AIM6]) == [AIM6, AIM4]
        async with a_rig() as rig:
            outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile("0.0.0.0/0"))
            assert any(it.startswith("IPv6 traffic is blocked") for it in outcome.notices)
            assert leaks.of([AIM4, AIM6]) == []
            assert far.fetch(INTERNET4) == far.clients[0].address4
            assert far.fetch(INTERNET6) is None
            await rig.tunnels.down(outcome.id)
        assert far.fetch(INTERNET6) == USER6
    record("IPv6 blocked, 0 in clear")


@on_loop
async def test_fault_46_ipv6_goes_past_it_only_when_that_is_asked_for(two_hosts):
    with two_hosts.user.enter(), watched(two_hosts, answered=(AIM4, AIM6)) as leaks:
        far, options = Far(two_hosts), TunnelOptions(block_ipv6=False)
        async with a_rig() as rig:
            outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile("0.0.0.0/0"), options)
            assert "Only IPv4 goes through this tunnel; IPv6 goes past it." in outcome.notices
            assert leaks.of([AIM4, AIM6]) == [AIM6]
            await rig.lower_all()


@pytest.mark.parametrize("ipv6_endpoint", [False, True])
@on_loop
async def test_fault_46_a_tunnel_for_ipv6_carries_all_of_it(two_hosts, record, ipv6_endpoint):
    with two_hosts.user.enter(), watched(two_hosts, answered=(AIM4, AIM6)) as leaks:
        far = Far(two_hosts, ipv6_endpoint=ipv6_endpoint)
        assert leaks.of([AIM6]) == [AIM6]
        async with a_rig() as rig:
            outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile("::/0"))
            assert "Only IPv6 goes through this tunnel; IPv4 goes past it." in outcome.notices
            assert leaks.of([AIM4, AIM6]) == [AIM4]
            assert far.fetch(INTERNET6) == far.clients[0].address6
            assert far.fetch(INTERNET4) == USER4
            await rig.lower_all()
    record("IPv6 tunnelled, 0 in clear")


@pytest.mark.parametrize("allowed_ips", ["0.0.0.0/0", EVERYTHING])
@pytest.mark.parametrize("case", ["MTU = 1280", "a path of 1300"])
@on_loop
async def test_fault_46_a_megabyte_passes(routed_hosts, record, case, allowed_ips):
    with routed_hosts.user.enter():
        far = Far(routed_hosts)
        interface = case if case.startswith("MTU") else ""
        if not interface:
            for host, link in ((routed_hosts.router, "eth1"), (routed_hosts.server, "eth0")):
                host.ip("link", "set", link, "mtu", "1300")
        async with a_rig() as rig:
            await rig.tunnels.up(OWNER_UID, "home", far.profile(allowed_ips, interface))
            assert far.mtu("home") == (1280 if interface else 1420)
            times = [await transfer(far, INTERNET4, *way) for way in (("-o", "/dev/null"), UPLOAD)]
            if allowed_ips == EVERYTHING:
                times.append(await transfer(far, INTERNET6, "-o", "/dev/null"))
            await rig.lower_all()
    record(f"1 MiB in {max(times):.1f} s")


UPLOAD = ("-T", "-")


async def transfer(far, address, *way):
    """Fetch a mebibyte, or send one; seconds. It takes 0.1 s where nothing is lost for good."""
    url = page_url(address) + ("" if way == UPLOAD else str(MEGABYTE))
    command = ["curl", "-sS", "-g", "--noproxy", "*", "--max-time", "20", *way, url]
    start = asyncio.get_running_loop().time()
    done = await asyncio.to_thread(
        far.lab.user.run, command, input_text="x" * MEGABYTE if way == UPLOAD else None
    )
    if way == UPLOAD:
        assert done.stdout.strip() == str(MEGABYTE)
    return asyncio.get_running_loop().time() - start
