"""A step becomes the line that a person would type. Keys never appear."""

from wgdesk.domain.device import EngineKind
from wgdesk.domain.dns import DnsBackend, DnsConfig
from wgdesk.domain.routing import MAIN_TABLE, NOWHERE, Route, Rule
from wgdesk.domain.steps import (
    AddAddress,
    AddRoute,
    AddRule,
    ApplyDns,
    ConfigureDevice,
    CreateLink,
    LoadFirewall,
    RaiseLink,
    RunHook,
    Step,
)


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
            return f"resolvectl dns {name} {servers}"
        case DnsBackend.OPENRESOLV | DnsBackend.RESOLVCONF:
            return f"resolvconf -a {name} -m 0 -x"
        case DnsBackend.LOCAL:
            return "leave the name servers to the local resolver"
        case DnsBackend.NETWORKMANAGER | DnsBackend.FILE:
            return f"tell {backend.value} the name servers {servers}"


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
