"""A profile as the settings of a connection that NetworkManager carries. Pure.

The settings are plain values by section and name, as in NetworkManager's own documentation
of its D-Bus API (nm-settings-dbus). Routes stand in a private table that rules of the
connection lead to ahead of `main`, by the same plan as the helper's, so that a route pushed
into `main` by the local network takes nothing out of the tunnel.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from wgdesk.domain.dns import ROUTE_ALL, DnsConfig, dns_config
from wgdesk.domain.networkmanager_limits import profile_limits
from wgdesk.domain.networkmanager_mark import Mark, mark_data
from wgdesk.domain.networkmanager_values import CONNECTION, FAMILIES, USER, WIREGUARD, Settings
from wgdesk.domain.options import TunnelOptions
from wgdesk.domain.profile import Address, Network, Peer, Profile, TableMode
from wgdesk.domain.render import public_digest
from wgdesk.domain.routing import (
    FIRST_MARK,
    FIRST_TABLE,
    NOWHERE,
    RoutePlan,
    Rule,
    plan_routing,
    with_rules,
)

# The helper and wg-quick choose theirs from FIRST_TABLE and FIRST_MARK on, and neither of them
# is asked which they have.
_LEFT_TO_OTHERS: Final = 100
_FIRST_DNS: Final = -50  # below 0: the servers of other connections are not asked at all
_SUPPLEMENTARY_DNS: Final = 50  # NetworkManager's own for VPNs
_NO_SECRET_FLAGS: Final = 0  # NMSettingSecretFlags: the connection itself has the key
AF_NUMBERS: Final = {4: 2, 6: 10}  # AF_INET and AF_INET6, as routing rules have them
UNREACHABLE: Final = 7  # FR_ACT_UNREACHABLE, uapi/linux/fib_rules.h
_WHOLE_MARK: Final = 0xFFFFFFFF
_NO_DEFAULT: Final = 0  # suppress_prefixlength


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the settings depend on beside the profile.

    Attributes:
        user: Whose connection it is; nobody else may use or read it.
        uuid: New for each time that a tunnel comes up.
        used_tables: Of the connections that are there already.
        used_marks: Theirs too.
        onlink_networks: Private networks on the machine's links.
    """

    user: str
    uuid: str
    now_unix_s: int
    used_tables: frozenset[int] = frozenset()
    used_marks: frozenset[int] = frozenset()
    onlink_networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A connection to make.

    Attributes:
        settings: Holds keys.
        notices: What the profile asks for and is not done, in sentences.
    """

    settings: Settings = field(repr=False)
    routing: RoutePlan
    notices: tuple[str, ...]


def settle(name: str, profile: Profile, options: TunnelOptions, ground: Ground) -> Settled:
    """The connection for a profile whose private key is there.

    Raises:
        MarkTaken: Another connection goes by the mark that the profile wants.
    """
    routing = _plan(profile, options, ground)
    notices = profile_limits(profile, options)
    mark = Mark(
        name=name,
        digest=public_digest(profile),
        since_unix_s=ground.now_unix_s,
        hooks=options.hooks,
        table=profile.interface.table.mode,
        notices=notices,
    )
    settings: dict[str, dict[str, Any]] = {
        CONNECTION: {
            "id": name,
            "uuid": ground.uuid,
            "type": WIREGUARD,
            "interface-name": name,
            "autoconnect": False,
            "permissions": [f"user:{ground.user}:"],
        },
        USER: {"data": mark_data(mark)},
        WIREGUARD: _wireguard(profile, routing),
    }
    config = dns_config(profile) if options.use_dns else None
    for version, section in FAMILIES.items():
        settings[section] = _family(version, profile, routing, config)
    return Settled(settings=settings, routing=routing, notices=notices)


def _plan(profile: Profile, options: TunnelOptions, ground: Ground) -> RoutePlan:
    """As the helper's, of the families that NetworkManager gives the interface addresses of."""
    families = _families(profile)
    carried = replace(profile, peers=tuple(_carried(it, families) for it in profile.peers))
    full = profile.full_families()
    is_bare = 6 in full and 6 not in families  # meant for the tunnel, and it cannot take it
    blocks_ipv6 = is_bare or (options.block_ipv6 and 4 in carried.full_families())
    onlink = ground.onlink_networks if options.allow_lan else ()
    plan = plan_routing(
        carried,
        used_tables=ground.used_tables | set(range(FIRST_TABLE, FIRST_TABLE + _LEFT_TO_OTHERS)),
        used_marks=ground.used_marks | set(range(FIRST_MARK, FIRST_MARK + _LEFT_TO_OTHERS)),
        onlink_networks=onlink,
        ipv6=6 in families,
        blocks_ipv6=blocks_ipv6,
    )
    # NetworkManager looks host names up itself, so the server may be of either family.
    return with_rules(plan, onlink, blocks_ipv6=blocks_ipv6, sent_by=frozenset(FAMILIES))


def _families(profile: Profile) -> frozenset[int]:
    return frozenset(address.version for address in profile.interface.addresses)


def _carried(peer: Peer, families: frozenset[int]) -> Peer:
    return replace(
        peer, allowed_ips=tuple(net for net in peer.allowed_ips if net.version in families)
    )


def _wireguard(profile: Profile, routing: RoutePlan) -> dict[str, Any]:
    interface = profile.interface
    key = interface.private_key
    found: dict[str, Any] = {
        "private-key": key.base64() if key else "",
        "private-key-flags": _NO_SECRET_FLAGS,
        "peers": [_peer(peer) for peer in profile.peers],
        # Every route is named below: a whole family in two halves is one default route there.
        "peer-routes": False,
        "ip4-auto-default-route": 0,
        "ip6-auto-default-route": 0,
        "listen-port": interface.listen_port or 0,
        "fwmark": routing.fwmark,
        "mtu": interface.mtu or 0,
    }
    return {name: value for name, value in found.items() if value != 0 or name in _ALWAYS}


_ALWAYS: Final = frozenset(
    {"private-key-flags", "peer-routes", "ip4-auto-default-route", "ip6-auto-default-route"}
)


def _peer(peer: Peer) -> dict[str, Any]:
    found: dict[str, Any] = {
        "public-key": peer.public_key.base64(),
        "allowed-ips": [str(net) for net in peer.allowed_ips],
    }
    if peer.endpoint is not None:
        found["endpoint"] = str(peer.endpoint)
    if peer.keepalive_s:
        found["persistent-keepalive"] = peer.keepalive_s
    if peer.preshared_key is not None:
        found["preshared-key"] = peer.preshared_key.base64()
        found["preshared-key-flags"] = _NO_SECRET_FLAGS
    return found


def _family(
    version: int, profile: Profile, routing: RoutePlan, config: DnsConfig | None
) -> dict[str, Any]:
    """The section `ipv4` or `ipv6`. Rules stand there even where the family is switched off."""
    addresses = [it for it in profile.interface.addresses if it.version == version]
    rules = [_rule(rule) for rule in routing.rules if rule.family == version]
    found: dict[str, Any] = {"routing-rules": rules} if rules else {}
    if not addresses:
        return {"method": "disabled", **found}
    found |= {
        "method": "manual",
        "address-data": [
            {"address": str(it.ip), "prefix": it.network.prefixlen} for it in addresses
        ],
        "route-data": [
            {"dest": str(it.destination.network_address), "prefix": it.destination.prefixlen}
            for it in routing.routes
            if it.destination.version == version
        ],
        "never-default": profile.interface.table.mode is TableMode.OFF,
    }
    if routing.table is not None:
        found["route-table"] = routing.table
    return found | (_dns(version, config) if config is not None else {})


def _dns(version: int, config: DnsConfig) -> dict[str, Any]:
    servers = [it for it in config.servers if it.version == version]
    search = [it for it in config.search if it != ROUTE_ALL]
    if config.is_exclusive:
        search.append(ROUTE_ALL)
    return {
        "dns": [_old_number(it) if version == 4 else it.packed for it in servers],
        "dns-search": search,
        "dns-priority": _FIRST_DNS if config.is_exclusive else _SUPPLEMENTARY_DNS,
    }


def _old_number(address: Address) -> int:
    """Its bytes in memory as a number: the form that every version of it reads."""
    return int.from_bytes(address.packed, sys.byteorder)


def _rule(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {"family": AF_NUMBERS[rule.family], "priority": rule.priority}
    if rule.table == NOWHERE:
        found["action"] = UNREACHABLE
    else:
        found["table"] = rule.table
    return found | dict(_conditions(rule))


def _conditions(rule: Rule) -> Iterator[tuple[str, Any]]:
    if rule.fwmark is not None:
        yield "fwmark", rule.fwmark
        yield "fwmask", _WHOLE_MARK
    if rule.to is not None:
        yield "to", str(rule.to.network_address)
        yield "to-len", rule.to.prefixlen
    if rule.suppress_default:
        yield "suppress-prefixlength", _NO_DEFAULT
