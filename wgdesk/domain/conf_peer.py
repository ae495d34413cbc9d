"""The [Peer] sections of one text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeVar

from wgdesk.domain.conf_addresses import (
    SIGNS,
    AllowedIp,
    find_allowed_ip,
    parse_allowed_ip,
    parse_endpoint,
)
from wgdesk.domain.conf_lexer import SPACE
from wgdesk.domain.conf_report import BadValue, Report
from wgdesk.domain.conf_scalar import better, read_scalar, repeated
from wgdesk.domain.conf_values import parse_keepalive, parse_key
from wgdesk.domain.keys import PresharedKey, PublicKey
from wgdesk.domain.profile import Endpoint, Network, Peer

MAX_PEERS: Final = 10_000
MAX_ALLOWED_IPS: Final = 20_000
MAX_ALLOWED_IPS_OF_PEER: Final = 16_384

T = TypeVar("T")
_Place = tuple[int, str, int, int]  # a line's number and text, offset and length in its value


@dataclass(slots=True)
class _Draft:
    number: int
    line: str
    public_key: PublicKey | None = None
    preshared_key: PresharedKey | None = None
    endpoint: Endpoint | None = None
    keepalive_s: int | None = None
    allowed_ips: dict[int, Network] = field(default_factory=dict)
    removed_ips: dict[int, Network] = field(default_factory=dict)
    is_incremental: bool = False
    seen: set[str] = field(default_factory=set)
    first_too_many: _Place | None = None
    unread: int = 0  # allowed IPs after it was clear that there are too many

    def removed(self) -> tuple[Network, ...] | None:
        return tuple(self.removed_ips.values()) if self.is_incremental else None


@dataclass(frozen=True, slots=True)
class PeerValues:
    """Who reads the values that are no secrets; each raises BadValue.

    Attributes:
        allowed_ip: With its sign.
    """

    public_key: Callable[[str], PublicKey]
    endpoint: Callable[[str], Endpoint]
    allowed_ip: Callable[[str], AllowedIp]


def remembering_values(size: int) -> PeerValues:
    """Those that know the last `size` values of each kind again, where a text is read many times."""
    remember = lru_cache(size)
    return PeerValues(remember(_public_key), remember(parse_endpoint), remember(_parse_signed))


class PeerReader:
    """Takes peers one by one, and the values of the newest."""

    def __init__(self, report: Report, values: "PeerValues | None" = None) -> None:
        self._report, self._values = report, values or _PLAIN
        self._peers: list[_Draft] = []
        self._peer = _Draft(1, "")
        self._owners: dict[int, _Draft] = {}
        self._keys: set[PublicKey] = set()
        self._allowed_ips = 0
        self._first_too_many: _Place | None = None
        self.handlers: dict[str, Callable[[str], None]] = {
            "publickey": self._read_public_key,
            "presharedkey": self._read_preshared_key,
            "endpoint": self._read_endpoint,
            "allowedips": self._read_allowed_ips,
            "persistentkeepalive": self._read_keepalive,
        }

    def begin(self) -> None:
        """A [Peer] line: what follows belongs to a new peer."""
        self._peer = _Draft(self._report.number, self._report.line)
        self._peers.append(self._peer)
        if len(self._peers) == MAX_PEERS + 1:
            self._report.refuse_line(
                BadValue("too-many-peers", f"at most {MAX_PEERS:,} peers are accepted")
            )

    def finish(self, own_key: PublicKey | None) -> None:
        """Say what each peer lacks, at its first line, and what it has too much of."""
        self._refuse_too_many()
        for draft in self._peers:
            if "PublicKey" not in draft.seen:
                self._report.refuse_at(draft.number, draft.line, _NO_PUBLIC_KEY)
            if own_key is not None and draft.public_key == own_key:
                self._report.warn_at(draft.number, draft.line, _OWN_KEY)

    def warn_of_what_is_missing(self) -> None:
        for draft in self._peers:
            if "AllowedIPs" not in draft.seen:
                self._report.warn_at(draft.number, draft.line, _NO_ALLOWED_IPS)

    def peers(self) -> tuple[Peer, ...]:
        """The peers; ask only if nothing was wrong."""
        return tuple(
            Peer(
                public_key=draft.public_key,
                preshared_key=draft.preshared_key,
                endpoint=draft.endpoint,
                allowed_ips=tuple(draft.allowed_ips.values()),
                removed_ips=draft.removed(),
                keepalive_s=draft.keepalive_s,
            )
            for draft in self._peers
            if draft.public_key is not None
        )

    def __len__(self) -> int:
        return len(self._peers)

    @property
    def has_ipv6(self) -> bool:
        """Whether a destination of any peer is IPv6."""
        return any(net.version == 6 for it in self._peers for net in it.allowed_ips.values())

    def _scalar(self, key: str, value: str, parse: Callable[[str], T], default: T) -> T:
        seen = self._peer.seen
        if key in seen:
            self._report.warn_line(repeated(key))
        seen.add(key)
        return read_scalar(self._report, value, parse, default)

    def _read_public_key(self, value: str) -> None:
        key = self._scalar("PublicKey", value, self._values.public_key, None)
        if key is None:
            return
        if self._peer.public_key is not None:
            self._keys.discard(self._peer.public_key)
        if key in self._keys:
            self._report.refuse_value(_DUPLICATE)
        self._keys.add(key)
        self._peer.public_key = key

    def _read_preshared_key(self, value: str) -> None:
        key = self._scalar("PresharedKey", value, _preshared_key, None)
        self._peer.preshared_key = None if key is None or key.is_zero else key

    def _read_endpoint(self, value: str) -> None:
        self._peer.endpoint = self._scalar("Endpoint", value, self._values.endpoint, None)

    def _read_keepalive(self, value: str) -> None:
        self._peer.keepalive_s = self._scalar("PersistentKeepalive", value, parse_keepalive, None)

    def _read_allowed_ips(self, value: str) -> None:
        self._peer.seen.add("AllowedIPs")
        if not value:
            self._report.refuse_line(_NOTHING_ALLOWED)
            return
        # As with wg, the last line decides whether the whole list is incremental.
        self._peer.is_incremental = False
        if self._peer.first_too_many or self._first_too_many:
            number = value.count(",") + 1
            self._peer.unread += number
            self._allowed_ips += number
            return
        offset = 0
        for part in value.split(","):
            text = part.strip(SPACE)
            self._read_allowed_ip(text, offset + len(part) - len(part.lstrip(SPACE)))
            offset += len(part) + 1
        if self._peer.is_incremental:
            self._report.warn_line(_INCREMENTAL)

    def _read_allowed_ip(self, text: str, offset: int) -> None:
        sign = text[:1] if text.startswith(SIGNS) else ""
        try:
            network, identity, has_host_bits = self._values.allowed_ip(text)
        except BadValue as bad:
            self._report.refuse_value(_of_element(bad, text), offset, len(text))
            return
        if sign:
            self._peer.is_incremental = True
        if sign == "-":
            self._take(network, identity)
        elif self._give(network, identity, offset, len(text)):
            self._count(offset, len(text))
        else:
            return
        if has_host_bits:
            self._report.warn_value(_host_bits(network), offset, len(text))

    def _take(self, network: Network, identity: int) -> None:
        peer = self._peer
        if peer.allowed_ips.pop(identity, None) is not None and self._owners[identity] is peer:
            del self._owners[identity]
        peer.removed_ips[identity] = network

    def _give(self, network: Network, identity: int, offset: int, length: int) -> bool:
        """Whether the peer did not have it already."""
        peer = self._peer
        owner = self._owners.get(identity)
        self._owners[identity] = peer
        if owner is not None:
            self._report.warn_value(_given_twice(network, same=owner is peer), offset, length)
        if identity in peer.allowed_ips:
            return False
        peer.removed_ips.pop(identity, None)
        peer.allowed_ips[identity] = network
        return True

    def _count(self, offset: int, length: int) -> None:
        """Remember where it became too many; how many there are in all is known at the end."""
        self._allowed_ips += 1
        peer = self._peer
        if len(peer.allowed_ips) == MAX_ALLOWED_IPS_OF_PEER + 1:
            peer.first_too_many = self._report.number, self._report.line, offset, length
        if self._allowed_ips == MAX_ALLOWED_IPS + 1:
            self._first_too_many = self._report.number, self._report.line, offset, length

    def _refuse_too_many(self) -> None:
        crowded = [draft for draft in self._peers if draft.first_too_many]
        for draft in crowded:
            number = len(draft.allowed_ips) + draft.unread
            self._refuse_number(draft.first_too_many, number, MAX_ALLOWED_IPS_OF_PEER, "one peer")
        if not crowded:
            self._refuse_number(self._first_too_many, self._allowed_ips, MAX_ALLOWED_IPS, "all")

    def _refuse_number(self, place: _Place | None, number: int, limit: int, where: str) -> None:
        if place is None:
            return
        self._report.number, self._report.line, offset, length = place
        text = f"too many AllowedIPs in {where} ({number} > {limit})"
        self._report.refuse_value(BadValue("too-many-allowed-ips", text), offset, length)


_NO_PUBLIC_KEY: Final = BadValue(
    "missing-public-key", "this peer has no public key", "Add a line “PublicKey = ...” to it."
)
_NO_ALLOWED_IPS: Final = BadValue(
    "no-allowed-ips",
    "this peer has no AllowedIPs, so nothing is ever sent to it",
    "Add a line such as “AllowedIPs = 0.0.0.0/0, ::/0”.",
)
_NOTHING_ALLOWED: Final = BadValue(
    "empty-value", "nothing stands after the “=”", "Name a network, or remove the line."
)
_INCREMENTAL: Final = BadValue(
    "incremental",
    "wireguard-tools before 1.0.20250521 refuse “+” and “-” before an address",
    "List all allowed IPs of the peer without signs.",
)
_OWN_KEY: Final = BadValue(
    "own-public-key",
    "this peer has the tunnel's own public key, so WireGuard leaves it out",
    "Use the public key of the other end.",
)
_DUPLICATE: Final = BadValue(
    "duplicate-peer",
    "another [Peer] section has this public key already",
    "Keep one section with the allowed IPs of both.",
)


def _of_element(bad: BadValue, text: str) -> BadValue:
    found = better(bad, text, _parse_signed)
    words = text.split()
    if found.code in ("space-in-value", "semicolon-comment") or len(words) < 2:
        return found
    if all(find_allowed_ip(_without_sign(word)) for word in words):
        return BadValue("missing-comma", "allowed IPs are separated by commas", "Write commas.")
    return found


def _parse_signed(text: str) -> AllowedIp:
    return parse_allowed_ip(_without_sign(text) or text)


def _without_sign(text: str) -> str:
    return text[1:] if text.startswith(SIGNS) else text


def _host_bits(network: Network) -> BadValue:
    return BadValue(
        "host-bits",
        f"this names a host inside a network; WireGuard uses the network {network}",
        f"Write “{network}”.",
    )


def _given_twice(network: Network, *, same: bool) -> BadValue:
    if same:
        return BadValue("repeated-allowed-ip", f"{network} stands in this peer twice")
    return BadValue(
        "moved-allowed-ip",
        f"{network} was given to an earlier peer too; only this last one gets it",
        "Keep it in one peer.",
    )


def _public_key(text: str) -> PublicKey:
    return parse_key(PublicKey, text)


_PLAIN: Final = PeerValues(_public_key, parse_endpoint, _parse_signed)


def _preshared_key(text: str) -> PresharedKey:
    return parse_key(PresharedKey, text)
