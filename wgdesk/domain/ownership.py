"""Which peer has which network: a device gives each to one peer, the last that asked for it. Pure."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from wgdesk.domain.keys import PublicKey
from wgdesk.domain.profile import Network, Profile

_MAPPED_BITS: Final = 96  # ::ffff:0:0/96


def owned(profile: Profile) -> Mapping[PublicKey, tuple[Network, ...]]:
    """Each peer's networks without those that a later peer has too."""
    owners = {unmapped(net): peer.public_key for peer in profile.peers for net in peer.allowed_ips}
    return {
        peer.public_key: tuple(
            net for net in peer.allowed_ips if owners[unmapped(net)] == peer.public_key
        )
        for peer in profile.peers
    }


def unmapped(network: Network) -> Network:
    """One value for IPv4 and IPv4 mapped into IPv6, which the userspace engine takes for one."""
    if isinstance(network, IPv6Network) and network.prefixlen >= _MAPPED_BITS:
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return IPv4Network((mapped, network.prefixlen - _MAPPED_BITS))
    return network
