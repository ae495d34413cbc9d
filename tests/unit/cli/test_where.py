"""`wgdesk where`, beside a helper that lives in the test."""

import json
import socket
from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network

import pytest

from tests.support.fakes import FakeBackend
from tests.support.texts import HOME
from wgdesk.cli import main as cli
from wgdesk.cli.where import CUT, where
from wgdesk.domain.errors import HelperUnreachable
from wgdesk.domain.machine_routing import (
    MachineLink,
    MachineRoute,
    MachineRouting,
    MachineRule,
    RouteKind,
    RuleAction,
)
from wgdesk.domain.snapshot import ForeignLink, ForeignTunnel, Lifecycle, MachineSnapshot

TABLE, MARK = 51820, 0x77670001
ETHERNET = MachineLink(name="eth0", addresses=(ip_interface("192.168.1.5/24"),))
TUNNEL = MachineLink(name="home", kind="wireguard", addresses=(ip_interface("10.8.0.2/24"),))


def rule(priority, table=0, **more):
    return MachineRule(family=more.pop("family", 4), priority=priority, table=table, **more)


def route(to, link="", table=254, **more):
    return MachineRoute(destination=ip_network(to), link=link, table=table, **more)


ROUTING = MachineRouting(
    rules=(
        rule(0, 255),
        rule(5200, 254, fwmark=MARK, is_ours=True),
        rule(5220, TABLE, is_ours=True),
        rule(32766, 254),
        rule(5225, family=6, action=RuleAction.UNREACHABLE, is_ours=True),
    ),
    routes=(
        route(
            "192.168.1.5/32", "eth0", 255, kind=RouteKind.LOCAL, source=ip_address("192.168.1.5")
        ),
        route("0.0.0.0/0", "home", TABLE, scope=253),
        route("0.0.0.0/0", "eth0", gateway=ip_address("192.168.1.1"), protocol="dhcp"),
    ),
    links=(ETHERNET, TUNNEL),
    table_names={TABLE: "home", 254: "main"},
)
PLAIN = replace(ROUTING, rules=(rule(0, 255), rule(32766, 254)))


@pytest.fixture
async def backend():
    made = FakeBackend()
    await made.up("home", HOME.encode())
    made.route(ROUTING)
    return made


async def told(backend, capsys, host, *, as_json=False):
    assert await where(backend, host, as_json=as_json) == 0
    return capsys.readouterr().out


async def test_what_goes_through_a_tunnel_is_told_with_its_rule_its_route_and_its_peer(
    backend, capsys
):
    lines = (await told(backend, capsys, "203.0.113.9")).splitlines()
    (peer,) = (await backend.tunnels()).tunnels[0].device.peers
    assert lines == [
        "203.0.113.9 goes through home (WireGuard tunnel), from 10.8.0.2",
        "decided by  5220: from all lookup 51820 [wgdesk: home]",
        "route       default dev home scope link table 51820",
        f"peer        {peer.public_key.base64()} at {peer.endpoint}",
        "tunnel      Waiting for handshake",
    ]


async def test_what_goes_past_all_tunnels_is_told_with_its_router(backend, capsys):
    backend.route(PLAIN)
    assert await told(backend, capsys, "203.0.113.9") == (
        "203.0.113.9 goes by eth0, router 192.168.1.1, from 192.168.1.5\n"
        "decided by  32766: from all lookup main\n"
        "route       default via 192.168.1.1 dev eth0 proto dhcp\n"
    )


async def test_the_machines_own_address_stays_here(backend, capsys):
    text = await told(backend, capsys, "192.168.1.5")
    assert text.startswith("192.168.1.5 stays on this machine: it is one of its own addresses\n")


@pytest.mark.parametrize(
    ("routing", "words"),
    [
        (ROUTING, "goes nowhere: it is blocked, as unreachable"),
        (PLAIN, "goes nowhere: this machine has no route to it"),
        (
            replace(PLAIN, rules=(rule(5, family=6, action=RuleAction.BLACKHOLE),)),
            "goes nowhere: it is dropped without a word",
        ),
        (
            replace(
                PLAIN,
                rules=(rule(5, 254, family=6),),
                routes=(route("::/0", kind=RouteKind.PROHIBIT),),
            ),
            "goes nowhere: it is blocked, as prohibited",
        ),
    ],
)
async def test_what_goes_nowhere_says_why(backend, capsys, routing, words):
    backend.route(routing)
    assert (await told(backend, capsys, "2001:db8::1")).startswith(f"2001:db8::1 {words}\n")


async def test_a_packet_that_no_peer_takes_is_said_to_be_dropped(backend, capsys):
    backend.alter("home", lambda peer: replace(peer, allowed_ips=()))
    text = await told(backend, capsys, "203.0.113.9")
    assert "\npeer        none has this address among its allowed IPs" in text


async def test_the_way_of_the_tunnels_own_packets_is_told_where_they_go(backend, capsys):
    (tunnel,) = (await backend.tunnels()).tunnels
    device = replace(tunnel.device, fwmark=MARK)
    backend.show((replace(tunnel, device=device),))
    end = device.peers[0].endpoint.address
    text = await told(backend, capsys, str(end))
    own = "but         the encrypted packets of home to it: goes by eth0, router 192.168.1.1"
    assert own in text
    assert "own packets" not in await told(backend, capsys, "203.0.113.9")


async def test_rules_that_cannot_be_judged_are_told(backend, capsys):
    odd = rule(99, TABLE, selects_more="uidrange 7-7")
    backend.route(replace(PLAIN, rules=(rule(0, 255), odd, rule(32766, 254))))
    text = await told(backend, capsys, "203.0.113.9")
    assert "\nnot judged  99: from all uidrange 7-7 lookup 51820 [home]; packets that" in text


async def test_other_ways_of_a_route_are_told(backend, capsys):
    ways = tuple(route("203.0.113.0/24", it, is_multipath=True) for it in ("eth0", "eth1"))
    backend.route(replace(PLAIN, routes=(*PLAIN.routes, *ways)))
    text = await told(backend, capsys, "203.0.113.9")
    assert "\nroute       203.0.113.0/24 dev eth0\nor          203.0.113.0/24 dev eth1\n" in text


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (
            MachineSnapshot(
                others=(
                    ForeignTunnel(
                        name="home", owner_uid=7, lifecycle=Lifecycle.UP, full_tunnel=True
                    ),
                )
            ),
            "home (WireGuard tunnel of another user)",
        ),
        (
            MachineSnapshot(foreign=(ForeignLink("home", "wg-quick"),)),
            "home (WireGuard tunnel of wg-quick)",
        ),
        (MachineSnapshot(), "home (WireGuard tunnel)"),
    ],
)
async def test_whose_tunnel_it_is_is_told(backend, capsys, machine, words):
    backend._machine = machine
    text = await told(backend, capsys, "203.0.113.9")
    assert text.startswith(f"203.0.113.9 goes through {words}, from 10.8.0.2\n")
    assert "peer" not in text


async def test_every_address_of_a_name_has_a_block_of_its_own(backend, capsys, monkeypatch):
    found = [(0, 0, 0, "", (it, 0)) for it in ("203.0.113.9", "2001:db8::1", "203.0.113.9")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: found)
    blocks = (await told(backend, capsys, "example.org")).split("\n\n")
    assert [block.split()[0] for block in blocks] == ["203.0.113.9", "2001:db8::1"]


async def test_control_characters_in_a_links_name_do_not_reach_the_terminal(backend, capsys):
    odd = (route("203.0.113.0/24", "e\x1b[2J"),)
    backend.route(replace(PLAIN, routes=odd))
    assert "\x1b" not in await told(backend, capsys, "203.0.113.9")


async def test_control_characters_in_an_address_do_not_reach_the_terminal(backend, capsys):
    assert "\x1b" not in await told(backend, capsys, "fe80::1%\x1b[2J")


async def test_an_answer_that_may_be_wrong_says_so(backend, capsys):
    backend.route(replace(ROUTING, is_cut=True))
    await where(backend, "203.0.113.9", as_json=False)
    assert capsys.readouterr().err == f"wgdesk: warning: {CUT}\n"


async def test_json_tells_all_of_it(backend, capsys):
    text = await told(backend, capsys, "203.0.113.9", as_json=True)
    document = json.loads(text)
    assert (document["v"], document["host"], document["cut"]) == (1, "203.0.113.9", False)
    (answer,) = document["answers"]
    (peer,) = (await backend.tunnels()).tunnels[0].device.peers
    assert answer == {
        "address": "203.0.113.9",
        "link": "home",
        "source": "10.8.0.2",
        "gateway": None,
        "refusal": None,
        "rule": {
            "family": 4,
            "priority": 5220,
            "action": "lookup",
            "table": TABLE,
            "ours": True,
        },
        "route": {
            "to": "0.0.0.0/0",
            "table": TABLE,
            "link": "home",
            "kind": "unicast",
            "scope": 253,
        },
        "alternatives": [],
        "passed": [{"family": 4, "priority": 0, "action": "lookup", "table": 255}],
        "not_judged": [],
        "tunnel": "home",
        "peer": peer.public_key.base64(),
        "endpoint": str(peer.endpoint),
        "own_packets": [],
    }


async def test_json_of_what_goes_nowhere(backend, capsys):
    text = await told(backend, capsys, "2001:db8::1", as_json=True)
    (answer,) = json.loads(text)["answers"]
    assert (answer["refusal"], answer["link"], answer["route"]) == ("unreachable", None, None)


def test_the_verb_reaches_the_backend_and_names_the_host_in_its_errors(capsys):
    backend = FakeBackend()
    backend.errors["routing"] = HelperUnreachable("it is not installed", "Install it.")
    assert cli.main(["where", "203.0.113.9"], lambda: backend) == 4
    assert capsys.readouterr().err == (
        "wgdesk: cannot tell where 203.0.113.9 goes: the helper cannot be reached: "
        "it is not installed\nInstall it.\n"
    )


def test_a_name_without_an_address_is_a_failure(capsys, monkeypatch):
    def nobody(*_):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert cli.main(["where", "nobody.example"], FakeBackend) == 1
    assert capsys.readouterr().err == (
        "wgdesk: cannot tell where nobody.example goes: “nobody.example” has no address: "
        "name or service not known\nCheck the name and that this machine is online.\n"
    )
