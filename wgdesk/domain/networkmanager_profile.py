"""A WireGuard connection of NetworkManager becomes a profile's text. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from wgdesk.domain.conf_addresses import parse_address, parse_allowed_ip, parse_dns, parse_endpoint
from wgdesk.domain.conf_report import BadValue
from wgdesk.domain.conf_values import MAX_U32, parse_mtu
from wgdesk.domain.keys import PresharedKey, PrivateKey, PublicKey
from wgdesk.domain.names import printable
from wgdesk.domain.networkmanager_routes import decide_routing
from wgdesk.domain.networkmanager_unsaid import unsaid
from wgdesk.domain.networkmanager_values import (
    CONNECTION,
    FAMILIES,
    WIREGUARD,
    Section,
    Settings,
    section,
)
from wgdesk.domain.profile import Address, Endpoint, Interface, Peer, Profile
from wgdesk.domain.render import render_profile

MAX_PORT: Final = 65535
_UDP: Final = "dns+udp://"
# NMSettingSecretFlags.
_AGENT_OWNED: Final = 1
_NOT_SAVED: Final = 2
_NOT_REQUIRED: Final = 4
_STORE_IT: Final = "Let NetworkManager store the key for all users, then import it again."

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """What came out.

    Attributes:
        text: "" where `refusal` says why there is none.
        unsupported: What a profile cannot say, in sentences.
    """

    text: str = field(default="", repr=False)
    unsupported: tuple[str, ...] = ()
    refusal: str = ""
    remedy: str = ""


class _Refused(Exception):
    def __init__(self, text: str, remedy: str = "") -> None:
        super().__init__(text)
        self.text, self.remedy = text, remedy


def title_of(settings: Settings) -> str:
    """The connection's name, as a person gave it; any text."""
    return section(settings, CONNECTION).text("id")


def convert(settings: Settings, secrets: Settings) -> Converted:
    """The profile that does what the connection does, as far as profiles go.

    Args:
        settings: As GetSettings gives them, with plain values.
        secrets: As GetSecrets gives those of `wireguard`, which may lack any of them.
    """
    conversion = _Conversion(settings, section(secrets, WIREGUARD))
    try:
        profile = conversion.profile()
    except _Refused as refused:
        return Converted(refusal=refused.text, remedy=refused.remedy)
    return Converted(text=render_profile(profile), unsupported=tuple(conversion.unsaid))


class _Conversion:
    def __init__(self, settings: Settings, secrets: Section) -> None:
        self._settings, self._secrets = settings, secrets
        self._wireguard = section(settings, WIREGUARD)
        self._title = printable(title_of(settings))
        self.unsaid = list(unsaid(settings))

    def profile(self) -> Profile:
        private_key = self._private_key()
        peers = tuple(filter(None, map(self._peer, self._wireguard.sections("peers"))))
        routing = decide_routing(self._settings, [peer.allowed_ips for peer in peers])
        self.unsaid += routing.unsaid
        peers = tuple(
            replace(peer, allowed_ips=allowed)
            for peer, allowed in zip(peers, routing.allowed_ips, strict=True)
        )
        interface = replace(self._interface(), private_key=private_key, table=routing.table)
        return Profile(interface=interface, peers=peers)

    def _interface(self) -> Interface:
        families = [section(self._settings, name) for name in FAMILIES.values()]
        texts = (text for family in families for text in family.addresses())
        domains = (text for family in families for text in family.texts("dns-search"))
        return Interface(
            listen_port=self._number("listen-port", "ListenPort", MAX_PORT) or None,
            fwmark=self._number("fwmark", "FwMark", MAX_U32) or None,
            addresses=tuple(self._all(texts, parse_address, "Address")),
            dns_servers=tuple(self._servers(families)),
            dns_search=tuple(self._all(domains, _search_domain, "DNS")),
            mtu=self._mtu(),
        )

    def _servers(self, families: Iterable[Section]) -> Iterable[Address]:
        texts = (text for family in families for text in family.servers())
        return self._all(texts, _server, "DNS")

    def _mtu(self) -> int | None:
        number = self._wireguard.number("mtu")
        found = self._all([str(number)] if number else [], parse_mtu, "MTU")
        return found[0] if found else None

    def _number(self, key: str, keyword: str, limit: int) -> int:
        number = self._wireguard.number(key)
        if 0 <= number <= limit:
            return number
        self._leave_out(keyword, str(number))
        return 0

    def _peer(self, peer: Section) -> Peer | None:
        text = peer.text("public-key")
        try:
            public_key = PublicKey.parse(text)
        except ValueError:
            self.unsaid.append("A peer of it is not kept: it has no public key.")
            return None
        nets = self._all(peer.texts("allowed-ips"), parse_allowed_ip, "AllowedIPs")
        endpoints = self._all(filter(None, [peer.text("endpoint")]), parse_endpoint, "Endpoint")
        keepalive_s = peer.number("persistent-keepalive")
        return Peer(
            public_key=public_key,
            preshared_key=self._preshared_key(peer, text),
            endpoint=_first(endpoints),
            allowed_ips=tuple(dict.fromkeys(it.network for it in nets)),
            keepalive_s=keepalive_s if 0 < keepalive_s <= MAX_PORT else None,
        )

    def _private_key(self) -> PrivateKey:
        text = self._secrets.text("private-key") or self._wireguard.text("private-key")
        try:
            return PrivateKey.parse(text)
        except ValueError:
            flags = self._wireguard.number("private-key-flags")
            raise self._refusal("private key", flags, is_there=bool(text)) from None

    def _preshared_key(self, peer: Section, public_key: str) -> PresharedKey | None:
        given = (
            it for it in self._secrets.sections("peers") if it.text("public-key") == public_key
        )
        text = "".join(it.text("preshared-key") for it in given) or peer.text("preshared-key")
        flags = peer.number("preshared-key-flags", _NOT_REQUIRED)
        if not text and flags & _NOT_REQUIRED:
            return None
        try:
            return PresharedKey.parse(text)
        except ValueError:
            raise self._refusal("preshared key", flags, is_there=bool(text)) from None

    def _refusal(self, key: str, flags: int, *, is_there: bool) -> _Refused:
        title = self._title
        if is_there:
            return _Refused(f"“{title}” has a {key} that WireGuard cannot use.")
        if flags & _NOT_SAVED:
            return _Refused(f"“{title}” has no {key} stored: it is asked for each time.", _STORE_IT)
        if flags & _AGENT_OWNED:
            text = f"“{title}” has its {key} in a desktop's keyring, which did not give it."
            return _Refused(text, _STORE_IT)
        return _Refused(f"“{title}” has no {key}.")

    def _all(self, texts: Iterable[str], parse: Callable[[str], T], keyword: str) -> list[T]:
        found: list[T] = []
        for text in dict.fromkeys(texts):  # both families name the same search domains
            try:
                found.append(parse(text))
            except BadValue:
                self._leave_out(keyword, text)
        return found

    def _leave_out(self, keyword: str, text: str) -> None:
        self.unsaid.append(f"{keyword} “{printable(text)}” is not kept: no profile can have it.")


def _server(text: str) -> Address:
    found = parse_dns(text.removeprefix(_UDP))
    if isinstance(found, str):
        raise BadValue("dns-server", "")
    return found


def _search_domain(text: str) -> str:
    found = parse_dns(text)
    if not isinstance(found, str):
        raise BadValue("dns-search", "")
    return found


def _first(endpoints: list[Endpoint]) -> Endpoint | None:
    return endpoints[0] if endpoints else None
