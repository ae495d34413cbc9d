"""Which of some addresses can be reached in clear: a packet for each, and who saw it."""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from tests.labs.capture import Capture
from tests.labs.ns import Host, Lab

PROBE_PORT = 9
TRIES = 2
SETTLE_S = 0.3


class Leaks:
    """Looks at what arrives by the link, outside of any tunnel."""

    def __init__(self, lab: Lab[Host]) -> None:
        self._user = lab.user
        self._capture = Capture(lab.router or lab.server)

    def of(self, addresses: Sequence[str]) -> list[str]:
        """Those of the addresses that a datagram to them went to in clear, sorted."""
        self._capture.take()
        with self._user.enter():
            for address in addresses * TRIES:
                _send(address)
        time.sleep(SETTLE_S)  # a neighbour has to be found before
        return self._capture.datagrams_to(PROBE_PORT)

    def datagrams_to(self, port: int) -> list[str]:
        """Where datagrams to that port went since the last look."""
        return self._capture.datagrams_to(port)

    def close(self) -> None:
        self._capture.close()


@contextmanager
def watched(lab: Lab[Host], *, answered: Sequence[str] = ()) -> Iterator[Leaks]:
    """Leaks of the user's machine; the server answers for the addresses as for its own."""
    for address in answered:
        if ":" in address:  # a neighbour answers for the addresses of the link itself only
            lab.server.ip("address", "add", f"{address}/128", "dev", "eth0", "nodad")
        else:
            lab.server.ip("address", "add", f"{address}/32", "dev", "lo")
    leaks = Leaks(lab)
    try:
        yield leaks
    finally:
        leaks.close()


def _send(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as channel, suppress(OSError):
        channel.sendto(b"probe", (address, PROBE_PORT))  # no way there is as good as none seen
