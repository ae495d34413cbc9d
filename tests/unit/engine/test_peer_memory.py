"""What was decoded before is not decoded again."""

from wgdesk.domain.snapshot import PeerSnapshot
from wgdesk.engine.peer_memory import PeerMemory


class Decoder:
    def __init__(self) -> None:
        self.decoded: list[bytes] = []

    def __call__(self, part: bytes) -> PeerSnapshot:
        self.decoded.append(part)
        return PeerSnapshot(public_key=part, received_bytes=len(part))


def test_only_what_is_new_is_decoded_and_order_is_kept():
    memory, decoder = PeerMemory(), Decoder()
    first = list(memory.decode([b"a", b"b"], decoder))
    again = list(memory.decode([b"b", b"c", b"a"], decoder))
    assert decoder.decoded == [b"a", b"b", b"c"]
    assert [peer.public_key for peer in again] == [b"b", b"c", b"a"]
    assert again[2] is first[0]


def test_what_is_not_there_any_more_is_forgotten():
    memory, decoder = PeerMemory(), Decoder()
    for parts in ([b"a"], [], [b"a"]):
        list(memory.decode(parts, decoder))
    assert decoder.decoded == [b"a", b"a"]


def test_nothing_that_was_read_is_kept_as_it_was():
    memory = PeerMemory()
    list(memory.decode([b"a preshared key"], Decoder()))
    assert "a preshared key" not in repr(list(memory._known))
