from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import pytest

from wgdesk.domain.conf import parse
from wgdesk.domain.profile_errors import ServerImpossible
from wgdesk.domain.recipes import Recipe, recognise
from wgdesk.domain.server_pair import MAX_DEVICES, ServerWish, make_pair

WISHES = [
    ServerWish(host="vpn.example.org"),
    ServerWish(
        host="2001:db8::1", port=443, devices=("phone", "laptop"), dns=(ip_address("10.0.0.1"),)
    ),
    ServerWish(
        host="203.0.113.9",
        network=IPv4Network("10.9.0.0/16"),
        network6=IPv6Network("fd09::/64"),
        all_traffic=False,
        subnets=(ip_network("192.168.1.0/24"),),
    ),
]


@pytest.mark.parametrize("wish", WISHES)
def test_both_ends_are_right_and_fit_each_other(wish):
    pair = make_pair(wish)
    server = parse(pair.server)
    assert server.problems == ()
    interface = server.profile.interface
    assert interface.listen_port == wish.port
    assert [device.name for device in pair.devices] == list(wish.devices)
    for made, there in zip(pair.devices, server.profile.peers, strict=True):
        device = parse(made.content)
        assert device.problems == ()
        (gateway,) = device.profile.peers
        assert gateway.public_key == interface.private_key.public()
        assert (gateway.endpoint.host, gateway.endpoint.port) == (wish.host, wish.port)
        assert there.public_key == device.profile.interface.private_key.public()
        assert there.preshared_key == gateway.preshared_key is not None
        assert there.allowed_ips == tuple(it.network for it in device.profile.interface.addresses)
        assert device.profile.is_full_tunnel() == wish.all_traffic
        assert device.profile.interface.dns_servers == wish.dns
    used = [it.ip for it in interface.addresses]
    used += [it.network_address for peer in server.profile.peers for it in peer.allowed_ips]
    assert len(set(used)) == len(used)
    for address in used:
        assert any(
            address in net
            for net in (wish.network, wish.network6)
            if net and net.version == address.version
        )


def test_keys_are_fresh_each_time():
    first, second = make_pair(WISHES[1]), make_pair(WISHES[1])
    texts = [first.server, second.server, *(it.content for it in (*first.devices, *second.devices))]
    keys = [parse(text).profile.interface.private_key.base64() for text in texts]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("wish", WISHES)
def test_each_command_is_forwarding_and_nothing_else(wish):
    hooks = parse(make_pair(wish).server).profile.interface.hooks
    assert set(recognise(hooks)) == {(Recipe.SERVER,)}
    assert ("ip_forward" in hooks[0].command, len(hooks)) == (True, 4 if wish.network6 else 3)
    rules = hooks[-2].command
    assert rules.count('oifname != "%i" masquerade') == (2 if wish.network6 else 1)


def test_the_devices_are_named_in_the_servers_file():
    text = make_pair(WISHES[1]).server.decode()
    assert text.index("# phone\n[Peer]") < text.index("# laptop\n[Peer]")


def test_only_some_networks():
    device = parse(make_pair(WISHES[2]).devices[0].content).profile
    networks = tuple(map(ip_network, ("10.9.0.0/16", "fd09::/64", "192.168.1.0/24")))
    assert device.peers[0].allowed_ips == networks


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (ServerWish(host="a", devices=()), f"1 to {MAX_DEVICES}"),
        (ServerWish(host="a", devices=("x",) * (MAX_DEVICES + 1)), f"1 to {MAX_DEVICES}"),
        (
            ServerWish(host="a", devices=("x", "y"), network=IPv4Network("10.0.0.0/30")),
            "10.0.0.0/30 has no room for 2 devices",
        ),
        (
            ServerWish(host="a", all_traffic=False, subnets=(ip_network("0.0.0.0/0"),)),
            "only some networks",
        ),
        (ServerWish(host="a", devices=("two\nlines",)), "name"),
    ],
)
def test_what_cannot_be(wish, why):
    with pytest.raises(ServerImpossible, match=why):
        make_pair(wish)


def test_no_key_in_a_repr():
    pair = make_pair(ServerWish(host="a"))
    key = parse(pair.server).profile.interface.private_key.base64()
    assert key not in repr(pair)


@pytest.mark.parametrize(
    "wish",
    [
        ServerWish(host="vpn example"),
        ServerWish(host="vpn.example\nPostUp = reboot"),
        ServerWish(host="vpn.example", dns=(ip_address("fe80::1%eth0"),)),
        ServerWish(host="vpn.example", network=IPv4Network("224.0.0.0/24")),
    ],
)
def test_nothing_is_made_that_no_profile_can_say(wish):
    with pytest.raises(ServerImpossible):
        make_pair(wish)
