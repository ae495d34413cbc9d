"""Tunnels in the layout of `wg show`, and what follows it."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from tests.support.fakes import ENGINE, STARTED_UNIX_S, a_tunnel
from tests.support.texts import ATTACHED_HOME, HOME, SERVER_KEY
from wgdesk.cli.terminal import Paint
from wgdesk.cli.text import device_lines, foreign_line, kind_text, tunnel_lines, up_line
from wgdesk.domain.conf import read_profile
from wgdesk.domain.device import Engine, EngineKind, SocketAddress
from wgdesk.domain.dns import DnsBackend, DnsState, DnsStatus
from wgdesk.domain.finding import CAUSES, Finding
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.routing import Route, Rule
from wgdesk.domain.snapshot import (
    DeviceSnapshot,
    ForeignTunnel,
    Lifecycle,
    PeerSnapshot,
    TunnelSnapshot,
    UpOutcome,
)

NOW = STARTED_UNIX_S
KEYS = tuple(PublicKey(bytes([number]) * 32) for number in range(3))


def lines(tunnel, paint=None):
    return "\n".join(device_lines(tunnel, NOW, paint or Paint()))


def with_peers(*peers):
    return TunnelSnapshot(
        id="1",
        name="wg0",
        owner_uid=0,
        lifecycle=Lifecycle.UP,
        device=DeviceSnapshot(
            public_key=KEYS[0], has_private_key=True, listen_port=7, fwmark=51820, peers=peers
        ),
    )


def test_device_is_laid_out_as_wg_show_does():
    tunnel = with_peers(
        PeerSnapshot(
            public_key=KEYS[1],
            has_preshared_key=True,
            endpoint=SocketAddress(ip_address("1.2.3.4"), 5),
            allowed_ips=(ip_network("10.0.0.1/32"), ip_network("fd00::/64")),
            latest_handshake_unix_s=NOW - 65,
            received_bytes=1536,
            sent_bytes=148,
            keepalive_s=25,
        ),
        PeerSnapshot(public_key=KEYS[2]),
    )
    assert (
        lines(tunnel)
        == f"""\
interface: wg0
  public key: {KEYS[0]}
  private key: (hidden)
  listening port: 7
  fwmark: 0xca6c

peer: {KEYS[1]}
  preshared key: (hidden)
  endpoint: 1.2.3.4:5
  allowed ips: 10.0.0.1/32, fd00::/64
  latest handshake: 1 minute, 5 seconds ago
  transfer: 1.50 KiB received, 148 B sent
  persistent keepalive: every 25 seconds

peer: {KEYS[2]}
  allowed ips: (none)"""
    )


def test_device_leaves_out_what_is_not_set():
    tunnel = TunnelSnapshot(id="1", name="wg0", owner_uid=0, lifecycle=Lifecycle.UP)
    assert lines(tunnel) == "interface: wg0"


def test_peers_are_sorted_by_handshake_newest_first_and_without_one_last():
    tunnel = with_peers(
        PeerSnapshot(public_key=KEYS[0]),
        PeerSnapshot(public_key=KEYS[1], latest_handshake_unix_s=NOW - 9),
        PeerSnapshot(public_key=KEYS[2], latest_handshake_unix_s=NOW - 1),
    )
    shown = [line[6:] for line in lines(tunnel).splitlines() if line.startswith("peer")]
    assert shown == [str(KEYS[2]), str(KEYS[1]), str(KEYS[0])]


def test_endpoint_of_ipv6_has_brackets_and_one_second_is_singular():
    peer = PeerSnapshot(
        public_key=KEYS[1],
        endpoint=SocketAddress(ip_address("fe80::1"), 5, "eth0"),
        latest_handshake_unix_s=NOW,
        keepalive_s=1,
    )
    shown = lines(with_peers(peer)).splitlines()
    assert "  endpoint: [fe80::1%eth0]:5" in shown
    assert "  latest handshake: Now" in shown
    assert "  persistent keepalive: every 1 second" in shown


def test_colours_are_wgs_and_add_nothing_but_themselves():
    tunnel = a_tunnel("home", HOME.encode(), handshake_unix_s=NOW - 65)
    coloured = lines(tunnel, Paint(is_on=True))
    assert "\x1b[32m\x1b[1minterface\x1b[0m: \x1b[32mhome\x1b[0m" in coloured
    assert "\x1b[33m\x1b[1mpeer\x1b[0m: \x1b[33m" in coloured
    assert "\x1b[1mlatest handshake\x1b[0m: 1 \x1b[36mminute\x1b[0m," in coloured
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[32m", "\x1b[33m", "\x1b[36m"):
        coloured = coloured.replace(code, "")
    assert coloured == lines(tunnel)


@pytest.mark.parametrize(
    ("mode", "terminal", "no_color", "is_on"),
    [
        ("always", False, True, True),
        ("never", True, False, False),
        (None, True, False, True),
        (None, True, True, False),
        (None, False, False, False),
    ],
)
def test_paint_is_on_for_a_terminal_or_by_order(monkeypatch, mode, terminal, no_color, is_on):
    monkeypatch.delenv("WG_COLOR_MODE", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if mode:
        monkeypatch.setenv("WG_COLOR_MODE", mode)
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    assert Paint.for_output().is_on is is_on


def after_device(tunnel):
    shown = list(tunnel_lines(tunnel, NOW, Paint()))
    return shown[len(list(device_lines(tunnel, NOW, Paint()))) :]


def test_full_tunnel_says_where_its_traffic_goes_and_by_which_rule():
    tunnel = a_tunnel("home", HOME.encode(), handshake_unix_s=NOW - 5)
    assert after_device(tunnel) == [
        "",
        "State",
        "  Connected, through the kernel's WireGuard (the kernel module answers)",
        "  10.66.0.2/32, fd66::2/128, MTU 1420",
        "",
        "Routes",
        "  0.0.0.0/0  through home, table 51820, rule 5220",
        "  ::/0       through home, table 51820, rule 5220",
    ]


def test_split_tunnel_names_the_rule_for_subnets():
    shown = after_device(a_tunnel("attached_home", ATTACHED_HOME.encode()))
    assert shown[-2:] == [
        "  fd50::/64        through attached_home, table 51820, rule 5205",
        "  192.168.50.0/24  through attached_home, table 51820, rule 5205",
    ]


def test_routes_in_the_main_table_and_networks_beside_the_tunnel_are_told():
    tunnel = replace(
        a_tunnel("home", HOME.encode()),
        routes=(Route(ip_network("10.0.0.0/8"), 254),),
        rules=(Rule(family=4, priority=5210, table=254, to=ip_network("192.168.1.0/24")),),
    )
    assert after_device(tunnel)[-2:] == [
        "  10.0.0.0/8      through home, main table",
        "  192.168.1.0/24  past it, main table, rule 5210",
    ]


def test_tunnel_without_routes_says_so_and_notes_come_last():
    tunnel = replace(a_tunnel("home", HOME.encode()), routes=(), rules=(), notices=("No DNS.",))
    assert after_device(tunnel)[-5:] == ["Routes", "  none", "", "Notes", "  No DNS."]


def test_failed_tunnel_says_why_without_control_characters():
    tunnel = replace(
        a_tunnel("home", HOME.encode()), lifecycle=Lifecycle.FAILED, cause="gone\x1b[2J"
    )
    assert after_device(tunnel)[2].startswith("  Failed: gone?[2J, through")


def test_no_section_brings_control_characters_to_the_terminal():
    odd = "e\x1b[2J"
    dns = DnsStatus(backend=odd, search=(odd,), is_exclusive=False, reason=odd)
    tunnel = replace(with_peers(), notices=(f"It goes by {odd}.",), dns=dns)
    assert "\x1b" not in "".join(tunnel_lines(tunnel, NOW, Paint()))


def test_foreign_tunnel_is_told_in_outline():
    tunnel = ForeignTunnel(name="theirs", owner_uid=1001, lifecycle=Lifecycle.UP, full_tunnel=True)
    assert foreign_line(tunnel) == "theirs: up, belongs to user 1001, takes all traffic"
    quiet = replace(tunnel, lifecycle=Lifecycle.RISING, full_tunnel=False)
    assert foreign_line(quiet) == "theirs: starting, belongs to user 1001"


@pytest.mark.parametrize(
    ("took_over", "end"),
    [
        ((), "."),
        (("work",), "; took over from work."),
        (("a", "b"), "; took over from a and b."),
        (("a", "b", "c"), "; took over from a, b and c."),
    ],
)
def test_up_is_told_in_one_line(took_over, end):
    engine = Engine(EngineKind.USERSPACE, "the kernel has no WireGuard")
    outcome = UpOutcome(id="1", name="home", engine=engine, took_over=took_over)
    told = up_line(outcome)
    assert told == f"home is up through wireguard-go (the kernel has no WireGuard){end}"
    assert "kernel's WireGuard" in up_line(replace(outcome, engine=ENGINE))


@pytest.mark.parametrize(
    ("allowed", "words"),
    [
        ("0.0.0.0/0, ::/0", "all traffic"),
        ("0.0.0.0/0", "all IPv4 traffic"),
        ("::/0, 10.0.0.0/8", "all IPv6 traffic"),
        ("10.0.0.0/8", "1 subnet"),
        ("10.0.0.0/8, fd00::/8", "2 subnets"),
        ("0.0.0.0/1, 128.0.0.0/1", "all IPv4 traffic"),
        (None, "no routes"),
    ],
)
def test_kind_says_what_goes_through_the_tunnel(allowed, words):
    text = f"[Interface]\n[Peer]\nPublicKey = {SERVER_KEY}\n"
    if allowed:
        text += f"AllowedIPs = {allowed}\n"
    assert kind_text(read_profile(text.encode())) == words


def test_kind_of_a_profile_that_leaves_routes_alone_is_none():
    text = f"[Interface]\nTable = off\n[Peer]\nPublicKey = {SERVER_KEY}\nAllowedIPs = 10.0.0.0/8\n"
    assert kind_text(read_profile(text.encode())) == "no routes"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"state": DnsState.VERIFIED},
            (
                "  every name: 10.0.0.1, through systemd-resolved\n"
                "  search domains: corp.example\n"
                "  verified: the servers answer what this machine asks\n"
            ),
        ),
        (
            {"is_exclusive": False, "state": DnsState.NOT_APPLIED, "reason": "it is\x1b[0m broken"},
            (
                "  corp.example, ~lab.example: 10.0.0.1, through systemd-resolved\n"
                "  search domains: corp.example\n"
                "  not applied: it is?[0m broken\n"
            ),
        ),
        ({"servers": ()}, "  search domains: corp.example\n  not verified yet\n"),
    ],
)
def test_dns_says_who_is_asked_for_what_and_whether_that_is_so(change, told):
    dns = DnsStatus(
        backend=DnsBackend.RESOLVED,
        servers=(ip_address("10.0.0.1"),),
        search=("corp.example", "~lab.example"),
    )
    tunnel = replace(a_tunnel("home", HOME.encode()), dns=replace(dns, **change))
    text = "\n".join(tunnel_lines(tunnel, NOW, Paint())) + "\n"
    assert f"\n\nDNS\n{told}" in text
    plain = "\n".join(tunnel_lines(replace(tunnel, dns=None), NOW, Paint()))
    assert "\nDNS\n" not in plain


@pytest.mark.parametrize("finding", list(Finding))
def test_state_of_a_tunnel_that_nobody_answers_says_why_and_what_to_do(finding):
    tunnel = replace(a_tunnel("home", HOME.encode()), finding=finding)
    told = "\n".join(tunnel_lines(tunnel, NOW, Paint()))
    cause = CAUSES[finding]
    state = "Waiting for handshake, through the kernel's WireGuard (the kernel module answers)"
    assert f"State\n  {state}\n  {cause.sentence}\n  {cause.remedy}\n" in told


def test_what_a_newer_helper_says_is_printed_without_guessing():
    tunnel = replace(a_tunnel("home", HOME.encode()), lifecycle=Lifecycle.UNKNOWN, engine=None)
    assert "State\n  State unknown\n" in "\n".join(tunnel_lines(tunnel, NOW, Paint()))
    theirs = ForeignTunnel(name="x", owner_uid=7, lifecycle=Lifecycle.UNKNOWN, full_tunnel=False)
    assert foreign_line(theirs).startswith("x: in a state that this program does not know, ")
    assert up_line(UpOutcome(id="1", name="home", engine=None)) == "home is up."
