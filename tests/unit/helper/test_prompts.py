import os
import pwd
from dataclasses import replace
from ipaddress import ip_network

from tests.support.conf_vectors import key
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.profile import Endpoint, Peer, Profile
from wgdesk.helper import prompts
from wgdesk.wire import names

PEER = Peer(
    public_key=PublicKey.parse(key(1)),
    endpoint=Endpoint("vpn.example.net", 51820),
    allowed_ips=(ip_network("10.0.0.0/24"), ip_network("fd00::/64")),
)


def details(*peers):
    return dict(prompts.connect("home", Profile(peers=peers), "ab").details)


def test_a_profile_is_told_by_name_endpoint_and_routes():
    assert details(PEER) == {
        "profile": "home",
        "endpoint": "vpn.example.net:51820",
        "routes": "10.0.0.0/24, fd00::/64",
        "profile_hash": "ab",
        "full_tunnel": "false",
    }


def test_a_full_tunnel_is_called_all_destinations():
    found = details(replace(PEER, allowed_ips=(ip_network("0.0.0.0/0"),)))
    assert (found["routes"], found["full_tunnel"]) == ("all destinations", "true")


def test_of_many_routes_some_are_shown_and_the_rest_counted():
    many = tuple(ip_network(f"10.{number}.0.0/16") for number in range(200))
    routes = details(replace(PEER, allowed_ips=many))["routes"]
    shown = routes.partition(" and ")[0].split(", ")
    assert routes.endswith(f" and {200 - len(shown)} more")
    assert len(routes) <= 120


def test_a_profile_without_peers_has_words_too():
    assert details()["endpoint"] == "no fixed address"
    assert details()["routes"] == "no destinations"


def test_the_owner_of_a_tunnel_is_told_by_name():
    question = prompts.manage("home", prompts.user_name(os.getuid()))
    assert question.action == names.ACTION_MANAGE_OTHERS
    assert question.details["owner"] == pwd.getpwuid(os.getuid()).pw_name
    assert prompts.user_name(3_999_999_999) == "3999999999"
