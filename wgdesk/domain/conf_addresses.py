"""Values that are addresses: allowed IPs, interface addresses, DNS servers, endpoints."""

import re
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from typing import Final, NamedTuple

from wgdesk.domain.conf_report import BadValue
from wgdesk.domain.conf_values import ODD_NUMBER, parse_port
from wgdesk.domain.profile import Address, Endpoint, InterfaceAddress, Network

_OCTET: Final = r"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_V4: Final = re.compile(rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}(?:/0*([0-9]{{1,2}}))?")
_V6: Final = re.compile(r"([0-9a-fA-F:.]{2,45})(?:/0*([0-9]{1,3}))?")
# What `ip` takes for an IPv4 address: 127.1, 0x7f.1, 010.0.0.1, +10.0.0.1.
_ODD_V4: Final = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F]*|[0-9]+)(?:\.[+-]?(?:0[xX][0-9a-fA-F]*|[0-9]+)){0,3}\.?"
)
_NUMERIC_LABEL: Final = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_LABEL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_SCOPE: Final = re.compile(r"[A-Za-z0-9_=+.-]{1,15}")
_SEARCH: Final = re.compile(r"~?(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?|~\.")
_BIGGEST_PART: Final = 255
_WRAP: Final = 1 << 64
_ADDRESS_WORDS: Final = ("default", "any", "all")  # which `ip address add` takes
_GLOB: Final = frozenset("*?[")
SIGNS: Final = ("+", "-")  # before an allowed IP: add it to, or take it from, what a device has
_MASKS_V4: Final = tuple((0xFFFFFFFF << (32 - bits)) & 0xFFFFFFFF for bits in range(33))
_MASKS_V6: Final = tuple(((1 << bits) - 1) << (128 - bits) for bits in range(129))


class AllowedIp(NamedTuple):
    """A destination as a value, and the number that tells it apart from all others.

    Attributes:
        has_host_bits: The text named a host inside the network.
    """

    network: Network
    identity: int
    has_host_bits: bool


def parse_allowed_ip(text: str) -> AllowedIp:
    """Read `ADDRESS[/BITS]` with host bits cleared, as the device does.

    Raises:
        BadValue: With what is wrong.
    """
    found = find_allowed_ip(text)
    if found is None:
        raise _bad_allowed_ip(text)
    return found


def find_allowed_ip(text: str) -> AllowedIp | None:
    """The same, or None where it is not one."""
    found = _V4.fullmatch(text)
    if found:
        one, two, three, four, suffix = found.groups()
        bits = 32 if suffix is None else int(suffix)
        if bits <= 32:
            number = int(one) << 24 | int(two) << 16 | int(three) << 8 | int(four)
            masked = number & _MASKS_V4[bits]
            return AllowedIp(IPv4Network((masked, bits)), masked << 8 | bits, masked != number)
    parsed = _find_v6_and_bits(text)
    if parsed:
        number, bits = parsed
        masked = number & _MASKS_V6[bits]
        identity = 1 << 140 | masked << 8 | bits
        return AllowedIp(IPv6Network((masked, bits)), identity, masked != number)
    return None


def _find_v6_and_bits(text: str) -> tuple[int, int] | None:
    found = _V6.fullmatch(text)
    if not found or ":" not in text:
        return None
    bits = 128 if found[2] is None else int(found[2])
    address = _find_v6(found[1])
    return (int(address), bits) if address is not None and bits <= 128 else None


def _find_v6(text: str) -> IPv6Address | None:
    try:
        return IPv6Address(text)
    except AddressValueError:
        return None


def _find_v4(text: str) -> IPv4Address | None:
    try:
        return IPv4Address(text)
    except AddressValueError:
        return None


def _bad_allowed_ip(text: str) -> BadValue:
    if not text:
        return BadValue("empty-element", "nothing stands between two commas", "Remove one comma.")
    if text[0] in SIGNS:
        return BadValue(
            "allowed-ip", "one “+” or “-” may stand right before an address, and nothing else"
        )
    return _bad_prefix(text) or BadValue(
        "allowed-ip", "an allowed IP must be an address or a network such as 10.0.0.0/24"
    )


def _bad_prefix(text: str) -> BadValue | None:
    """What is wrong after the slash, where the part before it is an address."""
    host, slash, bits = text.partition("/")
    address = _find_v4(host) or (None if "%" in host else _find_v6(host))
    if not slash or address is None:
        return None
    limit = 32 if address.version == 4 else 128
    if address.version == 4 and _find_v4(bits):
        mask = int(IPv4Address(bits))
        fix = f"Write “{host}/{_MASKS_V4.index(mask)}”." if mask in _MASKS_V4 else ""
        return BadValue("netmask", "the network's size must be a prefix length, not a mask", fix)
    return BadValue("prefix-length", f"the prefix length must be a number from 0 to {limit}")


def parse_address(text: str) -> InterfaceAddress:
    """Read an interface address with its prefix length, host bits kept.

    Raises:
        BadValue: With what is wrong.
    """
    address = _find_interface_address(text)
    if address is not None:
        _require_assignable(address)
        return address
    if _GLOB & set(text):
        raise _glob()
    if _has_odd_spelling(text):
        raise BadValue(
            "address-spelling",
            "`ip` reads this address otherwise than it looks",
            "Write it as in 10.0.0.2/24.",
        )
    raise _bad_prefix(text) or BadValue(
        "address", "an address must look like 10.0.0.2/24 or fd00::2/64"
    )


def _has_odd_spelling(text: str) -> bool:
    host, slash, bits = text.partition("/")
    address = _find_v4(host) or (None if "%" in host else _find_v6(host))
    if address is None:
        return host in _ADDRESS_WORDS or _has_odd_parts(host)
    if address.version == 4 and slash and _find_v4(bits):
        return True
    return ODD_NUMBER.fullmatch(bits) is not None


def _has_odd_parts(host: str) -> bool:
    """Whether `ip` makes an IPv4 address of it: four numbers at most, in any base, up to 255."""
    if not _ODD_V4.fullmatch(host):
        return False
    parts = host.removesuffix(".").lower().split(".")
    return all(_in_any_base(part) <= _BIGGEST_PART for part in parts)


def _in_any_base(text: str) -> int:
    """As strtoul() with base 0, which wraps what is negative; 256 for what it does not take whole."""
    sign, text = (text[0], text[1:]) if text[0] in SIGNS else ("", text)
    digits, base = (text[2:], 16) if text.startswith("0x") else (text, 8 if text[0] == "0" else 10)
    try:
        number = int(digits[:100], base)
    except ValueError:
        return _BIGGEST_PART + 1
    return -number % _WRAP if sign == "-" and number < _WRAP else number


def _find_interface_address(text: str) -> InterfaceAddress | None:
    # `ip` reads a prefix length that begins with 0 as octal.
    host, slash, bits = text.partition("/")
    if slash and not re.fullmatch(r"0|[1-9][0-9]{0,2}", bits):
        return None
    if (v4 := _find_v4(host)) and int(bits or "32") <= 32:
        return IPv4Interface((int(v4), int(bits or "32")))
    v6 = _find_v6(host) if "%" not in host else None
    if v6 is not None and int(bits or "128") <= 128:
        return IPv6Interface((int(v6), int(bits or "128")))
    return None


def _require_assignable(address: InterfaceAddress) -> None:
    ip = address.ip
    loopback = ip.version == 6 and ip.is_loopback
    broadcast = ip.version == 4 and int(ip) == 0xFFFFFFFF
    if ip.is_unspecified or ip.is_multicast or loopback or broadcast:
        raise BadValue("address-kind", "an interface cannot have this address: it is no host's")


def parse_dns(text: str) -> Address | str:
    """Read a server's address, or a search domain as text; wg-quick's rule tells them apart.

    Raises:
        BadValue: wg-quick would take it for one of the two, and it is neither.
    """
    if re.fullmatch(r"[0-9.]+", text) or ":" in text:
        server = _find_v4(text) or (None if "%" in text else _find_v6(text))
        if server is None:
            raise _bad_server(text)
        return server
    if _GLOB & set(text):
        raise _glob()
    if not _SEARCH.fullmatch(text):
        raise BadValue("dns-search", "this is neither a DNS server's address nor a domain name")
    return text


def _bad_server(text: str) -> BadValue:
    host, colon, port = text.rpartition(":")
    fix = f"Write “{host}” alone." if colon and port.isdecimal() and _find_v4(host) else ""
    return BadValue("dns-server", "a DNS server must be an IP address, without a port", fix)


def _glob() -> BadValue:
    return BadValue("glob", "wg-quick would replace “*”, “?” and “[” by the names of files")


def parse_endpoint(text: str) -> Endpoint:
    """Read `HOST:PORT` or `[IPV6]:PORT`; a name is not resolved here.

    Raises:
        BadValue: With what is wrong.
    """
    if "://" in text:
        raise BadValue(
            "endpoint-url",
            "an endpoint is not a web address",
            "Write HOST:PORT, without “http://” and without a path.",
        )
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket:
            raise BadValue("endpoint-brackets", "the “]” after the address is missing")
        port = rest.removeprefix(":") if rest.startswith(":") else ""
    else:
        host, _, port = text.rpartition(":") if ":" in text else (text, "", "")
        _refuse_bare_v6(text, host, port)
    if not port:
        raise BadValue(
            "missing-port", "the endpoint has no port", "Add the server's port, often “:51820”."
        )
    if not host:
        raise BadValue("missing-host", "the endpoint has a port but no host")
    return _endpoint(host, port, len(text) - len(port), bracketed=text.startswith("["))


def _refuse_bare_v6(text: str, host: str, port: str) -> None:
    if text.count(":") < 2:  # no IPv6 address has fewer
        return
    if _find_v6(text.partition("%")[0]) is None and _find_v6(host.partition("%")[0]) is None:
        return
    fix = f"Write “[{host}]:{port}”." if _find_v6(host) else "Write “[ADDRESS]:PORT”."
    raise BadValue(
        "endpoint-brackets", "an IPv6 address in an endpoint must stand in brackets", fix
    )


def _endpoint(host: str, port: str, offset: int, *, bracketed: bool) -> Endpoint:
    """`offset` is that of the port in what was typed."""
    name, percent, scope = host.partition("%")
    address = _find_v6(name) if bracketed else None
    if percent:
        _require_scope(address, scope)
    if address is None:
        _require_host(name)
    try:
        number = parse_port(port)
    except BadValue as bad:
        raise bad.at(offset) from None
    if number == 0:
        zero = BadValue("port-zero", "nothing can be sent to port 0", "Write the server's port.")
        raise zero.at(offset)
    return Endpoint(name, number, scope)


def _require_scope(address: IPv6Address | None, scope: str) -> None:
    if address is None or not address.is_link_local:
        raise BadValue(
            "endpoint-scope", "only a link-local IPv6 address can name an interface after “%”"
        )
    if not _SCOPE.fullmatch(scope):
        raise BadValue("endpoint-scope", "the name after “%” cannot be an interface's")


def _require_host(name: str) -> None:
    labels = name.removesuffix(".").split(".")
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        if not _find_v4(name):
            raise BadValue(
                "endpoint-spelling",
                "this looks like an IPv4 address, but is not one of four numbers up to 255",
                "Write it as in 192.0.2.1.",
            )
        return
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        ascii_only = "" if name.isascii() else "Write the name in its ASCII form (xn--...)."
        raise BadValue("endpoint-host", "this is neither an address nor a host name", ascii_only)
