"""What a demo server of WireGuard's ncat example answers, and the profile that comes of it. Pure.

The client sends its public key in base64 and a newline; the server answers with one line,
`OK:<its public key>:<UDP port>:<IPv4 address of the client>`, or with something else to refuse.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from wgdesk.domain.keys import PrivateKey, PublicKey
from wgdesk.domain.names import printable
from wgdesk.domain.new_profile import text_of
from wgdesk.domain.profile import Endpoint
from wgdesk.domain.profile_errors import DemoRefused

HOST: Final = "demo.wireguard.com"
PORT: Final = 42912
# `OK:`, 44 characters of key, a port and an address.
LONGEST_ANSWER: Final = 128
# The example's own network. Another one could be one of this machine's, and nobody vouches for it.
NETWORK: Final = IPv4Network("192.168.4.0/24")
# The example's own.
_DNS: Final = "8.8.8.8, 8.8.4.4, 1.1.1.1, 1.0.0.1"
_KEEPALIVE_S: Final = 25


@dataclass(frozen=True, slots=True)
class DemoAnswer:
    """A place on the demo server.

    Attributes:
        port: UDP.
        address: Of this machine inside the tunnel.
    """

    public_key: PublicKey
    port: int
    address: IPv4Address


def read_answer(host: str, line: bytes) -> DemoAnswer:
    """Understand the line that came from `host`.

    Raises:
        DemoRefused: It says no, or nothing that makes sense.
    """
    text = line.decode("ascii", "replace").strip()
    word, *parts = text.split(":")
    if word != "OK":
        raise DemoRefused(printable(host), _refusal(text))
    try:
        key, port, address = parts
        answer = DemoAnswer(PublicKey.parse(key), _port(port), IPv4Address(address))
    except ValueError:
        raise DemoRefused(printable(host), "it answered something that makes no sense") from None
    if answer.address not in NETWORK:
        raise DemoRefused(printable(host), f"it gave an address that is not one of {NETWORK}")
    return answer


def demo_text(
    private_key: PrivateKey, host: str, answer: DemoAnswer, *, all_traffic: bool
) -> bytes:
    """The profile for that place; else only the server's own network goes through it."""
    interface = [
        ("PrivateKey", private_key.base64()),
        ("Address", f"{answer.address}/{NETWORK.prefixlen}"),
        ("DNS", _DNS if all_traffic else ""),
    ]
    peer = [
        ("PublicKey", answer.public_key.base64()),
        ("Endpoint", Endpoint(host, answer.port)),
        ("AllowedIPs", "0.0.0.0/0" if all_traffic else NETWORK),
        ("PersistentKeepalive", _KEEPALIVE_S),
    ]
    return text_of(
        [("[Interface]", interface), ("[Peer]", peer)],
        comment=f"From the demo server {host}, which anybody may use.",
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= 65535):
        raise ValueError("not a port")
    return int(text)


def _refusal(text: str) -> str:
    if not text:
        return "it closed the connection without an answer"
    return "it is full or does not want this key" if text == "ERROR" else "it is no demo server"
