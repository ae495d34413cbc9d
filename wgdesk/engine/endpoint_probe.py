"""Asks an endpoint's address, by a handful of packets, why nobody there answers handshakes.

What is sent, in three seconds at most: two empty datagrams to the endpoint's own port (a
WireGuard server ignores them), four to ports of the traceroute range that nobody listens on,
two pings where this process may send them, and one TCP connection attempt to the same port.
All of it carries the tunnel's mark, so that it goes the way of the tunnel's own packets.

Root sends this for a user. It is no better for looking around in a network than what the user
can do alone: the address is that of a peer whose profile was approved, and WireGuard sends
handshakes there anyway; the ports are fixed but for the peer's own; of the answers the user
is told one word. Broadcast and multicast addresses are never asked, and this machine itself
at the peer's port only.
"""

import asyncio
import errno
import os
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any, Final

from wgdesk.domain.device import SocketAddress
from wgdesk.domain.evidence import Evidence, Refusal
from wgdesk.engine import icmp
from wgdesk.engine.icmp import IcmpError, Verdict

AGAIN_S: Final = 1.0  # packets get lost
PATIENCE_S: Final = 2.0  # from then on
COMPANION_S: Final = 0.5  # what was sent together is answered together
HIGH_PORTS: Final = ((33434, 33435, 33436), (33437,))  # the first time, and again

_FAMILIES: Final = {4: socket.AF_INET, 6: socket.AF_INET6}
_READ_BYTES: Final = 2048
_READS: Final = 16  # at a time; whoever sends more keeps nobody waiting
_BROADCAST: Final = IPv4Address("255.255.255.255")
_BLOCKED: Final = frozenset({errno.EPERM, errno.EACCES})  # by a firewall, by a rule of routing
_WAYLESS: Final = frozenset(
    {
        errno.ENETUNREACH,
        errno.EHOSTUNREACH,
        errno.ENETDOWN,
        errno.EINVAL,  # a blackhole route
        errno.EADDRNOTAVAIL,
        errno.ENODEV,  # the link of a link-local address
        errno.ENXIO,
    }
)


def has_way(endpoint: SocketAddress, mark: int) -> bool:
    """Whether the kernel knows a way there; sends nothing."""
    try:
        with _socket(endpoint, mark, socket.SOCK_DGRAM) as sock:
            sock.connect(_sockaddr(endpoint))
    except OSError as error:
        return error.errno not in _WAYLESS
    return True


def is_blocked(endpoint: SocketAddress, mark: int) -> bool:
    """Whether this machine itself drops what is sent there: one empty datagram tells."""
    if not _is_one_host(endpoint):
        return False
    try:
        with _socket(endpoint, mark, socket.SOCK_DGRAM) as sock:
            sock.connect(_sockaddr(endpoint))
            sock.send(b"")
    except OSError as error:
        return error.errno in _BLOCKED
    return False


async def probe(endpoint: SocketAddress, mark: int) -> Evidence | None:
    """Ask; takes up to three seconds. None where such an address is not to be asked."""
    if not _is_one_host(endpoint):
        return None
    with ExitStack() as sockets:
        return await _Questions(endpoint, mark, sockets).ask()


def _is_one_host(endpoint: SocketAddress) -> bool:
    """No broadcast, no multicast; nor IPv4 in IPv6's dress, to which WireGuard sends nothing."""
    address = endpoint.address
    is_dressed = address.version == 6 and address.ipv4_mapped is not None
    return not (
        address.is_multicast or address.is_unspecified or address == _BROADCAST or is_dressed
    )


class _Questions:
    """The sockets of one probe, and what has come back so far."""

    def __init__(self, endpoint: SocketAddress, mark: int, sockets: ExitStack) -> None:
        self._endpoint, self._mark, self._sockets = endpoint, mark, sockets
        self._version = endpoint.address.version
        self._loop = asyncio.get_running_loop()
        self._evidence = Evidence(is_local=endpoint.address.is_loopback)  # the rest, once known
        self._token = os.urandom(16)
        self._news = asyncio.Event()

    async def ask(self) -> Evidence:
        try:
            knock = self._open_knock()
            others, ping = (None, None) if self._evidence.is_local else self._open_others()
            for turn, ports in enumerate(HIGH_PORTS):
                knock.send(b"")
                with suppress(OSError):  # it tells nothing beside the one before
                    self._send_others(others, ports)
                with suppress(OSError):
                    self._send_ping(ping, turn)
                await self._wait(PATIENCE_S if turn else AGAIN_S)
                if self._knows_enough():
                    break
        except OSError as error:
            self._note_own(error)
        return self._evidence

    def _send_others(self, others: socket.socket | None, ports: tuple[int, ...]) -> None:
        if others is None:
            return
        for port in ports:
            others.sendto(b"", _sockaddr(replace(self._endpoint, port=port)))

    def _send_ping(self, ping: socket.socket | None, number: int) -> None:
        if ping is not None:
            ping.send(icmp.echo_request(self._version, self._token, number))

    def _open_knock(self) -> socket.socket:
        """To the endpoint itself; raises OSError where there is no way."""
        knock = self._add(_socket(self._endpoint, self._mark, socket.SOCK_DGRAM))
        self._watch(knock, self._on_knock_answer)
        knock.connect(_sockaddr(self._endpoint))
        own = str(knock.getsockname()[0]).partition("%")[0]
        if own == str(self._endpoint.address):  # only what goes to itself leaves with that
            self._evidence = replace(self._evidence, is_local=True)
        return knock

    def _open_others(self) -> tuple[socket.socket, socket.socket | None]:
        others = self._add(_socket(self._endpoint, self._mark, socket.SOCK_DGRAM))
        self._watch(others, self._on_other_answer)
        self._open_tcp()
        return others, self._open_ping()

    def _open_ping(self) -> socket.socket | None:
        opened = icmp.open_ping(self._version)
        if opened is None:
            return None
        ping, is_raw = self._add(opened[0]), opened[1]
        _mark(ping, self._mark)
        with suppress(OSError):
            ping.connect(_sockaddr(replace(self._endpoint, port=0)))
        self._watch(ping, lambda it: self._on_ping_answer(it, is_raw=is_raw))
        return ping

    def _open_tcp(self) -> None:
        """A host that takes the connection or refuses it is there."""
        tcp = self._add(_socket(self._endpoint, self._mark, socket.SOCK_STREAM))

        def on_answer() -> None:
            self._loop.remove_writer(tcp)
            if tcp.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) in (0, errno.ECONNREFUSED):
                self._note(is_alive=True)

        if tcp.connect_ex(_sockaddr(self._endpoint)) == errno.EINPROGRESS:
            self._loop.add_writer(tcp, on_answer)
            self._sockets.callback(self._loop.remove_writer, tcp)

    def _add(self, sock: socket.socket) -> socket.socket:
        return self._sockets.enter_context(sock)

    def _watch(self, sock: socket.socket, heard: Callable[[socket.socket], None]) -> None:
        self._loop.add_reader(sock, heard, sock)
        self._sockets.callback(self._loop.remove_reader, sock)

    def _on_knock_answer(self, knock: socket.socket) -> None:
        for error in icmp.read_errors(knock, self._version):
            self._refuse(self._refusal(error))
            if error.source == self._endpoint.address:
                self._note(is_alive=True)
        if _read(knock):
            self._note(is_alive=True, has_udp_answer=True)

    def _on_other_answer(self, others: socket.socket) -> None:
        for error in icmp.read_errors(others, self._version):
            if error.source == self._endpoint.address:
                self._note(is_alive=True, has_udp_answer=True)
        _read(others)

    def _on_ping_answer(self, ping: socket.socket, *, is_raw: bool) -> None:
        for data in _read(ping):
            if icmp.is_echo_reply(data, self._version, self._token, is_raw=is_raw):
                self._note(is_alive=True)

    def _refusal(self, error: IcmpError) -> Refusal:
        """The host itself speaks of its port, whatever the words; others of the way there."""
        if error.source == self._endpoint.address:
            return Refusal.PORT_CLOSED
        return Refusal.NO_HOST if error.verdict is Verdict.NO_HOST else Refusal.FORBIDDEN

    def _note_own(self, error: OSError) -> None:
        """The kernel itself did not send."""
        if error.errno in _BLOCKED:
            self._refuse(Refusal.BLOCKED_HERE)
        elif error.errno in _WAYLESS:
            self._refuse(Refusal.NO_ROUTE)

    def _refuse(self, refusal: Refusal) -> None:
        if self._evidence.refusal is None:
            self._note(refusal=refusal)

    def _note(self, **what: Any) -> None:
        self._evidence = replace(self._evidence, **what)
        self._news.set()

    def _knows_enough(self) -> bool:
        return self._evidence.refusal is not None or self._evidence.has_udp_answer

    async def _wait(self, seconds: float) -> None:
        """For an answer, and for the one to the datagram to the endpoint that may follow it."""
        try:
            async with asyncio.timeout(seconds):
                while not self._knows_enough():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return
        if self._evidence.refusal is None:
            await asyncio.sleep(COMPANION_S)


def _socket(endpoint: SocketAddress, mark: int, kind: int) -> socket.socket:
    version = endpoint.address.version
    flags = kind | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
    sock = socket.socket(_FAMILIES[version], flags)
    try:
        _mark(sock, mark)
        if kind == socket.SOCK_DGRAM:
            sock.setsockopt(*icmp.RECVERR[version], 1)
    except OSError:
        sock.close()
        raise
    return sock


def _mark(sock: socket.socket, mark: int) -> None:
    if mark:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark)


def _sockaddr(endpoint: SocketAddress) -> tuple[Any, ...]:
    if endpoint.address.version == 4:
        return str(endpoint.address), endpoint.port
    return str(endpoint.address), endpoint.port, 0, _link_number(endpoint.scope)


def _link_number(name: str) -> int:
    """0 for ""; raises OSError, which Python itself leaves without a number."""
    try:
        return socket.if_nametoindex(name) if name else 0
    except OSError as error:
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV)) from error


def _read(sock: socket.socket) -> list[bytes]:
    """Every message that waits there; an error is dropped, its meaning is in the error queue."""
    found: list[bytes] = []
    for _ in range(_READS):
        try:
            found.append(sock.recv(_READ_BYTES))
        except BlockingIOError:
            break
        except OSError:
            continue
    return found
