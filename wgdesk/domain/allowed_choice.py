"""What goes through a peer, as a person chooses it, and the allowed IPs that say so. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network, summarize_address_range
from typing import Final

from wgdesk.domain.coverage import Coverage
from wgdesk.domain.profile import Network, network_key

_LAST: Final = {4: (1 << 32) - 1, 6: (1 << 128) - 1}
_EVERYTHING: Final = {4: ip_network("0.0.0.0/0"), 6: ip_network("::/0")}


@dataclass(frozen=True, slots=True)
class LocalRange:
    """Addresses that are never on the internet.

    Attributes:
        use: What they are for, as the end of “…: local networks”.
    """

    network: Network
    use: str


LOCAL_RANGES: Final = (
    LocalRange(ip_network("10.0.0.0/8"), "local networks"),  # RFC 1918
    LocalRange(ip_network("172.16.0.0/12"), "local networks"),
    LocalRange(ip_network("192.168.0.0/16"), "local networks"),
    LocalRange(ip_network("169.254.0.0/16"), "addresses of one link"),  # RFC 3927
    LocalRange(ip_network("224.0.0.0/4"), "multicast"),  # RFC 5771
    LocalRange(ip_network("255.255.255.255/32"), "broadcast"),
    LocalRange(ip_network("fc00::/7"), "local networks"),  # RFC 4193
    LocalRange(ip_network("fe80::/10"), "addresses of one link"),  # RFC 4291
    LocalRange(ip_network("ff00::/8"), "multicast"),
)


class Reach(StrEnum):
    """How much goes through."""

    ALL = "all"
    ALL_BUT_LOCAL = "all-but-local"
    ONLY = "only"


def reach_of(allowed: Sequence[Network]) -> Reach:
    """Which choice these allowed IPs are; `ONLY` for any that no other choice makes."""
    families = [version for version in (4, 6) if any(it.version == version for it in allowed)]
    if not families:
        return Reach.ONLY
    left = left_out(allowed)
    if not any(it.version in families for it in left):
        return Reach.ALL
    local = Coverage(it.network for it in LOCAL_RANGES)
    is_local = all(_within(it, local) for it in left if it.version in families)
    return Reach.ALL_BUT_LOCAL if is_local else Reach.ONLY


def all_networks(families: Iterable[int] = (4, 6)) -> tuple[Network, ...]:
    """The allowed IPs of `ALL`."""
    return tuple(_EVERYTHING[version] for version in families)


def all_but_local(
    families: Iterable[int] = (4, 6), inside: Iterable[Network] = ()
) -> tuple[Network, ...]:
    """The allowed IPs of `ALL_BUT_LOCAL`.

    `inside` is what of the local ranges goes through nevertheless, as the tunnel's own addresses
    and its name servers do.
    """
    wanted = set(families)
    out = [it.network for it in LOCAL_RANGES if it.network.version in wanted]
    kept = [network for network in inside if network.version in wanted]
    return _sorted([*_gaps(Coverage(out), wanted), *_only_missing(kept, Coverage(out))])


def left_out(allowed: Iterable[Network]) -> tuple[Network, ...]:
    """All that these allowed IPs do not have, in as few networks as possible."""
    return _sorted(_gaps(Coverage(allowed), {4, 6}))


def explain(allowed: Sequence[Network]) -> tuple[str, ...]:
    """What stays outside of `ALL` and `ALL_BUT_LOCAL`, a sentence each."""
    if not allowed or reach_of(allowed) is Reach.ONLY:
        return ()
    families = {it.version for it in allowed}
    sentences = [
        f"No {'IPv4' if version == 4 else 'IPv6'} goes through it."
        for version in (4, 6)
        if version not in families
    ]
    outside = Coverage(left_out(allowed))
    ranges = [it for it in LOCAL_RANGES if it.network.version in families]
    whole = [it for it in ranges if _within(it.network, outside)]
    for use in dict.fromkeys(it.use for it in whole):
        named = ", ".join(str(it.network) for it in whole if it.use == use)
        sentences.append(f"Outside stay {named}: {use}.")
    sentences += [
        f"Outside stay parts of {it.network}: {it.use}."
        for it in ranges
        if it not in whole and outside.meets(Coverage([it.network]))
    ]
    return tuple(sentences)


def _gaps(taken: Coverage, families: set[int]) -> list[Network]:
    """What lies between the spans."""
    found: list[Network] = []
    for version in sorted(families):
        first = 0
        for start, end in [*taken.spans[version], (_LAST[version] + 1, 0)]:
            if start > first:
                found += _networks(version, first, start - 1)
            first = end + 1
    return found


def _networks(version: int, first: int, last: int) -> Iterable[Network]:
    make = ip_address(0) if version == 4 else ip_address("::")
    return summarize_address_range(type(make)(first), type(make)(last))


def _only_missing(networks: Iterable[Network], out: Coverage) -> list[Network]:
    """Those of them that the local ranges would leave out."""
    return [it for it in dict.fromkeys(networks) if out.has(it.network_address)]


def _within(network: Network, outer: Coverage) -> bool:
    first = int(network.network_address)
    last = first + (1 << (network.max_prefixlen - network.prefixlen)) - 1
    return any(start <= first and last <= end for start, end in outer.spans[network.version])


def _sorted(networks: Iterable[Network]) -> tuple[Network, ...]:
    return tuple(sorted(networks, key=network_key))
