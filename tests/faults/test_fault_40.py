"""Somebody else deletes or changes what a tunnel is made of."""

import time

import pytest

from tests.labs.programs import wait_until
from tests.labs.server_end import EVERYTHING
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop, until
from wgdesk.domain.conf import read_profile
from wgdesk.domain.snapshot import Lifecycle

LIMIT_S = 2


@pytest.fixture
def home(two_hosts):
    """The lab, and a profile for all traffic through its server."""
    server = two_hosts.wireguard()
    client = server.add_client()
    with two_hosts.user.enter():
        yield two_hosts, read_profile(server.profile(client, allowed_ips=EVERYTHING).encode())


def state(user):
    wait_until(lambda: "tentative" not in user.ip("address"), what="the links to settle")
    return user.network_state()


@on_loop
async def test_fault_40_a_deleted_link_is_a_clean_teardown_and_a_notice(home, record):
    lab, profile = home
    before = state(lab.user)
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", profile)
        began_s = time.monotonic()
        lab.user.ip("link", "delete", "home")
        tunnel = rig.tunnels.find(outcome.id)
        await until(lambda: tunnel.lifecycle is Lifecycle.FAILED, timeout_s=LIMIT_S)
        record(f"link: told in {time.monotonic() - began_s:.2f} s")
        assert tunnel.cause == "the interface was deleted by another program"
        assert state(lab.user) == before


@pytest.mark.parametrize("family", ["-4", "-6"])
@on_loop
async def test_fault_40_flushed_rules_are_put_back_and_told(home, record, family):
    lab, profile = home
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", profile)
        tunnel = rig.tunnels.find(outcome.id)
        rules = [line for line in lab.user.ip(family, "rule").splitlines() if "proto 119" in line]
        assert len(rules) >= 3
        began_s = time.monotonic()
        lab.user.ip(family, "rule", "flush")
        await until(lambda: tunnel.trouble, timeout_s=LIMIT_S)
        record(f"rules {family}: back in {time.monotonic() - began_s:.2f} s")
        now = lab.user.ip(family, "rule").splitlines()
        assert [line for line in now if "proto 119" in line] == rules
        (notice,) = (await rig.tunnels.snapshot(outcome.id)).notices
        assert "it was put back: ip " in notice


@on_loop
async def test_fault_40_a_flushed_firewall_is_put_back_and_told(home, record):
    lab, profile = home
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", profile)
        tunnel = rig.tunnels.find(outcome.id)
        table = lab.user.run(["nft", "list", "ruleset"]).stdout
        assert "table inet wgdesk-51820" in table
        began_s = time.monotonic()
        lab.user.run(["nft", "flush", "ruleset"])
        await until(lambda: tunnel.trouble, timeout_s=LIMIT_S)
        record(f"nft: back in {time.monotonic() - began_s:.2f} s")
        assert lab.user.run(["nft", "list", "ruleset"]).stdout == table


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["fwmark", "0x99"], "the mark is 0x99"),
        (["listen-port", "5555"], "the listening port is 5555"),
        (["peer", "{peer}", "remove"], "1 peer removed"),
        (["peer", "{peer}", "persistent-keepalive", "7"], "1 peer changed"),
    ],
)
@on_loop
async def test_fault_40_changed_settings_are_told(home, record, words, told):
    lab, profile = home
    async with a_rig() as rig:
        outcome = await rig.tunnels.up(OWNER_UID, "home", profile)
        tunnel = rig.tunnels.find(outcome.id)
        await rig.settle(0.2)  # a first look, to compare with
        peer = profile.peers[0].public_key.base64()
        began_s = time.monotonic()
        lab.user.run(["wg", "set", "home", *(word.format(peer=peer) for word in words)])
        await until(lambda: tunnel.trouble, timeout_s=LIMIT_S)
        record(f"wg set {words[0]}: told in {time.monotonic() - began_s:.2f} s")
        assert told in tunnel.trouble[0]
        assert tunnel.lifecycle is Lifecycle.UP
