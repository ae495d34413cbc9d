"""Why nobody answers, as far as the machine can find out without the other side's help."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Finding(StrEnum):
    """One cause each; also the words on the bus.

    A WireGuard server is silent to whom it does not know, so that a wrong key shows only by
    what is left when everything else has been ruled out.
    """

    NO_ROUTE = "no-route"  # this machine has no way to the endpoint
    BLOCKED_HERE = "blocked-here"  # a firewall of this machine drops what is sent there
    UNREACHABLE = "unreachable"  # no host there: a router says so, or nothing comes back at all
    PORT_CLOSED = "port-closed"  # the host answers that nobody listens there
    UDP_BLOCKED = "udp-blocked"  # the host is there, and UDP does not reach it
    NOT_RECOGNISED = "not-recognised"  # UDP reaches the host, and the server stays silent: a key
    CLOCK_BEHIND = "clock-behind"  # this machine's clock went back; servers refuse old timestamps


@dataclass(frozen=True, slots=True)
class Cause:
    """A finding for people: what is so, and what to do about it; whole sentences."""

    sentence: str
    remedy: str


CAUSES: Final = {
    Finding.NO_ROUTE: Cause(
        "No network of this machine leads to the server.",
        "Connect to a network. If there is one, it may not carry the kind of the server's "
        "address, IPv4 or IPv6.",
    ),
    Finding.BLOCKED_HERE: Cause(
        "A firewall on this machine drops what is sent to the server.",
        "Another VPN's kill switch or a firewall rule does that: switch it off, or let the "
        "endpoint through.",
    ),
    Finding.UNREACHABLE: Cause(
        "Nothing answers at the server's address: it is switched off, or the address is wrong.",
        "Check the endpoint in the profile, and that the server is on.",
    ),
    Finding.PORT_CLOSED: Cause(
        "The server's machine answers that nobody listens on that port.",
        "Check the port of the endpoint in the profile, and that WireGuard runs on the server.",
    ),
    Finding.UDP_BLOCKED: Cause(
        "The server's machine is there, but no UDP gets through to it: a firewall on the way "
        "blocks it.",
        "Try another network, or ask whoever runs the server for another port. If it is the "
        "same everywhere, a key may be wrong.",
    ),
    Finding.NOT_RECOGNISED: Cause(
        "The server is reached and stays silent: it does not know this key, or the profile has "
        "a wrong key for it.",
        "Compare the public keys, and the preshared key, in the profile and on the server.",
    ),
    Finding.CLOCK_BEHIND: Cause(
        "The clock of this machine was set back, and a WireGuard server refuses times that are "
        "older than those it has seen.",
        "Set the clock right; then the tunnel connects by itself.",
    ),
}
