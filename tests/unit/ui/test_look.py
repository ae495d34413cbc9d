"""A look compares with the look before, and makes nothing new of what is the same."""

import os
from dataclasses import replace

from tests.support.scenes import NOW_UNIX_S, connected_home, with_peers
from wgdesk.domain.health import Light
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.snapshot import MachineSnapshot, PeerSnapshot, TunnelSnapshot
from wgdesk.ui.look import PIECE, Look, Looker, aged


def crowd(count: int) -> TunnelSnapshot:
    peers = tuple(PeerSnapshot(public_key=PublicKey(os.urandom(32))) for _ in range(count))
    tunnel = connected_home()
    return replace(tunnel, device=replace(tunnel.device, peers=peers))


async def look(looker: Looker, tunnel: TunnelSnapshot, at_s: float) -> Look:
    return await looker.look(MachineSnapshot((tunnel,)), at_s)


async def test_rates_of_a_tunnel_and_of_its_peers_come_of_two_looks():
    looker, tunnel = Looker(), connected_home()
    first = (await look(looker, tunnel, NOW_UNIX_S)).tunnels["home"]
    assert (first.history.received, first.peers[0].received) == (0, 0)
    more = with_peers(tunnel, received_bytes=tunnel.received_bytes + 5000)
    second = (await look(looker, more, NOW_UNIX_S + 2)).tunnels["home"]
    assert (second.history.received, second.peers[0].received) == (2500, 2500)
    still = (await look(looker, more, NOW_UNIX_S + 3)).tunnels["home"]
    assert (still.history.received, still.peers[0].received) == (0, 0)


async def test_look_right_after_another_leaves_the_rates_of_the_longer_time():
    looker, tunnel = Looker(), connected_home()
    await look(looker, tunnel, NOW_UNIX_S)
    received = tunnel.received_bytes
    for at_s, more in ((1.0, 1000), (1.1, 1100), (2.0, 3000)):
        seen = with_peers(tunnel, received_bytes=received + more)
        found = (await look(looker, seen, NOW_UNIX_S + at_s)).tunnels["home"]
    assert found.peers[0].received == found.history.received == 2000


async def test_counters_of_a_peer_that_begin_anew_are_no_rate():
    looker, tunnel = Looker(), connected_home()
    await look(looker, tunnel, NOW_UNIX_S)
    found = await look(looker, with_peers(tunnel, received_bytes=3), NOW_UNIX_S + 1)
    assert found.tunnels["home"].peers[0].received == 0


async def test_peer_about_which_nothing_is_new_keeps_its_row():
    looker, tunnel = Looker(), crowd(3)
    before = (await look(looker, tunnel, NOW_UNIX_S)).tunnels["home"].peers
    changed = replace(tunnel.device.peers[1], received_bytes=7)
    peers = (tunnel.device.peers[2], changed, tunnel.device.peers[0])
    mixed = replace(tunnel, device=replace(tunnel.device, peers=peers))
    after = (await look(looker, mixed, NOW_UNIX_S + 1)).tunnels["home"].peers
    keys = [row.peer.public_key.raw for row in after]
    assert keys == sorted(keys)
    new = [row.peer for one, row in zip(before, after, strict=True) if one is not row]
    assert new == [changed]


async def test_every_peer_of_a_crowd_is_seen_once():
    tunnel = crowd(2 * PIECE + 1)
    found = (await look(Looker(), tunnel, NOW_UNIX_S)).tunnels["home"].peers
    assert {row.peer for row in found} == set(tunnel.device.peers)
    assert len(found) == len(tunnel.device.peers)


async def test_look_hears_a_tunnel_only_when_its_bytes_grow():
    looker, tunnel = Looker(), connected_home()
    heard = []
    for second, received in enumerate((100, 100, 101, 101)):
        seen = with_peers(tunnel, received_bytes=received)
        found = await look(looker, seen, NOW_UNIX_S + second)
        heard.append(found.tunnels["home"].heard_unix_s)
    assert heard == [0, 0, NOW_UNIX_S + 2, NOW_UNIX_S + 2]
    await looker.look(MachineSnapshot(), NOW_UNIX_S + 4)
    found = await look(looker, tunnel, NOW_UNIX_S + 5)
    assert found.tunnels["home"].heard_unix_s == 0


async def test_look_that_nobody_renews_grows_old():
    found = await look(Looker(), connected_home(), NOW_UNIX_S)
    assert found.tunnels["home"].health.light is Light.CONNECTED
    assert aged(found, NOW_UNIX_S + 600).tunnels["home"].health.light is Light.NO_REPLY
