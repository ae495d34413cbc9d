"""systemd-resolved in its own ways to go wrong, while a tunnel is up."""

import time
from collections.abc import Iterator

import pytest

from tests.labs.box import Box
from tests.labs.programs import wait_until
from tests.support import name_server
from tests.support.name_server import LIE, NAME, TRUTH, TUNNEL_SERVER
from tests.support.names_box import RESOLVED, NamesBox


@pytest.fixture(scope="module")
def box_packages():
    return RESOLVED.packages


@pytest.fixture(scope="module")
def machine(own_box: Box) -> NamesBox:
    return NamesBox(own_box, RESOLVED)


@pytest.fixture
def names(machine: NamesBox) -> Iterator[NamesBox]:
    yield machine
    machine.clean()
    machine.sh("systemctl unmask systemd-resolved; systemctl restart systemd-resolved")
    wait_until(machine.is_as_before, what="the machine as it was")


def test_the_link_has_its_servers_and_asks_nobody_else_in_no_other_way(names):
    names.up()
    status = names.sh("resolvectl status home")
    assert f"DNS Servers: {TUNNEL_SERVER}" in status
    assert "DNS Domain: ~." in status
    assert "+DefaultRoute -LLMNR -mDNS -DNSOverTLS" in status
    names.down()
    assert "home" not in names.sh("resolvectl dns")


def test_what_another_program_took_away_is_there_again_in_two_seconds(names):
    names.up()
    begun_s = time.monotonic()
    names.sh("resolvectl revert home")
    wait_until(
        lambda: TUNNEL_SERVER in names.sh("resolvectl dns home"), what="the servers", timeout_s=2
    )
    assert time.monotonic() - begun_s < 2
    names.until_dns("home", "verified")
    assert names.look_up() == {TRUTH}


def test_another_link_that_every_name_is_asked_at_is_told(names):
    names.up()
    names.box.ip("link", "add", "other0", "type", "veth", "peer", "name", "other1")
    try:
        names.sh("resolvectl dns other0 192.0.2.2 && resolvectl domain other0 '~.'")
        dns = names.until_dns("home", "not-applied")
        assert dns["reason"] == "every name is also asked at the interface other0"
        names.sh("resolvectl revert other0")
        names.until_dns("home", "verified")
    finally:
        names.box.ip("link", "delete", "other0")


def test_a_server_that_refuses_what_it_does_not_know_is_asked_all_the_same(names):
    address = "10.99.0.53"
    server = names.box.world.server
    server.ip("address", "add", f"{address}/32", "dev", "lo")
    name_server.start(names.box.world, address, f"/{NAME}/{TRUTH}", refuses=True)
    names.profile("strict", f"DNS = {address}")
    names.up("strict")
    assert names.look_up() == {TRUTH}
    names.down("strict")
    assert names.look_up() == {LIE}


def test_a_program_that_asks_resolved_by_nsswitch_is_told_the_same(names):
    names.sh("sed -i 's/^hosts:.*/hosts: files resolve [!UNAVAIL=return] dns/' /etc/nsswitch.conf")
    names.sh("rm /etc/resolv.conf; echo 'nameserver 192.0.2.2' >/etc/resolv.conf")
    try:
        names.up()
        assert names.dns()["backend"] == "systemd-resolved"
        assert names.look_up() == {TRUTH}
        names.down()
        assert names.look_up() == {LIE}
    finally:
        names.sh("ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf")
        names.sh("sed -i 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf")
        names.before = names.resolv_conf()
