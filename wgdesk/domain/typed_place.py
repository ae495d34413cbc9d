"""Servers, networks and name servers as a person types them, outside of any profile. Pure.

What is accepted is what a profile may have; every function raises BadValue with what is wrong.
"""

from typing import Final

from wgdesk.domain.conf_addresses import parse_allowed_ip, parse_dns, parse_endpoint
from wgdesk.domain.conf_report import BadValue
from wgdesk.domain.profile import Address, Network

_ANY_PORT: Final = 1


def typed_host(text: str) -> str:
    """A host name or an address, an IPv6 one with brackets or without them; no port."""
    bare = text.strip()
    if bare.startswith("[") and bare.endswith("]"):
        bare = bare[1:-1]
    if not bare:
        raise BadValue("missing-host", "a host name or an address is missing")
    if bare.count(":") == 1:
        raise BadValue("host-port", "the port does not belong here", "Write it by itself.")
    parse_endpoint(f"[{bare}]:{_ANY_PORT}" if ":" in bare else f"{bare}:{_ANY_PORT}")
    return bare


def typed_place(text: str, usual_port: int) -> tuple[str, int]:
    """HOST, HOST:PORT, IPV6 or [IPV6]:PORT."""
    bare = text.strip()
    if ":" not in bare or bare.endswith("]") or (bare.count(":") > 1 and bare[0] != "["):
        return typed_host(bare), usual_port
    endpoint = parse_endpoint(bare)
    return str(endpoint).rpartition(":")[0].removeprefix("[").removesuffix("]"), endpoint.port


def typed_network(text: str) -> Network:
    """An address with a prefix length, or a single one; what is behind the prefix is dropped."""
    try:
        return parse_allowed_ip(text.strip()).network
    except BadValue as bad:
        if bad.code not in ("allowed-ip", "empty-element"):
            raise
        raise BadValue("network", "a network must look like 192.168.1.0/24 or fd00::/64") from None


def typed_name_server(text: str) -> Address:
    """The address of a name server."""
    found = parse_dns(text.strip())
    if isinstance(found, str):
        raise BadValue("dns-server", "a DNS server must be an IP address, without a port")
    return found
