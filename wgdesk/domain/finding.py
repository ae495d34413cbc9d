"""Why nobody answers, as far as the machine can find out without the other side's help."""

from enum import StrEnum


class Finding(StrEnum):
    """One cause each; also the words on the bus.

    A WireGuard server is silent to whom it does not know, so that a wrong key shows only by
    what is left when everything else has been ruled out.
    """

    NO_ROUTE = "no-route"  # this machine has no way to the endpoint
    UNREACHABLE = "unreachable"  # no host there: a router says so, or nothing comes back at all
    PORT_CLOSED = "port-closed"  # the host answers that nobody listens there
    UDP_BLOCKED = "udp-blocked"  # the host is there, and UDP does not reach it
    NOT_RECOGNISED = "not-recognised"  # UDP reaches the host, and the server stays silent: a key
    CLOCK_BEHIND = "clock-behind"  # this machine's clock went back; servers refuse old timestamps
