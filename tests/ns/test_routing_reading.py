"""The machine's routing as the helper reads it, beside what `ip` prints of it."""

import asyncio
import json
import socket

from tests.support.texts import HOME
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop, until
from wgdesk.domain.conf import read_profile
from wgdesk.engine import routing_reading
from wgdesk.engine.routing_reading import read_routing
from wgdesk.engine.routing_view import RoutingView
from wgdesk.wire.codec import decode
from wgdesk.wire.routing_codec import routing_from

RULES = """\
rule add from 10.1.0.0/16 to 10.2.0.0/15 fwmark 0x10/0xf0 iif lo priority 10 lookup 100
rule add not oif t0 priority 11 lookup 51820 suppress_prefixlength 8
rule add priority 12 goto 20
rule add priority 13 to 10.9.0.0/16 unreachable
rule add priority 14 to 10.9.0.0/16 blackhole
rule add priority 15 to 10.9.0.0/16 prohibit
rule add priority 20 nop
rule add priority 21 ipproto tcp dport 80-443 lookup 100
rule add priority 22 ipproto udp sport 53 lookup 100
rule add priority 23 uidrange 1000-1001 lookup 100
rule add priority 24 tos 0x10 lookup 100
rule add priority 25 l3mdev
rule add priority 26 suppress_ifgroup 5 lookup 100
rule add priority 27 protocol 119 lookup 300
"""
ROUTES = """\
route add 10.1.0.0/16 dev t0 metric 7 table 100 proto static
route add 10.2.0.0/16 via 192.168.7.9 dev t0 src 192.168.7.1 table 100 proto dhcp
route add 10.3.0.0/16 nexthop via 192.168.7.9 dev t0 nexthop via 192.168.7.8 dev t0 weight 2
route add 10.4.0.0/16 via inet6 fe80::9 dev t0
route add 10.5.0.0/16 tos 0x10 dev t0
route add unreachable 10.6.0.0/16
route add throw 10.7.0.0/16 table 100
route add 10.8.0.0/16 dev t0 scope link proto 119 table 51820
route add default dev t0 table 51820 proto bird
"""
ROUTES6 = """\
route add fd01::/32 dev t0 metric 7 table 100 proto static
route add fd02::/32 via fe80::9 dev t0 table 51820 proto 119
route add fd03::/32 nexthop via fe80::9 dev t0 nexthop via fe80::8 dev t0
route add fd04::/32 from fd00::/16 dev t0
route add blackhole fd05::/32
route add prohibit default metric 9 table 100
"""


def a_machine(host):
    host.ip("link", "add", "t0", "type", "veth", "peer", "name", "t1")
    for name in ("t0", "t1"):
        host.ip("link", "set", name, "up")
    host.ip("address", "add", "192.168.7.1/24", "dev", "t0")
    host.ip("address", "add", "192.168.7.2/24", "dev", "t0")
    host.ip("address", "add", "169.254.7.7/16", "dev", "t1", "scope", "link")
    host.ip("address", "add", "fd00::1/64", "dev", "t0", "nodad")
    host.ip("address", "add", "fd00::2/64", "dev", "t0", "nodad", "preferred_lft", "0")
    host.run(["ip", "-4", "-batch", "-"], input_text=RULES + ROUTES)
    host.run(["ip", "-6", "-batch", "-"], input_text=ROUTES6)


def reading():
    return routing_from(decode(read_routing({51820: "home"})))


def rules_of(host, family):
    return json.loads(host.ip("-json", f"-{family}", "rule"))


def test_rules_are_those_that_ip_tells(in_ns):
    a_machine(in_ns)
    found = reading().rules
    for family in (4, 6):
        told = rules_of(in_ns, family)
        assert [it.priority for it in found if it.family == family] == [
            it["priority"] for it in told
        ]
    by_priority = {it.priority: it for it in found if it.family == 4}
    one = by_priority[10]
    assert (str(one.source), str(one.to)) == ("10.1.0.0/16", "10.2.0.0/15")
    assert (one.fwmark, one.fwmask, one.input_link, one.table) == (0x10, 0xF0, "lo", 100)
    other = by_priority[11]
    assert (other.is_inverted, other.output_link, other.suppress_prefix_length) == (True, "t0", 8)
    assert (by_priority[12].action, by_priority[12].goto) == ("goto", 20)
    refusing = [by_priority[number].action.value for number in (13, 14, 15, 20)]
    assert refusing == ["unreachable", "blackhole", "prohibit", "nop"]
    assert [by_priority[number].selects_more for number in range(21, 27)] == [
        "ipproto tcp dport 80-443",
        "ipproto udp sport 53",
        "uidrange 1000-1001",
        "tos 0x10",
        "l3mdev",
        "suppress_ifgroup 5",
    ]
    assert [it.priority for it in found if it.is_ours] == [27]


def test_a_rule_whose_address_has_more_bits_than_its_prefix_is_read_as_it_works(in_ns):
    in_ns.ip("rule", "add", "from", "10.1.2.3/24", "priority", "10", "table", "100")
    in_ns.ip("-6", "rule", "add", "to", "fd00::5/64", "priority", "10", "table", "100")
    four, six = (it for it in reading().rules if it.priority == 10)
    assert (str(four.source), str(six.to)) == ("10.1.2.0/24", "fd00::/64")


def test_routes_are_those_that_ip_tells(in_ns):
    a_machine(in_ns)
    found = [it for it in reading().routes if not it.is_multipath]
    for family in (4, 6):
        told = json.loads(
            in_ns.ip("-json", "-details", f"-{family}", "route", "show", "table", "all")
        )
        mine = [it for it in found if it.destination.version == family]
        assert sorted(map(_key, mine)) == sorted(
            _ip_key(it, family) for it in told if "nexthops" not in it
        )


def _key(route):
    default = route.destination.prefixlen == 0
    text = "default" if default else str(route.destination).removesuffix("/32").removesuffix("/128")
    return (
        text,
        route.kind.value,
        route.table,
        route.link,
        str(route.gateway or ""),
        str(route.source or ""),
        route.metric,
        route.protocol.replace("wgdesk", "119"),
        route.selects_more,
    )


def _ip_key(told, family):
    tables = {"main": 254, "local": 255, "default": 253}
    table = told.get("table", "main")
    more = f"tos {told['tos']}" if "tos" in told else ""
    more += f"from {told['from']}" if "from" in told else ""
    return (
        told["dst"].removesuffix("/32").removesuffix("/128"),
        told.get("type", "unicast"),
        tables[table] if table in tables else int(table),
        told.get("dev", ""),
        told.get("gateway", told.get("via", {}).get("host", "")),
        told.get("prefsrc", ""),
        told.get("metric", 0),
        told["protocol"],
        more,
    )


def test_the_ways_of_a_route_follow_each_other(in_ns):
    a_machine(in_ns)
    ways = [it for it in reading().routes if it.is_multipath]
    assert [(str(it.destination), str(it.gateway), it.link) for it in ways] == [
        ("10.3.0.0/16", "192.168.7.9", "t0"),
        ("10.3.0.0/16", "192.168.7.8", "t0"),
        ("fd03::/32", "fe80::9", "t0"),
        ("fd03::/32", "fe80::8", "t0"),
    ]


def test_links_tell_what_may_leave_with_which_address(in_ns):
    a_machine(in_ns)
    links = {link.name: link for link in reading().links}
    assert set(links) >= {"lo", "t0", "t1"}
    assert (links["t0"].kind, links["t0"].is_up) == ("veth", True)
    assert [str(it) for it in links["t0"].addresses[:2]] == ["192.168.7.1/24", "192.168.7.2/24"]
    passive = {str(it) for it in links["t0"].passive if not it.is_link_local}  # those come late
    assert passive == {"192.168.7.2", "fd00::2"}
    assert {str(address): scope for address, scope in links["t1"].scopes.items()} == {
        "169.254.7.7": 253
    }


def test_a_route_without_carrier_says_so_and_is_dead_where_the_machine_minds(in_ns):
    a_machine(in_ns)
    in_ns.ip("link", "set", "t1", "down")

    def seen():
        route = next(it for it in reading().routes if str(it.destination) == "10.1.0.0/16")
        return route.is_linkdown, route.is_dead

    assert seen() == (True, False)
    in_ns.run(["sysctl", "-qw", "net.ipv4.conf.t0.ignore_routes_with_linkdown=1"])
    assert seen() == (True, True)


def test_a_kernel_without_one_of_the_families_tells_the_other(in_ns, monkeypatch):
    a_machine(in_ns)
    both = reading()
    monkeypatch.setattr(routing_reading, "_FAMILIES", (socket.AF_INET, socket.AF_APPLETALK))
    found = reading()
    assert found.rules == tuple(it for it in both.rules if it.family == 4)
    assert found.routes == tuple(it for it in both.routes if it.destination.version == 4)


def test_tables_have_the_names_of_their_tunnels(in_ns):
    assert reading().table_names[51820] == "home"
    assert reading().table_names[254] == "main"


@on_loop
async def test_a_tunnels_table_has_its_name_while_it_is_up(in_ns):
    in_ns.ip("route", "add", "default", "dev", "lo")
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", read_profile(HOME.encode()))
        seen = routing_from(decode(await rig.tunnels.routing.read()))
        (table,) = [number for number, name in seen.table_names.items() if name == "home"]
        assert [it.link for it in seen.routes if it.table == table]
        assert {it.protocol for it in seen.routes if it.table == table} == {"wgdesk"}
        await rig.lower_all()
        assert (
            "home"
            not in routing_from(decode(await rig.tunnels.routing.read())).table_names.values()
        )


@on_loop
async def test_one_change_is_told_for_each_watching_whoever_made_it(in_ns):
    a_machine(in_ns)
    told = []
    view = RoutingView(dict)
    view.on_change(lambda: told.append(1))
    try:
        in_ns.ip("route", "add", "10.20.0.0/16", "dev", "t0")
        view.watch()
        await asyncio.sleep(0.4)
        assert told == []  # nobody asked for the one before
        changes = (
            ("route", "add", "10.21.0.0/16", "dev", "t0", "proto", "119"),
            ("route", "del", "10.21.0.0/16", "dev", "t0"),
            ("-6", "route", "add", "fd21::/32", "dev", "t0"),
            ("rule", "add", "priority", "99", "lookup", "100"),
            ("-6", "rule", "add", "priority", "99", "lookup", "100"),
            ("address", "add", "192.168.9.1/24", "dev", "t0"),
            ("link", "set", "t0", "down"),
        )
        for number, words in enumerate(changes, 1):
            in_ns.ip(*words)
            await until(lambda: len(told) == number)  # noqa: B023  # awaited here
            in_ns.ip("route", "add", f"10.{100 + number}.0.0/16", "dev", "t1")
            await asyncio.sleep(0.3)
            assert len(told) == number  # it was asked for one
            view.watch()
    finally:
        view.close()


@on_loop
async def test_a_flood_is_told_once(in_ns):
    a_machine(in_ns)
    told = []
    view = RoutingView(dict)
    view.on_change(lambda: told.append(1))
    try:
        view.watch()
        lines = "".join(f"route add 10.50.{n // 250}.{n % 250} dev t0\n" for n in range(5000))
        await asyncio.to_thread(in_ns.run, ["ip", "-batch", "-"], input_text=lines)
        await until(lambda: told)
        assert told == [1]
        assert len(routing_from(decode(await view.read())).routes) > 5000
    finally:
        view.close()
