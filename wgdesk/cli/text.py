"""Tunnels as lines on a terminal: the layout of `wg show`, then what wgdesk knows besides."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from wgdesk.cli.terminal import Paint, safe
from wgdesk.domain.device import Engine, EngineKind
from wgdesk.domain.dns import DnsState, DnsStatus
from wgdesk.domain.health import WHY_APART, health
from wgdesk.domain.names import printable
from wgdesk.domain.profile import Profile, TableMode
from wgdesk.domain.routing import MAIN_TABLE
from wgdesk.domain.snapshot import (
    ForeignLink,
    ForeignTunnel,
    Lifecycle,
    PeerSnapshot,
    SyncOutcome,
    TunnelSnapshot,
    UpOutcome,
)
from wgdesk.domain.units import ago_text, bytes_text

NONE_UP: Final = "No tunnel is up."
_UNIT: Final = re.compile(r"(?<=[0-9] )[A-Za-z]+")  # the word right behind a number
_STATES: Final = {
    Lifecycle.UNKNOWN: "in a state that this program does not know",
    Lifecycle.OFF: "off",
    Lifecycle.RISING: "starting",
    Lifecycle.UP: "up",
    Lifecycle.MENDING: "reconnecting",
    Lifecycle.FALLING: "stopping",
    Lifecycle.FAILED: "failed",
}
_DNS_STATES: Final = {
    DnsState.CHECKING: "not verified yet",
    DnsState.VERIFIED: "verified: the servers answer what this machine asks",
    DnsState.UNWATCHED: "set, and verified by nobody",
    DnsState.NOT_APPLIED: "not applied: {reason}",
}


def device_lines(tunnel: TunnelSnapshot, now_unix_s: int, paint: Paint) -> Iterator[str]:
    """What `wg show NAME` prints, the same in every character."""
    device = tunnel.device
    yield paint.title("interface", printable(tunnel.name))
    if device.public_key:
        yield _field(paint, "public key", device.public_key.base64())
    if device.has_private_key:
        yield _field(paint, "private key", "(hidden)")
    if device.listen_port:
        yield _field(paint, "listening port", str(device.listen_port))
    if device.fwmark:
        yield _field(paint, "fwmark", f"{device.fwmark:#x}")
    # Newest handshake first, those without one last; peers of the same time keep their order.
    for peer in sorted(device.peers, key=lambda peer: -peer.latest_handshake_unix_s):
        yield ""
        yield from _peer_lines(peer, now_unix_s, paint)


def _peer_lines(peer: PeerSnapshot, now_unix_s: int, paint: Paint) -> Iterator[str]:
    yield paint.title("peer", peer.public_key.base64())
    if peer.has_preshared_key:
        yield _field(paint, "preshared key", "(hidden)")
    if peer.endpoint:
        yield _field(paint, "endpoint", str(peer.endpoint))
    networks = ", ".join(map(str, peer.allowed_ips)).replace("/", paint.unit("/"))
    yield _field(paint, "allowed ips", networks or "(none)")
    if peer.latest_handshake_unix_s:
        when = ago_text(peer.latest_handshake_unix_s, now_unix_s)
        yield _field(paint, "latest handshake", _units(paint, when))
    if peer.received_bytes or peer.sent_bytes:
        received = _units(paint, bytes_text(peer.received_bytes))
        sent = _units(paint, bytes_text(peer.sent_bytes))
        yield _field(paint, "transfer", f"{received} received, {sent} sent")
    if peer.keepalive_s:
        seconds = f"{peer.keepalive_s} second{'' if peer.keepalive_s == 1 else 's'}"
        yield _field(paint, "persistent keepalive", f"every {_units(paint, seconds)}")


def tunnel_lines(tunnel: TunnelSnapshot, now_unix_s: int, paint: Paint) -> Iterator[str]:
    """Everything about one tunnel of the caller's."""
    yield from device_lines(tunnel, now_unix_s, paint)
    yield from _section("State", _state_lines(tunnel, now_unix_s), paint)
    yield from _section("Routes", _route_lines(tunnel), paint)
    yield from _section("DNS", _dns_lines(tunnel.dns), paint)
    yield from _section("Notes", tunnel.notices, paint)


def foreign_line(tunnel: ForeignTunnel) -> str:
    """Another user's tunnel, in outline."""
    what = ", takes all traffic" if tunnel.full_tunnel else ""
    state = _STATES[tunnel.lifecycle]
    return f"{printable(tunnel.name)}: {state}, belongs to user {tunnel.owner_uid}{what}"


def other_program_line(link: ForeignLink) -> str:
    """A tunnel that wgdesk did not make."""
    program = printable(link.program) if link.program else "another program"
    return f"{printable(link.name)}: made by {program}, and left alone"


def up_line(outcome: UpOutcome) -> str:
    """What an `up` did, in one line."""
    over = f"; took over from {_and(outcome.took_over)}" if outcome.took_over else ""
    through = f" through {engine_text(outcome.engine)}" if outcome.engine else ""
    return f"{outcome.name} is up{through}{over}."


def sync_line(outcome: SyncOutcome) -> str:
    """What a `sync` did, in one line."""
    over = f"; took over from {_and(outcome.took_over)}" if outcome.took_over else ""
    if not outcome.changed:
        return f"{outcome.name} is as its profile says: nothing to change{over}."
    return f"{outcome.name} stayed up; changed: {', '.join(outcome.changed)}{over}."


def engine_text(engine: Engine) -> str:
    carrier = "the kernel's WireGuard" if engine.kind is EngineKind.KERNEL else "wireguard-go"
    return f"{carrier} ({printable(engine.reason, 200)})" if engine.reason else carrier


def kind_text(profile: Profile) -> str:
    """What a profile sends through its tunnel, in two or three words."""
    families = profile.full_families()
    if families:
        return "all traffic" if len(families) == 2 else f"all IPv{families[0]} traffic"
    count = len(profile.allowed_ips())
    if not count or profile.interface.table.mode is TableMode.OFF:
        return "no routes"
    return "1 subnet" if count == 1 else f"{count} subnets"


def _state_lines(tunnel: TunnelSnapshot, now_unix_s: int) -> Iterator[str]:
    seen = health(tunnel, now_unix_s)
    words = printable(seen.text, 200)
    yield f"{words}, through {engine_text(tunnel.engine)}" if tunnel.engine else words
    if seen.light in WHY_APART:
        yield from filter(None, (printable(seen.cause, 200), printable(seen.remedy, 200)))
    if tunnel.counters is not None:
        received, sent = bytes_text(tunnel.received_bytes), bytes_text(tunnel.sent_bytes)
        yield f"{received} received, {sent} sent; NetworkManager tells no handshakes"
    if tunnel.addresses:
        addresses = ", ".join(map(str, tunnel.addresses))
        yield f"{addresses}, MTU {tunnel.mtu}" if tunnel.mtu else addresses


def _dns_lines(dns: DnsStatus | None) -> Iterator[str]:
    if dns is None:
        return
    names = "every name" if dns.is_exclusive else ", ".join(dns.search) or "no name"
    if dns.servers:
        yield f"{names}: {', '.join(map(str, dns.servers))}, through {printable(dns.backend)}"
    search = ", ".join(domain for domain in dns.search if not domain.startswith("~"))
    if search:
        yield f"search domains: {search}"
    yield _DNS_STATES[dns.state].format(reason=printable(dns.reason, 200))


def _route_lines(tunnel: TunnelSnapshot) -> list[str]:
    own = [
        (
            str(route.destination),
            f"through {tunnel.name}, {_table(route.table)}",
            tunnel.find_rule(route),
        )
        for route in tunnel.routes
    ]
    beside = [
        (str(rule.to), f"past it, {_table(rule.table)}", rule) for rule in tunnel.rules if rule.to
    ]
    rows = [
        (to, f"{where}, rule {rule.priority}" if rule else where)
        for to, where, rule in own + beside
    ]
    width = max((len(to) for to, _ in rows), default=0)
    return [f"{to:{width}}  {where}" for to, where in rows] or ["none"]


def _table(number: int) -> str:
    return "main table" if number == MAIN_TABLE else f"table {number}"


def _section(title: str, lines: Iterable[str], paint: Paint) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == 0:
            yield ""
            yield paint.heading(title)
        yield f"  {safe(line)}"


def _field(paint: Paint, name: str, value: str) -> str:
    return f"  {paint.heading(name)}: {value}"


def _units(paint: Paint, text: str) -> str:
    """`1.50 KiB`, `1 minute, 5 seconds ago`: the words beside the numbers in wg's colour."""
    return _UNIT.sub(lambda found: paint.unit(found[0]), text)


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
