"""A step becomes the line that a person would type. Keys never appear."""

from wgdesk.domain.plan import (
    AddAddress,
    AddRoute,
    AddRule,
    ConfigureDevice,
    CreateLink,
    EngineKind,
    RaiseLink,
    Step,
)
from wgdesk.domain.routing import MAIN_TABLE, Rule


def explain(step: Step) -> str:
    """The `ip` or `wg` command that does what `step` does."""
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
            version = route.destination.version
            line = f"ip -{version} route add {route.destination} dev {name}"
            return line if route.table == MAIN_TABLE else f"{line} table {route.table}"
        case AddRule(rule):
            return f"ip -{rule.family} rule add {_selectors(rule)}"


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
            version = route.destination.version
            line = f"ip -{version} route delete {route.destination} dev {name}"
            return line if route.table == MAIN_TABLE else f"{line} table {route.table}"
        case AddRule(rule):
            return f"ip -{rule.family} rule delete {_selectors(rule)}"


def _selectors(rule: Rule) -> str:
    table = "main" if rule.table == MAIN_TABLE else str(rule.table)
    parts = [f"priority {rule.priority}"]
    if rule.fwmark is not None:
        parts.append(f"fwmark {rule.fwmark:#x}")
    if rule.to is not None:
        parts.append(f"to {rule.to}")
    parts.append(f"lookup {table}")
    if rule.suppress_default:
        parts.append("suppress_prefixlength 0")
    return " ".join(parts)
