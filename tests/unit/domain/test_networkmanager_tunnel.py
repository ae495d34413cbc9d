"""A profile as NetworkManager's connection, there and back."""

from ipaddress import IPv4Network, ip_network

import pytest

from tests.support.texts import ATTACHED_HOME, HOME, PRIVATE_KEY
from wgdesk.domain.conf import read_profile
from wgdesk.domain.counters import DeviceCounters
from wgdesk.domain.errors import MarkTaken
from wgdesk.domain.networkmanager_mark import Mark, find_mark
from wgdesk.domain.networkmanager_own import Live, own_claim, own_tunnel, used_mark, used_table
from wgdesk.domain.networkmanager_tunnel import Ground, settle
from wgdesk.domain.options import DEFAULT_OPTIONS, HookMode, TunnelOptions
from wgdesk.domain.profile import TableMode
from wgdesk.domain.routing import FIRST_MARK, FIRST_TABLE, MAIN_TABLE, NOWHERE
from wgdesk.domain.snapshot import Lifecycle

LAN = IPv4Network("192.168.7.0/24")
ALL_V4 = {"dest": "0.0.0.0", "prefix": 0}  # noqa: S104  # a destination
GROUND = Ground(user="alice", uuid="one", now_unix_s=1000, onlink_networks=(LAN,))
ONLY_V4 = HOME.replace(", fd66::2/128", "")


def settled(text, options=DEFAULT_OPTIONS, ground=GROUND, **lines):
    for old, new in lines.items():
        text = text.replace(f"[{old}]\n", f"[{old}]\n{new}\n")
    return settle("home", read_profile(text.encode()), options, ground)


def rules(made, family):
    keys = ("priority", "table", "fwmark", "to", "to-len", "suppress-prefixlength", "action")
    return [
        tuple((key, rule[key]) for key in keys if key in rule)
        for rule in made.settings[family].get("routing-rules", ())
    ]


def test_connection_belongs_to_its_user_and_starts_by_nobody():
    made = settled(HOME).settings
    assert made["connection"] == {
        "id": "home",
        "uuid": "one",
        "type": "wireguard",
        "interface-name": "home",
        "autoconnect": False,
        "permissions": ["user:alice:"],
    }
    assert made["wireguard"]["private-key"] == PRIVATE_KEY
    assert made["wireguard"]["private-key-flags"] == 0
    assert PRIVATE_KEY not in repr(settled(HOME))


def test_full_tunnel_has_its_own_table_ahead_of_main_and_lets_the_local_network_be():
    made = settled(HOME)
    table, mark = made.routing.table, made.routing.fwmark
    assert table >= FIRST_TABLE + 100
    assert mark >= FIRST_MARK + 100
    assert made.settings["ipv4"]["route-table"] == table
    assert made.settings["ipv4"]["route-data"] == [ALL_V4]
    assert made.settings["wireguard"]["peer-routes"] is False
    assert made.settings["wireguard"]["ip4-auto-default-route"] == 0
    assert made.settings["wireguard"]["fwmark"] == mark
    assert rules(made, "ipv4") == [
        (("priority", 5200), ("table", MAIN_TABLE), ("fwmark", mark)),
        (("priority", 5205), ("table", table), ("suppress-prefixlength", 0)),
        (
            ("priority", 5210),
            ("table", MAIN_TABLE),
            ("to", "192.168.7.0"),
            ("to-len", 24),
            ("suppress-prefixlength", 0),
        ),
        (("priority", 5220), ("table", table)),
    ]


def test_halves_of_a_family_are_one_default_route():
    made = settled(HOME.replace("0.0.0.0/0", "0.0.0.0/1, 128.0.0.0/1"))
    assert made.settings["ipv4"]["route-data"] == [ALL_V4]


def test_subnets_have_no_rule_for_the_local_network():
    made = settled(ATTACHED_HOME)
    assert [rule[0] for rule in rules(made, "ipv4")] == [("priority", 5200), ("priority", 5205)]


def test_family_without_an_address_is_blocked_where_it_was_to_go_through():
    made = settled(ONLY_V4, TunnelOptions(block_ipv6=False))  # that is of what is to go past
    assert made.settings["ipv6"]["method"] == "disabled"
    assert rules(made, "ipv6")[-1] == (("priority", 5225), ("action", 7))
    assert any("IPv6 traffic is blocked instead" in it for it in made.notices)


def test_ipv6_goes_past_only_where_that_is_wanted():
    text = ONLY_V4.replace(", ::/0", "")
    assert (("priority", 5225), ("action", 7)) in rules(settled(text), "ipv6")
    left = settled(text, TunnelOptions(block_ipv6=False))
    assert (("priority", 5225), ("action", 7)) not in rules(left, "ipv6")


def test_no_routes_where_the_profile_wants_none():
    made = settled(HOME, Interface="Table = off")
    assert made.settings["ipv4"]["route-data"] == []
    assert "routing-rules" not in made.settings["ipv4"]
    assert made.settings["ipv4"]["never-default"] is True
    assert any(it.startswith("Table = off") for it in made.notices)


def test_name_servers_come_first_with_a_full_tunnel_and_beside_with_domains():
    made = settled(HOME, Interface="DNS = 10.0.0.1, fd66::1, corp.example").settings
    assert made["ipv4"]["dns-search"] == ["corp.example", "~."]
    assert made["ipv4"]["dns-priority"] == made["ipv6"]["dns-priority"] == -50
    assert made["ipv6"]["dns"] == [ip_network("fd66::1").network_address.packed]
    split = settled(ATTACHED_HOME, Interface="DNS = 10.0.0.1, corp.example")
    assert split.settings["ipv4"]["dns-search"] == ["corp.example"]
    assert split.settings["ipv4"]["dns-priority"] == 50
    assert any("corp.example" in it for it in split.notices)
    without = settled(HOME, TunnelOptions(use_dns=False), Interface="DNS = 10.0.0.1")
    assert "dns" not in without.settings["ipv4"]
    assert any("not applied" in it for it in without.notices)


def test_tables_and_marks_that_others_have_are_not_used():
    first = settled(HOME).routing
    ground = Ground(
        user="alice",
        uuid="two",
        now_unix_s=1000,
        used_tables=frozenset({first.table}),
        used_marks=frozenset({first.fwmark}),
    )
    second = settled(HOME, ground=ground).routing
    assert second.table != first.table
    assert second.fwmark != first.fwmark
    with pytest.raises(MarkTaken):
        settled(HOME, ground=ground, Interface=f"FwMark = {first.fwmark}")


def test_what_was_made_reads_back_as_the_tunnel_that_it_is():
    options = TunnelOptions(hooks=HookMode.ME)
    made = settled(ONLY_V4, options, Interface="DNS = 10.0.0.1\nPostUp = true")
    mark = find_mark(made.settings)
    assert (mark.name, mark.since_unix_s, mark.hooks) == ("home", 1000, HookMode.ME)
    assert mark.notices == made.notices
    live = Live(
        lifecycle=Lifecycle.UP,
        mtu=1420,
        public_key=bytes(range(32)),
        counters=DeviceCounters(received_bytes=7, sent_bytes=9),
    )
    seen = own_tunnel("one", mark, made.settings, live, 1000)
    assert seen.routes == made.routing.routes
    assert set(seen.rules) == set(made.routing.rules)
    assert any(rule.table == NOWHERE for rule in seen.rules)
    assert seen.full_tunnel
    assert [str(it) for it in seen.dns.servers] == ["10.0.0.1"]
    assert (seen.dns.search, seen.dns.is_exclusive) == ((), True)
    assert (seen.received_bytes, seen.device.peers[0].sent_bytes) == (7, 9)
    assert seen.device.peers[0].has_preshared_key
    assert used_table(made.settings) == made.routing.table
    assert used_mark(made.settings) == made.routing.fwmark
    assert own_claim(mark, made.settings).defaults == {4, 6}


def test_a_connection_of_anybody_elses_has_no_mark():
    assert find_mark({}) is None
    assert find_mark({"user": {"data": {"other.key": "home"}}}) is None
    assert find_mark({"user": {"data": {"org.wgdesk.profile": "no name"}}}) is None
    odd = {"org.wgdesk.profile": "home", "org.wgdesk.since": "soon", "org.wgdesk.hooks": "x"}
    assert find_mark({"user": {"data": odd}}) == Mark(name="home", table=TableMode.AUTO)


def test_a_mark_that_somebody_else_wrote_breaks_neither_clock_nor_screen():
    words = {"since": "9" * 5000, "notices": "one\x1b[2Jtwo\n" + "x" * 5000}
    data = {"org.wgdesk.profile": "home", **{f"org.wgdesk.{key}": it for key, it in words.items()}}
    mark = find_mark({"user": {"data": data}})
    assert mark.since_unix_s == 0
    assert mark.notices[0] == "one?[2Jtwo"
    assert len(mark.notices[1]) < 1000
