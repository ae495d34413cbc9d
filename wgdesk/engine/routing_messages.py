"""rtnetlink's messages about links, addresses, rules and routes as values. Pure.

Layouts and numbers from uapi/linux/{rtnetlink,if_link,if_addr,fib_rules}.h. Written by hand
for the same reason as route_messages.py: there may be tens of thousands.
"""

import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from socket import AF_INET, AF_INET6, inet_ntop
from typing import Final

from wgdesk.domain.machine_routing import (
    MachineLink,
    MachineRoute,
    MachineRule,
    RouteKind,
    RuleAction,
)
from wgdesk.domain.profile import Address, InterfaceAddress, Network
from wgdesk.engine.attributes import (
    ATTRIBUTE_HEADER,
    NLM_F_DUMP,
    NLM_F_REQUEST,
    decode_attributes,
    encode_attribute,
    encode_message,
)
from wgdesk.engine.standing import PROTOCOL
from wgdesk.wire.routing_codec import ToldRoute

RTM_GETLINK: Final = 18
RTM_GETADDR: Final = 22
RTM_GETROUTE: Final = 26
RTM_GETRULE: Final = 34

_VERSIONS: Final = {AF_INET: 4, AF_INET6: 6}
_IFINFOMSG: Final = struct.Struct("=BxHiII")  # family, type, index, flags, change
_IFADDRMSG: Final = struct.Struct("=BBBBI")  # family, prefix length, flags, scope, index
# family, destination's and source's length, tos, table, protocol, scope, type, flags; a rule's
# header is the same with its action in the place of the type.
_RTMSG: Final = struct.Struct("=BBBBBBBBI")
_RTNEXTHOP: Final = struct.Struct("=HBBi")  # length, flags, weight, link
_DUMP: Final = NLM_F_REQUEST | NLM_F_DUMP

_IFLA_IFNAME, _IFLA_LINKINFO, _IFLA_EXT_MASK, _IFLA_INFO_KIND = 3, 18, 29, 1
_RTEXT_FILTER_SKIP_STATS: Final = 1 << 3
_IFF_UP: Final = 0x1
_IFA_ADDRESS, _IFA_LOCAL, _IFA_FLAGS = 1, 2, 8
_IFA_F_SECONDARY: Final = 0x01  # a temporary one where it is IPv6
# optimistic, not unique, deprecated, tentative
_IFA_F_NOT_CHOSEN: Final = 0x04 | 0x08 | 0x20 | 0x40

_RTA_DST, _RTA_SRC, _RTA_OIF, _RTA_GATEWAY, _RTA_PRIORITY, _RTA_PREFSRC = 1, 2, 4, 5, 6, 7
_RTA_MULTIPATH, _RTA_TABLE, _RTA_VIA = 9, 15, 18
_RTNH_F_DEAD, _RTNH_F_LINKDOWN, _RTM_F_CLONED = 0x1, 0x10, 0x200
# Behind the table, in both families.
_DESTINATION_AT: Final = _RTMSG.size + ATTRIBUTE_HEADER.size + 4
_DESTINATION_HEADS: Final[dict[int, tuple[bytes, int]]] = {
    family: (ATTRIBUTE_HEADER.pack(ATTRIBUTE_HEADER.size + size, _RTA_DST), size)
    for family, size in ((AF_INET, 4), (AF_INET6, 16))
}
_MOST_KNOWN: Final = 1000
_KINDS: Final = {
    1: RouteKind.UNICAST,
    2: RouteKind.LOCAL,
    3: RouteKind.BROADCAST,
    4: RouteKind.ANYCAST,
    5: RouteKind.MULTICAST,
    6: RouteKind.BLACKHOLE,
    7: RouteKind.UNREACHABLE,
    8: RouteKind.PROHIBIT,
    9: RouteKind.THROW,
}
# uapi/linux/rtnetlink.h; 119 is our own.
_PROTOCOLS: Final = {
    1: "redirect",
    2: "kernel",
    3: "boot",
    4: "static",
    8: "gated",
    9: "ra",
    11: "zebra",
    12: "bird",
    16: "dhcp",
    18: "keepalived",
    42: "babel",
    186: "bgp",
    187: "isis",
    188: "ospf",
    189: "rip",
    192: "eigrp",
    PROTOCOL: "wgdesk",
}

_FRA_DST, _FRA_SRC, _FRA_IIFNAME, _FRA_GOTO, _FRA_PRIORITY, _FRA_FWMARK = 1, 2, 3, 4, 6, 10
_FRA_FLOW, _FRA_TUN_ID, _FRA_SUPPRESS_IFGROUP, _FRA_SUPPRESS_PREFIXLEN = 11, 12, 13, 14
_FRA_TABLE, _FRA_FWMASK, _FRA_OIFNAME, _FRA_L3MDEV, _FRA_UID_RANGE = 15, 16, 17, 19, 20
_FRA_PROTOCOL, _FRA_IP_PROTO, _FRA_SPORT_RANGE, _FRA_DPORT_RANGE = 21, 22, 23, 24
_FRA_DSCP, _FRA_FLOWLABEL, _FRA_FLOWLABEL_MASK = 25, 26, 27
_FRA_SPORT_MASK, _FRA_DPORT_MASK, _FRA_DSCP_MASK = 28, 29, 30
_FIB_RULE_INVERT: Final = 0x2
_NONE: Final = 0xFFFFFFFF  # of a suppressor that is off
_ACTIONS: Final = {
    1: RuleAction.LOOKUP,
    2: RuleAction.GOTO,
    3: RuleAction.NOP,
    6: RuleAction.BLACKHOLE,
    7: RuleAction.UNREACHABLE,
    8: RuleAction.PROHIBIT,
}

Values = Mapping[int, bytes]
OwnAddress = tuple[InterfaceAddress, bool, int]  # whether it is passive, its scope


def encode_link_dump(sequence: int) -> bytes:
    wanted = encode_attribute(_IFLA_EXT_MASK, struct.pack("=I", _RTEXT_FILTER_SKIP_STATS))
    return encode_message(RTM_GETLINK, _DUMP, sequence, _IFINFOMSG.pack(0, 0, 0, 0, 0) + wanted)


def encode_address_dump(sequence: int) -> bytes:
    return encode_message(RTM_GETADDR, _DUMP, sequence, _IFADDRMSG.pack(0, 0, 0, 0, 0))


def encode_dump(kind: int, family: int, sequence: int) -> bytes:
    """Of routes or rules."""
    return encode_message(kind, _DUMP, sequence, _RTMSG.pack(family, 0, 0, 0, 0, 0, 0, 0, 0))


def decode_link(payload: bytes) -> tuple[int, MachineLink]:
    """Index, and the link without its addresses.

    Raises:
        ValueError: The bytes make no sense.
        struct.error: Neither do these.
    """
    _, _, index, flags, _ = _IFINFOMSG.unpack_from(payload)
    values = dict(decode_attributes(payload[_IFINFOMSG.size :]))
    about = dict(decode_attributes(values.get(_IFLA_LINKINFO, b"")))
    return index, MachineLink(
        name=_text(values.get(_IFLA_IFNAME)),
        is_up=bool(flags & _IFF_UP),
        kind=_text(about.get(_IFLA_INFO_KIND)),
    )


def decode_address(payload: bytes) -> tuple[int, OwnAddress] | None:
    """Index of its link, and what it is; None for a family that is not IP's."""
    family, length, short_flags, scope, index = _IFADDRMSG.unpack_from(payload)
    values = dict(decode_attributes(payload[_IFADDRMSG.size :]))
    flags = _number(values.get(_IFA_FLAGS), short_flags)
    raw = values.get(_IFA_LOCAL) or values.get(_IFA_ADDRESS, b"")
    if family == AF_INET:
        is_passive = bool(flags & _IFA_F_SECONDARY)
        return index, (IPv4Interface((raw, length)), is_passive, scope)
    if family == AF_INET6:
        is_passive = bool(flags & _IFA_F_NOT_CHOSEN)
        return index, (IPv6Interface((raw, length)), is_passive, 0)
    return None


def with_address(link: MachineLink, own: OwnAddress) -> MachineLink:
    """The link with one more address."""
    address, is_passive, scope = own
    return replace(
        link,
        addresses=(*link.addresses, address),
        passive=link.passive | {address.ip} if is_passive else link.passive,
        scopes={**link.scopes, address.ip: scope} if scope else link.scopes,
    )


def decode_rule(payload: bytes) -> MachineRule | None:
    """None for a family that is not IP's."""
    family, to_length, from_length, tos, table, _, _, action, flags = _RTMSG.unpack_from(payload)
    if family not in _VERSIONS:
        return None
    values = dict(decode_attributes(payload[_RTMSG.size :]))
    does = _ACTIONS.get(action, RuleAction.BLACKHOLE)  # as the kernel takes what it does not know
    least = _number(values.get(_FRA_SUPPRESS_PREFIXLEN), _NONE)
    return MachineRule(
        family=_VERSIONS[family],
        priority=_number(values.get(_FRA_PRIORITY)),
        action=does,
        table=_number(values.get(_FRA_TABLE), table) if does is RuleAction.LOOKUP else 0,
        goto=_number(values.get(_FRA_GOTO)),
        source=_network(family, values.get(_FRA_SRC), from_length),
        to=_network(family, values.get(_FRA_DST), to_length),
        fwmark=_mark(values),
        fwmask=_number(values.get(_FRA_FWMASK), _NONE),
        input_link=_text(values.get(_FRA_IIFNAME)),
        output_link=_text(values.get(_FRA_OIFNAME)),
        is_inverted=bool(flags & _FIB_RULE_INVERT),
        suppress_prefix_length=None if least == _NONE else least,
        selects_more=" ".join(_more_selectors(values, tos)),
        is_ours=_number(values.get(_FRA_PROTOCOL)) == PROTOCOL,
    )


class RouteDecoder:
    """Decodes the routes of a dump; of those that differ in their destination only, the first.

    Args:
        links: Names by index.
    """

    def __init__(self, links: Mapping[int, str]) -> None:
        self._links = links
        self._known: dict[bytes, tuple[MachineRoute, ...]] = {}

    def decode(self, payload: bytes) -> Iterator[ToldRoute]:
        """The route, once for each way of it; none for what is in no table of IP's.

        Raises:
            ValueError: The bytes make no sense.
            struct.error: Neither do these.
        """
        raw, rest = _split_destination(payload)
        ways = self._known.get(rest)
        if ways is None:
            ways = tuple(_decode_route(payload, self._links))
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[rest] = ways
        for route in ways:
            yield (
                f"{inet_ntop(payload[0], raw)}/{payload[1]}" if raw else str(route.destination),
                route,
            )


def _split_destination(payload: bytes) -> tuple[bytes, bytes]:
    """The bytes of a route's destination, if they are where the kernel puts them, and the rest."""
    head, size = _DESTINATION_HEADS.get(payload[0], (b"", 0))
    at = _DESTINATION_AT + len(head)
    if not size or payload[_DESTINATION_AT:at] != head:
        return b"", payload
    return payload[at : at + size], payload[:at] + payload[at + size :]


def _decode_route(payload: bytes, links: Mapping[int, str]) -> Iterator[MachineRoute]:
    family, length, from_length, tos, table, protocol, scope, kind, flags = _RTMSG.unpack_from(
        payload
    )
    if family not in _VERSIONS or kind not in _KINDS or flags & _RTM_F_CLONED:
        return
    values = dict(decode_attributes(payload[_RTMSG.size :]))
    raw = values.get(_RTA_DST, bytes(4 if family == AF_INET else 16))
    route = MachineRoute(
        destination=IPv4Network((raw, length)) if family == AF_INET else IPv6Network((raw, length)),
        table=_number(values.get(_RTA_TABLE), table),
        link=links.get(_number(values.get(_RTA_OIF)), ""),
        gateway=_gateway(values),
        source=_address(values.get(_RTA_PREFSRC)),
        metric=_number(values.get(_RTA_PRIORITY)),
        kind=_KINDS[kind],
        protocol=_PROTOCOLS.get(protocol) or str(protocol),
        is_linkdown=bool(flags & _RTNH_F_LINKDOWN),
        is_dead=bool(flags & _RTNH_F_DEAD),
        scope=scope if family == AF_INET else 0,
        selects_more=" ".join(_route_selectors(family, values, from_length, tos)),
    )
    if _RTA_MULTIPATH in values:
        yield from _ways(route, values[_RTA_MULTIPATH], links)
    else:
        yield route


def _ways(route: MachineRoute, data: bytes, links: Mapping[int, str]) -> Iterator[MachineRoute]:
    at = 0
    while at + _RTNEXTHOP.size <= len(data):
        length, flags, _, link = _RTNEXTHOP.unpack_from(data, at)
        if length < _RTNEXTHOP.size:
            raise ValueError("a next hop is cut short")
        values = dict(decode_attributes(data[at + _RTNEXTHOP.size : at + length]))
        yield replace(
            route,
            link=links.get(link, ""),
            gateway=_gateway(values),
            is_linkdown=bool(flags & _RTNH_F_LINKDOWN),
            is_dead=bool(flags & _RTNH_F_DEAD),
            is_multipath=True,
        )
        at += length + -length % 4


def _gateway(values: Values) -> Address | None:
    if _RTA_GATEWAY in values:
        return _address(values[_RTA_GATEWAY])
    return _address(values.get(_RTA_VIA, b"")[2:])  # its family stands before it


def _route_selectors(family: int, values: Values, from_length: int, tos: int) -> Iterator[str]:
    if tos:
        yield f"tos {tos:#04x}"
    if from_length:
        yield f"from {_network(family, values.get(_RTA_SRC), from_length)}"


def _more_selectors(values: Values, tos: int) -> Iterator[str]:
    """What else a rule looks at, as `ip rule` says it."""
    if tos:
        yield f"tos {tos:#04x}"
    if _number(values.get(_FRA_DSCP)):
        yield f"dscp {_number(values[_FRA_DSCP])}"
    if _FRA_FLOWLABEL in values:
        yield "flowlabel"
    if _number(values.get(_FRA_L3MDEV)):
        yield "l3mdev"
    if any(values.get(_FRA_TUN_ID, b"")):
        yield f"tun_id {int.from_bytes(values[_FRA_TUN_ID], 'big')}"
    if _FRA_UID_RANGE in values:
        first, last = struct.unpack("=II", values[_FRA_UID_RANGE])
        yield f"uidrange {first}-{last}"
    if _number(values.get(_FRA_IP_PROTO)):
        yield f"ipproto {_protocol_name(_number(values[_FRA_IP_PROTO]))}"
    for kind, word in ((_FRA_SPORT_RANGE, "sport"), (_FRA_DPORT_RANGE, "dport")):
        if kind in values:
            first, last = struct.unpack("=HH", values[kind])
            yield f"{word} {first}" if first == last else f"{word} {first}-{last}"
    if _number(values.get(_FRA_SUPPRESS_IFGROUP), _NONE) != _NONE:
        yield f"suppress_ifgroup {_number(values[_FRA_SUPPRESS_IFGROUP])}"


def _protocol_name(number: int) -> str:
    return {1: "icmp", 6: "tcp", 17: "udp", 58: "ipv6-icmp"}.get(number, str(number))


def _mark(values: Values) -> int | None:
    if _FRA_FWMARK not in values and _FRA_FWMASK not in values:
        return None
    return _number(values.get(_FRA_FWMARK))


def _network(family: int, raw: bytes | None, length: int) -> Network | None:
    if not raw or not length:
        return None
    kind = IPv4Network if family == AF_INET else IPv6Network
    return kind((raw, length), strict=False)  # a rule keeps the bits that it does not compare


def _address(raw: bytes | None) -> Address | None:
    if not raw:
        return None
    return IPv4Address(raw) if len(raw) == 4 else IPv6Address(raw)


def _number(raw: bytes | None, otherwise: int = 0) -> int:
    return int.from_bytes(raw, sys.byteorder) if raw else otherwise


def _text(raw: bytes | None) -> str:
    return raw.rstrip(b"\0").decode("utf-8", "replace") if raw else ""
