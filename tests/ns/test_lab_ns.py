"""Lab ns itself: what other tests rely on."""

import socket
from pathlib import Path

from tests.labs.ns import INTERNET4, USER4, USER6, Host, Lab, hosts
from tests.labs.programs import is_running
from tests.labs.server_end import HOME4, HOME6, HOME_SUBNETS, Client, ServerEnd

NETWORK = Path("/proc/self/ns/net")


def raise_by_wg_quick(host: Host, profile: str, folder: Path) -> None:
    path = folder / "home.conf"
    path.write_text(profile)
    path.chmod(0o600)
    host.run(
        ["wg-quick", "up", str(path)], env={"WG_QUICK_USERSPACE_IMPLEMENTATION": "wireguard-go"}
    )


def connect_home(lab: Lab[Host], folder: Path) -> tuple[ServerEnd, Client]:
    server = lab.wireguard()
    client = server.add_client(preshared=True)
    raise_by_wg_quick(lab.user, server.profile(client, allowed_ips=HOME_SUBNETS), folder)
    return server, client


def test_two_hosts_reach_each_other_by_the_link(two_hosts):
    assert two_hosts.source_seen_by(INTERNET4) == USER4
    assert two_hosts.source_seen_by(two_hosts.server6) == USER6


def test_two_hosts_shake_hands_and_serve_a_page_through_the_tunnel(two_hosts, tmp_path):
    server, client = connect_home(two_hosts, tmp_path)
    assert not server.has_shaken_hands(client)
    assert two_hosts.source_seen_by(HOME4) == client.address4
    assert two_hosts.source_seen_by(HOME6) == client.address6
    assert server.has_shaken_hands(client)
    assert two_hosts.source_seen_by(INTERNET4) == USER4


def test_page_stays_away_when_the_server_does_not_know_the_client(two_hosts, tmp_path):
    server, client = connect_home(two_hosts, tmp_path)
    server.host.run(["wg", "set", server.interface, "peer", client.public_key, "remove"])
    assert two_hosts.source_seen_by(HOME4, timeout_s=1) is None


def test_routed_hosts_shake_hands_with_an_endpoint_off_the_link(routed_hosts, tmp_path):
    server, client = connect_home(routed_hosts, tmp_path)
    assert routed_hosts.source_seen_by(HOME4) == client.address4
    assert server.has_shaken_hands(client)
    assert routed_hosts.source_seen_by(INTERNET4) == USER4


def test_host_holds_the_sockets_made_inside_it(ns_host):
    ns_host.ip("address", "add", "192.0.2.77/32", "dev", "lo")
    with ns_host.enter(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as inside:
        inside.bind(("192.0.2.77", 0))
    links = ns_host.call(socket.if_nameindex)
    assert [name for _, name in links] == ["lo"]


def test_host_leaves_the_default_namespace_as_it_was(ns_host):
    home = NETWORK.readlink()
    names = socket.if_nameindex()
    with ns_host.enter():
        assert NETWORK.readlink() != home
        ns_host.run(["ip", "link", "add", "stray", "type", "veth"])
    assert NETWORK.readlink() == home
    assert socket.if_nameindex() == names


def test_close_ends_engines_and_removes_their_sockets(ns_host):
    with hosts() as lab:
        engine = lab.user.start_engine("orphan")
        detached = lab.user.run(["sh", "-c", "sleep 300 >/dev/null 2>&1 & echo $!"])
    assert engine.returncode is not None
    assert not is_running(int(detached.stdout))
    assert not Path("/run/wireguard/orphan.sock").exists()
    assert not Path("/run/netns", lab.user.name).exists()
    assert not Path("/run/netns", lab.server.name).exists()


def test_network_state_tells_a_change(ns_host):
    before = ns_host.network_state()
    ns_host.ip("rule", "add", "fwmark", "7", "table", "77")
    assert ns_host.network_state() != before
    ns_host.ip("rule", "del", "fwmark", "7", "table", "77")
    assert ns_host.network_state() == before
