"""A profile is edited and applied while its tunnel is up: name servers, last peer, address."""

import pytest

from tests.labs.ns import INTERNET4, USER4
from tests.labs.server_end import EVERYTHING, HOME4, HOME6, HOME_SUBNETS
from tests.support.live_sync import Edited
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop
from tests.support.watched_names import BEFORE, WatchedNames
from wgdesk.domain.errors import DnsFailed
from wgdesk.domain.options import DEFAULT_OPTIONS
from wgdesk.engine.firewall import NftFirewall
from wgdesk.engine.machine import Machine

FIRST, SECOND = "10.77.0.1", "10.78.0.53"


@pytest.fixture
def lab(two_hosts):
    with two_hosts.user.enter():
        yield two_hosts


@on_loop
async def test_fault_39_new_name_servers_are_told_and_the_session_is_kept(lab, tmp_path, record):
    edited = Edited(lab, HOME_SUBNETS, interface=f"DNS = {FIRST}")
    ways: list[str] = []
    names = WatchedNames(tmp_path, lambda: ways.append(lab.user.ip("route", "get", SECOND)))
    async with a_rig(Machine(name_service=names, firewall=NftFirewall())) as rig:
        tunnel = (await rig.tunnels.up(OWNER_UID, "home", edited.profile())).id
        assert edited.source(HOME4) == edited.client.address4
        session, links = edited.session(), lab.user.ip("-o", "link")
        with edited.pings() as pings:
            text = edited.text.replace(f"DNS = {FIRST}", f"DNS = {SECOND}, corp.example")
            edited.text = text.replace(HOME_SUBNETS, f"{HOME_SUBNETS}, 10.78.0.0/24")
            outcome = await rig.tunnels.sync(tunnel, edited.profile(), DEFAULT_OPTIONS)
            assert edited.source(HOME4) == edited.client.address4
        assert outcome.changed == ("1 peer changed", "routes", "the name servers")
        assert names.log == [f"apply {FIRST}", f"revert {FIRST}", f"apply {SECOND}"]
        assert names.servers() == [SECOND]
        assert "search corp.example" in names.file.read_text()
        status = (await rig.tunnels.snapshot(tunnel)).dns
        assert status is not None
        assert [str(server) for server in status.servers] == [SECOND]
        # Whoever is asked from now on can be reached by then.
        assert ["dev home" in way for way in ways] == [False, True]
        assert edited.session() == session
        assert lab.user.ip("-o", "link") == links
        sent, lost = pings
        assert lost == 0
        await rig.tunnels.down(tunnel)
    assert names.file.read_text() == BEFORE
    record(f"{lost} of {sent} pings lost while the name servers changed")


@on_loop
async def test_fault_39_name_servers_that_are_refused_leave_the_old_ones(lab, tmp_path):
    edited = Edited(lab, HOME_SUBNETS, interface=f"DNS = {FIRST}")
    names = WatchedNames(tmp_path)
    async with a_rig(Machine(name_service=names, firewall=NftFirewall())) as rig:
        tunnel = (await rig.tunnels.up(OWNER_UID, "home", edited.profile())).id
        assert edited.source(HOME4) == edited.client.address4
        session, before = edited.session(), edited.facts()
        names.refused = {SECOND}
        text = edited.text.replace(f"DNS = {FIRST}", f"DNS = {SECOND}\nMTU = 1300")
        edited.text = text.replace(HOME_SUBNETS, EVERYTHING)
        with pytest.raises(DnsFailed):
            await rig.tunnels.sync(tunnel, edited.profile(), DEFAULT_OPTIONS)
        assert names.servers() == [FIRST]
        assert (edited.facts(), edited.session()) == (before, session)
        assert edited.source(INTERNET4) == USER4
        edited.text = text.replace(f"DNS = {SECOND}\n", "")
        await rig.tunnels.sync(tunnel, edited.profile(), DEFAULT_OPTIONS)
        assert names.file.read_text() == BEFORE
        assert (await rig.tunnels.snapshot(tunnel)).dns is None


@on_loop
async def test_fault_39_last_peer_goes_and_comes_back_without_the_link_going(lab, record):
    edited = Edited(lab, EVERYTHING)
    rules = lab.user.ip("rule"), lab.user.ip("-6", "rule")
    async with a_rig() as rig:
        tunnel = (await rig.tunnels.up(OWNER_UID, "home", edited.profile())).id
        assert edited.source(INTERNET4) == edited.client.address4
        index = lab.user.ip("-o", "link", "show", "dev", "home").partition(":")[0]
        before, port = edited.facts(), edited.show("listen-port")
        whole = edited.text
        edited.text = whole.partition("[Peer]")[0]
        await rig.tunnels.sync(tunnel, edited.profile(), DEFAULT_OPTIONS)
        assert edited.show("peers") == ""
        assert (lab.user.ip("rule"), lab.user.ip("-6", "rule")) == rules
        assert "table 51820" not in lab.user.ip("route", "show", "table", "all")
        assert edited.source(INTERNET4) == USER4
        assert not (await rig.tunnels.snapshot(tunnel)).full_tunnel
        edited.text = whole
        await rig.tunnels.sync(tunnel, edited.profile(), DEFAULT_OPTIONS)
        assert edited.facts() == before
        assert edited.show("listen-port") == port
        assert lab.user.ip("-o", "link", "show", "dev", "home").startswith(f"{index}:")
        assert edited.source(INTERNET4) == edited.client.address4
    record("the last peer went and came back on the same link")


@on_loop
async def test_fault_39_address_changes_and_the_handshake_is_kept(lab, record):
    edited = Edited(lab, HOME_SUBNETS)
    server = edited.server
    async with a_rig() as rig:
        tunnel = (await rig.tunnels.up(OWNER_UID, "home", edited.profile())).id
        assert edited.source(HOME4) == edited.client.address4
        session = edited.session()
        allowed = "10.99.0.2/32,fd99::2/128,10.99.0.77/32,fd99::77/128"
        words = ["peer", edited.client.public_key, "allowed-ips", allowed]
        lab.server.run(["wg", "set", server.interface, *words])
        old = f"{edited.client.address4}/32, {edited.client.address6}/128"
        edited.text = edited.text.replace(old, "10.99.0.77/32, fd99::77/128")
        outcome = await rig.tunnels.sync(tunnel, edited.profile(), DEFAULT_OPTIONS)
        assert "addresses" in outcome.changed
        assert edited.source(HOME4) == "10.99.0.77"
        assert edited.source(HOME6) == "fd99::77"
        assert edited.session() == session
        assert "10.99.0.2/" not in lab.user.ip("address", "show", "dev", "home")
        snapshot = await rig.tunnels.snapshot(tunnel)
        assert [str(it) for it in snapshot.addresses] == ["10.99.0.77/32", "fd99::77/128"]
    record("new addresses in use, handshake kept")
