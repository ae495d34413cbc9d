"""Endpoints become socket addresses."""

import asyncio
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Final

from wgdesk.domain.device import SocketAddress
from wgdesk.domain.errors import EndpointUnresolved
from wgdesk.domain.profile import Address, Endpoint

TIMEOUT_S: Final = 10.0
# Names of one tunnel that are looked up at a time, so that others have their turn.
LOOK_UPS_AT_ONCE: Final = 4
# A look-up that was given up keeps its thread until the C library gives up too, half a minute
# later. Threads of their own, and many of them, so that this holds up nothing else.
_THREADS: Final = ThreadPoolExecutor(64, thread_name_prefix="look-up")


async def resolve(
    endpoints: Iterable[Endpoint], timeout_s: float = TIMEOUT_S
) -> dict[Endpoint, SocketAddress]:
    """The first address of each; literals need no look-up.

    Args:
        endpoints: Those with the same name cost one look-up together.
        timeout_s: Seconds for all of them.

    Raises:
        EndpointUnresolved: The first host name that has no address, or not in time.
    """
    wanted = tuple(dict.fromkeys(endpoints))
    literals = {endpoint: _literal(endpoint) for endpoint in wanted}
    hosts = dict.fromkeys(it.host for it, found in literals.items() if found is None)
    addresses = await _look_up_all(tuple(hosts), timeout_s)
    return {
        endpoint: found or SocketAddress(addresses[endpoint.host], endpoint.port)
        for endpoint, found in literals.items()
    }


def _literal(endpoint: Endpoint) -> SocketAddress | None:
    try:
        return SocketAddress(ip_address(endpoint.host), endpoint.port, endpoint.scope)
    except ValueError:
        return None


async def _look_up_all(hosts: tuple[str, ...], timeout_s: float) -> dict[str, Address]:
    turns = asyncio.Semaphore(LOOK_UPS_AT_ONCE)
    look_ups = [asyncio.ensure_future(_look_up(host, turns, timeout_s)) for host in hosts]
    try:
        return dict(zip(hosts, await asyncio.gather(*look_ups), strict=True))
    finally:
        for look_up in look_ups:  # after one that failed the others are of no use
            look_up.cancel()


async def _look_up(host: str, turns: asyncio.Semaphore, timeout_s: float) -> Address:
    try:
        async with asyncio.timeout(timeout_s), turns:
            loop = asyncio.get_running_loop()
            return ip_address(await loop.run_in_executor(_THREADS, _ask_for, host))
    except TimeoutError as error:
        raise EndpointUnresolved(host, f"no answer in {timeout_s:g} s") from error
    except socket.gaierror as error:
        raise EndpointUnresolved(host, error.strerror or "the look-up failed") from error
    except UnicodeError as error:  # an over-long label; getaddrinfo encodes with IDNA
        raise EndpointUnresolved(host, "it is not a host name") from error


def _ask_for(host: str) -> str:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM, proto=socket.IPPROTO_UDP)
    return str(found[0][4][0])
