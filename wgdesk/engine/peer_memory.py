"""Peers that were read before and are the same bytes again need no decoding again."""

from collections.abc import Callable, Iterable, Iterator

from wgdesk.domain.snapshot import PeerSnapshot


class PeerMemory:
    """The peers of one device, as they were read last.

    Of ten thousand peers few have anything new from one look to the next. What is remembered
    is found by a hash, because the bytes may hold a preshared key; Python's has 64 bits and a
    secret of this process.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], PeerSnapshot] = {}

    def decode(
        self, parts: Iterable[bytes], decode: Callable[[bytes], PeerSnapshot]
    ) -> Iterator[PeerSnapshot]:
        """Each part's peer, by `decode` where it is new; all other peers are forgotten."""
        before, now = self._known, dict[tuple[int, int], PeerSnapshot]()
        for part in parts:
            known_by = hash(part), len(part)
            peer = before.get(known_by)
            if peer is None:
                peer = decode(part)
            now[known_by] = peer
            yield peer
        self._known = now
