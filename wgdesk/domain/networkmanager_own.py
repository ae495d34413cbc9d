"""A connection that wgdesk made, read back as a tunnel. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_interface, ip_network
from typing import Final

from wgdesk.domain.claim import Claim
from wgdesk.domain.conf_addresses import parse_allowed_ip
from wgdesk.domain.conf_report import BadValue
from wgdesk.domain.counters import DeviceCounters
from wgdesk.domain.device import Engine, EngineKind, SocketAddress
from wgdesk.domain.dns import ROUTE_ALL, DnsBackend, DnsState, DnsStatus
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.networkmanager_limits import CARRIED
from wgdesk.domain.networkmanager_mark import Mark
from wgdesk.domain.networkmanager_tunnel import AF_NUMBERS, UNREACHABLE
from wgdesk.domain.networkmanager_values import FAMILIES, WIREGUARD, Section, Settings, section
from wgdesk.domain.profile import (
    Address,
    Interface,
    InterfaceAddress,
    Network,
    Peer,
    Profile,
    Table,
    TableMode,
)
from wgdesk.domain.routing import MAIN_TABLE, NOWHERE, Route, Rule
from wgdesk.domain.snapshot import DeviceSnapshot, Lifecycle, PeerSnapshot, TunnelSnapshot

NOT_COUNTED: Final = DeviceCounters()
ENGINE: Final = Engine(EngineKind.KERNEL, "NetworkManager made it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What NetworkManager tells of the interface; as if empty while there is none.

    Attributes:
        mtu: Bytes.
        public_key: 32 bytes, or none.
    """

    lifecycle: Lifecycle
    mtu: int = 0
    public_key: bytes = b""
    listen_port: int = 0
    fwmark: int = 0
    counters: DeviceCounters = NOT_COUNTED


def own_tunnel(
    tunnel_id: str, mark: Mark, settings: Settings, live: Live, owner_uid: int
) -> TunnelSnapshot:
    """All that is known of it; what nobody tells stays as if it were not there."""
    wireguard = section(settings, WIREGUARD)
    routes = tuple(_routes(settings))
    peers = tuple(_peers(wireguard))
    if len(peers) == 1:  # then the interface's bytes are the peer's
        (peer,) = peers
        counters = live.counters
        peers = (
            replace(
                peer,
                received_bytes=counters.received_bytes,
                sent_bytes=counters.sent_bytes,
            ),
        )
    is_up = live.lifecycle is Lifecycle.UP
    return TunnelSnapshot(
        id=tunnel_id,
        name=mark.name,
        owner_uid=owner_uid,
        lifecycle=live.lifecycle,
        engine=ENGINE,
        since_unix_s=mark.since_unix_s if is_up else 0,
        device=DeviceSnapshot(
            public_key=PublicKey(live.public_key) if any(live.public_key) else None,
            has_private_key=any(live.public_key),
            listen_port=live.listen_port,
            fwmark=live.fwmark,
            peers=peers,
        ),
        addresses=tuple(_addresses(settings)),
        mtu=live.mtu,
        routes=routes,
        rules=tuple(_rules(settings)),
        full_tunnel=any(it.destination.prefixlen == 0 for it in routes),
        notices=(CARRIED, *mark.notices),
        dns=_dns(settings),
        hooks=mark.hooks,
        profile_digest=mark.digest,
        counters=live.counters,
    )


def own_claim(mark: Mark, settings: Settings) -> Claim:
    """Which traffic it takes for itself."""
    peers = tuple(
        Peer(public_key=it.public_key, allowed_ips=it.allowed_ips)
        for it in _peers(section(settings, WIREGUARD))
    )
    table = Table(mark.table, MAIN_TABLE if mark.table is TableMode.NUMBER else None)
    return Claim(
        Profile(
            interface=Interface(addresses=tuple(_addresses(settings)), table=table), peers=peers
        )
    )


def used_table(settings: Settings) -> int:
    """0 for none of its own."""
    return max(section(settings, name).number("route-table") for name in FAMILIES.values())


def used_mark(settings: Settings) -> int:
    """0 for none."""
    return section(settings, WIREGUARD).number("fwmark")


def _peers(wireguard: Section) -> Iterator[PeerSnapshot]:
    for peer in wireguard.sections("peers"):
        try:
            key = PublicKey.parse(peer.text("public-key"))
        except ValueError:
            continue
        yield PeerSnapshot(
            public_key=key,
            # The key itself is not told without being asked for.
            has_preshared_key="preshared-key-flags" in peer.values,
            endpoint=_endpoint(peer.text("endpoint")),
            keepalive_s=peer.number("persistent-keepalive"),
            allowed_ips=tuple(_networks(peer.texts("allowed-ips"))),
        )


def _endpoint(text: str) -> SocketAddress | None:
    """None for a host name: which address was found for it, NetworkManager does not tell."""
    host, _, port = text.rpartition(":")
    host, _, scope = host.strip("[]").partition("%")
    try:
        return SocketAddress(ip_address(host), int(port), scope)
    except ValueError:
        return None


def _networks(texts: tuple[str, ...]) -> Iterator[Network]:
    for text in texts:
        try:
            yield parse_allowed_ip(text).network
        except BadValue:
            continue


def _addresses(settings: Settings) -> Iterator[InterfaceAddress]:
    for name in FAMILIES.values():
        for text in section(settings, name).addresses():
            try:
                yield ip_interface(text)
            except ValueError:
                continue


def _routes(settings: Settings) -> Iterator[Route]:
    for name in FAMILIES.values():
        family = section(settings, name)
        for route in family.sections("route-data"):
            try:
                to = ip_network((route.text("dest"), route.number("prefix", -1)))
            except ValueError:
                continue
            yield Route(to, family.number("route-table") or MAIN_TABLE)


def _rules(settings: Settings) -> Iterator[Rule]:
    for version, name in FAMILIES.items():
        for rule in section(settings, name).sections("routing-rules"):
            if rule.number("family") != AF_NUMBERS[version]:
                continue
            is_end = rule.number("action") == UNREACHABLE
            yield Rule(
                family=version,
                priority=rule.number("priority"),
                table=NOWHERE if is_end else rule.number("table"),
                fwmark=rule.number("fwmark") or None,
                to=_rule_network(rule),
                suppress_default=rule.number("suppress-prefixlength", -1) == 0,
            )


def _rule_network(rule: Section) -> Network | None:
    try:
        return ip_network((rule.text("to"), rule.number("to-len", -1)))
    except ValueError:
        return None


def _dns(settings: Settings) -> DnsStatus | None:
    families = [section(settings, name) for name in FAMILIES.values()]
    servers: list[Address] = []
    for text in (text for family in families for text in family.servers()):
        try:
            servers.append(ip_address(text))
        except ValueError:
            continue
    search = dict.fromkeys(text for family in families for text in family.texts("dns-search"))
    if not servers and not search:
        return None
    return DnsStatus(
        backend=DnsBackend.NETWORKMANAGER,
        servers=tuple(servers),
        search=tuple(it for it in search if it != ROUTE_ALL),
        is_exclusive=ROUTE_ALL in search,
        state=DnsState.UNWATCHED,
    )
