"""Moments in the life of a desktop, for window tests and for screenshots. Invented keys and hosts."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from ipaddress import ip_network

from tests.support.fakes import FakeBackend, a_tunnel
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import NoSuchProfile, WgdeskError
from wgdesk.domain.health import health
from wgdesk.domain.names import natural_key
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.routing import LAN_PRIORITY, MAIN_TABLE, Rule
from wgdesk.domain.secret_lines import references
from wgdesk.domain.snapshot import MachineSnapshot, PeerSnapshot, TunnelSnapshot
from wgdesk.ui.look import Look, PeerRow, TunnelLook
from wgdesk.ui.picture import ProfileEntry

PRIVATE_KEY = "OPiSBHJ/Kj6VcTqIi7MAxfZr5P6WrqMIqLJzpHEjW3k="
SERVER_KEY = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw="
OTHER_KEY = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="

HOME = f"""[Interface]
PrivateKey = {PRIVATE_KEY}
Address = 10.8.0.2/24, fd08::2/64

[Peer]
PublicKey = {SERVER_KEY}
AllowedIPs = 0.0.0.0/0, ::/0
Endpoint = 203.0.113.7:51820
PersistentKeepalive = 25
""".encode()
ATTACHED_HOME = HOME.replace(b"0.0.0.0/0, ::/0", b"192.168.50.0/24, 192.168.51.0/24").replace(
    b"PersistentKeepalive = 25\n", b""
)
WORK = f"""[Interface]
PrivateKey = {PRIVATE_KEY}
Address = 10.60.0.9/32
DNS = 10.60.0.1, corp.example
PostUp = resolvectl domain %i ~corp.example
PreDown = logger going home

[Peer]
PublicKey = {OTHER_KEY}
PresharedKey = {PRIVATE_KEY}
AllowedIPs = 0.0.0.0/0
Endpoint = vpn.corp.example:443
PersistentKeepalive = 25
""".encode()
BROKEN = b"[Interface]\nAdress = 10.0.0.2/24\n"
FILES = {"home": HOME, "attached_home": ATTACHED_HOME, "work": WORK}
NOW_UNIX_S = 1_700_003_600


class FakeProfiles:
    """Implements wgdesk.ui.profiles.Profiles from a dictionary of file texts."""

    folder = "~/.wireguard"

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.modes: dict[str, HookMode] = {}
        self.unblocked: frozenset[str] = frozenset()
        self.refusal: WgdeskError | None = None
        self.saved: list[tuple[str, str]] = []
        self.titles: dict[str, str] = {}
        self.tags: dict[str, tuple[str, ...]] = {}

    async def save(self, name: str, tunnel: TunnelSnapshot) -> None:
        self.saved.append((name, tunnel.id))

    async def text(self, name: str) -> bytes:
        if name not in self.files:
            raise NoSuchProfile(name, self.folder)
        return self.files[name]

    async def options(self, name: str) -> TunnelOptions:
        return TunnelOptions(
            hooks=self.modes.get(name, HookMode.IGNORE), block_ipv6=name not in self.unblocked
        )

    async def set_hooks(self, name: str, mode: HookMode) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.modes[name] = mode

    async def set_block_ipv6(self, name: str, *, block: bool) -> None:
        self.unblocked = self.unblocked - {name} if block else self.unblocked | {name}

    async def changes(self) -> AsyncIterator[tuple[ProfileEntry, ...]]:
        yield self.entries()

    async def look_again(self) -> tuple[ProfileEntry, ...]:
        return self.entries()

    def entries(self) -> tuple[ProfileEntry, ...]:
        names = sorted(self.files, key=natural_key)
        return tuple(
            replace(
                an_entry(name, self.files[name]),
                title=self.titles.get(name, ""),
                tags=self.tags.get(name, ()),
                hooks=self.modes.get(name, HookMode.IGNORE),
                block_ipv6=name not in self.unblocked,
            )
            for name in names
        )


def an_entry(name: str, text: bytes) -> ProfileEntry:
    try:
        is_elsewhere = bool(references(text))
        return ProfileEntry(name=name, profile=read_profile(text), has_keys_elsewhere=is_elsewhere)
    except WgdeskError as error:
        return ProfileEntry(name=name, error=error)


def connected_home(now_unix_s: int = NOW_UNIX_S) -> TunnelSnapshot:
    """A full tunnel that works, with a local network beside it."""
    tunnel = a_tunnel("home", HOME, handshake_unix_s=now_unix_s - 38)
    local = Rule(
        family=4,
        priority=LAN_PRIORITY,
        table=MAIN_TABLE,
        to=ip_network("192.168.1.0/24"),
        suppress_default=True,
    )
    return with_peers(
        replace(tunnel, rules=(*tunnel.rules, local), since_unix_s=now_unix_s - 7512),
        received_bytes=1_954_210_120,
        sent_bytes=221_668_966,
    )


def a_look(tunnel: TunnelSnapshot, now_unix_s: int = NOW_UNIX_S) -> Look:
    """A look at a machine where only this is up."""
    peers = sorted(tunnel.device.peers, key=lambda peer: peer.public_key.raw)
    look = TunnelLook(
        tunnel=tunnel, health=health(tunnel, now_unix_s), peers=tuple(map(PeerRow, peers))
    )
    return Look(machine=MachineSnapshot((tunnel,)), tunnels={tunnel.name: look})


def with_peers(tunnel: TunnelSnapshot, **facts: int) -> TunnelSnapshot:
    """The same tunnel with these facts about each of its peers."""
    peers: tuple[PeerSnapshot, ...] = tuple(
        replace(peer, **facts)
        for peer in tunnel.device.peers  # type: ignore[arg-type]
    )
    return replace(tunnel, device=replace(tunnel.device, peers=peers))


def a_backend(*tunnels: TunnelSnapshot) -> FakeBackend:
    backend = FakeBackend()
    backend.show(tunnels)
    return backend
