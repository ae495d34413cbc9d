"""Answers to `where` as lines on a terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wgdesk.cli.terminal import Paint
from wgdesk.domain.health import health
from wgdesk.domain.machine_routing import MachineRoute, MachineRouting, MachineRule, RouteKind
from wgdesk.domain.names import printable
from wgdesk.domain.profile import Address
from wgdesk.domain.routing import MAIN_TABLE
from wgdesk.domain.routing_lines import KERNEL_TABLE_NAMES, route_line, rule_line
from wgdesk.domain.snapshot import MachineSnapshot, PeerSnapshot, TunnelSnapshot
from wgdesk.domain.where import LOOPBACK, Decision

NO_ROUTE: Final = "goes nowhere: this machine has no route to it"
HERE: Final = "stays on this machine: it is one of its own addresses"
NO_PEER: Final = "none has this address among its allowed IPs, so the tunnel drops the packet"
_REFUSALS: Final = {
    RouteKind.UNREACHABLE: "goes nowhere: it is blocked, as unreachable",
    RouteKind.PROHIBIT: "goes nowhere: it is blocked, as prohibited",
    RouteKind.BLACKHOLE: "goes nowhere: it is dropped without a word",
}
_LABEL_WIDTH: Final = 12
_LINE_CHARS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where one address goes.

    Attributes:
        tunnel: The caller's own that it goes through.
        peer: Who takes it there.
        own_packets: Of tunnels that have their server there, name and way of their own packets.
    """

    address: Address
    decision: Decision
    tunnel: TunnelSnapshot | None = None
    peer: PeerSnapshot | None = None
    own_packets: tuple[tuple[str, Decision], ...] = ()


def answer_lines(
    answer: Answer,
    routing: MachineRouting,
    machine: MachineSnapshot,
    now_unix_s: int,
    paint: Paint,
) -> Iterator[str]:
    """The answer in a sentence, then what it rests on."""
    way = _way(answer.decision, routing, machine)
    yield f"{paint.heading(printable(str(answer.address)))} {printable(way, _LINE_CHARS)}"
    for label, text in _details(answer, routing, machine, now_unix_s):
        yield f"{paint.heading(f'{label:{_LABEL_WIDTH}}')}{printable(text, _LINE_CHARS)}"


def _details(
    answer: Answer, routing: MachineRouting, machine: MachineSnapshot, now_unix_s: int
) -> Iterator[tuple[str, str]]:
    found = answer.decision
    if found.rule is not None:
        yield "decided by", _rule_text(found.rule, routing)
    for label, route in zip(
        ("route", *("or" for _ in found.alternatives)),
        (found.route, *found.alternatives),
        strict=True,
    ):
        if route is not None:
            yield label, _route_text(route)
    for rule in found.unjudged:
        yield "not judged", f"{_rule_text(rule, routing)}; packets that it means go by it"
    if answer.tunnel is not None:
        yield "peer", _peer_text(answer.peer)
        yield "tunnel", health(answer.tunnel, now_unix_s).text
    for name, way in answer.own_packets:
        yield "but", f"the encrypted packets of {name} to it: {_way(way, routing, machine)}"


def _way(found: Decision, routing: MachineRouting, machine: MachineSnapshot) -> str:
    if found.refusal is not None:
        return NO_ROUTE if found.rule is None else _REFUSALS[found.refusal]
    if found.link == LOOPBACK:
        return HERE
    kind = _tunnel_kind(found.link, routing, machine)
    text = f"goes through {found.link} ({kind})" if kind else f"goes by {found.link}"
    if found.gateway is not None:
        text += f", router {found.gateway}"
    return f"{text}, from {found.source}" if found.source is not None else text


def _tunnel_kind(link: str, routing: MachineRouting, machine: MachineSnapshot) -> str:
    """Empty for what is no tunnel, as far as that is known."""
    if any(it.name == link for it in machine.others):
        return "WireGuard tunnel of another user"
    foreign = {it.name: it.program or "another program" for it in machine.foreign}
    if link in foreign:
        return f"WireGuard tunnel of {foreign[link]}"
    is_kernels = any(it.name == link and it.kind == "wireguard" for it in routing.links)
    is_own = any(it.name == link for it in machine.tunnels)
    return "WireGuard tunnel" if is_own or is_kernels else ""


def _rule_text(rule: MachineRule, routing: MachineRouting) -> str:
    text = rule_line(rule).replace("\t", " ")
    name = "" if rule.table in KERNEL_TABLE_NAMES else routing.table_names.get(rule.table, "")
    if rule.is_ours:
        return f"{text} [wgdesk: {name}]" if name else f"{text} [wgdesk]"
    return f"{text} [{name}]" if name else text


def _route_text(route: MachineRoute) -> str:
    if route.table == MAIN_TABLE:
        return route_line(route)
    return f"{route_line(route)} table {KERNEL_TABLE_NAMES.get(route.table, route.table)}"


def _peer_text(peer: PeerSnapshot | None) -> str:
    if peer is None:
        return NO_PEER
    where = f"at {peer.endpoint}" if peer.endpoint else "whose endpoint is not known yet"
    return f"{peer.public_key.base64()} {where}"
