"""A WireGuard device in a namespace that `wg` is let loose on, and what should be in it."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final

from tests.labs import programs
from tests.labs.namespaces import Host
from wgdesk.domain.device import DeviceConfig, SocketAddress
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.plan import device_config
from wgdesk.domain.profile import Endpoint, Profile

NAME_ADDRESS: Final = "203.0.113.7"  # what every host name of the tests resolves to
RETRIES: Final = {"WG_ENDPOINT_RESOLUTION_RETRIES": "0"}
_ENDPOINT: Final = re.compile(rb"endpoint\s*=\s*([^#\n]*):", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,300}")
_SCOPE: Final = re.compile(r"%[^\]]*")  # of an IPv6 address


@dataclass(frozen=True)
class ShownPeer:
    preshared_key: str = ""
    endpoint: str = ""
    keepalive_s: int = 0
    allowed_ips: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ShownDevice:
    """A device as `wg showconf` prints it.

    Attributes:
        listen_port: 0 where the device was free to choose.
    """

    private_key: str = ""
    listen_port: int = 0
    fwmark: int = 0
    peers: Mapping[str, ShownPeer] = field(default_factory=dict)


class Names:
    """Lets every host name in a text resolve, by files that only this process sees."""

    def __init__(self, folder: Path) -> None:
        self._hosts = folder / "hosts"
        self._resolv = folder / "resolv.conf"
        self._known: set[str] = set()
        self._hosts.write_text("127.0.0.1 localhost\n")
        self._resolv.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        self._covered: list[Path] = []
        for own, target in ((self._hosts, "/etc/hosts"), (self._resolv, "/etc/resolv.conf")):
            self._cover(Path(target).resolve(), own)

    def learn(self, text: bytes) -> None:
        """Make the names in the endpoints of `text` known."""
        for found in _ENDPOINT.findall(text):
            name = "".join(found.decode("utf-8", "replace").split()).strip("[]")
            if _NAME.fullmatch(name) and name not in self._known | {"localhost"}:
                self._known.add(name)
                with self._hosts.open("a") as hosts:
                    hosts.write(f"{NAME_ADDRESS} {name}\n")

    def forget(self) -> None:
        for target in self._covered:
            programs.run(["umount", str(target)])

    def _cover(self, target: Path, own: Path) -> None:
        if target.exists():
            programs.run(["mount", "--bind", str(own), str(target)])
            self._covered.append(target)


class WgDevice:
    """One interface of wireguard-go; call its methods inside the host."""

    def __init__(self, host: Host, name: str, folder: Path) -> None:
        self.name = name
        self._path = folder / "given.conf"
        host.start_engine(name)

    def takes(self, text: bytes) -> bool:
        """Whether `wg setconf` accepts the text."""
        self._path.write_bytes(text)
        done = subprocess.run(
            ["wg", "setconf", self.name, str(self._path)],
            env={"PATH": programs.ROOT_PATH, **RETRIES},
            capture_output=True,
            check=False,
            timeout=20,
        )
        return done.returncode == 0

    def show(self) -> ShownDevice:
        return shown_device(programs.run(["wg", "showconf", self.name]).stdout)


def shown_device(text: str) -> ShownDevice:
    """Read what `wg showconf` prints."""
    head, *peers = [_pairs(part) for part in text.split("[Peer]")]
    return ShownDevice(
        private_key=head.get("PrivateKey", ""),
        listen_port=int(head.get("ListenPort", "0")),
        fwmark=int(head.get("FwMark", "0"), 0),
        peers={peer["PublicKey"]: _shown_peer(peer) for peer in peers},
    )


def _shown_peer(pairs: dict[str, str]) -> ShownPeer:
    networks = pairs.get("AllowedIPs", "")
    return ShownPeer(
        preshared_key=pairs.get("PresharedKey", ""),
        endpoint=_endpoint_text(pairs["Endpoint"]) if "Endpoint" in pairs else "",
        keepalive_s=int(pairs.get("PersistentKeepalive", "0")),
        allowed_ips=frozenset(map(_network_text, networks.split(", ")))
        if networks
        else frozenset(),
    )


def _endpoint_text(text: str) -> str:
    """One spelling for each endpoint; older builds of wireguard-go do not print scopes."""
    host, _, port = _SCOPE.sub("", text).rpartition(":")
    return str(SocketAddress(_unmapped(ip_address(host.strip("[]"))), int(port)))


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """As wireguard-go has it: IPv4 for what is mapped into IPv6."""
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address


def _network_text(text: str) -> str:
    """One spelling for each network; wireguard-go makes IPv4 of what is mapped into IPv6."""
    network = ip_network(text)
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    return f"{mapped}/{network.prefixlen - 96}" if mapped else str(network)


def _pairs(text: str) -> dict[str, str]:
    lines = (line.partition(" = ") for line in text.splitlines())
    return {name: value for name, equals, value in lines if equals}


def expected_device(profile: Profile) -> ShownDevice:
    """What a device holds once it was told the profile."""
    endpoints = {peer.endpoint: _resolved(peer.endpoint) for peer in profile.peers if peer.endpoint}
    config = device_config(profile, profile.interface.fwmark or 0, endpoints)
    key = config.private_key
    return ShownDevice(
        private_key=key.clamped().base64() if key else "",
        listen_port=config.listen_port,
        fwmark=config.fwmark,
        peers=_expected_peers(config, key.public() if key else None),
    )


def _expected_peers(config: DeviceConfig, own: PublicKey | None) -> dict[str, ShownPeer]:
    owners = {network: peer for peer in config.peers for network in peer.allowed_ips}
    return {
        peer.public_key.base64(): ShownPeer(
            preshared_key=peer.preshared_key.base64() if peer.preshared_key else "",
            endpoint=str(peer.endpoint) if peer.endpoint else "",
            keepalive_s=peer.keepalive_s or 0,
            allowed_ips=frozenset(
                _network_text(str(network))
                for network in peer.allowed_ips
                if owners[network] is peer
            ),
        )
        for peer in config.peers
        if peer.public_key != own
    }


def _resolved(endpoint: Endpoint) -> SocketAddress:
    """The address without its scope."""
    names = {"localhost": "127.0.0.1"}
    try:
        address = ip_address(endpoint.host)
    except ValueError:
        address = ip_address(names.get(endpoint.host, NAME_ADDRESS))
    return SocketAddress(_unmapped(address), endpoint.port)
