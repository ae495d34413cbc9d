"""Endpoints become socket addresses."""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final

from wgdesk.domain.errors import EndpointUnresolved
from wgdesk.domain.plan import SocketAddress
from wgdesk.domain.profile import Endpoint

TIMEOUT_S: Final = 10.0


async def resolve(
    endpoints: Iterable[Endpoint], timeout_s: float = TIMEOUT_S
) -> dict[Endpoint, SocketAddress]:
    """The first address of each, all looked up at once; literals need no look-up.

    Raises:
        EndpointUnresolved: The first host name that has no address, or not in time.
    """
    wanted = tuple(dict.fromkeys(endpoints))
    found = await asyncio.gather(*(_resolve_one(endpoint, timeout_s) for endpoint in wanted))
    return dict(zip(wanted, found, strict=True))


async def _resolve_one(endpoint: Endpoint, timeout_s: float) -> SocketAddress:
    try:
        return SocketAddress(ip_address(endpoint.host), endpoint.port, endpoint.scope)
    except ValueError:
        host = await _look_up(endpoint.host, timeout_s)
    return SocketAddress(ip_address(host), endpoint.port)


async def _look_up(host: str, timeout_s: float) -> str:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout_s):
            found = await loop.getaddrinfo(
                host, None, type=socket.SOCK_DGRAM, proto=socket.IPPROTO_UDP
            )
    except TimeoutError as error:
        raise EndpointUnresolved(host, f"no answer in {timeout_s:g} s") from error
    except socket.gaierror as error:
        raise EndpointUnresolved(host, error.strerror or "the look-up failed") from error
    except UnicodeError as error:  # an over-long label; getaddrinfo encodes with IDNA
        raise EndpointUnresolved(host, "it is not a host name") from error
    return str(found[0][4][0])
