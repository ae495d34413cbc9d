"""What a profile is, once its text has been understood."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)

from wgdesk.domain.coverage import Coverage
from wgdesk.domain.keys import PresharedKey, PrivateKey, PublicKey

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
InterfaceAddress = IPv4Interface | IPv6Interface

MIN_IPV6_MTU = 1280  # bytes; RFC 8200 section 5


def network_key(network: Network) -> tuple[int, int, int]:
    """To sort by: IPv4 first, then as numbers go."""
    return (network.version, int(network.network_address), network.prefixlen)


class HookKind(StrEnum):
    PRE_UP = "PreUp"
    POST_UP = "PostUp"
    PRE_DOWN = "PreDown"
    POST_DOWN = "PostDown"


@dataclass(frozen=True, slots=True)
class Hook:
    """A command line of the file, as typed; `%i` stands for the interface name."""

    kind: HookKind
    command: str


class TableMode(StrEnum):
    AUTO = "auto"
    OFF = "off"
    NUMBER = "number"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Table:
    """Where routes go.

    AUTO: wgdesk picks a private table and the rules that lead to it. OFF: no
    routes at all. NUMBER: routes into that table and no rules, as wg-quick does. NAME: the
    same, by a name that the machine has a number for.
    """

    mode: TableMode = TableMode.AUTO
    number: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A peer's address as the file has it; `host` is a name or a literal without brackets.

    Attributes:
        scope: Interface of a link-local IPv6 literal (`fe80::1%eth0`), or "".
    """

    host: str
    port: int
    scope: str = ""

    def __str__(self) -> str:
        host = f"{self.host}%{self.scope}" if self.scope else self.host
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """The [Interface] section.

    Attributes:
        private_key: None where the file leaves it to a command.
        listen_port: UDP port; None or 0 lets the kernel choose.
        fwmark: None where the file does not say; 0 is off.
        dns_search: Search domains, as typed.
        mtu: None means automatic.
    """

    private_key: PrivateKey | None = field(default=None, repr=False)
    listen_port: int | None = None
    fwmark: int | None = None
    addresses: tuple[InterfaceAddress, ...] = ()
    dns_servers: tuple[Address, ...] = ()
    dns_search: tuple[str, ...] = ()
    mtu: int | None = None
    table: Table = Table()
    hooks: tuple[Hook, ...] = ()
    save_config: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A [Peer] section.

    Attributes:
        preshared_key: None where there is none; all zero in the file means none.
        allowed_ips: Destinations routed to this peer, host bits cleared, in file order.
        removed_ips: What a list with “+” or “-” takes away from a live device, which it adds
            `allowed_ips` to; None for a plain list, which replaces all that the device has.
        keepalive_s: Seconds between keepalives, 1-65535; None is off.
    """

    public_key: PublicKey
    preshared_key: PresharedKey | None = field(default=None, repr=False)
    endpoint: Endpoint | None = None
    allowed_ips: tuple[Network, ...] = ()
    removed_ips: tuple[Network, ...] | None = None
    keepalive_s: int | None = None


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The whole file. What is asked of it is worked out once: it may have 20,000 allowed IPs."""

    interface: Interface = Interface()
    peers: tuple[Peer, ...] = ()

    def allowed_ips(self) -> tuple[Network, ...]:
        """Every destination of every peer, once, in file order."""
        return self._allowed_ips

    def interface_networks(self) -> tuple[Network, ...]:
        """The networks that the interface's own addresses put on the link."""
        return tuple(dict.fromkeys(address.network for address in self.interface.addresses))

    @cached_property
    def covered_families(self) -> tuple[int, ...]:
        """4 and 6, where the allowed IPs are all of that family, however that is written."""
        return tuple(version for version in (4, 6) if covers_all(self._allowed_ips, version))

    def full_families(self) -> tuple[int, ...]:
        """4 and 6, where all traffic of that family goes through it."""
        return self.covered_families if self.interface.table.mode is TableMode.AUTO else ()

    def is_full_tunnel(self) -> bool:
        """Whether all traffic of at least one family goes through it."""
        return bool(self.full_families())

    @cached_property
    def has_ipv6(self) -> bool:
        """Whether it speaks of IPv6 inside the tunnel anywhere."""
        inside = (*self.interface.addresses, *self._allowed_ips)
        return any(item.version == 6 for item in inside)

    @cached_property
    def _allowed_ips(self) -> tuple[Network, ...]:
        return tuple(dict.fromkeys(net for peer in self.peers for net in peer.allowed_ips))


def covers_all(networks: Iterable[Network], version: int) -> bool:
    """Whether these networks together are a whole family, as 0.0.0.0/1 and 128.0.0.0/1 are."""
    family = [network for network in networks if network.version == version]
    # Most lists are far too small for that, and adding up is quicker than merging.
    most = sum(1 << (network.max_prefixlen - network.prefixlen) for network in family)
    if not family or most < 1 << family[0].max_prefixlen:
        return False
    return Coverage(family).is_everything(version)
