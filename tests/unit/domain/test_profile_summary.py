"""What a profile does, in the sentences that a person reads before taking it in."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.support.build import SERVER, a_key, a_profile, networks
from wgdesk.domain.profile import (
    Endpoint,
    Hook,
    HookKind,
    Interface,
    Peer,
    Profile,
    Table,
    TableMode,
)
from wgdesk.domain.profile_summary import summary

KILL_SWITCH = Hook(HookKind.POST_UP, "iptables -I OUTPUT ! -o %i -m mark ! --mark 0xca6c -j REJECT")
OTHER = Hook(HookKind.PRE_DOWN, "/opt/tidy-up --all")


def having(profile: Profile, **values: object) -> Profile:
    return replace(profile, interface=replace(profile.interface, **values))


def a_peer(*allowed_ips: str, endpoint: Endpoint | None = SERVER) -> Peer:
    return Peer(public_key=a_key(), endpoint=endpoint, allowed_ips=networks(*allowed_ips))


@pytest.mark.parametrize(
    ("allowed_ips", "expected"),
    [
        (("0.0.0.0/0", "::/0"), "Sends all traffic to 192.0.2.2."),
        (("0.0.0.0/0",), "Sends all IPv4 traffic to 192.0.2.2."),
        (("0.0.0.0/1", "128.0.0.0/1"), "Sends all IPv4 traffic to 192.0.2.2."),
        (("::/0", "10.0.0.0/8"), "Sends all IPv6 traffic to 192.0.2.2."),
        (("10.0.0.0/24",), "Sends 10.0.0.0/24 to 192.0.2.2."),
        (
            ("10.0.0.0/24", "fd00::/64"),
            "Sends 2 subnets to 192.0.2.2: 10.0.0.0/24, fd00::/64.",
        ),
        (
            ("10.0.0.0/24", "10.1.0.0/24", "10.2.0.0/24", "10.3.0.0/24", "10.4.0.0/24"),
            "Sends 5 subnets to 192.0.2.2: 10.0.0.0/24, 10.1.0.0/24, 10.2.0.0/24 and 2 more.",
        ),
    ],
)
def test_where_traffic_goes(allowed_ips, expected):
    assert summary(a_profile(*allowed_ips)) == (expected,)


def test_a_host_is_named_as_the_file_has_it():
    home = a_profile(endpoint=Endpoint("vpn.example.org", 51820))
    assert summary(home) == ("Sends all traffic to vpn.example.org.",)


def test_a_peer_that_has_no_endpoint_is_told():
    assert summary(a_profile("10.0.0.0/8", endpoint=None)) == (
        "Sends 10.0.0.0/8 to a peer without an endpoint.",
    )


def test_all_traffic_goes_to_the_peer_that_takes_it_and_not_to_the_others():
    home = a_profile()
    other = a_peer("10.0.0.0/24", endpoint=Endpoint("198.51.100.1", 1))
    assert summary(replace(home, peers=(other, *home.peers))) == (
        "Sends all traffic to 192.0.2.2.",
    )


def test_several_peers_are_counted():
    home = replace(a_profile(), peers=(a_peer("10.0.0.0/24"), a_peer("10.1.0.0/24")))
    assert summary(home) == ("Sends 2 subnets to 2 peers: 10.0.0.0/24, 10.1.0.0/24.",)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (Table(TableMode.OFF), "Sets no routes."),
        (
            Table(TableMode.NUMBER, 51),
            "Puts its routes into table 51, which rules of this machine may use.",
        ),
        (
            Table(TableMode.NAME, name="vpn"),
            "Puts its routes into table vpn, which rules of this machine may use.",
        ),
    ],
)
def test_a_table_of_its_own_is_told(table, expected):
    assert summary(a_profile(table=table)) == (expected,)


def test_a_server_is_known_by_its_port_and_by_peers_that_come_to_it():
    peers = tuple(a_peer(f"10.0.0.{at}/32", endpoint=None) for at in range(3))
    server = having(replace(a_profile(), peers=peers), listen_port=51820)
    assert summary(server)[0] == "Listens on port 51820 as a server for 3 peers."
    one = replace(server, peers=peers[:1])
    assert summary(one)[0] == "Listens on port 51820 as a server for 1 peer."
    assert not any("server" in it for it in summary(having(a_profile(), listen_port=51820)))


@pytest.mark.parametrize(
    ("allowed_ips", "search", "expected"),
    [
        ((), (), "Asks 10.20.0.53 for every name."),
        ((), ("corp.example",), "Asks 10.20.0.53 for every name."),
        (("10.0.0.0/8",), ("corp.example",), "Asks 10.20.0.53 for names in corp.example."),
        (
            ("10.0.0.0/8",),
            ("~corp.example", "b.example"),
            "Asks 10.20.0.53 for names in corp.example, b.example.",
        ),
    ],
)
def test_who_is_asked_for_names(allowed_ips, search, expected):
    home = having(
        a_profile(*allowed_ips), dns_servers=(ip_address("10.20.0.53"),), dns_search=search
    )
    assert summary(home)[1] == expected


def test_search_domains_alone_complete_names():
    home = having(a_profile(), dns_search=("corp.example",))
    assert summary(home)[1] == "Completes short names with corp.example."


@pytest.mark.parametrize(
    ("hooks", "expected"),
    [
        ((OTHER,), "1 command is not run."),
        ((OTHER, OTHER), "2 commands are not run."),
        ((KILL_SWITCH,), "1 command is not run: a kill switch."),
        ((KILL_SWITCH, OTHER), "2 commands are not run: a kill switch, 1 other."),
    ],
)
def test_commands_are_counted_and_known_ones_named(hooks, expected):
    assert summary(having(a_profile(), hooks=hooks))[-1] == expected


def test_what_is_missing_is_told():
    bare = Profile(interface=Interface())
    assert summary(bare) == ("Has no peer.", "Has no private key.")
    idle = replace(a_profile(), peers=(a_peer(),))
    assert summary(idle) == ("Sends nothing: no peer has allowed IPs.",)
