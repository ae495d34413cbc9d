"""What a WireGuard device is told, and which engine carries it. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

from wgdesk.domain.keys import PresharedKey, PrivateKey, PublicKey
from wgdesk.domain.profile import Address, Network


class EngineKind(StrEnum):
    KERNEL = "kernel"
    USERSPACE = "userspace"


@dataclass(frozen=True, slots=True)
class Engine:
    """Which implementation carries the tunnel; clauses that say why, and whose build it is."""

    kind: EngineKind
    reason: str


@dataclass(frozen=True, slots=True)
class SocketAddress:
    """A resolved endpoint; `scope` names the link of a link-local address, or is ""."""

    address: Address
    port: int
    scope: str = ""

    def __str__(self) -> str:
        host = f"{self.address}%{self.scope}" if self.scope else str(self.address)
        return f"[{host}]:{self.port}" if self.address.version == 6 else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePeer:
    public_key: PublicKey
    preshared_key: PresharedKey | None = field(default=None, repr=False)
    endpoint: SocketAddress | None = None
    keepalive_s: int | None = None
    allowed_ips: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceConfig:
    """What a WireGuard device is told; it replaces all that the device had before.

    Attributes:
        private_key: None leaves the device without one.
        listen_port: 0 lets the device choose.
        fwmark: 0 is off.
    """

    private_key: PrivateKey | None = field(default=None, repr=False)
    listen_port: int = 0
    fwmark: int = 0
    peers: tuple[DevicePeer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerUpdate:
    """What changes about one peer of a live device; None leaves a value as it is.

    Attributes:
        is_new: The peer may be made; else nothing happens where it is not there.
        preshared_key: All zero takes it away.
        keepalive_s: 0 switches it off.
        allowed_ips: Added to what it has; in place of that where `replaces_ips`.
    """

    public_key: PublicKey
    is_new: bool = False
    preshared_key: PresharedKey | None = field(default=None, repr=False)
    endpoint: SocketAddress | None = None
    keepalive_s: int | None = None
    allowed_ips: tuple[Network, ...] = ()
    replaces_ips: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceUpdate:
    """What changes about a live device; the rest, and the sessions of its peers, stay.

    Attributes:
        private_key: None leaves it, all zero takes it away.
        listen_port: None leaves it, 0 lets the device choose anew.
        fwmark: None leaves it, 0 is off.
        removed: Peers that go, before the others are changed.
    """

    private_key: PrivateKey | None = field(default=None, repr=False)
    listen_port: int | None = None
    fwmark: int | None = None
    removed: tuple[PublicKey, ...] = ()
    peers: tuple[PeerUpdate, ...] = ()
