"""What came back from an endpoint, and what follows from that. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wgdesk.domain.finding import Finding


class Refusal(StrEnum):
    """Who does not let a datagram reach the endpoint's port."""

    NO_ROUTE = "no-route"  # the kernel knows no way
    BLOCKED_HERE = "blocked-here"  # the kernel was told to drop it
    NO_HOST = "no-host"  # a router, or this machine's own neighbour search, finds nobody there
    FORBIDDEN = "forbidden"  # a router on the way has a rule against it
    PORT_CLOSED = "port-closed"  # the host itself does not take it


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The answers to a handful of packets.

    Attributes:
        refusal: Of a datagram to the endpoint itself; None where nothing came back.
        has_udp_answer: The host told of another port that nobody is there, so UDP reaches it.
        is_alive: The host answered anything at all.
        is_local: Of this machine itself, where nothing else was asked.
    """

    refusal: Refusal | None = None
    has_udp_answer: bool = False
    is_alive: bool = False
    is_local: bool = False


_SURE: Final = {
    Refusal.NO_ROUTE: Finding.NO_ROUTE,
    Refusal.BLOCKED_HERE: Finding.BLOCKED_HERE,
    Refusal.PORT_CLOSED: Finding.PORT_CLOSED,
    Refusal.FORBIDDEN: Finding.UDP_BLOCKED,
}


def conclude(evidence: Evidence, *, clock_is_behind: bool) -> Finding | None:
    """Why no handshake was answered; None where that cannot be told.

    A clock that went back explains silence, not a refusal.
    """
    if evidence.refusal in _SURE:
        return _SURE[evidence.refusal]
    if evidence.refusal is Refusal.NO_HOST and not evidence.is_alive:
        return Finding.UNREACHABLE
    if clock_is_behind:
        return Finding.CLOCK_BEHIND
    if evidence.is_local:
        return None
    if evidence.has_udp_answer:
        return Finding.NOT_RECOGNISED
    return Finding.UDP_BLOCKED if evidence.is_alive else Finding.UNREACHABLE
