"""Connections of NetworkManager 1.52 as they come by D-Bus, and the profiles they become."""

import sys
from copy import deepcopy
from ipaddress import ip_address, ip_interface, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.texts import HOME, PRESHARED_KEY, PRIVATE_KEY, SERVER_KEY
from wgdesk.domain.conf import parse, read_profile
from wgdesk.domain.networkmanager_profile import convert, title_of
from wgdesk.domain.problem import Severity
from wgdesk.domain.profile import Table, TableMode

OTHER_KEY = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmw="
FULL = {
    "connection": {
        "id": "full",
        "interface-name": "full",
        "permissions": [],
        "type": "wireguard",
        "uuid": "9c39ec19-1f23-4a28-9786-de0d5b160e7d",
        "autoconnect": False,
    },
    "wireguard": {
        "fwmark": 4660,
        "listen-port": 51821,
        "mtu": 1380,
        "peers": [
            {
                "public-key": SERVER_KEY,
                "endpoint": "192.0.2.1:51820",
                "preshared-key-flags": 0,
                "persistent-keepalive": 25,
                "allowed-ips": ["0.0.0.0/0", "::/0"],
            }
        ],
    },
    "ipv4": {
        "address-data": [{"address": "10.66.0.2", "prefix": 24}],
        "addresses": [[33571338, 24, 0]],
        "dns": [16794122],
        "dns-data": ["10.66.0.1"],
        "dns-search": ["corp.example"],
        "method": "manual",
        "route-data": [],
        "routes": [],
    },
    "ipv6": {
        "address-data": [{"address": "fd66::2", "prefix": 64}],
        "addresses": [[ip_address("fd66::2").packed, 64, bytes(16)]],
        "dns": [ip_address("fd66::1").packed],
        "dns-data": ["fd66::1"],
        "dns-search": ["corp.example"],
        "method": "manual",
        "route-data": [],
        "routes": [],
    },
    "proxy": {},
}
SECRETS = {
    "connection": {},
    "wireguard": {
        "private-key": PRIVATE_KEY,
        "peers": [{"public-key": SERVER_KEY, "preshared-key": PRESHARED_KEY}],
    },
}


def changed(**sections):
    """FULL with other values; None takes one away."""
    made = deepcopy(FULL)
    for name, values in sections.items():
        for key, value in values.items():
            if value is None:
                made[name].pop(key.replace("_", "-"), None)
            else:
                made.setdefault(name, {})[key.replace("_", "-")] = value
    return made


def profile_of(settings, secrets=SECRETS):
    return read_profile(convert(settings, secrets).text.encode())


def unsaid(settings):
    return convert(settings, SECRETS).unsupported


def peer(*allowed_ips, key=SERVER_KEY):
    return {"public-key": key, "allowed-ips": list(allowed_ips)}


def routes(*destinations):
    parts = (destination.split("/") for destination in destinations)
    return [{"dest": host, "prefix": int(bits)} for host, bits in parts]


def allowed(settings):
    return [[str(net) for net in it.allowed_ips] for it in profile_of(settings).peers]


def test_everything_a_profile_can_say_is_said():
    converted = convert(FULL, SECRETS)
    assert converted.text == (
        "[Interface]\n"
        f"PrivateKey = {PRIVATE_KEY}\n"
        "ListenPort = 51821\n"
        "FwMark = 0x1234\n"
        "Address = 10.66.0.2/24, fd66::2/64\n"
        "DNS = 10.66.0.1, fd66::1, corp.example\n"
        "MTU = 1380\n"
        "\n"
        "[Peer]\n"
        f"PublicKey = {SERVER_KEY}\n"
        f"PresharedKey = {PRESHARED_KEY}\n"
        "AllowedIPs = 0.0.0.0/0, ::/0\n"
        "Endpoint = 192.0.2.1:51820\n"
        "PersistentKeepalive = 25\n"
    )
    assert (converted.unsupported, converted.refusal, converted.remedy) == ((), "", "")
    assert parse(converted.text.encode()).problems == ()
    assert PRIVATE_KEY not in repr(converted)
    assert title_of(FULL) == "full"


def test_addresses_and_servers_of_older_versions_are_read():
    old = changed(
        ipv4={"address_data": None, "dns_data": None},
        ipv6={"address_data": None, "dns_data": None},
    )
    if sys.byteorder == "big":
        old["ipv4"] |= {"addresses": [[0x0A420002, 24, 0]], "dns": [0x0A420001]}
    assert convert(old, SECRETS).text == convert(FULL, SECRETS).text


def test_nothing_but_a_key_is_a_profile():
    bare = {"connection": {"id": "x", "type": "wireguard"}, "wireguard": {}}
    converted = convert(bare, {"wireguard": {"private-key": PRIVATE_KEY}})
    assert converted.text == f"[Interface]\nPrivateKey = {PRIVATE_KEY}\n"
    assert converted.unsupported == ("NetworkManager connects it by itself.",)


@pytest.mark.parametrize(
    ("flags", "secrets", "why"),
    [
        (1, {}, "“full” has its private key in a desktop's keyring, which did not give it."),
        (2, {}, "“full” has no private key stored: it is asked for each time."),
        (3, {}, "“full” has no private key stored: it is asked for each time."),
        (0, {}, "“full” has no private key."),
        (0, {"wireguard": {"private-key": "secret"}}, "“full” has a private key that WireGuard"),
    ],
)
def test_without_a_private_key_the_sentence_names_connection_and_cause(flags, secrets, why):
    converted = convert(changed(wireguard={"private_key_flags": flags}), secrets)
    assert converted.refusal.startswith(why)
    assert bool(converted.remedy) == bool(flags)
    assert (converted.text, converted.unsupported) == ("", ())
    assert "secret" not in converted.refusal


@pytest.mark.parametrize(
    ("flags", "why"),
    [(1, "in a desktop's keyring"), (2, "it is asked for each time"), (0, "has no preshared key")],
)
def test_a_missing_preshared_key_is_not_left_out_silently(flags, why):
    settings = changed(
        wireguard={"peers": [{"public-key": SERVER_KEY, "preshared-key-flags": flags}]}
    )
    converted = convert(settings, {"wireguard": {"private-key": PRIVATE_KEY}})
    assert why in converted.refusal
    assert "“full”" in converted.refusal
    assert converted.text == ""


@pytest.mark.parametrize("flags", [{}, {"preshared-key-flags": 4}])
def test_a_peer_needs_no_preshared_key(flags):
    settings = changed(wireguard={"peers": [{**peer("10.0.0.0/8"), **flags}]})
    found = profile_of(settings, {"wireguard": {"private-key": PRIVATE_KEY}})
    assert found.peers[0].preshared_key is None


def test_each_peer_gets_its_own_preshared_key():
    settings = changed(
        wireguard={
            "peers": [
                {**peer("10.1.0.0/16", key=OTHER_KEY), "preshared-key-flags": 0},
                {**peer("10.2.0.0/16"), "preshared-key-flags": 0},
            ]
        }
    )
    secrets = deepcopy(SECRETS)
    secrets["wireguard"]["peers"].append({"public-key": OTHER_KEY, "preshared-key": PRIVATE_KEY})
    first, second = profile_of(settings, secrets).peers
    assert first.preshared_key.base64() == PRIVATE_KEY
    assert second.preshared_key.base64() == PRESHARED_KEY


@pytest.mark.parametrize(
    ("section", "values", "sentence"),
    [
        ("connection", {"autoconnect": None}, "NetworkManager connects it by itself."),
        ("connection", {"zone": "home"}, "It belongs to the firewall zone “home”."),
        ("connection", {"permissions": ["user:ann:", "user:bo:"]}, "Only ann, bo may use it."),
        ("connection", {"metered": 1}, "It counts as metered."),
        (
            "connection",
            {"secondaries": ["x"]},
            "“connection.secondaries” of NetworkManager is not kept.",
        ),
        ("ipv4", {"gateway": "10.66.0.9"}, "It has the gateway 10.66.0.9."),
        ("ipv4", {"dns_priority": -50}, "Its IPv4 name servers have the priority -50."),
        ("ipv6", {"route_metric": 77}, "Its IPv6 routes have the metric 77."),
        (
            "ipv6",
            {"method": "auto"},
            "NetworkManager gives it IPv6 addresses by the method “auto”.",
        ),
        (
            "wireguard",
            {"ip4_auto_default_route": 0},
            "NetworkManager does not keep its own packets apart by rules (IPv4).",
        ),
        (
            "ipv4",
            {"dns_options": ["edns0"]},
            "“ipv4.dns-options” of NetworkManager is not kept.",
        ),
        ("tc", {"qdiscs": ["x"]}, "“tc.qdiscs” of NetworkManager is not kept."),
        ("wireguard", {"mtu": 20}, "MTU “20” is not kept: no profile can have it."),
        (
            "ipv4",
            {"dns_data": ["dns+tls://10.66.0.1#x"]},
            "DNS “dns+tls://10.66.0.1#x” is not kept: no profile can have it.",
        ),
        (
            "ipv4",
            {"address_data": [{"address": "127.0.0.999", "prefix": 8}]},
            "Address “127.0.0.999/8” is not kept: no profile can have it.",
        ),
    ],
)
def test_what_a_profile_cannot_say_is_told(section, values, sentence):
    assert unsaid(changed(**{section: values})) == (sentence,)


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("connection", {"autoconnect_priority": 3, "stable_id": "x"}),
        ("connection", {"metered": 2, "mdns": -1, "llmnr": -1}),
        ("wireguard", {"ip4_auto_default_route": 1, "ip6_auto_default_route": -1}),
        ("ipv6", {"method": "disabled", "addr_gen_mode": 1, "may_fail": False}),
        ("user", {"data": {"org.example": "x"}}),
    ],
)
def test_what_says_nothing_about_the_tunnel_is_not_told(section, values):
    assert unsaid(changed(**{section: values})) == ()


@pytest.mark.parametrize(
    ("wireguard", "told"),
    [
        ({"listen_port": 70000}, ["ListenPort “70000” is not kept: no profile can have it."]),
        ({"fwmark": 1 << 32}, ["FwMark “4294967296” is not kept: no profile can have it."]),
        ({"listen_port": True, "fwmark": "5"}, []),
    ],
)
def test_numbers_that_are_none_are_left_out(wireguard, told):
    settings = changed(wireguard=wireguard)
    interface = profile_of(settings).interface
    assert None in (interface.listen_port, interface.fwmark)
    assert list(unsaid(settings)) == told


def test_a_keepalive_that_is_none_is_off():
    for seconds in (0, -1, 70000):
        settings = changed(wireguard={"peers": [{**peer(), "persistent-keepalive": seconds}]})
        assert profile_of(settings).peers[0].keepalive_s is None


def test_a_peer_without_a_key_is_told_and_others_are_kept():
    settings = changed(wireguard={"peers": [peer("10.0.0.0/8", key="x"), peer("10.1.0.0/16")]})
    assert allowed(settings) == [["10.1.0.0/16"]]
    assert unsaid(settings) == ("A peer of it is not kept: it has no public key.",)


def test_a_name_is_no_name_server_and_an_address_no_search_domain():
    settings = changed(ipv4={"dns_data": ["dns.example"], "dns_search": ["10.0.0.1"]})
    assert set(unsaid(settings)) == {
        "DNS “10.0.0.1” is not kept: no profile can have it.",
        "DNS “dns.example” is not kept: no profile can have it.",
    }


def test_old_addresses_that_are_none_are_told():
    settings = changed(ipv6={"dns_data": None, "dns": [b"abc", 7, 1 << 40, "x"]})
    (first, *_) = unsaid(settings)
    assert first == "DNS “” is not kept: no profile can have it."


def test_the_table_of_a_tunnel_for_one_family_is_that_familys():
    settings = changed(
        wireguard={"peers": [peer("::/0")]}, ipv4={"route_table": 50}, ipv6={"route_table": 60}
    )
    assert profile_of(settings).interface.table == Table(TableMode.NUMBER, 60)
    assert "Its IPv4 routes stand in the routing table 50 there." in unsaid(settings)


def test_peers_without_destinations_need_no_routes_left_out():
    settings = changed(wireguard={"peers": [peer(), peer(key=OTHER_KEY)]})
    assert profile_of(settings).interface.table == Table()


def test_a_name_server_by_udp_is_that_name_server():
    settings = changed(ipv4={"dns_data": ["dns+udp://10.66.0.1"]})
    assert profile_of(settings).interface.dns_servers[0] == ip_address("10.66.0.1")
    assert unsaid(settings) == ()


def test_routes_that_are_allowed_anyway_change_nothing():
    settings = changed(ipv4={"route_data": routes("10.9.0.0/16")})
    assert allowed(settings) == [["0.0.0.0/0", "::/0"]]
    assert unsaid(settings) == ()


def test_without_routes_of_its_own_a_profile_says_so():
    settings = changed(wireguard={"peer_routes": False})
    found = profile_of(settings)
    assert found.interface.table == Table(TableMode.OFF)
    assert found.allowed_ips() == (ip_network("0.0.0.0/0"), ip_network("::/0"))
    assert unsaid(settings) == ()


def test_a_connection_that_is_never_the_default_route_sends_only_its_routes():
    never = {"never_default": True}
    settings = changed(ipv4={**never, "route_data": routes("10.9.0.0/16")}, ipv6=never)
    assert allowed(settings) == [["10.9.0.0/16"]]
    assert profile_of(settings).interface.table == Table()
    assert unsaid(settings) == (
        "NetworkManager sends only 10.9.0.0/16 through it, so these are its allowed IPs now.",
    )


def test_of_many_routes_some_are_named():
    never = {"never_default": True}
    nets = [f"10.{number}.0.0/16" for number in range(9)]
    settings = changed(ipv4={**never, "route_data": routes(*nets)}, ipv6=never)
    (sentence,) = unsaid(settings)
    assert sentence.startswith(f"NetworkManager sends only {', '.join(nets[:6])} and 3 more thr")


def test_one_that_is_never_the_default_route_and_has_no_other_gets_none():
    never = {"never_default": True}
    settings = changed(ipv4=never, ipv6=never)
    assert profile_of(settings).interface.table == Table(TableMode.OFF)
    assert allowed(settings) == [["0.0.0.0/0", "::/0"]]


def test_never_default_counts_for_its_own_family_and_for_whole_families_alone():
    settings = changed(
        ipv4={"never_default": True},
        wireguard={"peers": [peer("0.0.0.0/0", "10.1.0.0/16", "::/0")]},
    )
    assert allowed(settings) == [["10.1.0.0/16", "::/0"]]


def test_each_route_goes_to_the_peer_that_would_get_its_packets():
    settings = changed(
        wireguard={
            "peer_routes": False,
            "peers": [peer("0.0.0.0/0", key=OTHER_KEY), peer("10.0.0.0/8")],
        },
        ipv4={"route_data": routes("10.9.0.0/16", "172.16.0.0/12", "10.9.1.0/24")},
        ipv6={"route_data": routes("fd00::/8")},
    )
    assert allowed(settings) == [["172.16.0.0/12"], ["10.9.0.0/16"]]
    assert "Its route to fd00::/8 is not kept: no peer takes it." in unsaid(settings)


@pytest.mark.parametrize(
    "route",
    [
        {"dest": "10.9.0.0", "prefix": 16, "type": "blackhole"},
        {"dest": "nowhere", "prefix": 16},
        {"dest": "10.9.0.0"},
        {"prefix": 8},
        {},
    ],
)
def test_a_route_that_is_none_is_told(route):
    (sentence,) = unsaid(changed(ipv4={"route_data": [route]}))
    assert sentence.startswith("Its route ")
    assert allowed(changed(ipv4={"route_data": [route]})) == [["0.0.0.0/0", "::/0"]]


@pytest.mark.parametrize(
    ("of4", "of6", "table", "told"),
    [
        (0, 0, Table(), []),
        (254, 254, Table(), []),
        (100, 100, Table(TableMode.NUMBER, 100), []),
        (100, 0, Table(TableMode.NUMBER, 100), []),
        (0, 100, Table(), ["Its IPv6 routes stand in the routing table 100 there."]),
        (
            100,
            200,
            Table(TableMode.NUMBER, 100),
            ["Its IPv6 routes stand in the routing table 200 there."],
        ),
        (255, 0, Table(), ["Its IPv4 routes stand in the routing table 255 there."]),
    ],
)
def test_a_routing_table_of_its_own(of4, of6, table, told):
    settings = changed(ipv4={"route_table": of4}, ipv6={"route_table": of6})
    assert profile_of(settings).interface.table == table
    assert list(unsaid(settings)) == told


def test_a_name_with_signs_in_it_stays_on_its_line():
    settings = changed(connection={"id": "a\n[Peer]\x1b[31m"})
    converted = convert(settings, {})
    assert "\n" not in converted.refusal
    assert "\x1b" not in converted.refusal


@pytest.mark.parametrize("text", ["x\nPostUp = id", "1.2.3.4:5\n[Peer]", "a b:1", "host", ":1"])
def test_no_value_can_bring_a_line_of_its_own(text):
    settings = changed(
        wireguard={"peers": [{**peer("10.0.0.0/8", text), "endpoint": text}]},
        ipv4={"dns_search": [text], "dns_data": [text]},
        connection={"zone": text},
    )
    found = profile_of(settings)
    assert found.interface.hooks == ()
    assert found.peers[0].endpoint is None
    assert len(found.peers) == 1
    assert all(it.isprintable() for it in unsaid(settings))


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.binary(max_size=20)
    | st.sampled_from([PRIVATE_KEY, SERVER_KEY, "10.0.0.0/8", "::/0", "192.0.2.1:51820", 1, 4]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["public-key", "allowed-ips", "endpoint", "dest", "prefix", "address", "type"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
KEYS = sorted({key for values in FULL.values() for key in values} | {"route-table", "peer-routes"})
ODD_SETTINGS = st.dictionaries(
    st.sampled_from([*FULL, "odd"]), st.dictionaries(st.sampled_from(KEYS), ODD), max_size=5
)


@given(odd=ODD_SETTINGS)
def test_whatever_the_values_are_the_text_is_a_profile(odd):
    settings = {name: {**FULL.get(name, {}), **odd.get(name, {})} for name in {**FULL, **odd}}
    converted = convert(settings, SECRETS)
    if converted.refusal:
        assert converted.text == ""
    else:
        problems = parse(converted.text.encode()).problems
        assert [it for it in problems if it.severity is Severity.ERROR] == []
    assert all(it.isprintable() for it in (*converted.unsupported, converted.refusal))


@given(odd=ODD_SETTINGS)
def test_whatever_stands_in_for_the_secrets_no_error_comes(odd):
    convert(FULL, odd)


def test_what_a_profile_says_comes_back_from_what_networkmanager_makes_of_it():
    profile = read_profile(HOME.encode())
    settings = changed(
        ipv4={"address_data": [{"address": "10.66.0.2", "prefix": 32}], "dns_data": []},
        ipv6={"address_data": [{"address": "fd66::2", "prefix": 128}], "dns_data": []},
        wireguard={"fwmark": None, "listen_port": None, "mtu": None},
    )
    for family in ("ipv4", "ipv6"):
        settings[family]["dns-search"] = []
    assert profile_of(settings) == profile
    assert ip_interface("10.66.0.2/32") in profile.interface.addresses
