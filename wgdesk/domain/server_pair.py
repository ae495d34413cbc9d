"""A server of one's own: its profile, and one for each device that is to reach it. Pure.

The server forwards what its devices send and hides them behind its own address. That takes
commands, which are written into its profile for a person to read; nothing here runs them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import islice
from typing import Final

from wgdesk.domain.conf import parse
from wgdesk.domain.keys import PresharedKey, PrivateKey
from wgdesk.domain.names import printable
from wgdesk.domain.new_profile import text_of
from wgdesk.domain.problem import Severity
from wgdesk.domain.profile import Address, Endpoint, Network
from wgdesk.domain.profile_errors import ServerImpossible

# The port that wg(8) and every guide use.
USUAL_PORT: Final = 51820
USUAL_NETWORK: Final = IPv4Network("10.66.66.0/24")
MAX_DEVICES: Final = 250
MAX_DEVICE_NAME: Final = 60
# A device behind a router is forgotten by it after half a minute; wg(8) names 25 seconds.
KEEPALIVE_S: Final = 25
EVERYTHING: Final = (ip_network("0.0.0.0/0"), ip_network("::/0"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerWish:
    """What a person decides about a server.

    Attributes:
        host: Where devices reach it: a host name or an address.
        port: UDP, 1-65535.
        devices: What a person calls each of them.
        network: The server has its first address, the devices the next ones.
        network6: As `network`, or None for no IPv6 in the tunnel.
        all_traffic: Whether the devices send everything through it.
        subnets: What else they send where it is not everything.
        dns: Name servers that the devices ask.
    """

    host: str
    port: int = USUAL_PORT
    devices: tuple[str, ...] = ("device",)
    network: IPv4Network = USUAL_NETWORK
    network6: IPv6Network | None = None
    all_traffic: bool = True
    subnets: tuple[Network, ...] = ()
    dns: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class DeviceProfile:
    """The profile of one device.

    Attributes:
        name: As the wish has it.
    """

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServerPair:
    """Both ends."""

    server: bytes = field(repr=False)
    devices: tuple[DeviceProfile, ...]


@dataclass(frozen=True, slots=True)
class _Device:
    name: str
    private_key: PrivateKey
    preshared_key: PresharedKey
    addresses: tuple[Address, ...]

    def own_networks(self) -> str:
        return ", ".join(f"{it}/{it.max_prefixlen}" for it in self.addresses)


def make_pair(
    wish: ServerWish,
    draw_key: Callable[[], PrivateKey] = PrivateKey.generate,
    draw_preshared: Callable[[], PresharedKey] = PresharedKey.generate,
) -> ServerPair:
    """Both ends with fresh keys.

    Raises:
        ServerImpossible: No such server can be.
    """
    _check(wish)
    server_key = draw_key()
    addresses = _addresses(wish)
    server_addresses = next(addresses)
    devices = [
        _Device(name, draw_key(), draw_preshared(), own)
        for name, own in zip(wish.devices, addresses, strict=False)
    ]
    if len(devices) < len(wish.devices):
        raise ServerImpossible(f"{_smallest(wish)} has no room for {len(wish.devices)} devices")
    profiles = (DeviceProfile(it.name, _device_text(wish, server_key, it)) for it in devices)
    pair = ServerPair(_server_text(wish, server_key, server_addresses, devices), tuple(profiles))
    for content in (pair.server, pair.devices[0].content):
        _require_right(content)
    return pair


def _check(wish: ServerWish) -> None:
    if not 1 <= len(wish.devices) <= MAX_DEVICES:
        raise ServerImpossible(f"it can have 1 to {MAX_DEVICES} devices")
    if any(printable(name, MAX_DEVICE_NAME) != name or not name.strip() for name in wish.devices):
        raise ServerImpossible(f"a device's name is one line of 1 to {MAX_DEVICE_NAME} characters")
    if not wish.all_traffic and any(net in EVERYTHING for net in wish.subnets):
        raise ServerImpossible("a network of all addresses is not “only some networks”")


def _require_right(content: bytes) -> None:
    """A host with a space in it, or a network that no host can be in, is told here."""
    for problem in parse(content).problems:
        if problem.severity is Severity.ERROR:
            raise ServerImpossible(problem.text)


def _addresses(wish: ServerWish) -> Iterator[tuple[Address, ...]]:
    """The server's first, then those of one device after the other."""
    networks = [net for net in (wish.network, wish.network6) if net is not None]
    return zip(*(islice(net.hosts(), MAX_DEVICES + 1) for net in networks), strict=False)


def _smallest(wish: ServerWish) -> Network:
    if wish.network6 and wish.network6.num_addresses < wish.network.num_addresses:
        return wish.network6
    return wish.network


def _server_text(
    wish: ServerWish,
    key: PrivateKey,
    addresses: tuple[Address, ...],
    devices: list[_Device],
) -> bytes:
    networks = [net for net in (wish.network, wish.network6) if net is not None]
    own = ", ".join(f"{it}/{net.prefixlen}" for it, net in zip(addresses, networks, strict=True))
    interface = [
        ("PrivateKey", key.base64()),
        ("Address", own),
        ("ListenPort", wish.port),
        *_commands(networks),
    ]
    peers = [
        (
            f"# {device.name}\n[Peer]",
            [
                ("PublicKey", device.private_key.public().base64()),
                ("PresharedKey", device.preshared_key.base64()),
                ("AllowedIPs", device.own_networks()),
            ],
        )
        for device in devices
    ]
    return text_of([("[Interface]", interface), *peers])


def _commands(networks: list[Network]) -> Iterator[tuple[str, str]]:
    """Forwarding, and the devices behind the server's own address; a table of its own goes whole."""
    for network in networks:
        forwarding = (
            "net.ipv4.ip_forward" if network.version == 4 else "net.ipv6.conf.all.forwarding"
        )
        yield "PostUp", f"sysctl -w {forwarding}=1"
    rules = "; ".join(
        f"add rule inet wg-%i nat {'ip' if net.version == 4 else 'ip6'} saddr {net}"
        ' oifname != "%i" masquerade'
        for net in networks
    )
    chain = "add chain inet wg-%i nat { type nat hook postrouting priority 100; }"
    yield "PostUp", f"nft 'add table inet wg-%i; {chain}; {rules}'"
    yield "PostDown", "nft delete table inet wg-%i"


def _device_text(wish: ServerWish, server_key: PrivateKey, device: _Device) -> bytes:
    interface = [
        ("PrivateKey", device.private_key.base64()),
        ("Address", device.own_networks()),
        ("DNS", ", ".join(map(str, wish.dns))),
    ]
    peer = [
        ("PublicKey", server_key.public().base64()),
        ("PresharedKey", device.preshared_key.base64()),
        ("Endpoint", Endpoint(wish.host, wish.port)),
        ("AllowedIPs", ", ".join(map(str, _allowed_ips(wish)))),
        ("PersistentKeepalive", KEEPALIVE_S),
    ]
    return text_of([("[Interface]", interface), ("[Peer]", peer)])


def _allowed_ips(wish: ServerWish) -> tuple[Network, ...]:
    if wish.all_traffic:
        return EVERYTHING
    own = [net for net in (wish.network, wish.network6) if net is not None]
    return tuple(dict.fromkeys([*own, *wish.subnets]))
