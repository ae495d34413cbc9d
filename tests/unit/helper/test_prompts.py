import os
import pwd
from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network
from pathlib import Path

from tests.support.conf_vectors import key
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.profile import Endpoint, Interface, Peer, Profile, Table, TableMode
from wgdesk.helper import prompts
from wgdesk.helper.authority import sanitised
from wgdesk.wire import names

POLICY = Path(__file__).resolve().parents[3] / "resources" / "polkit" / "org.wgdesk.policy"
PEER = Peer(
    public_key=PublicKey.parse(key(1)),
    endpoint=Endpoint("vpn.example.net", 51820),
    allowed_ips=(ip_network("10.0.0.0/24"), ip_network("fd00::/64")),
)


def details(*peers, **interface):
    profile = Profile(interface=Interface(**interface), peers=peers)
    return prompts.describe("home", profile, "ab")


def peer_to(*networks, host="vpn.example.net"):
    allowed_ips = tuple(ip_network(network) for network in networks)
    return replace(PEER, endpoint=Endpoint(host, 51820), allowed_ips=allowed_ips)


def test_a_profile_is_told_by_name_endpoint_and_routes():
    assert details(PEER) == {
        "profile": "home",
        "endpoint": "vpn.example.net:51820",
        "routes": "10.0.0.0/24, fd00::/64",
        "lookups": "",
        "profile_hash": "ab",
        "full_tunnel": "false",
    }


def test_name_servers_are_told_wherever_the_routes_lead():
    servers = (ip_address("10.9.0.1"), ip_address("fd09::1"))
    found = details(dns_servers=servers, table=Table(TableMode.OFF))
    assert found["routes"] == "no destinations (Table = off)"
    assert found["lookups"] == " and name lookups to 10.9.0.1, fd09::1"
    assert details(dns_search=("example.net",))["lookups"] == ""


def test_the_dialog_shows_the_name_servers_in_full():
    servers = tuple(ip_address(f"2001:db8:1111:2222:3333:4444:5555:666{n}") for n in range(8))
    told = details(PEER, dns_servers=servers)["lookups"]
    assert sanitised(told) == told
    assert str(servers[0]) in told
    assert told.endswith(" and 6 more")
    assert "$(lookups)" in POLICY.read_text(encoding="utf-8")


def test_a_full_tunnel_is_called_all_destinations():
    found = details(replace(PEER, allowed_ips=(ip_network("0.0.0.0/0"),)))
    assert (found["routes"], found["full_tunnel"]) == ("all destinations", "true")


def test_of_many_routes_some_are_shown_and_the_rest_counted():
    many = [f"{10 + number % 2}.{number}.0.0/16" for number in range(200)]
    routes = details(peer_to(*many))["routes"]
    shown = routes.partition(" and ")[0].split(", ")
    assert routes.endswith(f" and {200 - len(shown)} more")
    assert len(routes) <= 120


def test_halves_that_make_a_whole_are_all_destinations():
    halves = peer_to("10.0.0.0/24", "0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/2")
    found = details(halves)
    assert (found["routes"], found["full_tunnel"]) == ("all destinations", "true")


def test_the_widest_networks_are_shown_first():
    harmless = [f"10.66.{2 * number}.0/24" for number in range(60)]
    routes = details(peer_to(*harmless, "128.0.0.0/1", "2000::/3"))["routes"]
    assert routes.startswith("128.0.0.0/1, 2000::/3, 10.66.0.0/24, ")


def test_networks_that_hide_a_wide_one_are_put_together():
    pieces = [str(it) for it in ip_network("128.0.0.0/1").subnets(new_prefix=11)]
    assert details(peer_to("10.9.0.0/24", *pieces))["routes"] == "128.0.0.0/1, 10.9.0.0/24"


def test_the_networks_of_the_interface_count():
    own = (ip_interface("128.0.0.1/1"), ip_interface("10.0.0.2/32"), ip_interface("fd00::2/128"))
    table = Table(TableMode.OFF)
    found = details(peer_to("10.9.0.0/24"), addresses=own, table=table)
    assert found["routes"] == "128.0.0.0/1, 10.9.0.0/24 (Table = off)"
    whole = (*own, ip_interface("1.0.0.1/1"))
    found = details(peer_to("10.9.0.0/24"), addresses=whole, table=table)
    assert (found["routes"], found["full_tunnel"]) == ("all destinations (Table = off)", "true")


def test_a_table_and_a_mark_of_its_own_are_told():
    table = Table(TableMode.NUMBER, 51820)
    found = details(PEER, table=table, fwmark=1)
    assert found["routes"] == "10.0.0.0/24, fd00::/64 (Table = 51820, FwMark = 0x1)"
    assert details(PEER, fwmark=0)["routes"] == "10.0.0.0/24, fd00::/64"
    found = details(peer_to("0.0.0.0/0"), table=table)
    assert (found["routes"], found["full_tunnel"]) == ("all destinations (Table = 51820)", "true")


def test_a_table_and_a_mark_have_room_beside_a_long_list():
    many = [f"{10 + number % 2}.{number}.0.0/16" for number in range(200)]
    table = Table(TableMode.NUMBER, 4294967295)
    routes = details(peer_to(*many), table=table, fwmark=0xFFFFFFFF)["routes"]
    assert routes.endswith(" more (Table = 4294967295, FwMark = 0xffffffff)")
    assert len(routes) <= 120


def test_of_a_long_endpoint_the_end_is_shown():
    host = "bank.example." * 10 + "evil.example"
    endpoint = details(peer_to("10.9.0.0/24", host=host), peer_to("10.8.0.0/24"))["endpoint"]
    assert endpoint.startswith("…")
    assert endpoint.endswith("bank.example.evil.example:51820 and 1 more")
    assert len(endpoint) <= 120


def test_the_endpoint_of_the_widest_networks_is_shown_first():
    harmless = [
        peer_to(f"10.{number}.0.0/24", host=f"good{number}.example.net") for number in range(20)
    ]
    evil = peer_to("10.200.0.0/24", "128.0.0.0/1", host="evil.example.net")
    assert details(*harmless, evil)["endpoint"].startswith("evil.example.net:51820, good0.")


def test_a_profile_without_peers_has_words_too():
    assert details()["endpoint"] == "no fixed address"
    assert details()["routes"] == "no destinations"


def test_the_owner_of_a_tunnel_is_told_by_name():
    question = prompts.manage("home", prompts.user_name(os.getuid()))
    assert question.action == names.ACTION_MANAGE_OTHERS
    assert question.details["owner"] == pwd.getpwuid(os.getuid()).pw_name
    assert prompts.user_name(3_999_999_999) == "3999999999"
