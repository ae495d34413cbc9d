"""Routes that a hostile network hands out: none takes traffic out of a full tunnel."""

import asyncio

import pytest

from tests.labs.ns import INTERNET4
from tests.labs.server_end import EVERYTHING
from tests.support.far import Far
from tests.support.leaks import watched
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop

PUSHED = ("0.0.0.0/1", "128.0.0.0/1", "1.1.1.1/32", "8.0.0.0/8", "10.9.9.0/24")
AIMS = ("1.1.1.1", "8.8.8.8", "10.9.9.9", "203.0.113.9", "2001:db8:77::1")
LEASE = {
    # The kernel makes no route of 0.0.0.0/1 by itself, but does of 128.0.0.0/1.
    "a mask of /1": ("192.168.7.3/1", ("203.0.113.9", "172.20.0.9", "192.168.8.9"), "192.168.7.9"),
    "a mask of /8": ("10.1.2.3/8", ("10.1.3.9", "10.9.9.9"), "10.1.2.9"),
    "a public network": ("203.0.113.50/24", ("203.0.113.9", "203.0.113.77"), None),
    "an IPv6 network": ("2001:db8:77::5/64", ("2001:db8:77::1", "2001:db8:77::2"), None),
}


def no_wait(address):
    return ("nodad",) if ":" in address else ()


@pytest.mark.parametrize("when", ["before", "after"])
@on_loop
async def test_fault_29_routes_of_option_121_take_nothing_out(two_hosts, record, when):
    def push():
        for route in PUSHED:
            two_hosts.user.ip("route", "add", route, "via", two_hosts.server4)

    with two_hosts.user.enter(), watched(two_hosts, answered=AIMS) as leaks:
        far = Far(two_hosts)
        assert leaks.of(AIMS) == sorted(AIMS)  # the capture sees what goes in clear
        if when == "before":
            push()
        async with a_rig() as rig:
            await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
            if when == "after":
                push()
                await asyncio.sleep(0.5)
            assert leaks.of(AIMS) == []
            assert far.fetch(INTERNET4) == far.clients[0].address4
            assert far.fetch("8.8.8.8") == far.clients[0].address4
            await rig.lower_all()
        assert leaks.of(AIMS) == sorted(AIMS)
    record(f"{len(AIMS)} addresses, 0 in clear")


@pytest.mark.parametrize("lease", LEASE)
@on_loop
async def test_fault_29_a_lease_for_half_the_world_keeps_no_more_than_the_lan(
    two_hosts, record, lease
):
    address, aims, neighbour = LEASE[lease]
    every = (*aims, *((neighbour,) if neighbour else ()))
    with two_hosts.user.enter(), watched(two_hosts, answered=every) as leaks:
        far = Far(two_hosts)
        two_hosts.user.ip("address", "add", address, "dev", "eth0", *no_wait(address))
        await asyncio.sleep(0.1)
        assert leaks.of(every) == sorted(every)
        async with a_rig() as rig:
            outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
            assert leaks.of(every) == ([neighbour] if neighbour else [])
            assert any("/24 of it is reachable" in it for it in outcome.notices) == bool(neighbour)
            assert far.fetch(aims[0]) is not None
            await rig.lower_all()
    record(f"{len(every)} addresses, {'only the LAN' if neighbour else 'none'} in clear")
