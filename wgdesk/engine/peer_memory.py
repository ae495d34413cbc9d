"""Peers that were read before and are the same bytes again need no decoding again."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

from wgdesk.domain.snapshot import PeerSnapshot


class PeerMemory:
    """The peers of one device, as they were read last.

    Of ten thousand peers few have anything new from one look to the next. What is remembered
    is found by a digest, because the bytes may hold a preshared key.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, PeerSnapshot] = {}

    def decode(
        self, parts: Iterable[bytes], decode: Callable[[bytes], PeerSnapshot]
    ) -> Iterator[PeerSnapshot]:
        """Each part's peer, by `decode` where it is new; all other peers are forgotten."""
        before, now = self._known, dict[bytes, PeerSnapshot]()
        for part in parts:
            digest = sha256(part).digest()
            peer = before.get(digest)
            if peer is None:
                peer = decode(part)
            now[digest] = peer
            yield peer
        self._known = now
