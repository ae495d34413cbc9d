"""An evening as the log tells it: up, a repair, an error, a switch to another tunnel."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count

from wgdesk.domain.log_line import LogKind, LogLine

DONE, STATE, ERROR = LogKind.DONE, LogKind.STATE, LogKind.ERROR
HANDSHAKE, NOTICE, REPAIR = LogKind.HANDSHAKE, LogKind.NOTICE, LogKind.REPAIR

_EVENTS = (
    (0, "home", STATE, "Coming up."),
    (6, "home", DONE, "[#] ip link add dev home type wireguard"),
    (9, "home", DONE, "[#] wg setconf home /dev/stdin"),
    (11, "home", DONE, "[#] ip -4 address add 10.8.0.2/24 dev home"),
    (12, "home", DONE, "[#] ip link set mtu 1420 up dev home"),
    (13, "home", DONE, "[#] ip -4 route add 0.0.0.0/0 dev home table 51820"),
    (15, "home", DONE, "[#] ip -4 rule add priority 5220 lookup 51820"),
    (31, "home", DONE, "[#] nft add table ip wgdesk-51820"),
    (64, "home", DONE, "[#] resolvectl dns home 10.8.0.1 && resolvectl domain home ~."),
    (66, "home", STATE, "Up, through the kernel's WireGuard: the kernel module answers."),
    (120, "home", HANDSHAKE, "First handshake with 203.0.113.7:51820: it answers."),
    (204, "home", STATE, "DNS is in effect, as the profile says."),
    (
        754_333,
        "home",
        REPAIR,
        "Another program removed what this tunnel needs; it was put back:",
    ),
    (754_333, "home", DONE, "[#] ip -4 rule add priority 5220 lookup 51820"),
    (1_650_002, "home", NOTICE, "No reply from 203.0.113.7:51820 for 3 min."),
    (1_711_480, "home", HANDSHAKE, "203.0.113.7:51820 answers again, after 4 min."),
    (2_400_000, "work", STATE, "Coming up."),
    (
        2_400_091,
        "work",
        ERROR,
        "Not brought up: the endpoint “vpn.corp.example” has no address: no answer in 5 s.",
    ),
    (2_460_014, "attached_home", STATE, "Coming up."),
    (2_460_015, "home", STATE, "Makes room for “attached_home”, whose routes meet its own."),
    (2_460_016, "home", STATE, "Going down."),
    (2_460_020, "home", DONE, "[#] resolvectl revert home"),
    (2_460_044, "home", DONE, "[#] ip link delete dev home"),
    (2_460_061, "home", STATE, "Down."),
    (2_460_066, "attached_home", DONE, "[#] ip link add dev attached_home type wireguard"),
    (
        2_460_081,
        "attached_home",
        STATE,
        "Up, through the kernel's WireGuard: the kernel module answers.",
    ),
    (2_460_081, "attached_home", STATE, "Room was made for it by home."),
)


def a_log() -> Iterator[LogLine]:
    began = datetime.now().astimezone().replace(hour=20, minute=40, second=0, microsecond=123_000)
    began_ms = int(began.timestamp() * 1000)
    for number, (after_ms, tunnel, kind, text) in zip(count(1), _EVENTS, strict=False):
        yield LogLine(
            number=number, at_unix_ms=began_ms + after_ms, tunnel=tunnel, kind=kind, text=text
        )
