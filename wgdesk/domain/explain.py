"""A step becomes the line that a person would type. Keys never appear."""

from collections.abc import Iterator
from typing import Final

from wgdesk.domain.device import DeviceUpdate, EngineKind, PeerUpdate
from wgdesk.domain.dns import ROUTE_ALL, DnsBackend, DnsConfig
from wgdesk.domain.routing import MAIN_TABLE, NOWHERE, Route, Rule
from wgdesk.domain.steps import (
    AddAddress,
    AddRoute,
    AddRule,
    ApplyDns,
    Change,
    ConfigureDevice,
    CreateLink,
    LoadFirewall,
    RaiseLink,
    RemoveAddress,
    RemoveRoute,
    RemoveRule,
    ReplaceDns,
    ReplaceFirewall,
    RunHook,
    SetMtu,
    Step,
    UpdateDevice,
)

_SHOWN_IPS: Final = 20


def explain(step: Step) -> str:
    """The command that does what `step` does."""
    match step:
        case CreateLink(name, EngineKind.KERNEL):
            return f"ip link add dev {name} type wireguard"
        case CreateLink(name, _):
            return f"wireguard-go {name}"
        case ConfigureDevice(name):
            return f"wg setconf {name} /dev/stdin"
        case AddAddress(name, address):
            return f"ip -{address.version} address add {address} dev {name}"
        case RaiseLink(name, mtu):
            return f"ip link set mtu {mtu} up dev {name}"
        case AddRoute(name, route):
            return _route_line("add", name, route)
        case AddRule(rule):
            return f"ip -{rule.family} rule add {_selectors(rule)}"
        case LoadFirewall(firewall):
            return f"nft add table {firewall.family} {firewall.nft_table}"
        case ApplyDns(name, backend, config):
            return _dns_line(name, backend, config)
        case RunHook():
            return hook_line(step)


def explain_undo(step: Step) -> str:
    """The command that takes `step` back."""
    match step:
        case CreateLink(name):
            return f"ip link delete dev {name}"
        case ConfigureDevice(name):
            return f"wg setconf {name} /dev/null"
        case AddAddress(name, address):
            return f"ip -{address.version} address delete {address} dev {name}"
        case RaiseLink(name):
            return f"ip link set down dev {name}"
        case AddRoute(name, route):
            return _route_line("delete", name, route)
        case AddRule(rule):
            return f"ip -{rule.family} rule delete {_selectors(rule)}"
        case LoadFirewall(firewall):
            return f"nft delete table {firewall.family} {firewall.nft_table}"
        case ApplyDns(name, backend):
            return _dns_undo_line(name, backend)
        case RunHook():
            return f"undo by hand: {hook_line(step)}"


def explain_change(change: Change) -> tuple[str, ...]:
    """The commands that make `change`; a device takes one for each peer."""
    match change:
        case UpdateDevice(name, _, update):
            return tuple(_update_lines(name, update))
        case SetMtu(name, mtu):
            return (f"ip link set mtu {mtu} dev {name}",)
        case RemoveAddress(name, address):
            return (explain_undo(AddAddress(name, address)),)
        case RemoveRoute(name, route):
            return (explain_undo(AddRoute(name, route)),)
        case RemoveRule(rule):
            return (explain_undo(AddRule(rule)),)
        case ReplaceFirewall(before, after):
            gone = () if before is None else (explain_undo(LoadFirewall(before)),)
            return gone if after is None else (*gone, explain(LoadFirewall(after)))
        case ReplaceDns(before, after):
            gone = () if before is None else (explain_undo(before),)
            return gone if after is None else (*gone, explain(after))
        case _:
            return (explain(change),)


def _update_lines(name: str, update: DeviceUpdate) -> Iterator[str]:
    words = []
    if update.private_key is not None:
        words.append("private-key /dev/stdin")
    if update.listen_port is not None:
        words.append(f"listen-port {update.listen_port}")
    if update.fwmark is not None:
        words.append(f"fwmark {update.fwmark:#x}" if update.fwmark else "fwmark off")
    if words:
        yield f"wg set {name} {' '.join(words)}"
    for key in update.removed:
        yield f"wg set {name} peer {key.base64()} remove"
    for peer in update.peers:
        yield f"wg set {name} peer {peer.public_key.base64()}{_peer_words(peer)}"


def _peer_words(peer: PeerUpdate) -> str:
    words = []
    if peer.preshared_key is not None:
        words.append("preshared-key /dev/stdin")
    if peer.endpoint is not None:
        words.append(f"endpoint {peer.endpoint}")
    if peer.keepalive_s is not None:
        words.append(f"persistent-keepalive {peer.keepalive_s or 'off'}")
    if peer.allowed_ips or peer.replaces_ips:
        sign = "" if peer.replaces_ips or peer.is_new else "+"
        shown = [f"{sign}{network}" for network in peer.allowed_ips[:_SHOWN_IPS]]
        hidden = len(peer.allowed_ips) - len(shown)
        shown += [f"... ({hidden} more)"] if hidden else []
        words.append(f"allowed-ips {','.join(shown) or chr(34) * 2}")
    return "".join(f" {word}" for word in words)


def hook_line(step: RunHook) -> str:
    """The command as it is run: `%i` has become the interface's name."""
    return step.hook.command.replace("%i", step.name)


def _route_line(verb: str, name: str, route: Route) -> str:
    line = f"ip -{route.destination.version} route {verb} {route.destination} dev {name}"
    return line if route.table == MAIN_TABLE else f"{line} table {route.table}"


def _dns_line(name: str, backend: DnsBackend, config: DnsConfig) -> str:
    servers = " ".join(map(str, config.servers)) or "none"
    match backend:
        case DnsBackend.RESOLVED:
            return " && ".join(_resolvectl_lines(name, config))
        case DnsBackend.OPENRESOLV | DnsBackend.RESOLVCONF:
            return f"resolvconf -a {name} -m 0 -x"
        case DnsBackend.LOCAL:
            return "leave the name servers to the local resolver"
        case DnsBackend.NETWORKMANAGER | DnsBackend.FILE:
            return f"tell {backend.value} the name servers {servers}"


def _resolvectl_lines(name: str, config: DnsConfig) -> Iterator[str]:
    if config.servers:
        yield f"resolvectl dns {name} {' '.join(map(str, config.servers))}"
    domains = dict.fromkeys((*config.search, *([ROUTE_ALL] if config.is_exclusive else [])))
    if domains:
        yield f"resolvectl domain {name} {' '.join(domains)}"


def _dns_undo_line(name: str, backend: DnsBackend) -> str:
    match backend:
        case DnsBackend.RESOLVED:
            return f"resolvectl revert {name}"
        case DnsBackend.OPENRESOLV | DnsBackend.RESOLVCONF:
            return f"resolvconf -d {name}"
        case _:
            return f"take the name servers of {name} back from {backend.value}"


def _selectors(rule: Rule) -> str:
    table = "main" if rule.table == MAIN_TABLE else str(rule.table)
    parts = [f"priority {rule.priority}"]
    if rule.fwmark is not None:
        parts.append(f"fwmark {rule.fwmark:#x}")
    if rule.to is not None:
        parts.append(f"to {rule.to}")
    parts.append("unreachable" if rule.table == NOWHERE else f"lookup {table}")
    if rule.suppress_default:
        parts.append("suppress_prefixlength 0")
    return " ".join(parts)
