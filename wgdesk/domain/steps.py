"""The steps that a plan is made of, each of which can be taken back. Pure."""

from dataclasses import dataclass

from wgdesk.domain.device import DeviceConfig, EngineKind
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
