"""What Linux and WireGuard do with the changes of a tunnel, as plain values.

Stricter than a friendly machine: what is there already is refused, an IPv4 address takes the
others of its subnet along, and the last one every IPv4 route.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from wgdesk.domain.device import DeviceConfig, DevicePeer, DeviceUpdate, PeerUpdate
from wgdesk.domain.dns import DnsConfig
from wgdesk.domain.firewall import Firewall
from wgdesk.domain.plan import Plan
from wgdesk.domain.profile import InterfaceAddress
from wgdesk.domain.routing import Route, Rule
from wgdesk.domain.steps import (
    AddAddress,
    AddRoute,
    AddRule,
    ApplyDns,
    Change,
    ConfigureDevice,
    LoadFirewall,
    RaiseLink,
    RemoveAddress,
    RemoveRoute,
    RemoveRule,
    ReplaceDns,
    ReplaceFirewall,
    SetMtu,
    UpdateDevice,
)


@dataclass
class ModelKernel:
    addresses: list[InterfaceAddress] = field(default_factory=list)
    routes: set[Route] = field(default_factory=set)
    rules: set[Rule] = field(default_factory=set)
    firewall: Firewall | None = None
    dns: DnsConfig | None = None
    mtu: int = 0
    device: DeviceConfig = field(default_factory=DeviceConfig)

    def raise_tunnel(self, plan: Plan) -> None:
        for step in plan.steps:
            match step:
                case ConfigureDevice(_, _, config):
                    self.device = replace(config, peers=_disjoint(config.peers))
                case RaiseLink(_, mtu):
                    self.mtu = mtu
                case LoadFirewall(firewall):
                    self.firewall = firewall
                case ApplyDns(_, _, config):
                    self.dns = config
                case AddAddress() | AddRoute() | AddRule():
                    self.change(step)

    def change(self, change: Change) -> None:
        match change:
            case UpdateDevice(_, _, update):
                self.device = updated(self.device, update)
            case SetMtu(_, mtu, before):
                assert self.mtu == before
                self.mtu = mtu
            case AddAddress(_, address):
                clash = [it for it in self.addresses if it.version == 6 and it.ip == address.ip]
                assert address not in self.addresses, f"{address} is there"
                assert not clash, f"{address} is there with another length"
                self.addresses.append(address)
            case RemoveAddress(_, address):
                self._remove_address(address)
            case AddRoute(_, route):
                assert route not in self.routes
                self.routes.add(route)
            case RemoveRoute(_, route):
                self.routes.discard(route)
            case AddRule(rule):
                assert rule not in self.rules
                self.rules.add(rule)
            case RemoveRule(rule):
                self.rules.discard(rule)
            case ReplaceFirewall(before, after):
                assert self.firewall == before
                self.firewall = after
            case ReplaceDns(before, after):
                assert self.dns == (before.config if before else None)
                self.dns = after.config if after else None

    def mend(self, plan: Plan) -> None:
        """Put back addresses and routes of the plan that the kernel took."""
        wanted = [step.address for step in plan.steps if isinstance(step, AddAddress)]
        self.addresses += [it for it in wanted if it not in self.addresses]
        self.routes |= {step.route for step in plan.steps if isinstance(step, AddRoute)}

    def _remove_address(self, address: InterfaceAddress) -> None:
        if address not in self.addresses:
            return
        same = [it for it in self.addresses if it.version == 4 and it.network == address.network]
        gone = same if address.version == 4 and same[0] == address else [address]
        self.addresses = [it for it in self.addresses if it not in gone]
        if address.version == 4 and not any(it.version == 4 for it in self.addresses):
            self.routes = {it for it in self.routes if it.destination.version == 6}

    def picture(self) -> tuple[object, ...]:
        """Everything, less the order of what has none."""
        peers = frozenset(
            replace(peer, allowed_ips=tuple(sorted(peer.allowed_ips, key=str)))
            for peer in self.device.peers
        )
        return (
            frozenset(self.addresses),
            frozenset(self.routes),
            frozenset(self.rules),
            self.firewall,
            self.dns,
            self.mtu,
            replace(self.device, peers=()),
            peers,
        )


def updated(device: DeviceConfig, update: DeviceUpdate) -> DeviceConfig:
    """As both engines do it: scalars, peers that go, then peer after peer."""
    key = update.private_key
    if key is not None:
        device = replace(device, private_key=None if key.is_zero else key)
    if update.listen_port is not None:
        device = replace(device, listen_port=update.listen_port or 40_000)
    if update.fwmark is not None:
        device = replace(device, fwmark=update.fwmark)
    peers = {it.public_key: it for it in device.peers if it.public_key not in update.removed}
    own = device.private_key.public() if device.private_key else None
    peers.pop(own, None)
    for change in update.peers:
        if change.public_key == own or (change.public_key not in peers and not change.is_new):
            continue
        for key_, other in peers.items():
            kept = tuple(it for it in other.allowed_ips if it not in change.allowed_ips)
            peers[key_] = replace(other, allowed_ips=kept)
        old = peers.get(change.public_key, DevicePeer(public_key=change.public_key))
        peers[change.public_key] = _peer(old, change)
    return replace(device, peers=tuple(peers.values()))


def _peer(old: DevicePeer, change: PeerUpdate) -> DevicePeer:
    psk = old.preshared_key if change.preshared_key is None else change.preshared_key
    keepalive_s = old.keepalive_s if change.keepalive_s is None else change.keepalive_s
    kept = () if change.replaces_ips else old.allowed_ips
    return DevicePeer(
        public_key=old.public_key,
        preshared_key=None if psk is None or psk.is_zero else psk,
        endpoint=change.endpoint or old.endpoint,
        keepalive_s=keepalive_s or None,
        allowed_ips=(*kept, *change.allowed_ips),
    )


def _disjoint(peers: Iterable[DevicePeer]) -> tuple[DevicePeer, ...]:
    owners = {net: peer.public_key for peer in peers for net in peer.allowed_ips}
    return tuple(
        replace(
            peer,
            allowed_ips=tuple(net for net in peer.allowed_ips if owners[net] == peer.public_key),
        )
        for peer in peers
    )
