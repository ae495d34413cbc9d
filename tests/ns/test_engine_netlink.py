"""The netlink door on a real kernel: exact, and blind to what is not ours."""

import asyncio
from contextlib import asynccontextmanager
from ipaddress import ip_address, ip_interface, ip_network

import pytest
from pyroute2 import NetlinkDumpInterrupted

from tests.support.build import a_profile
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop, until
from wgdesk.domain.device import EngineKind
from wgdesk.domain.errors import KernelRefused
from wgdesk.domain.profile import Endpoint
from wgdesk.domain.routing import NOWHERE, Route, Rule
from wgdesk.domain.steps import AddAddress, AddRoute, AddRule, CreateLink, RaiseLink
from wgdesk.engine.monitor import QUIET_S, Monitor
from wgdesk.engine.netlink import PROTOCOL, Netlink
from wgdesk.engine.standing import own_links
from wgdesk.engine.survey import sent_packets

OURS = Rule(family=4, priority=5205, table=51820, suppress_default=True)
LAN = Rule(
    family=4, priority=5210, table=254, to=ip_network("192.168.7.0/24"), suppress_default=True
)
NO_WAY = Rule(family=6, priority=5225, table=NOWHERE)
MARKED = Rule(family=6, priority=5200, table=254, fwmark=0x77670001)


@asynccontextmanager
async def a_netlink():
    netlink = Netlink()
    try:
        yield netlink
    finally:
        await netlink.close()


@pytest.fixture
def host(in_ns):
    in_ns.ip("link", "add", "t0", "type", "veth", "peer", "name", "t1")
    for name in ("t0", "t1"):
        in_ns.ip("link", "set", name, "up")
    return in_ns


@on_loop
async def test_rules_are_added_and_deleted_exactly(host):
    before = host.ip("rule"), host.ip("-6", "rule")
    async with a_netlink() as netlink:
        for rule in (OURS, LAN, MARKED, NO_WAY):
            await netlink.add_rule(rule)
            assert await netlink.has_own_rule(rule)
        assert "5200:\tfrom all fwmark 0x77670001 lookup main" in host.ip("-6", "rule")
        assert "5225:\tfrom all unreachable" in host.ip("-6", "rule")
        lines = host.ip("rule")
        assert "5205:\tfrom all lookup 51820 suppress_prefixlength 0" in lines
        assert "5210:\tfrom all to 192.168.7.0/24 lookup main suppress_prefixlength 0" in lines
        for rule in (OURS, LAN, MARKED, NO_WAY):
            await netlink.delete_rule(rule)
            await netlink.delete_rule(rule)
            assert not await netlink.has_own_rule(rule)
    assert (host.ip("rule"), host.ip("-6", "rule")) == before


@on_loop
async def test_deleting_a_rule_leaves_others_at_its_priority(host):
    host.ip("rule", "add", "priority", "5205", "table", "51820")
    host.ip("rule", "add", "priority", "5210", "to", "192.168.8.0/24", "table", "main")
    before = host.ip("rule")
    async with a_netlink() as netlink:
        for rule in (OURS, LAN):
            assert not await netlink.has_own_rule(rule)
            await netlink.add_rule(rule)
            await netlink.delete_rule(rule)
            await netlink.delete_rule(rule)
    assert host.ip("rule") == before


@on_loop
async def test_routes_go_into_their_table_under_our_protocol(host):
    async with a_netlink() as netlink:
        for text in ("10.6.0.0/16", "0.0.0.0/0", "::/0", "fd77::/64"):
            await netlink.add_route("t0", Route(ip_network(text), 51820))
        four = host.ip("route", "show", "table", "51820").splitlines()
        six = host.ip("-6", "route", "show", "table", "51820").splitlines()
    assert [line.split()[0] for line in four] == ["default", "10.6.0.0/16"]
    assert [line.split()[0] for line in six] == ["fd77::/64", "default"]
    assert all(f"proto {PROTOCOL}" in line for line in (*four, *six))


@on_loop
async def test_refusal_names_the_operation_and_the_reason(host):
    async with a_netlink() as netlink:
        await netlink.add_address("t0", ip_interface("10.3.0.1/24"))
        with pytest.raises(KernelRefused) as caught:
            await netlink.add_address("t0", ip_interface("10.3.0.1/24"))
        assert str(caught.value) == (
            "the kernel refused to add the address 10.3.0.1/24 to t0: File exists"
        )
        with pytest.raises(KernelRefused, match="No such device"):
            await netlink.raise_link("gone", 1400)
        with pytest.raises(KernelRefused, match="Invalid argument"):
            await netlink.raise_link("t0", 1 << 30)


@on_loop
async def test_survey_tells_tables_marks_addresses_and_path_mtu(host):
    host.ip("address", "add", "192.168.7.1/24", "dev", "t0")
    host.ip("address", "add", "10.1.0.1/16", "dev", "t1")
    host.ip("link", "set", "t1", "down")
    host.ip("link", "set", "t0", "mtu", "1400")
    host.ip("route", "add", "default", "via", "192.168.7.254")
    host.ip("route", "add", "203.0.113.0/24", "via", "192.168.7.254", "mtu", "1300")
    host.ip("-6", "route", "add", "fd00::/64", "dev", "t0", "table", "51820")
    host.ip("rule", "add", "fwmark", "0x77670001", "table", "51821")
    async with a_netlink() as netlink:
        survey = await netlink.survey([ip_address("198.51.100.1")])
        assert survey.tables == {51820, 51821}
        assert survey.marks == {0x77670001}
        assert ip_interface("192.168.7.1/24") in survey.addresses
        assert not any(str(address).startswith(("127.", "10.1.")) for address in survey.addresses)
        assert survey.path_mtu == 1400
        both = [ip_address("198.51.100.1"), ip_address("203.0.113.5")]
        assert (await netlink.survey(both)).path_mtu == 1300
        assert (await netlink.survey([ip_address("2001:db8::1")])).path_mtu == 1400  # by default
        host.ip("route", "del", "default")
        assert (await netlink.survey([ip_address("198.51.100.1")])).path_mtu is None


@on_loop
async def test_packets_are_counted_beside_links_with_odd_names(host):
    host.ip("link", "add", "b\u00fcro", "type", "veth", "peer", "name", "a\x1cb")
    assert sent_packets("b\u00fcro") == sent_packets("a\x1cb") == sent_packets("t0x") == 0
    await until(lambda: sent_packets("t0"))  # the kernel's own, looking for routers


@on_loop
async def test_monitor_names_the_links_that_vanish(host):
    vanished = []
    monitor = Monitor(vanished.append, lambda: None)
    try:
        host.ip("link", "set", "t1", "down")
        host.ip("link", "delete", "t0")
        await until(lambda: sorted(vanished) == ["t0", "t1"])
    finally:
        monitor.close()


@pytest.mark.parametrize(
    "command",
    [
        "ip rule add priority 77 table 77",
        "ip -6 rule add priority 77 table 77",
        "ip address add 192.0.2.9/24 dev t1",
        "ip -6 route add 2001:db8:7::/64 dev t1",
        "ip link set t1 mtu 1300",
        "nft add table inet other",
    ],
)
@on_loop
async def test_monitor_tells_once_when_others_change_something(host, command):
    told = []
    monitor = Monitor(lambda _name: None, lambda: told.append(True))
    try:
        host.run(command.split())
        await until(lambda: told)
        await asyncio.sleep(2 * QUIET_S)
        assert told == [True]
    finally:
        monitor.close()


@on_loop
async def test_monitor_keeps_quiet_about_new_routes_of_ours(host):
    told = []
    host.ip("link", "set", "t1", "up")
    await asyncio.sleep(0.5)  # IPv6 sets itself up
    monitor = Monitor(lambda _name: None, lambda: told.append(True))
    try:
        async with a_netlink() as netlink:
            await netlink.add_route("t1", Route(ip_network("10.3.0.0/16"), 51820))
        await asyncio.sleep(2 * QUIET_S)
        assert told == []
    finally:
        monitor.close()


@on_loop
async def test_monitor_tells_when_it_missed_something(host):
    told = []
    monitor = Monitor(lambda _name: None, lambda: told.append(True))
    try:
        monitor._others.setsockopt(1, 8, 2048)  # SOL_SOCKET, SO_RCVBUF
        for number in range(200):  # more news than its buffer holds, and nobody reads
            host.ip("route", "add", f"10.4.{number}.0/24", "dev", "t1", "proto", str(PROTOCOL))
        await until(lambda: told)
    finally:
        monitor.close()


@on_loop
async def test_up_takes_over_a_rule_that_a_former_helper_left(host):
    host.ip("address", "add", "192.168.7.1/24", "dev", "t0")
    async with a_netlink() as netlink:
        await netlink.add_rule(LAN)
    profile = a_profile("0.0.0.0/0", endpoint=Endpoint("192.168.7.2", 1))
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", profile)
        await rig.tunnels.down(outcome.id)
    assert "5210:" not in host.ip("rule")


@pytest.mark.parametrize("first", ["ours", "theirs"])
@on_loop
async def test_another_programs_equal_rule_is_left_alone(host, first):
    words = ["priority", "5210", "to", str(LAN.to), "table", "main", "suppress_prefixlength", "0"]
    async with a_netlink() as netlink:
        if first == "ours":
            await netlink.add_rule(LAN)
        host.ip("rule", "add", *words)
        assert await netlink.has_own_rule(LAN) is (first == "ours")
        if first == "theirs":
            await netlink.add_rule(LAN)
        await netlink.delete_rule(LAN)
        assert not await netlink.has_own_rule(LAN)
    assert host.ip("rule").count("5210:") == 1


@on_loop
async def test_own_is_what_bears_our_mark_and_nothing_else(host):
    host.ip("rule", "add", "priority", "5205", "table", "51820")
    host.ip("link", "add", "left", "type", "veth", "peer", "name", "right")
    async with a_netlink() as netlink:
        await netlink.mark_link("left")
        for rule in (OURS, LAN, MARKED, NO_WAY):
            await netlink.add_rule(rule)
        assert await netlink.look(own_links) == ("left",)
        assert set(await netlink.own_rules()) == {OURS, LAN, MARKED, NO_WAY}
        assert len(await netlink.own_rules()) == 4


@on_loop
async def test_what_was_put_back_is_taken_away_like_all_else(host):
    """Also where it had been taken back, as when an engine ends while a refresh is under way."""
    before = host.ip("rule")
    async with a_rig() as rig:
        await rig.machine.do(AddRule(OURS))
        await rig.machine.undo(AddRule(OURS))
        await rig.machine.redo([AddRule(OURS)])
        assert "lookup 51820" in host.ip("rule")
        await rig.machine.undo(AddRule(OURS))
        assert host.ip("rule") == before


@on_loop
async def test_missing_tells_what_of_a_plan_does_not_stand(host):
    host.ip("link", "add", "left", "type", "veth", "peer", "name", "right")
    host.ip("link", "set", "right", "up")
    address, route = ip_interface("10.3.0.2/32"), Route(ip_network("10.3.0.0/16"), 51820)
    steps = (
        CreateLink("left", EngineKind.KERNEL),
        AddAddress("left", address),
        RaiseLink("left", 1400),
        AddRoute("left", route),
        AddRoute("left", Route(ip_network("0.0.0.0/0"), 51820)),
        AddRule(OURS),
    )
    async with a_netlink() as netlink:
        assert await netlink.missing("left", steps) == steps  # somebody else's link
        await netlink.mark_link("left")
        assert await netlink.missing("left", steps) == steps[1:]
        await netlink.add_address("left", address)
        await netlink.raise_link("left", 1400)
        for step in steps[3:5]:
            await netlink.add_route("left", step.route)
        await netlink.add_rule(OURS)
        assert await netlink.missing("left", steps) == ()
        host.ip("rule", "delete", "priority", str(OURS.priority))
        host.ip("link", "set", "left", "down")
        assert await netlink.missing("left", steps) == steps[2:]


@on_loop
async def test_jobs_go_on_up_to_the_first_that_fails_however_it_does(host):
    def broken():
        raise ValueError("a bug")

    async with a_netlink() as netlink:
        jobs = [netlink.rule_job(OURS), netlink.rule_job(LAN), broken, netlink.rule_job(MARKED)]
        assert await netlink.run_while_fine(jobs) == 2
        there = [await netlink.has_own_rule(rule) for rule in (OURS, LAN, MARKED)]
    assert there == [True, True, False]


@on_loop
async def test_a_list_that_changes_while_it_is_read_is_read_again(host):
    sockets = []
    async with a_netlink() as netlink:

        def read():
            sockets.append(netlink._route)
            if len(sockets) < 3:
                raise NetlinkDumpInterrupted
            return len(tuple(netlink._route.get_links()))

        assert await netlink.run("read links", read) >= 3
    assert len(set(map(id, sockets))) == 3  # the rest of an old list may be in a socket


@on_loop
async def test_lists_that_keep_changing_are_given_up_in_words(host):
    def read():
        raise NetlinkDumpInterrupted

    async with a_netlink() as netlink:
        with pytest.raises(KernelRefused, match="to read links: Device or resource busy"):
            await netlink.run("read links", read)
