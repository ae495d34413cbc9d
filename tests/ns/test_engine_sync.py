"""An edited profile on a live tunnel, with a real server behind it and packets on the way."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from errno import EIO

import pytest

from tests.labs.ns import INTERNET4, INTERNET6, USER4
from tests.labs.programs import wait_until
from tests.labs.server_end import EVERYTHING, HOME4, HOME_SUBNETS
from tests.support.build import a_key
from tests.support.live_sync import Edited
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop
from wgdesk.domain.errors import KernelRefused, RoutesTaken
from wgdesk.domain.options import DEFAULT_OPTIONS
from wgdesk.domain.profile import Peer
from wgdesk.engine.machine import Machine

OTHER = "[Peer]\nPublicKey = {key}\nAllowedIPs = 10.55.0.0/16\nEndpoint = 192.0.2.99:9\n"
PAUSE_S = 0.3


@pytest.fixture
def home(two_hosts):
    with two_hosts.user.enter():
        yield Edited(two_hosts, HOME_SUBNETS)


@pytest.fixture
def full(two_hosts):
    with two_hosts.user.enter():
        yield Edited(two_hosts, EVERYTHING)


async def raised(rig, live, **edit):
    """The tunnel, up and with a session."""
    outcome = await rig.tunnels.up(OWNER_UID, "home", live.profile(**edit))
    # A first handshake that is lost on a busy machine is tried again after five seconds.
    has_session = lambda: live.source(HOME4) == live.client.address4  # noqa: E731
    wait_until(has_session, what="a page through the tunnel", timeout_s=20)
    return outcome.id


@on_loop
async def test_session_of_a_peer_that_did_not_change_goes_on_without_a_lost_packet(home, capsys):
    async with a_rig() as rig:
        tunnel = await raised(rig, home)
        before, received = home.session(), home.received_bytes()
        assert before.handshake > 0
        other = OTHER.format(key=a_key())
        edits = (
            home.profile(more=other),
            home.profile("[Peer]", "MTU = 1380\n\n[Peer]", more=other),
            home.profile(HOME_SUBNETS, f"{HOME_SUBNETS}, 10.56.0.0/16"),
            home.profile(HOME_SUBNETS, f"{HOME_SUBNETS}, 0.0.0.0/0"),
            home.profile(),
        )
        with home.pings() as pings:
            await asyncio.sleep(PAUSE_S)
            for profile in edits:
                outcome = await rig.tunnels.sync(tunnel, profile, DEFAULT_OPTIONS)
                assert outcome.changed
                assert home.session() == before
                await asyncio.sleep(PAUSE_S)
        sent, lost = pings
        assert sent > 40
        # A list that shrinks is replaced as a whole: for that moment the device has none.
        assert lost <= 2, f"{lost} of {sent}"
        assert home.received_bytes() > received + 40 * sent
        with capsys.disabled():
            print(f"\n{sent} pings through {len(edits)} changes, {lost} lost")


@on_loop
async def test_peers_come_and_go_and_no_packet_of_another_is_lost(home):
    async with a_rig() as rig:
        tunnel = await raised(rig, home)
        before = home.session()
        with home.pings() as pings:
            for number in range(20):
                more = OTHER.format(key=a_key()).replace("10.55.", f"10.{100 + number}.")
                await rig.tunnels.sync(tunnel, home.profile(more=more), DEFAULT_OPTIONS)
                await asyncio.sleep(0.05)
        sent, lost = pings
        assert sent > 30
        assert lost == 0
        assert home.session() == before
        assert len(home.show("peers").split()) == 2


@on_loop
async def test_split_tunnel_becomes_full_and_split_again(home):
    async with a_rig() as rig:
        tunnel = await raised(rig, home)
        before = home.session()
        assert home.source(INTERNET4) == USER4
        everything = home.profile(HOME_SUBNETS, EVERYTHING)
        await rig.tunnels.sync(tunnel, everything, DEFAULT_OPTIONS)
        assert home.source(INTERNET4) == home.client.address4
        assert home.source(INTERNET6) == home.client.address6
        assert (await rig.tunnels.snapshot(tunnel)).full_tunnel
        assert home.session() == before
        await rig.tunnels.sync(tunnel, home.profile(), DEFAULT_OPTIONS)
        assert home.source(INTERNET4) == USER4
        assert home.source(HOME4) == home.client.address4
        assert not (await rig.tunnels.snapshot(tunnel)).full_tunnel
        assert home.session() == before


@on_loop
async def test_addresses_of_one_subnet_change_without_the_kernel_taking_more(home):
    async with a_rig() as rig:
        first = f"{home.client.address4}/24, 10.98.0.1/24, 10.98.0.2/24"
        own = f"{home.client.address4}/32"
        tunnel = await raised(rig, home, old=own, new=first)
        routes = home.facts()["routes4"]
        after = home.profile(own, f"{home.client.address4}/24, 10.98.0.2/24, 10.98.0.3/24")
        await rig.tunnels.sync(tunnel, after, DEFAULT_OPTIONS)
        shown = home.user.ip("-4", "-o", "address", "show", "dev", "home")
        assert {line.split()[3] for line in shown.splitlines()} == {
            f"{home.client.address4}/24",
            "10.98.0.2/24",
            "10.98.0.3/24",
        }
        for line in routes.splitlines():
            assert "table 51820" not in line or line in home.facts()["routes4"]
        assert home.source(HOME4) == home.client.address4


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/32, ", "/24, "),
        ("[Peer]", "Table = 777\n\n[Peer]"),
        ("[Peer]", "Table = off\n\n[Peer]"),
        ("[Peer]", "FwMark = 0x1234\n\n[Peer]"),
        (HOME_SUBNETS, EVERYTHING),
        (HOME_SUBNETS, "10.99.0.0/16, 10.77.0.0/25"),
        ("[Peer]", "ListenPort = 50123\nMTU = 1300\n\n[Peer]"),
        ("PersistentKeepalive = 25\n", ""),
    ],
)
@on_loop
async def test_sync_ends_where_an_up_would_have(home, old, new):
    async with a_rig() as rig:
        first, second = home.profile(), home.profile(old, new)
        up = await rig.tunnels.up(OWNER_UID, "home", second)
        fresh = home.facts()
        await rig.tunnels.down(up.id)
        up = await rig.tunnels.up(OWNER_UID, "home", first)
        plain = home.facts()
        assert fresh != plain
        await rig.tunnels.sync(up.id, second, DEFAULT_OPTIONS)
        assert home.facts() == fresh
        await rig.tunnels.sync(up.id, first, DEFAULT_OPTIONS)
        assert home.facts() == plain
        again = await rig.tunnels.sync(up.id, first, DEFAULT_OPTIONS)
        assert again.changed == ()


@on_loop
async def test_change_that_fails_at_any_point_leaves_the_live_tunnel_as_it_was(home, monkeypatch):
    change, ahead = Machine.change, Machine.change_ahead
    after = home.profile(HOME_SUBNETS, "0.0.0.0/0, 10.77.0.0/25", more=OTHER.format(key=a_key()))
    address = f"{home.client.address4}/32"
    addresses = tuple(replace(after.interface, mtu=1300).addresses)
    after = replace(after, interface=replace(after.interface, mtu=1300, addresses=addresses[:1]))
    failed: list[str] = []
    done: list[object] = []
    is_failing = True

    async def failing(self, one):
        done.append(one)
        await change(self, one)
        if is_failing and len(done) == len(failed) + 1:
            raise KernelRefused("make the change", EIO, "Input/output error")

    async def none_ahead(self, changes):
        return 0 if is_failing else await ahead(self, changes)

    monkeypatch.setattr(Machine, "change", failing)
    monkeypatch.setattr(Machine, "change_ahead", none_ahead)
    async with a_rig() as rig:
        tunnel = await raised(rig, home)
        before, session = home.facts(), home.session()
        is_changed = False
        while not is_changed:
            done.clear()
            with suppress(KernelRefused):
                await rig.tunnels.sync(tunnel, after, DEFAULT_OPTIONS)
                is_changed = True
            if not is_changed:
                assert home.facts() == before, f"after {done[len(failed)]}"
                assert home.session() == session
                failed.append(type(done[len(failed)]).__name__)
        is_failing = False
        assert home.source(INTERNET4) == address.removesuffix("/32")
    assert {"UpdateDevice", "AddRoute", "AddRule", "RemoveRoute", "RemoveAddress", "SetMtu"} <= set(
        failed
    )


@on_loop
async def test_preshared_key_that_is_gone_is_gone_from_the_device(home):
    async with a_rig() as rig:
        tunnel = await raised(rig, home)
        assert "(none)" not in home.show("preshared-keys")
        after = home.profile(f"PresharedKey = {home.client.preshared_key}\n", "")
        await rig.tunnels.sync(tunnel, after, DEFAULT_OPTIONS)
        assert home.show("preshared-keys").endswith("(none)")


@on_loop
async def test_endpoint_that_moved_stays_until_the_profile_names_another(home):
    async with a_rig() as rig:
        tunnel = await raised(rig, home)
        key = home.server.public_key
        home.user.run(["wg", "set", "home", "peer", key, "endpoint", "192.0.2.77:777"])
        await rig.tunnels.sync(tunnel, home.profile("= 25\n", "= 26\n"), DEFAULT_OPTIONS)
        assert home.show("endpoints").endswith("192.0.2.77:777")
        moved = home.profile(home.server.endpoint, "192.0.2.88:888")
        await rig.tunnels.sync(tunnel, moved, DEFAULT_OPTIONS)
        assert home.show("endpoints").endswith("192.0.2.88:888")


@on_loop
async def test_list_with_signs_changes_the_live_list(home):
    async with a_rig() as rig:
        tunnel = await raised(rig, home)
        key = home.server.public_key
        run = home.user.run
        run(["wg", "set", "home", "peer", key, "allowed-ips", f"{HOME_SUBNETS}, 10.60.0.0/16"])
        after = home.profile(HOME_SUBNETS, "+10.61.0.0/16, -fd77::/64")
        await rig.tunnels.sync(tunnel, after, DEFAULT_OPTIONS)
        nets = set(home.show("allowed-ips").partition("\t")[2].split())
        assert nets == {
            "10.99.0.0/24",
            "10.77.0.0/24",
            "fd99::/64",
            "10.60.0.0/16",
            "10.61.0.0/16",
        }
        assert "10.60.0.0/16" in home.facts()["routes4"]
        assert home.source(HOME4) == home.client.address4


@on_loop
async def test_sync_after_the_helper_was_replaced_keeps_the_session(home):
    async with a_rig() as first:
        tunnel = await raised(first, home)
        session = home.session()
        await first.end()
        async with a_rig(journal=first.journal) as second:
            outcome = await second.tunnels.sync(tunnel, home.profile(), DEFAULT_OPTIONS)
            assert outcome.changed == ()
            after = home.profile("= 25\n", "= 26\n", more=OTHER.format(key=a_key()))
            await second.tunnels.sync(tunnel, after, DEFAULT_OPTIONS)
            assert home.session() == session
            assert home.source(HOME4) == home.client.address4


@on_loop
async def test_other_users_traffic_cannot_be_taken_by_an_edit(home):
    async with a_rig() as rig:
        tunnel = await raised(rig, home)
        theirs = Peer(public_key=a_key(), allowed_ips=())
        profile = home.profile(HOME_SUBNETS, "10.57.0.0/16")
        other = replace(
            profile,
            interface=replace(profile.interface, addresses=()),
            peers=(replace(profile.peers[0], public_key=theirs.public_key),),
        )
        await rig.tunnels.up(OWNER_UID + 1, "theirs", other)
        before = home.facts()
        with pytest.raises(RoutesTaken):
            await rig.tunnels.sync(
                tunnel, home.profile(HOME_SUBNETS, "10.57.1.0/24"), DEFAULT_OPTIONS
            )
        assert home.facts() == before


@on_loop
async def test_down_after_a_sync_leaves_the_machine_as_it_was(full):
    wait_until(lambda: "tentative" not in full.user.ip("address"), what="the links to settle")
    before = full.user.network_state()
    async with a_rig() as rig:
        tunnel = await raised(rig, full)
        after = full.profile(EVERYTHING, HOME_SUBNETS)
        await rig.tunnels.sync(tunnel, after, DEFAULT_OPTIONS)
        await rig.tunnels.sync(
            tunnel, full.profile("[Peer]", "Table = 99\n[Peer]"), DEFAULT_OPTIONS
        )
        await rig.tunnels.down(tunnel)
    assert full.user.network_state() == before
