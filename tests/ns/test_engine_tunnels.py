"""Tunnels on a real network: what is put in place, what it does, and that it goes again."""

import errno
import os
import re
import signal
from collections import Counter
from contextlib import suppress

import pytest

from tests.labs.ns import INTERNET4, INTERNET6, USER4
from tests.labs.programs import is_running, wait_until
from tests.labs.server_end import EVERYTHING, HOME4, HOME6, HOME_SUBNETS
from tests.support.build import a_profile
from tests.support.records import a_record
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop, until
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import AlreadyUp, KernelRefused, MarkTaken, NameConflict, TakeOverFailed
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.snapshot import ForeignLink, Lifecycle
from wgdesk.engine.machine import Machine
from wgdesk.engine.record import Stage

HOME_RANGES = f"{HOME_SUBNETS}, 192.0.2.0/24"  # the server's own address is among them


def read(text):
    return read_profile(text.encode())


class Far:
    """A server with clients of it: `profile` makes a new one each time."""

    def __init__(self, lab) -> None:
        self.lab, self.server = lab, lab.wireguard()
        self.clients = []

    def profile(self, allowed_ips, interface=""):
        client = self.server.add_client(preshared=True)
        self.clients.append(client)
        return read(self.server.profile(client, allowed_ips=allowed_ips, interface=interface))

    def state(self):
        """Links, addresses, routes and rules, once duplicate address detection is through."""
        user = self.lab.user
        wait_until(lambda: "tentative" not in user.ip("address"), what="the links to settle")
        return user.network_state()

    def essence(self):
        """The same without what a link that is made anew has anew: its number, its own fe80::."""
        lines = "\n".join(self.state().values()).splitlines()
        kept = [line for line in lines if not ("fe80::" in line and "5210:" not in line)]
        return sorted(re.sub(r"^[0-9]+: ", "", line) for line in kept)

    def engines(self):
        """The sockets of the engines here, the server's left out."""
        found = self.lab.user.run(["ls", "/run/wireguard"]).stdout.split()
        return [name for name in found if name != f"{self.server.interface}.sock"]

    def fetch(self, address):
        return self.lab.source_seen_by(address, timeout_s=5)


@pytest.fixture
def far(two_hosts):
    with two_hosts.user.enter():
        yield Far(two_hosts)


@pytest.fixture
def off_link(routed_hosts):
    with routed_hosts.user.enter():
        yield Far(routed_hosts)


@on_loop
async def test_split_tunnel_carries_its_ranges_and_nothing_else(far):
    before = far.state()
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile(HOME_SUBNETS))
        (client,) = far.clients
        assert far.fetch(HOME4) == client.address4
        assert far.fetch(HOME6) == client.address6
        assert far.fetch(INTERNET4) == USER4
        snapshot = await rig.tunnels.snapshot(outcome.id)
        assert snapshot.lifecycle is Lifecycle.UP
        assert snapshot.latest_handshake_unix_s > 0
        assert snapshot.received_bytes > 0
        assert snapshot.mtu == 1420
        await rig.tunnels.down(outcome.id)
        assert far.fetch(INTERNET4) == USER4
    assert far.state() == before


@pytest.mark.parametrize("where", ["far", "off_link"])
@on_loop
async def test_full_tunnel_carries_everything(where, request):
    far = request.getfixturevalue(where)
    before = far.state()
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        (client,) = far.clients
        assert far.fetch(HOME4) == client.address4
        assert far.fetch(INTERNET4) == client.address4
        assert far.fetch(INTERNET6) == client.address6
        await rig.tunnels.down(outcome.id)
    assert far.state() == before


@on_loop
async def test_full_tunnel_leaves_the_local_network_reachable_only_when_asked(off_link):
    async with a_rig() as rig:
        profile = off_link.profile(EVERYTHING)
        router = "192.0.2.254"

        def way():
            return off_link.lab.user.ip("route", "get", router)

        # 192.0.2.0/24 is no private range, so a private one is laid beside it.
        off_link.lab.user.ip("address", "add", "192.168.7.1/24", "dev", "eth0")
        outcome = await rig.tunnels.up(OWNER_UID, "home", profile)
        assert "dev home" in way()
        assert "dev eth0" in off_link.lab.user.ip("route", "get", "192.168.7.9")
        await rig.tunnels.down(outcome.id)
        await rig.tunnels.up(OWNER_UID, "home", profile, TunnelOptions(allow_lan=False))
        assert "dev home" in off_link.lab.user.ip("route", "get", "192.168.7.9")


@on_loop
async def test_tunnel_works_when_its_endpoint_is_inside_its_ranges(far):
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", far.profile(HOME_RANGES))
        (client,) = far.clients
        assert far.fetch(HOME4) == client.address4
        assert far.fetch(far.lab.server4) == client.address4
        assert far.server.has_shaken_hands(client)


@on_loop
async def test_route_pushed_into_main_takes_nothing_out_of_a_full_tunnel(far):
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        far.lab.user.ip("route", "add", f"{INTERNET4}/32", "via", far.lab.server4)
        (client,) = far.clients
        assert far.fetch(INTERNET4) == client.address4


@on_loop
async def test_two_tunnels_are_up_at_once_where_their_routes_do_not_meet(far):
    async with a_rig() as rig:
        subnets = await rig.tunnels.up(OWNER_UID, "attached", far.profile(HOME_SUBNETS))
        everything = await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        assert (subnets.took_over, everything.took_over) == ((), ())
        attached, home = far.clients
        assert far.fetch(HOME4) == attached.address4
        assert far.fetch(INTERNET4) == home.address4
        await rig.tunnels.down(everything.id)
        assert far.fetch(HOME4) == attached.address4
        assert far.fetch(INTERNET4) == USER4


@on_loop
async def test_second_full_tunnel_takes_over(far):
    before = far.state()
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        outcome = await rig.tunnels.up(OWNER_UID, "work", far.profile(EVERYTHING))
        assert outcome.took_over == ("home",)
        _, work = far.clients
        assert far.fetch(INTERNET4) == work.address4
        assert "home" not in far.lab.user.ip("-o", "link")
        await rig.tunnels.down(outcome.id)
    assert far.state() == before


@on_loop
async def test_failed_take_over_brings_the_old_tunnel_back(far, monkeypatch):
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        address_job = rig.machine._netlink.address_job

        def refuse(name, address):
            def job():
                raise PermissionError(errno.EPERM, "")

            return job if name == "work" else address_job(name, address)

        monkeypatch.setattr(rig.machine._netlink, "address_job", refuse)
        with pytest.raises(TakeOverFailed, match="“home” is up again"):
            await rig.tunnels.up(OWNER_UID, "work", far.profile(EVERYTHING))
        assert far.fetch(INTERNET4) == far.clients[0].address4


@on_loop
async def test_second_up_is_refused_and_changes_nothing(far):
    async with a_rig() as rig:
        profile = far.profile(HOME_SUBNETS)
        await rig.tunnels.up(OWNER_UID, "home", profile)
        up = far.state()
        with pytest.raises(AlreadyUp):
            await rig.tunnels.up(OWNER_UID, "home", profile)
        assert far.state() == up


@on_loop
async def test_link_of_another_program_is_left_alone(far):
    far.lab.user.ip("link", "add", "home", "type", "veth", "peer", "name", "other")
    before = far.state()
    async with a_rig() as rig:
        with pytest.raises(NameConflict, match="another program"):
            await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
    assert far.state() == before


@on_loop
async def test_engine_of_another_namespace_is_left_alone(far):
    before = far.state(), far.server.handshakes()
    async with a_rig() as rig:
        with pytest.raises(NameConflict, match="another program"):
            await rig.tunnels.up(OWNER_UID, far.server.interface, a_profile())
    assert (far.state(), far.server.handshakes()) == before
    assert is_running(far.server.engine.pid)


@pytest.mark.parametrize("when", ["before", "after"])
@on_loop
async def test_failure_at_each_step_of_up_leaves_the_machine_as_it_was(far, monkeypatch, when):
    """Step after step is made to fail, before or after its effect, until none is left."""
    carry_out, do_ahead = Machine._carry_out, Machine.do_ahead
    profile = far.profile(EVERYTHING)
    before = far.state()
    failed = []

    async def failing(self, step):
        done.append(step)
        is_its_turn = len(done) == len(failed) + 1
        if not (is_its_turn and when == "before"):
            await carry_out(self, step)
        if is_its_turn:
            raise KernelRefused("do the step", errno.EIO, "Input/output error")

    async def as_far_as_it_goes_well(self, steps):
        number = await do_ahead(self, steps[: max(0, len(failed) - len(done))])
        done.extend(steps[:number])
        return number

    monkeypatch.setattr(Machine, "_carry_out", failing)
    monkeypatch.setattr(Machine, "do_ahead", as_far_as_it_goes_well)
    async with a_rig() as rig:
        is_up = False
        while not is_up:
            done = []
            with suppress(KernelRefused):
                await rig.tunnels.up(OWNER_UID, "home", profile)
                is_up = True
            if not is_up:
                assert far.state() == before, f"after {done[-1]}"
                failed.append(type(done[-1]).__name__)
    assert Counter(failed) == {
        "LoadFirewall": 1,
        "CreateLink": 1,
        "ConfigureDevice": 1,
        "AddAddress": 2,
        "RaiseLink": 1,
        "AddRoute": 2,
        "AddRule": 6 + 1,  # the link-local network of eth0 stays reachable
    }


@on_loop
async def test_engine_that_is_killed_is_started_anew_and_carries_traffic_again(far):
    before = far.state()
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        (client,) = far.clients
        up = far.essence()
        first = rig.machine._userspace._running["home"].pid
        os.kill(first, signal.SIGKILL)
        tunnel = rig.tunnels.find(outcome.id)
        await until(lambda: tunnel.lifecycle is Lifecycle.MENDING, timeout_s=2)
        await until(lambda: tunnel.lifecycle is Lifecycle.UP, timeout_s=2)
        assert rig.machine._userspace._running["home"].pid != first
        assert far.essence() == up
        assert far.fetch(INTERNET4) == client.address4
        await rig.tunnels.down(outcome.id)
    assert (far.state(), far.engines()) == (before, [])


@on_loop
async def test_down_ends_the_engine_before_it_returns(far):
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        pid = rig.machine._userspace._running["home"].pid
        assert is_running(pid)
        await rig.tunnels.down(outcome.id)
        assert not is_running(pid)
        assert far.engines() == []


@on_loop
async def test_link_that_is_deleted_from_outside_fails_its_tunnel(far):
    before = far.state()
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        far.lab.user.ip("link", "delete", "home")
        tunnel = rig.tunnels.find(outcome.id)
        await until(lambda: tunnel.lifecycle is Lifecycle.FAILED, timeout_s=2)
        assert tunnel.cause == "the interface was deleted by another program"
        assert far.state() == before
        await rig.tunnels.down(outcome.id)
        assert rig.tunnels.list() == ()


@on_loop
async def test_next_helper_takes_over_what_is_up_and_can_take_it_down(far):
    before = far.state()
    async with a_rig() as rig:
        outcomes = [
            await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING)),
            await rig.tunnels.up(OWNER_UID, "attached", far.profile(HOME_SUBNETS)),
        ]
        assert far.fetch(INTERNET4) == far.clients[0].address4
        up, handshakes = far.state(), far.server.handshakes()
        await rig.end()
        assert (far.state(), far.server.handshakes()) == (up, handshakes)
        async with a_rig(journal=rig.journal) as second:
            assert {it.id for it in second.tunnels.list()} == {it.id for it in outcomes}
            snapshot = await second.tunnels.snapshot(outcomes[0].id)
            assert (snapshot.lifecycle, snapshot.owner_uid) == (Lifecycle.UP, OWNER_UID)
            assert snapshot.received_bytes > 0
            assert far.fetch(INTERNET4) == far.clients[0].address4
            assert (far.state(), far.server.handshakes()) == (up, handshakes)
            os.kill(second.machine._userspace._running["home"].pid, signal.SIGKILL)
            tunnel = second.tunnels.find(outcomes[0].id)
            await until(lambda: tunnel.lifecycle is Lifecycle.MENDING, timeout_s=2)
            await until(lambda: tunnel.lifecycle is Lifecycle.UP, timeout_s=2)
            assert far.fetch(INTERNET4) == far.clients[0].address4
    assert far.state() == before
    assert far.engines() == []


@on_loop
async def test_engine_of_another_program_is_never_taken_over(far):
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        tunnel = rig.tunnels.find(outcome.id)
        rig.journal.write(a_record("home", Stage.RISING, tunnel.profile))
        noted = list(rig.journal.read())
        await rig.tunnels.down(outcome.id)
        engine = far.lab.user.start_engine("home")
        before = far.state()
        rig.journal.write(noted[0])
        async with a_rig(journal=rig.journal) as second:
            assert second.tunnels.list() == ()
        assert far.state() == before
        assert is_running(engine.pid)


@pytest.mark.parametrize(
    "command",
    [
        "ip rule delete priority 5220",
        "ip -6 rule delete priority 5200",
        "ip route flush table 51820",
        "ip address delete {address} dev home",
        "ip link set home down",
    ],
)
@on_loop
async def test_what_another_program_removes_is_back_within_two_seconds(far, command):
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        (client,) = far.clients
        up = far.essence()
        far.lab.user.run(command.format(address=f"{client.address4}/32").split())
        assert far.essence() != up
        tunnel = rig.tunnels.find(outcome.id)
        await until(lambda: tunnel.trouble, timeout_s=2)
        assert far.essence() == up
        assert far.fetch(INTERNET4) == client.address4
        (notice,) = (await rig.tunnels.snapshot(outcome.id)).notices
        assert "Another program removed" in notice


@on_loop
async def test_tunnels_of_other_programs_are_listed_and_left_alone(far):
    far.lab.user.start_engine("theirs")
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", far.profile(HOME_SUBNETS))
        assert await rig.tunnels.foreign() == (ForeignLink("theirs"),)


@on_loop
async def test_path_mtu_of_the_way_to_the_endpoint_decides(far):
    far.lab.user.ip("link", "set", "eth0", "mtu", "1400")
    async with a_rig() as rig:
        first = await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        assert (await rig.tunnels.snapshot(first.id)).mtu == 1320
        # a full tunnel that is up is not the way that counts
        second = await rig.tunnels.up(OWNER_UID, "attached", far.profile(HOME_SUBNETS))
        assert (await rig.tunnels.snapshot(second.id)).mtu == 1320


@on_loop
async def test_table_number_gets_routes_and_no_rules(far):
    rules = far.lab.user.ip("rule")
    async with a_rig() as rig:
        profile = far.profile(HOME_SUBNETS, interface="Table = 777")
        await rig.tunnels.up(OWNER_UID, "home", profile)
        assert far.lab.user.ip("rule") == rules
        assert "10.77.0.0/24 dev home" in far.lab.user.ip("route", "show", "table", "777")


@on_loop
async def test_mark_of_another_tunnel_is_refused_and_stays_with_it(far):
    before = far.state()
    async with a_rig() as rig:
        mark = "FwMark = 0x1234"
        first = await rig.tunnels.up(OWNER_UID, "home", far.profile(HOME_SUBNETS, mark))
        up = far.state()
        with pytest.raises(MarkTaken, match="the mark 0x1234 is in use"):
            await rig.tunnels.up(OWNER_UID, "work", far.profile("203.0.113.0/24", mark))
        assert far.state() == up
        await rig.tunnels.down(first.id)
    assert far.state() == before


@on_loop
async def test_ipv6_is_left_out_where_it_is_switched_off(far):
    far.lab.user.run(["sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1"])
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", far.profile(EVERYTHING))
        assert outcome.notices == (
            "IPv6 is switched off on this machine, so the IPv6 part is left out.",
        )
        assert far.fetch(INTERNET4) == far.clients[0].address4
        assert "dev home" not in far.lab.user.ip("-6", "route", "show", "table", "all")
        assert "5220" not in far.lab.user.ip("-6", "rule")
