"""The steps that a plan is made of, and the changes of a tunnel that is up. Pure.

A step can be taken back, and every change has another one that takes it back.
"""

from dataclasses import dataclass

from wgdesk.domain.device import DeviceConfig, DeviceUpdate, EngineKind
from wgdesk.domain.dns import DnsBackend, DnsConfig
from wgdesk.domain.firewall import Firewall
from wgdesk.domain.profile import Hook, InterfaceAddress
from wgdesk.domain.routing import Route, Rule


@dataclass(frozen=True, slots=True)
class CreateLink:
    name: str
    kind: EngineKind


@dataclass(frozen=True, slots=True)
class ConfigureDevice:
    name: str
    kind: EngineKind
    config: DeviceConfig


@dataclass(frozen=True, slots=True)
class AddAddress:
    name: str
    address: InterfaceAddress


@dataclass(frozen=True, slots=True)
class RaiseLink:
    """Set the MTU (bytes) and bring the link up, in one message."""

    name: str
    mtu: int


@dataclass(frozen=True, slots=True)
class AddRoute:
    name: str
    route: Route


@dataclass(frozen=True, slots=True)
class AddRule:
    rule: Rule


@dataclass(frozen=True, slots=True)
class LoadFirewall:
    firewall: Firewall


@dataclass(frozen=True, slots=True)
class ApplyDns:
    name: str
    backend: DnsBackend
    config: DnsConfig


@dataclass(frozen=True, slots=True)
class RunHook:
    """Run one approved command as root; nothing takes it back.

    Attributes:
        number: Which one of its kind it is, from 1.
    """

    name: str
    hook: Hook
    number: int = 1


Step = (
    CreateLink
    | ConfigureDevice
    | AddAddress
    | RaiseLink
    | AddRoute
    | AddRule
    | LoadFirewall
    | ApplyDns
    | RunHook
)


@dataclass(frozen=True, slots=True)
class UpdateDevice:
    """Change a live device; `back` makes it what it was, but for sessions of peers that went."""

    name: str
    kind: EngineKind
    update: DeviceUpdate
    back: DeviceUpdate


@dataclass(frozen=True, slots=True)
class SetMtu:
    """From `before` to `mtu`, in bytes."""

    name: str
    mtu: int
    before: int


@dataclass(frozen=True, slots=True)
class RemoveAddress:
    name: str
    address: InterfaceAddress


@dataclass(frozen=True, slots=True)
class RemoveRoute:
    name: str
    route: Route


@dataclass(frozen=True, slots=True)
class RemoveRule:
    rule: Rule


@dataclass(frozen=True, slots=True)
class ReplaceFirewall:
    """From one table to another; None is none."""

    before: Firewall | None
    after: Firewall | None


@dataclass(frozen=True, slots=True)
class ReplaceDns:
    """From one set of name servers to another; None is none."""

    before: ApplyDns | None
    after: ApplyDns | None


Change = (
    UpdateDevice
    | SetMtu
    | AddAddress
    | RemoveAddress
    | AddRoute
    | RemoveRoute
    | AddRule
    | RemoveRule
    | ReplaceFirewall
    | ReplaceDns
)


def inverse(change: Change) -> Change:
    """The change that takes this one back."""
    match change:
        case UpdateDevice(name, kind, update, back):
            return UpdateDevice(name, kind, back, update)
        case SetMtu(name, mtu, before):
            return SetMtu(name, before, mtu)
        case AddAddress(name, address):
            return RemoveAddress(name, address)
        case RemoveAddress(name, address):
            return AddAddress(name, address)
        case AddRoute(name, route):
            return RemoveRoute(name, route)
        case RemoveRoute(name, route):
            return AddRoute(name, route)
        case AddRule(rule):
            return RemoveRule(rule)
        case RemoveRule(rule):
            return AddRule(rule)
        case ReplaceFirewall(before, after):
            return ReplaceFirewall(after, before)
        case ReplaceDns(before, after):
            return ReplaceDns(after, before)
