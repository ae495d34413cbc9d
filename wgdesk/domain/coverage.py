"""Sets of addresses as sorted spans: thousands of networks are compared in milliseconds."""

from bisect import bisect_right
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Span = tuple[int, int]

_LAST = {4: (1 << 32) - 1, 6: (1 << 128) - 1}


class Coverage:
    """Every address that lies in one of some networks."""

    def __init__(self, networks: Iterable[IPv4Network | IPv6Network]) -> None:
        found: dict[int, list[Span]] = {4: [], 6: []}
        for network in networks:
            first = int(network.network_address)
            size = 1 << (network.max_prefixlen - network.prefixlen)
            found[network.version].append((first, first + size - 1))
        self.spans = {version: _merged(spans) for version, spans in found.items()}

    def is_everything(self, version: int) -> bool:
        """Whether it is the whole of one family."""
        return self.spans[version] == [(0, _LAST[version])]

    def has(self, address: IPv4Address | IPv6Address) -> bool:
        """Whether the address lies in one of them."""
        number, spans = int(address), self.spans[address.version]
        at = bisect_right(spans, (number, _LAST[address.version]))
        return at > 0 and spans[at - 1][1] >= number

    def meets(self, other: "Coverage") -> bool:
        """Whether some address lies in both."""
        return any(_meet(self.spans[version], other.spans[version]) for version in _LAST)


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _meet(mine: list[Span], theirs: list[Span]) -> bool:
    here = there = 0
    while here < len(mine) and there < len(theirs):
        if mine[here][1] < theirs[there][0]:
            here += 1
        elif theirs[there][1] < mine[here][0]:
            there += 1
        else:
            return True
    return False
