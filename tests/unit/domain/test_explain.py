"""Steps as the lines that a person would type."""

from ipaddress import ip_address, ip_interface, ip_network

import pytest

from tests.support.conf_vectors import PRESHARED, PRIVATE, PUBLIC
from wgdesk.domain.device import DeviceConfig, DevicePeer, EngineKind, SocketAddress
from wgdesk.domain.dns import DnsBackend, DnsConfig
from wgdesk.domain.explain import explain, explain_undo
from wgdesk.domain.firewall import Firewall
from wgdesk.domain.keys import PresharedKey, PrivateKey, PublicKey
from wgdesk.domain.profile import Hook, HookKind
from wgdesk.domain.routing import MAIN_TABLE, Route, Rule
from wgdesk.domain.steps import (
    AddAddress,
    AddRoute,
    AddRule,
    ApplyDns,
    ConfigureDevice,
    CreateLink,
    LoadFirewall,
    RaiseLink,
    RunHook,
)

SERVERS = (ip_address("10.0.0.1"), ip_address("fd00::1"))
V4, V6 = ip_network("10.9.0.0/24"), ip_network("::/0")
CONFIG = DeviceConfig(
    private_key=PrivateKey.parse(PRIVATE),
    peers=(
        DevicePeer(public_key=PublicKey.parse(PUBLIC), preshared_key=PresharedKey.parse(PRESHARED)),
    ),
)
LINES = (
    (
        CreateLink("home", EngineKind.KERNEL),
        "ip link add dev home type wireguard",
        "ip link delete dev home",
    ),
    (
        CreateLink("home", EngineKind.USERSPACE),
        "wireguard-go home",
        "ip link delete dev home",
    ),
    (
        ConfigureDevice("home", EngineKind.KERNEL, CONFIG),
        "wg setconf home /dev/stdin",
        "wg setconf home /dev/null",
    ),
    (
        AddAddress("home", ip_interface("10.9.0.2/24")),
        "ip -4 address add 10.9.0.2/24 dev home",
        "ip -4 address delete 10.9.0.2/24 dev home",
    ),
    (
        AddAddress("home", ip_interface("fd00::2/64")),
        "ip -6 address add fd00::2/64 dev home",
        "ip -6 address delete fd00::2/64 dev home",
    ),
    (
        ApplyDns("home", DnsBackend.RESOLVED, DnsConfig(servers=SERVERS, search=("corp", "~."))),
        "resolvectl dns home 10.0.0.1 fd00::1 && resolvectl domain home corp ~.",
        "resolvectl revert home",
    ),
    (
        ApplyDns("home", DnsBackend.RESOLVED, DnsConfig(servers=SERVERS, is_exclusive=True)),
        "resolvectl dns home 10.0.0.1 fd00::1 && resolvectl domain home ~.",
        "resolvectl revert home",
    ),
    (
        ApplyDns(
            "home", DnsBackend.RESOLVED, DnsConfig(servers=(), search=("corp",), is_exclusive=False)
        ),
        "resolvectl domain home corp",
        "resolvectl revert home",
    ),
    (
        ApplyDns("home", DnsBackend.FILE, DnsConfig(servers=SERVERS)),
        "tell resolv.conf the name servers 10.0.0.1 fd00::1",
        "take the name servers of home back from resolv.conf",
    ),
    (
        LoadFirewall(Firewall(name="home", table=51820, fwmark=7, addresses=())),
        "nft add table inet wgdesk-51820",
        "nft delete table inet wgdesk-51820",
    ),
    (
        RunHook("home", Hook(HookKind.POST_UP, "touch /run/%i"), 1),
        "touch /run/home",
        "undo by hand: touch /run/home",
    ),
    (
        RaiseLink("home", 1420),
        "ip link set mtu 1420 up dev home",
        "ip link set down dev home",
    ),
    (
        AddRoute("home", Route(V4, 51820)),
        "ip -4 route add 10.9.0.0/24 dev home table 51820",
        "ip -4 route delete 10.9.0.0/24 dev home table 51820",
    ),
    (
        AddRoute("home", Route(V6, MAIN_TABLE)),
        "ip -6 route add ::/0 dev home",
        "ip -6 route delete ::/0 dev home",
    ),
    (
        AddRule(Rule(family=4, priority=5200, table=MAIN_TABLE, fwmark=0xCA6C)),
        "ip -4 rule add priority 5200 fwmark 0xca6c lookup main",
        "ip -4 rule delete priority 5200 fwmark 0xca6c lookup main",
    ),
    (
        AddRule(Rule(family=6, priority=5210, table=7, to=V6, suppress_default=True)),
        "ip -6 rule add priority 5210 to ::/0 lookup 7 suppress_prefixlength 0",
        "ip -6 rule delete priority 5210 to ::/0 lookup 7 suppress_prefixlength 0",
    ),
)


@pytest.mark.parametrize(("step", "line", "undo"), LINES)
def test_explain_gives_the_line_and_the_one_that_takes_it_back(step, line, undo):
    assert explain(step) == line
    assert explain_undo(step) == undo


def test_neither_a_line_nor_a_repr_tells_a_key():
    for step, line, undo in LINES:
        told = f"{line}{undo}{step!r}"
        assert PRIVATE not in told
        assert PRESHARED not in told


def test_socket_address_puts_ipv6_in_brackets():
    assert str(SocketAddress(ip_address("192.0.2.1"), 1)) == "192.0.2.1:1"
    assert str(SocketAddress(ip_address("fe80::1"), 1, "eth0")) == "[fe80::1%eth0]:1"
