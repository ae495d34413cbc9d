"""A profile and the facts of a machine as ordered steps."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from tests.support.conf_vectors import PRESHARED, PRIVATE, PUBLIC, key
from wgdesk.domain.conf import read_profile
from wgdesk.domain.device import DeviceConfig, DevicePeer, Engine, EngineKind, SocketAddress
from wgdesk.domain.dns import DnsBackend, DnsChoice
from wgdesk.domain.errors import EndpointUnresolved
from wgdesk.domain.explain import explain
from wgdesk.domain.keys import PresharedKey, PrivateKey, PublicKey
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.plan import Facts, Plan, choose_mtu, device_config, notices, plan_up, way_down
from wgdesk.domain.profile import Endpoint, Profile
from wgdesk.domain.steps import AddAddress, AddRule, ApplyDns, ConfigureDevice, CreateLink

KERNEL = Engine(EngineKind.KERNEL, "it answers")
NAME, SERVER = Endpoint("vpn.example", 51820), SocketAddress(ip_address("192.0.2.1"), 51820)
FACTS = Facts(engine=KERNEL, endpoints={NAME: SERVER})
FULL = f"""\
[Interface]
PrivateKey = {PRIVATE}
Address = 10.9.0.2/24, fd00::2/64
[Peer]
PublicKey = {PUBLIC}
PresharedKey = {PRESHARED}
Endpoint = vpn.example:51820
AllowedIPs = 0.0.0.0/0, ::/0, 10.9.0.0/24
PersistentKeepalive = 25
"""


def read(text: str) -> Profile:
    return read_profile(text.encode())


def lines(plan: Plan) -> list[str]:
    return [explain(step) for step in plan.steps]


def test_plan_up_of_a_full_tunnel_in_order():
    assert lines(plan_up("home", read(FULL), FACTS)) == [
        "ip link add dev home type wireguard",
        "wg setconf home /dev/stdin",
        "ip -4 address add 10.9.0.2/24 dev home",
        "ip -6 address add fd00::2/64 dev home",
        "ip link set mtu 1420 up dev home",
        "ip -4 route add 10.9.0.0/24 dev home table 51820",
        "ip -4 route add 0.0.0.0/0 dev home table 51820",
        "ip -6 route add ::/0 dev home table 51820",
        "ip -6 rule add priority 5200 fwmark 0x77670001 lookup main",
        "ip -6 rule add priority 5205 lookup 51820 suppress_prefixlength 0",
        "ip -6 rule add priority 5220 lookup 51820",
        "ip -4 rule add priority 5200 fwmark 0x77670001 lookup main",
        "ip -4 rule add priority 5205 lookup 51820 suppress_prefixlength 0",
        "ip -4 rule add priority 5220 lookup 51820",
    ]


def test_plan_up_tells_the_device_the_mark_of_its_rules():
    plan = plan_up("home", read(FULL), FACTS)
    (configure,) = (step for step in plan.steps if isinstance(step, ConfigureDevice))
    marks = {step.rule.fwmark for step in plan.steps if isinstance(step, AddRule)} - {None}
    assert marks == {configure.config.fwmark} == {plan.fwmark}


def test_plan_up_leaves_ipv6_out_where_the_machine_has_none():
    plan = plan_up("home", read(FULL), replace(FACTS, ipv6=False, ipv6_elsewhere=False))
    assert not any("-6" in line for line in lines(plan))
    assert "ip -4 address add 10.9.0.2/24 dev home" in lines(plan)
    assert any("IPv6 is switched off" in notice for notice in plan.notices)


def test_plan_up_creates_the_link_of_the_chosen_engine():
    engine = Engine(EngineKind.USERSPACE, "the kernel has none")
    plan = plan_up("home", read(FULL), replace(FACTS, engine=engine))
    assert plan.steps[0] == CreateLink("home", EngineKind.USERSPACE)


def test_plan_up_without_an_address_for_the_endpoint_is_no_plan():
    with pytest.raises(EndpointUnresolved, match=r"vpn\.example"):
        plan_up("home", read(FULL), Facts(engine=KERNEL))


def test_plan_up_of_an_empty_profile_makes_a_bare_link():
    plan = plan_up("home", Profile(), FACTS)
    assert lines(plan) == [
        "ip link add dev home type wireguard",
        "wg setconf home /dev/stdin",
        "ip link set mtu 1420 up dev home",
    ]
    assert not any(isinstance(step, AddAddress) for step in plan.steps)


@pytest.mark.parametrize(
    ("text", "path_mtu", "mtu"),
    [
        (FULL, None, 1420),
        (FULL, 1500, 1420),
        (FULL, 9000, 8920),
        (FULL, 1400, 1320),
        (FULL, 1300, 1280),
        (FULL.replace(", fd00::2/64", "").replace(", ::/0", ""), 1300, 1220),
        (FULL.replace("[Peer]", "MTU = 1300\n[Peer]"), 9000, 1300),
    ],
)
def test_choose_mtu_leaves_room_for_the_tunnels_headers(text, path_mtu, mtu):
    assert choose_mtu(read(text), path_mtu) == mtu


def test_device_config_is_what_the_profile_says():
    config = device_config(read(FULL), 7, {NAME: SERVER})
    assert config == DeviceConfig(
        private_key=PrivateKey.parse(PRIVATE),
        listen_port=0,
        fwmark=7,
        peers=(
            DevicePeer(
                public_key=PublicKey.parse(PUBLIC),
                preshared_key=PresharedKey.parse(PRESHARED),
                endpoint=SERVER,
                keepalive_s=25,
                allowed_ips=read(FULL).allowed_ips(),
            ),
        ),
    )


def test_device_config_has_peers_without_endpoint():
    config = device_config(read(f"[Peer]\nPublicKey = {key(3)}\n"), 0, {})
    assert config.peers == (DevicePeer(public_key=PublicKey.parse(key(3))),)
    assert config.private_key is None


@pytest.mark.parametrize(
    ("line", "notice"),
    [
        ("DNS = 192.0.2.53", "DNS servers"),
        ("DNS = corp.example", "DNS servers"),
        ("PostUp = true", "1 command in"),
        ("PostUp = true\nPreUp = true", "2 commands in"),
    ],
)
def test_notices_tell_what_is_not_done(line, notice):
    profile = read(FULL.replace("[Peer]", f"{line}\n[Peer]"))
    (found,) = notices(profile, ipv6=True)
    assert notice in found


def test_notices_are_silent_where_everything_is_done():
    assert notices(read(FULL), ipv6=True) == ()


def test_bare_values_ask_the_device_for_nothing():
    assert (DeviceConfig().listen_port, DeviceConfig().fwmark, DeviceConfig().peers) == (0, 0, ())


def test_way_down_takes_rules_away_first_and_the_link_last():
    plan = plan_up("home", read(FULL), FACTS)
    down = way_down(plan.steps)
    assert [type(step) for step in down] == [AddRule] * 6 + [CreateLink]
    rules = [step for step in plan.steps if isinstance(step, AddRule)]
    assert list(down[:-1]) == rules[::-1]


def test_repr_of_a_plan_tells_no_key():
    told = repr(plan_up("home", read(FULL), FACTS))
    assert PRIVATE not in told
    assert repr(PrivateKey.parse(PRIVATE).raw) not in told
    assert PRESHARED not in told


DNS_LINES = "DNS = 10.0.0.1, corp.example\n"


def dns_steps(choice, *, use_dns=True):
    profile = read(f"[Interface]\n{DNS_LINES}")
    plan = plan_up("home", profile, replace(FACTS, dns=choice), TunnelOptions(use_dns=use_dns))
    return [step for step in plan.steps if isinstance(step, ApplyDns)], plan.notices


def test_name_servers_are_told_to_whom_the_machine_asks_as_far_as_it_can():
    (step,), notices = dns_steps(DnsChoice(DnsBackend.RESOLVED, ""))
    assert (step.name, step.backend, step.config.is_exclusive) == (
        "home",
        DnsBackend.RESOLVED,
        False,
    )
    assert notices == ()
    (step,), notices = dns_steps(DnsChoice(DnsBackend.FILE, ""))
    assert step.config.is_exclusive
    assert len(notices) == 1
    assert "Every name is asked" in notices[0]


def test_name_servers_are_left_alone_where_that_is_asked_for_or_a_local_resolver_decides():
    for choice, use_dns in ((DnsChoice(DnsBackend.RESOLVED, ""), False), (None, True)):
        steps, notices = dns_steps(choice, use_dns=use_dns)
        assert steps == []
        assert "not applied; names are still looked up as before" in notices[0]
    steps, notices = dns_steps(DnsChoice(DnsBackend.LOCAL, "a resolver answers at 127.0.0.1"))
    assert steps == []
    assert "a resolver answers at 127.0.0.1, and is left alone" in notices[0]


@pytest.mark.parametrize(
    ("allowed", "is_told"),
    [
        ("192.168.0.0/16", True),
        ("192.168.1.0/24", True),
        ("0.0.0.0/0, 192.168.1.0/24", True),
        ("0.0.0.0/0, ::/0", False),
        ("10.9.0.0/16", False),
        ("192.168.1.7/32", False),
    ],
)
def test_a_local_network_that_goes_through_the_tunnel_is_told(allowed, is_told):
    text = FULL.replace("0.0.0.0/0, ::/0, 10.9.0.0/24", allowed)
    facts = replace(FACTS, local_networks=(ip_network("192.168.1.0/24"), ip_network("fe80::/64")))
    told = [it for it in plan_up("home", read(text), facts).notices if "local network" in it]
    assert bool(told) is is_told
    assert all("192.168.1.0/24" in it for it in told)
    off = text.replace("Address", "Table = off\nAddress")
    assert not any("local network" in it for it in plan_up("home", read(off), facts).notices)
