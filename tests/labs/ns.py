"""Lab ns: a user's machine and a server, in network namespaces joined by a link.

Two hosts:    user 192.0.2.1 --- 192.0.2.2 server
With router:  user 192.0.2.1 --- 192.0.2.254 router 203.0.113.254 --- 203.0.113.1 server
The user's default route leads to the server (or router). The server also answers
on addresses that stand for the rest of the internet; its page names the caller, so a
test sees which way a request took.
"""

import os
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Generic, Protocol, TypeVar

from tests.labs import programs
from tests.labs.namespaces import Host, enter_private_world
from tests.labs.server_end import Client, ServerEnd, page_url, start_web

TOOLS: Final = ("ip", "ss", "wg", "wireguard-go", "nft", "curl")
USER4: Final = "192.0.2.1"
USER6: Final = "2001:db8:1::1"
INTERNET4: Final = "198.51.100.10"  # answered by the server, outside every home subnet
INTERNET6: Final = "2001:db8:ffff::10"

__all__ = ["Client", "Host", "Lab", "ServerEnd", "hosts", "missing", "new_host", "page_url"]


def missing() -> str | None:
    """One sentence why this lab cannot run here, or None."""
    if os.geteuid() != 0:
        return "it needs root (or root inside a user namespace)"
    try:
        os.close(os.open("/dev/net/tun", os.O_RDWR))
    except OSError as error:
        return f"/dev/net/tun cannot be opened: {error.strerror}"
    return programs.absent_programs(TOOLS)


def new_host(label: str = "host", *, run_id: str | None = None) -> Host:
    """One namespace by itself, with a name no other run has."""
    enter_private_world()
    return Host(f"wgd-{run_id or secrets.token_hex(3)}-{label}")


class Machine(Protocol):
    """What plays the user's machine: a namespace, or a whole system."""

    def ip(self, *words: str) -> str: ...

    def run(
        self, argv: Sequence[str], *, check: bool = True
    ) -> subprocess.CompletedProcess[str]: ...


M = TypeVar("M", bound=Machine)


class Lab(Generic[M]):
    """The hosts of one test; `close` ends what runs in them and removes them.

    Args:
        user: The user's machine; `close` leaves it to its maker.
    """

    def __init__(self, user: M, *, router: bool = False) -> None:
        run_id = secrets.token_hex(3)
        self._run_id = run_id
        self.user = user
        self.server = new_host("server", run_id=run_id)
        self.router = new_host("router", run_id=run_id) if router else None
        try:
            self.server4, self.server6 = self._connect()
        except BaseException:
            self.close()
            raise

    def wireguard(self, *, ipv6_endpoint: bool = False, port: int = 51820) -> ServerEnd:
        """Start a WireGuard server on the server host, on a name of its own."""
        return ServerEnd(
            self.server,
            endpoint_host=f"[{self.server6}]" if ipv6_endpoint else self.server4,
            interface=f"srv{self._run_id}{port % 1000}",
            port=port,
        )

    def source_seen_by(self, address: str, *, timeout_s: float = 5) -> str | None:
        """Fetch the page at `address` from the user's machine.

        Returns:
            The source address the server saw: the tunnel's, or the link's. None when
            nothing answered in time.
        """
        curl = ["curl", "-s", "-g", "--noproxy", "*", "--max-time", f"{timeout_s:g}"]
        done = self.user.run([*curl, page_url(address)], check=False)
        return done.stdout.strip() if done.returncode == 0 else None

    def close(self) -> None:
        for host in (self.server, self.router):
            if host is not None:
                host.close()

    def _connect(self) -> tuple[str, str]:
        """Lay the links and start the page; the server's addresses."""
        if self.router is None:
            addresses = "192.0.2.2", "2001:db8:1::2"
            _join(self.user, USER4, USER6, self.server, *addresses)
            _default_route(self.user, *addresses)
        else:
            addresses = "203.0.113.1", "2001:db8:2::1"
            self._connect_by(self.router, *addresses)
        for address in (f"{INTERNET4}/32", f"{INTERNET6}/128"):
            self.server.ip("address", "add", address, "dev", "lo")
        start_web(self.server)
        return addresses

    def _connect_by(self, router: Host, server4: str, server6: str) -> None:
        near, far = ("192.0.2.254", "2001:db8:1::fe"), ("203.0.113.254", "2001:db8:2::fe")
        _join(self.user, USER4, USER6, router, *near)
        _join(router, *far, self.server, server4, server6)
        _default_route(self.user, *near)
        _default_route(self.server, *far)
        router.ip("route", "add", INTERNET4, "via", server4)
        router.ip("route", "add", INTERNET6, "via", server6)
        for switch in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
            router.run(["sysctl", "-qw", f"{switch}=1"])


@contextmanager
def hosts(*, router: bool = False) -> Iterator[Lab[Host]]:
    """A lab whose user's machine is a namespace too."""
    user = new_host("user")
    try:
        lab = Lab(user, router=router)
        try:
            yield lab
        finally:
            lab.close()
    finally:
        user.close()


def _join(left: Machine, left4: str, left6: str, right: Host, right4: str, right6: str) -> None:
    """A link between two hosts, made inside them: `eth0`, or `eth1` at a host's second."""
    here, there = _free_port(left), _free_port(right)
    peer = ["peer", "name", there, "netns", right.name]
    left.ip("link", "add", here, "type", "veth", *peer)
    left.ip("link", "set", here, "up")  # before the addresses: else IPv6 needs a second to answer
    right.ip("link", "set", there, "up")
    ends: tuple[tuple[Machine, str, str, str], ...] = (
        (left, here, left4, left6),
        (right, there, right4, right6),
    )
    for host, link, address4, address6 in ends:
        host.ip("address", "add", f"{address4}/24", "dev", link)
        host.ip("address", "add", f"{address6}/64", "dev", link, "nodad")


def _free_port(host: Machine) -> str:
    return "eth1" if " eth0" in host.ip("-o", "link") else "eth0"


def _default_route(host: Machine, via4: str, via6: str) -> None:
    host.ip("route", "add", "default", "via", via4)
    host.ip("-6", "route", "add", "default", "via", via6)
