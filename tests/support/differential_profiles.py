"""The profiles of the differential test: each kind that people have, and the odd ones.

`<private>`, `<public>` and `<psk>` become new keys each time. The machine they come up on is
the one of tests/support/differential_machine.py.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Final

from wgdesk.domain.keys import PresharedKey, PrivateKey

BOTH: Final = "Address = 10.9.0.2/32, fd09::2/128"
V4: Final = "Address = 10.9.0.2/32"
V6: Final = "Address = fd09::2/128"
SERVER: Final = "Endpoint = 203.0.113.1:51820"  # by the router of eth0
FULL: Final = "AllowedIPs = 0.0.0.0/0, ::/0"
FULL4: Final = "AllowedIPs = 0.0.0.0/0"
FULL6: Final = "AllowedIPs = ::/0"
HOME: Final = "AllowedIPs = 10.9.0.0/24, 10.77.0.0/24, fd09::/64, fd77::/64"
HALVES: Final = "0.0.0.0/1, 128.0.0.0/1"

# What the endpoints by name resolve to: a hosts file of the lab's own.
HOSTS: Final = {
    "vpn.example": ("203.0.113.1",),
    "six.example": ("2001:db8:2::1",),
    "both.example": ("2001:db8:2::1", "203.0.113.1"),
}
_PLACEHOLDER: Final = re.compile(r"<(private|public|psk)>")


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    template: str

    def text(self) -> bytes:
        """The profile with keys that nobody has had before."""
        return _PLACEHOLDER.sub(_fresh_key, self.template).encode()


def _fresh_key(found: re.Match[str]) -> str:
    match found[1]:
        case "private":
            return PrivateKey.generate().base64()
        case "psk":
            return PresharedKey.generate().base64()
        case _:
            return PrivateKey.generate().public().base64()


def _case(name: str, interface: str, *peers: str) -> Case:
    """Lines of [Interface] after its key, and those of each [Peer] after its own."""
    sections = [f"[Interface]\nPrivateKey = <private>\n{interface}\n"]
    sections += [f"[Peer]\nPublicKey = <public>\n{peer}\n" for peer in peers]
    return Case(name, "\n".join(sections))


def _peers(number: int) -> list[str]:
    """Peers of a site with a network each, every fifth without an endpoint."""
    return [
        f"AllowedIPs = 10.{100 + at // 250}.{at % 250}.0/24, fd77:{at + 1:x}::/64"
        + (f"\nEndpoint = 203.0.113.{at % 60 + 1}:{51000 + at}" if at % 5 else "")
        for at in range(number)
    ]


def _all_but(network: str) -> str:
    """As calculators of allowed IPs write it."""
    rest = ip_network("0.0.0.0/0").address_exclude(ip_network(network))
    return ", ".join(map(str, sorted(rest)))


_FULL_TUNNELS: Final = (
    _case("full", BOTH, f"{FULL}\n{SERVER}"),
    _case(
        "full-psk-keepalive",
        BOTH,
        f"PresharedKey = <psk>\n{FULL}\n{SERVER}\nPersistentKeepalive = 25",
    ),
    _case("full-v4-only", V4, f"{FULL4}\n{SERVER}"),
    _case("full-v4-with-both-addresses", BOTH, f"{FULL4}\n{SERVER}"),
    _case("full-v6-only", V6, f"{FULL6}\n{SERVER}"),
    _case("full-v6-with-both-addresses", BOTH, f"{FULL6}\n{SERVER}"),
    _case("full-v6-address-only", V6, f"{FULL}\n{SERVER}"),
    _case("full-onlink-endpoint", BOTH, f"{FULL}\nEndpoint = 192.0.2.2:51820"),
    _case("full-v6-endpoint", BOTH, f"{FULL}\nEndpoint = [2001:db8:2::1]:51820"),
    _case("full-no-endpoint", BOTH, FULL),
    _case("full-wide-address", "Address = 10.9.0.2/16, fd09::2/48", f"{FULL}\n{SERVER}"),
    _case("full-and-subnets", BOTH, f"{FULL4}\n{SERVER}", HOME),
    _case("full-two-peers", BOTH, f"{FULL4}\n{SERVER}", f"{FULL6}\nEndpoint = 203.0.113.2:51820"),
    _case("half-routes", V4, f"AllowedIPs = {HALVES}\n{SERVER}"),
    _case("half-routes-both", BOTH, f"AllowedIPs = {HALVES}, ::/1, 8000::/1\n{SERVER}"),
    _case(
        "half-routes-two-peers",
        V4,
        f"AllowedIPs = 0.0.0.0/1\n{SERVER}",
        "AllowedIPs = 128.0.0.0/1\nEndpoint = 203.0.113.2:51820",
    ),
    _case(
        "all-but-server",
        V4,
        f"AllowedIPs = {_all_but('198.51.100.7/32')}\nEndpoint = 198.51.100.7:51820",
    ),
    _case("one-half", V4, f"AllowedIPs = 128.0.0.0/1\n{SERVER}"),
)
_SPLIT_TUNNELS: Final = (
    _case("split-one", V4, f"AllowedIPs = 10.77.0.0/24\n{SERVER}"),
    _case("split-many", BOTH, f"{HOME}\n{SERVER}"),
    _case(
        "split-lines",
        BOTH,
        f"AllowedIPs = 10.77.0.0/24\n{SERVER}\nAllowedIPs = fd77::/64\n"
        "AllowedIPs = 10.78.0.0/16, 10.79.1.1",
    ),
    _case("split-overlap", V4, f"AllowedIPs = 10.64.0.0/10, 10.77.0.0/16, 10.77.0.0/24\n{SERVER}"),
    _case(
        "split-overlap-two-peers",
        V4,
        f"AllowedIPs = 10.77.0.0/16\n{SERVER}",
        "AllowedIPs = 10.77.3.0/24\nEndpoint = 203.0.113.2:51820",
    ),
    _case(
        "split-same-network-twice",
        V4,
        f"AllowedIPs = 10.77.0.0/24, 10.78.0.0/24\n{SERVER}",
        "AllowedIPs = 10.77.0.0/24\nEndpoint = 203.0.113.2:51820",
    ),
    _case("split-repeated-network", V4, f"AllowedIPs = 10.77.0.0/24, 10.77.0.9/24\n{SERVER}"),
    _case("split-host-bits", BOTH, f"AllowedIPs = 10.77.0.9/24, fd77::9/64\n{SERVER}"),
    _case("split-hosts", BOTH, f"AllowedIPs = 10.77.3.4, 198.51.100.10/32, fd77::1\n{SERVER}"),
    _case(
        "split-is-the-address",
        "Address = 10.9.0.2/24, fd09::2/64",
        f"AllowedIPs = 10.9.0.0/24, fd09::/64\n{SERVER}",
    ),
    _case(
        "split-inside-the-address",
        "Address = 10.9.0.2/16",
        f"AllowedIPs = 10.9.0.0/24, 10.77.0.0/24\n{SERVER}",
    ),
    _case("split-covers-endpoint", V4, f"AllowedIPs = 203.0.113.0/24\n{SERVER}"),
    _case("split-covers-lan", BOTH, f"AllowedIPs = 192.168.0.0/16, fd00::/16\n{SERVER}"),
    _case("split-is-lan", V4, f"AllowedIPs = 192.168.7.0/24\n{SERVER}"),
    _case("split-by-one-host", V4, f"AllowedIPs = 192.168.7.9/32\n{SERVER}"),
    _case("split-v6-only", V6, "AllowedIPs = fd77::/64\nEndpoint = [2001:db8:2::1]:51820"),
    _case("no-allowed-ips", BOTH, SERVER),
    _case(
        "some-without-allowed-ips",
        V4,
        f"AllowedIPs = 10.77.0.0/24\n{SERVER}",
        "Endpoint = 203.0.113.2:51820",
    ),
)
_PEERS: Final = (
    _case("three-peers", BOTH, *_peers(3)),
    _case("fifty-peers", BOTH, *_peers(50)),
    _case(
        "server",
        "Address = 10.9.0.1/24, fd09::1/64\nListenPort = 51820",
        *(f"AllowedIPs = 10.9.0.{at}/32, fd09::{at:x}/128" for at in range(2, 12)),
    ),
    _case("no-peers", f"{BOTH}\nListenPort = 51821"),
    _case("endpoint-name", BOTH, f"{FULL}\nEndpoint = vpn.example:51820"),
    _case("endpoint-name-v6", BOTH, f"{HOME}\nEndpoint = six.example:51820"),
    _case("endpoint-name-both", BOTH, f"{FULL}\nEndpoint = both.example:51820"),
)
_KEYS: Final = (
    _case("listen-port", f"{BOTH}\nListenPort = 51877", f"{HOME}\n{SERVER}"),
    _case("mark-own", f"{BOTH}\nFwMark = 4242", f"{FULL}\n{SERVER}"),
    _case("mark-hex", f"{BOTH}\nFwMark = 0xbeef", f"{HOME}\n{SERVER}"),
    _case("mark-off", f"{BOTH}\nFwMark = off", f"{FULL}\n{SERVER}"),
    _case("mtu-explicit", f"{BOTH}\nMTU = 1412", f"{FULL}\n{SERVER}"),
    _case("mtu-1280", f"{BOTH}\nMTU = 1280", f"{FULL}\n{SERVER}"),
    _case("mtu-small-path", V4, "AllowedIPs = 10.77.0.0/24\nEndpoint = 203.0.113.70:51820"),
    _case("mtu-small-path-and-v6", BOTH, f"{FULL}\nEndpoint = 203.0.113.70:51820"),
    _case("mtu-jumbo-path", BOTH, f"{HOME}\nEndpoint = 203.0.113.130:51820"),
    _case(
        "mtu-two-paths",
        BOTH,
        f"AllowedIPs = 10.77.0.0/24\n{SERVER}",
        "AllowedIPs = 10.78.0.0/24\nEndpoint = 203.0.113.130:51820",
    ),
    _case("table-off", f"{BOTH}\nTable = off", f"{FULL}\n{SERVER}"),
    _case("table-off-and-mark", f"{V4}\nTable = off\nFwMark = 7", f"{HOME}\n{SERVER}"),
    _case("table-auto", f"{BOTH}\nTable = auto", f"{FULL}\n{SERVER}"),
    _case("table-number", f"{BOTH}\nTable = 1234", f"{HOME}\n{SERVER}"),
    _case("table-hex-full", f"{BOTH}\nTable = 0x4d2", f"{FULL}\n{SERVER}"),
    _case("table-number-and-mark", f"{V4}\nTable = 777\nFwMark = 0x77", f"{FULL4}\n{SERVER}"),
    _case(
        "address-many",
        "Address = 10.9.0.2, 10.9.1.2/24,10.9.2.2/30\nAddress = fd09::2/64 fd09:1::2",
        f"{FULL}\n{SERVER}",
    ),
    _case("address-none", "MTU = 1400", f"AllowedIPs = 10.77.0.0/24\n{SERVER}"),
    _case(
        "address-v6-only", "Address = fd09::2/64", f"AllowedIPs = fd77::/64, 10.77.0.0/24\n{SERVER}"
    ),
)
_WG_QUICK: Final = (
    _case("dns", f"{BOTH}\nDNS = 10.9.0.1, fd09::1", f"{FULL}\n{SERVER}"),
    _case("dns-lines", f"{BOTH}\nDNS = 10.9.0.1\nDNS=10.9.0.3", f"{FULL}\n{SERVER}"),
    _case("dns-search", f"{BOTH}\nDNS = 10.9.0.1, corp.example, lab.example", f"{FULL}\n{SERVER}"),
    _case("dns-split", f"{BOTH}\nDNS = 10.77.0.1", f"{HOME}\n{SERVER}"),
    _case("dns-split-search", f"{BOTH}\nDNS = 10.77.0.1, corp.example", f"{HOME}\n{SERVER}"),
    _case("dns-search-only", f"{BOTH}\nDNS = corp.example", f"{FULL}\n{SERVER}"),
    _case("dns-table-off", f"{BOTH}\nTable = off\nDNS = 10.9.0.1", f"{FULL}\n{SERVER}"),
    _case(
        "hooks-each-kind",
        f"{V4}\nPreUp = echo pre-up %i >>$HOOKS\nPostUp = echo post-up %i "
        ">>$HOOKS\nPostUp = echo again >>$HOOKS\nPreDown = true\nPostDown = true",
        f"AllowedIPs = 10.77.0.0/24\n{SERVER}",
    ),
    _case(
        "hooks-kill-switch",
        f"{BOTH}\nPostUp = nft add table inet lock; echo kill-switch "
        ">>$HOOKS\nPreDown = nft delete table inet lock",
        f"{FULL}\n{SERVER}",
    ),
    _case(
        "hooks-lan",
        f"{BOTH}\nPostUp = ip rule add to 192.0.2.0/24 priority 100 lookup main; "
        "echo lan >>$HOOKS\nPreDown = ip rule delete priority 100",
        f"{FULL}\n{SERVER}",
    ),
    _case(
        "hooks-resolvconf",
        f"{BOTH}\nPostUp = printf 'nameserver 10.9.0.1\\n' | resolvconf -a %i"
        " -m 0 -x\nPostDown = resolvconf -d %i",
        f"{FULL}\n{SERVER}",
    ),
    _case(
        "hooks-server",
        "Address = 10.9.0.1/24\nListenPort = 51820\nPostUp = sysctl -q "
        "net.ipv4.ip_forward=1; nft add table ip nat_%i; echo masquerade >>$HOOKS\nPostDown = "
        "nft delete table ip nat_%i; sysctl -q net.ipv4.ip_forward=0",
        "AllowedIPs = 10.9.0.2/32",
        "AllowedIPs = 10.9.0.3/32",
    ),
    _case("save-config", f"{BOTH}\nSaveConfig = true", f"{HOME}\n{SERVER}"),
)
_TEXTS: Final = (
    Case(
        "text-crlf",
        f"[Interface]\r\nPrivateKey = <private>\r\n{BOTH}\r\nMTU = 1400\r\n\r\n"
        f"[Peer]\r\nPublicKey = <public>\r\n{FULL}\r\n{SERVER}\r\n",
    ),
    Case(
        "text-odd-case",
        "[INTERFACE]\nprivatekey=<private>\nADDRESS=10.9.0.2/32\nmtu=1400\n"
        "[peer]\nPUBLICKEY=<public>\nallowedips=10.77.0.0/24\nEndPoint=203.0.113.1:51820\n",
    ),
    Case(
        "text-peer-first",
        f"[Peer]\nPublicKey = <public>\n{HOME}\n{SERVER}\n"
        f"[Interface]\n{BOTH}\nPrivateKey = <private>\n",
    ),
    Case(
        "text-two-interfaces",
        f"[Interface]\nPrivateKey = <private>\nMTU = 1300\n[Peer]\n"
        f"PublicKey = <public>\n{HOME}\n{SERVER}\n[Interface]\n{BOTH}\nMTU = 1390\n",
    ),
    Case(
        "text-comments",
        f"# home\n[Interface] # mine\nPrivateKey = <private> # secret\n"
        f"{BOTH} # two\n\n\n[Peer]\n# office\nPublicKey = <public>\n{HOME}\n{SERVER}#x\n",
    ),
    Case("text-no-key", f"[Interface]\n{BOTH}\n[Peer]\nPublicKey = <public>\n{HOME}\n{SERVER}\n"),
    Case(
        "text-last-counts",
        f"[Interface]\nPrivateKey = <private>\n{BOTH}\nMTU = 1300\nMTU = 1390\n"
        f"Table = off\nTable = auto\nFwMark = 9\nFwMark = off\n[Peer]\nPublicKey = <public>\n{HOME}\n"
        f"Endpoint = 203.0.113.9:1\n{SERVER}\nPersistentKeepalive = 5\nPersistentKeepalive = off\n",
    ),
)
CASES: Final = (*_FULL_TUNNELS, *_SPLIT_TUNNELS, *_PEERS, *_KEYS, *_WG_QUICK, *_TEXTS)
# An emulated machine takes seconds for each, so one of a kind has to do there.
_LIKE_ANOTHER: Final = frozenset(
    {
        *("full-psk-keepalive", "full-v4-with-both-addresses", "full-v6-with-both-addresses"),
        *("full-no-endpoint", "full-wide-address", "full-and-subnets", "half-routes-both"),
        *("half-routes-two-peers", "split-one", "split-lines", "split-overlap-two-peers"),
        *("split-repeated-network", "split-host-bits", "split-inside-the-address"),
        *("split-by-one-host", "some-without-allowed-ips", "fifty-peers", "endpoint-name-v6"),
        *("endpoint-name-both", "mark-hex", "mtu-explicit", "mtu-jumbo-path", "table-auto"),
        *("table-off-and-mark", "table-number-and-mark", "address-none", "dns-lines"),
        *("dns-split", "dns-table-off", "hooks-lan", "hooks-resolvconf", "save-config"),
        *("text-odd-case", "text-two-interfaces", "text-comments", "text-no-key"),
        *("full-v6-address-only", "full-two-peers", "all-but-server"),
        *("mtu-1280", "listen-port", "text-last-counts"),
    }
)
KERNEL_CASES: Final = tuple(case for case in CASES if case.name not in _LIKE_ANOTHER)
