"""What each key accepts, and the code of the problem where it does not.

The unit tests hold the parser to this table, the agreement tests hold the table to
`wg` and `wg-quick`.
"""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Final

OK: Final = "ok"
CORPUS: Final = Path(__file__).parents[1] / "data" / "conf"


def key(number: int) -> str:
    """A fixed key in base64, another one for each number."""
    return base64.b64encode(bytes([number, *range(1, 32)])).decode()


PRIVATE: Final = key(8)
PUBLIC: Final = key(101)
PRESHARED: Final = key(202)
ZERO: Final = base64.b64encode(bytes(32)).decode()
UNCLAMPED: Final = base64.b64encode(b"\xff" * 32).decode()

_KEYS: Final = (
    (PRIVATE, OK),
    (UNCLAMPED, OK),
    ("", "empty-value"),
    (PRIVATE[:-1], "key-padding"),
    (PRIVATE[:-2] + "9=", "key-not-canonical"),
    (PRIVATE[:-1] + "A", "key-length"),
    (base64.b64encode(bytes(range(31))).decode(), "key-length"),
    (UNCLAMPED.replace("/", "_"), "key-alphabet"),
    (UNCLAMPED.replace("/", "_")[:-1], "key-alphabet"),
    (PRIVATE + "=", "key-length"),
    (PRIVATE[:10], "key-length"),
    ("ab" * 32, "key-hex"),
    ("$" + PRIVATE[1:], "key-base64"),
    (f"{PRIVATE[:20]} {PRIVATE[20:]}", "space-in-value"),
    (f"{PRIVATE} ; mine", "semicolon-comment"),
)
# Accepted by wireguard-tools 1.0.20250521 and newer.
SIGNED: Final = (
    "+10.0.0.1/32",
    "-10.0.0.1/32",
    "10.0.0.0/8, -10.0.0.1/32,\t+fd00::1/64",
    "10.0.0.0/8, -10.0.0.0/8, 10.0.0.0/8",
)
VALUES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "PrivateKey": (*_KEYS, (ZERO, OK)),
    "PublicKey": _KEYS,
    "PresharedKey": (*_KEYS, (ZERO, OK)),
    "ListenPort": (
        ("51820", OK),
        ("0", OK),
        ("65535", OK),
        ("+53", OK),
        ("053", OK),
        ("00000000053", OK),
        ("65536", "port-wraps"),
        ("666666666", "port-wraps"),
        ("domain", "port-name"),
        ("http", "port-name"),
        ("-1", "port"),
        ("-0", "port-wraps"),
        ("-9223372036854775808", "port-wraps"),
        ("0x35", "port"),
        ("5.5", "port"),
        ("", "empty-value"),
        ("5 1 8", "space-in-value"),
        ("518 ; mine", "semicolon-comment"),
        ("\u0665\u0661", "port"),
    ),
    "FwMark": (
        ("OFF", OK),
        ("0", OK),
        ("010", OK),
        ("0x1F", OK),
        ("0x1f", OK),
        ("4294967295", OK),
        ("0xffffffff", OK),
        ("0X1F", "fwmark"),
        ("0x", "fwmark"),
        ("1f", "fwmark"),
        ("-1", "fwmark"),
        ("+1", "fwmark"),
        ("4294967296", "fwmark"),
        ("0x100000000", "fwmark"),
        ("99999999999999999999999999", "fwmark"),
        ("", "empty-value"),
        ("0x 1f", "space-in-value"),
        ("0x0x1f", "number-spelling"),
        ("0x+1f", "number-spelling"),
    ),
    "AllowedIPs": (
        ("10.0.0.0/8", OK),
        ("10.0.0.1, fd00::1", OK),
        ("10.0.0.1/24, fd00::1/64", OK),
        ("0.0.0.0/0, ::0/0", OK),
        ("10.0.0.0/024", OK),
        ("fd00::/0000064", OK),
        ("::ffff:1.2.3.4/128", OK),
        ("::1.2.3.4", OK),
        ("1:2:3:4:5:6:7::", OK),
        ("  10.0.0.0/8  ,\t10.1.0.0/16", OK),
        ("10.0.0.0/8,10.0.0.0/8", OK),
        ("10.0.0.1/33", "prefix-length"),
        ("10.0.0.1/129", "prefix-length"),
        ("fd00::1/129", "prefix-length"),
        ("10.0.0.1/-1", "prefix-length"),
        ("10.0.0.1/+1", "prefix-length"),
        ("10.0.0.1/256", "prefix-length"),
        ("10.0.0.1/4294967296", "prefix-length"),
        ("10.0.0.1/", "prefix-length"),
        ("10.0.0.1/0x18", "prefix-length"),
        ("10.0.0.1/24/24", "prefix-length"),
        ("10.0.0.1/255.255.255.0", "netmask"),
        ("10/8", "allowed-ip"),
        ("10.1/16", "allowed-ip"),
        ("010.0.0.1/32", "allowed-ip"),
        ("256.0.0.1", "allowed-ip"),
        ("1.2.3.4.5", "allowed-ip"),
        ("fe80::1%lo/64", "allowed-ip"),
        ("[fd00::1]/64", "allowed-ip"),
        ("fd00::1::2", "allowed-ip"),
        ("1:2:3:4:5:6:7:8:9", "allowed-ip"),
        ("1:2:3:4::5:6:7:8", "allowed-ip"),
        ("fd00:::1", "allowed-ip"),
        ("12345::", "allowed-ip"),
        ("::1.2.3.04", "allowed-ip"),
        ("localhost", "allowed-ip"),
        ("wg0/24", "allowed-ip"),
        ("=a", "allowed-ip"),
        ("\u0661\u0660.0.0.1", "allowed-ip"),
        ("", "empty-value"),
        (",", "empty-element"),
        ("10.0.0.1,", "empty-element"),
        ("10.0.0.1,,10.0.0.2", "empty-element"),
        (",10.0.0.1", "empty-element"),
        ("10.0.0.1/32 10.0.0.2/32", "missing-comma"),
        ("10.0.0.1 10.0.0.2", "missing-comma"),
        ("10.0.0.1 x", "allowed-ip"),
        ("10.0.0.0 /24", "space-in-value"),
        ("10. 0.0.0/24", "space-in-value"),
        ("10.0.0.0/24 ; mine", "semicolon-comment"),
        *((text, OK) for text in SIGNED),
        ("+-10.0.0.1/32", "allowed-ip"),
        ("++10.0.0.1/32", "allowed-ip"),
        ("+", "allowed-ip"),
        ("+ 10.0.0.1/32", "space-in-value"),
        ("+10.0.0.1/33", "prefix-length"),
        ("10.0.0.1/32 +10.0.0.2/32", "missing-comma"),
    ),
    "PersistentKeepalive": (
        ("25", OK),
        ("OFF", OK),
        ("off", OK),
        ("0", OK),
        ("025", OK),
        ("65535", OK),
        ("65536", "keepalive"),
        ("0x10", "keepalive"),
        ("0L", "keepalive"),
        ("25s", "keepalive"),
        ("-1", "keepalive"),
        ("+1", "keepalive"),
        ("never", "keepalive"),
        ("", "empty-value"),
        ("2 5", "space-in-value"),
    ),
    "Endpoint": (
        ("192.0.2.1:51820", OK),
        ("[192.0.2.1]:51820", OK),
        ("[2001:db8::1]:51820", OK),
        ("[fe80::1%lo]:51820", OK),
        ("localhost:51820", OK),
        ("[localhost]:51820", OK),
        ("vpn.example:51820", OK),
        ("vpn.example.:51820", OK),
        ("a_b-c.example:51820", OK),
        ("192.0.2.1:+051820", OK),
        ("[::ffff:192.0.2.1]:51820", OK),
        ("[::192.0.2.1]:51820", OK),
        ("2001:db8::1:51820", "endpoint-brackets"),
        ("2001:db8::1", "endpoint-brackets"),
        ("[2001:db8::1:51820", "endpoint-brackets"),
        ("127.1:51820", "endpoint-spelling"),
        ("2130706433:51820", "endpoint-spelling"),
        ("0x7f.1:51820", "endpoint-spelling"),
        ("010.0.0.1:51820", "endpoint-spelling"),
        ("1.2.3.4.5:51820", "endpoint-spelling"),
        ("192.0.2.256:51820", "endpoint-spelling"),
        ("192.0.2.1:domain", "port-name"),
        ("192.0.2.1:117356", "port-wraps"),
        ("192.0.2.1:-0", "port-wraps"),
        ("192.0.2.1:0", "port-zero"),
        ("192.0.2.1:-1", "port"),
        ("192.0.2.1:0x35", "port"),
        ("[fe80::1%0nosuch/]:51820", "endpoint-scope"),
        ("[2001:db8::1%1]:51820", "endpoint-scope"),
        ("192.0.2.1%lo:51820", "endpoint-scope"),
        (":51820", "missing-host"),
        ("[]:51820", "missing-host"),
        ("192.0.2.1", "missing-port"),
        ("192.0.2.1:", "missing-port"),
        ("[2001:db8::1]", "missing-port"),
        ("[2001:db8::1]:", "missing-port"),
        ("[2001:db8::1]51820", "missing-port"),
        ("vpn.example", "missing-port"),
        ("http://vpn.example:51820", "endpoint-url"),
        ("[192.168.42.0:]:51880", "endpoint-host"),
        ("vpn..example:51820", "endpoint-host"),
        ("vpn/example:51820", "endpoint-host"),
        ("v\u00fcn.example:51820", "endpoint-host"),
        ("-vpn.example:51820", "endpoint-host"),
        ("192.0.2.1 :51820", "space-in-value"),
        ("", "empty-value"),
    ),
    "Address": (
        ("10.0.0.2/24", OK),
        ("10.0.0.2", OK),
        ("fd00::2/64", OK),
        ("fd00::2", OK),
        ("10.0.0.2/24, fd00::2/64", OK),
        ("10.0.0.2/24,,fd00::2/64,", OK),
        ("10.0.0.2/24 fd00::2/64\t10.0.0.3", OK),
        ("10.0.0.2/0", OK),
        ("127.0.0.5/8", OK),
        ("::ffff:1.2.3.4/120", OK),
        ("", OK),
        (",", OK),
        ("10.0.0.2/24, 10.0.0.2/24", "duplicate-address"),
        ("10.0.0.2/24, 10.0.0.2/32", "duplicate-address"),
        ("fd00::2/64, fd00:0::2/128", "duplicate-address"),
        ("10.0.0.2/024", "address-spelling"),
        ("10.0.0.2/+24", "address-spelling"),
        ("10.0.0.2/0x18", "address-spelling"),
        ("10.0.0.2/255.255.255.0", "address-spelling"),
        ("10.1/16", "address-spelling"),
        ("010.0.0.2/24", "address-spelling"),
        ("+10.0.0.2/24", "address-spelling"),
        ("127.+7.0.5/8", "address-spelling"),
        ("10.0.0.-0", "address-spelling"),
        ("10.0.0.-18446744073709551615", "address-spelling"),
        ("10.0.0.-1", "address"),
        ("default", "address-spelling"),
        ("0.0.0.0/24", "address-kind"),
        ("224.0.0.1/24", "address-kind"),
        ("255.255.255.255", "address-kind"),
        ("::/64", "address-kind"),
        ("::1", "address-kind"),
        ("ff02::1", "address-kind"),
        ("10.0.0.2/33", "prefix-length"),
        ("10.0.0.2/", "prefix-length"),
        ("fd00::2/129", "prefix-length"),
        ("10.0.0.2/-1", "prefix-length"),
        ("wg0/24", "address"),
        ("10.0.0.300/24", "address"),
        ("2130706433", "address"),
        ("0x0a.1.08.9", "address"),
        ("fe80::1%lo/64", "address"),
        ("10.0.0.2/24;", "prefix-length"),
        ("vpn.example", "address"),
        ("10.0.0.*", "glob"),
    ),
    "DNS": (
        ("192.0.2.53", OK),
        ("192.0.2.53, 2001:db8::53", OK),
        ("192.0.2.53 corp.example", OK),
        ("192.0.2.53,, corp.example,", OK),
        ("corp.example", OK),
        ("192.0.2.53, ~corp, ~.", OK),
        ("192.0.2.53, corp_1.example.", OK),
        ("", OK),
        ("1.2", "dns-server"),
        ("...", "dns-server"),
        ("8.8.8.8.8", "dns-server"),
        ("a:b", "dns-server"),
        ("1.1.1.1:53", "dns-server"),
        ("fe80::1%lo", "dns-server"),
        ("1.1.1.1, corp/example", "dns-search"),
        ("c\u00f6rp.example", "dns-search"),
        ("1.1.1.1, *.example", "glob"),
    ),
    "MTU": (
        ("1420", OK),
        ("1280", OK),
        ("68", OK),
        ("65535", OK),
        ("", OK),
        ("0x5dc", "number-spelling"),
        ("+1400", "number-spelling"),
        ("02000", "number-spelling"),
        ("67", "mtu-range"),
        ("65536", "mtu-range"),
        ("1400x", "mtu"),
        ("-1", "mtu"),
        ("auto", "mtu"),
        ("14 20", "space-in-value"),
    ),
    "Table": (
        ("auto", OK),
        ("off", OK),
        ("1234", OK),
        ("0x10", OK),
        ("4294967295", OK),
        ("", OK),
        ("OFF", "table-name"),
        ("Auto", "table-name"),
        ("main", "table-reserved"),
        ("vpn", OK),
        ("my_table-2.x", OK),
        ("0", "table-reserved"),
        ("253", "table-reserved"),
        ("254", "table-reserved"),
        ("255", "table-reserved"),
        ("010", "number-spelling"),
        ("0X20", "number-spelling"),
        ("+7", "number-spelling"),
        ("4294967296", "table"),
        ("-1", "table"),
        ("7x", "table"),
        ("7 ; mine", "semicolon-comment"),
    ),
    "PreUp": (("true", OK), ("", OK), ("echo 'caf\u00e9'\t%i", OK), ("true # said", OK)),
    "PostUp": (
        ("true", OK),
        ("echo a=b; true", OK),
        ("echo \x1b[2J", "control-character"),
        ("echo \u202e", "control-character"),
        ("echo \udcff", "not-utf8"),
    ),
    "PreDown": (("true", OK),),
    "PostDown": (("true \\", OK),),
    "SaveConfig": (
        ("true", OK),
        ("FALSE", OK),
        ("yes", "save-config"),
        ("1", "save-config"),
        ("", "empty-value"),
    ),
}

INTERFACE_LINES: Final = {"PrivateKey": PRIVATE, "Address": "10.9.0.2/24"}
PEER_LINES: Final = {"PublicKey": PUBLIC, "AllowedIPs": "10.9.0.0/24"}
PEER_KEYS: Final = ("PublicKey", "PresharedKey", "Endpoint", "AllowedIPs", "PersistentKeepalive")


def text_with(name: str, value: str) -> bytes:
    """A profile that is right but for, perhaps, this value."""
    interface, peer = dict(INTERFACE_LINES), dict(PEER_LINES)
    (peer if name in PEER_KEYS else interface)[name] = value
    lines = ["[Interface]", *_lines(interface), "[Peer]", *_lines(peer), ""]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _lines(pairs: dict[str, str]) -> list[str]:
    return [f"{name} = {value}" for name, value in pairs.items()]


_INTERFACE: Final = f"[Interface]\nPrivateKey = {PRIVATE}\n"
_PEER: Final = f"[Peer]\nPublicKey = {PUBLIC}\nAllowedIPs = 10.9.0.0/24\n"


def _corpus() -> Iterator[tuple[str, bytes, str]]:
    for path in sorted(CORPUS.glob("good/*.conf")):
        yield path.stem, path.read_bytes(), OK
    for path in sorted(CORPUS.glob("bad/*/*.conf")):
        yield path.stem, path.read_bytes(), path.parent.name


# Whole texts, one odd thing in each: name, text, and the code of the error or OK.
TEXTS: Final = tuple(_corpus())


def large_wg_texts() -> tuple[tuple[str, str, str], ...]:
    """Texts at and beyond the limits, with keys of wg alone; made only where they are wanted."""
    networks = [f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}/32" for i in range(16_385)]
    lists = [", ".join(networks[at : at + 300]) for at in range(0, len(networks), 300)]
    many = "".join(f"AllowedIPs = {part}\n" for part in lists)
    peers = "".join(f"[Peer]\nPublicKey = {_nth_key(number)}\n" for number in range(10_001))
    one_less = many.replace(f", {networks[-1]}", "")
    return (
        ("too-big", _INTERFACE + _PEER + ("#" * 99 + "\n") * 10_500, "too-big"),
        ("many-allowed-ips", f"{_INTERFACE}[Peer]\nPublicKey = {PUBLIC}\n{one_less}", OK),
        (
            "too-many-allowed-ips",
            f"{_INTERFACE}[Peer]\nPublicKey = {PUBLIC}\n{many}",
            "too-many-allowed-ips",
        ),
        ("many-peers", _INTERFACE + peers.rpartition("[Peer]")[0], OK),
        ("too-many-peers", _INTERFACE + peers, "too-many-peers"),
        ("too-many-problems", _INTERFACE + "Listen Port = 1\n" * 1001, "too-many-problems"),
    )


def large_quick_texts() -> tuple[tuple[str, str, str], ...]:
    """The same for the keys of wg-quick."""
    addresses = ", ".join(f"10.1.0.{number}" for number in range(1, 66))
    servers = ", ".join(f"10.2.0.{number}" for number in range(1, 10))
    domains = ", ".join(f"d{number}.example" for number in range(17))
    hook = "PostUp = " + "true;" * 60 + "\n"  # bash trims long lines very slowly
    return (
        ("too-many-addresses", f"{_INTERFACE}Address = {addresses}\n{_PEER}", "too-many-addresses"),
        ("too-many-servers", f"{_INTERFACE}DNS = {servers}\n{_PEER}", "too-many-dns"),
        ("too-many-domains", f"{_INTERFACE}DNS = {domains}\n{_PEER}", "too-many-dns"),
        ("too-many-hooks", _INTERFACE + hook * 220 + _PEER, "too-many-hooks"),
    )


def _nth_key(number: int) -> str:
    return base64.b64encode(number.to_bytes(4, "big") + b"\x07" * 28).decode()
