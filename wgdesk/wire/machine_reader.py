"""`List`'s answers, one after the other: what stands in one as in the last is not read again. Pure.

Whoever looks every second at 10,000 peers gets 3 MB of JSON each time, of which little is new, and
less than a third of a second to read it in without being noticed. So a peer whose text is the same
stays the same object, and reading can be left and gone on with.
"""

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from wgdesk.domain.errors import InvalidRequest
from wgdesk.domain.snapshot import MachineSnapshot, PeerSnapshot, TunnelSnapshot
from wgdesk.wire import codec

PIECE: Final = 250  # peers that are read without a break
# As `codec` writes them. Inside a JSON string a quotation mark has a backslash before it, so none
# of these can be part of one.
_FIRST: Final = '"peers":[{"public_key":'
_NEXT: Final = '},{"public_key":'
_LAST: Final = '}],"routes":'
_CROWD: Final = "crowd"

Reading = Generator[None, None, MachineSnapshot]


@dataclass(frozen=True, slots=True)
class _Frame:
    """An answer without its peers.

    Attributes:
        text: It, with the number of each crowd in the place of its peers.
        crowds: By tunnel id, the number of the crowd that belongs there.
    """

    text: str
    machine: MachineSnapshot
    crowds: dict[str, int]


class MachineReader:
    def __init__(self) -> None:
        self._frame: _Frame | None = None
        self._known: dict[str, PeerSnapshot] = {}
        self._last: dict[str, TunnelSnapshot] = {}

    def read(self, text: str) -> Reading:
        """Each `next` does a piece of the work; the last one gives the machine.

        Raises:
            InvalidRequest: As `codec`.
        """
        parts = _split(text)
        if parts is None:  # written by somebody else, or by another version
            return codec.machine_from(codec.decode(text))
        frame_text, crowds = parts
        frame = self._read_frame(frame_text)
        known: dict[str, PeerSnapshot] = {}
        read: list[tuple[PeerSnapshot, ...]] = []
        for crowd in crowds:
            peers: list[PeerSnapshot] = []
            for first in range(0, len(crowd), PIECE):
                peers += self._read_peers(crowd[first : first + PIECE], known)
                yield
            read.append(tuple(peers))
        self._known = known
        return self._put_together(frame, read)

    def _read_frame(self, text: str) -> _Frame:
        if self._frame is None or self._frame.text != text:
            document = codec.decode(text)
            machine = codec.machine_from(document)
            crowds = {it["id"]: it[_CROWD] for it in document["tunnels"] if _CROWD in it}
            self._frame = _Frame(text, machine, crowds)
        return self._frame

    def _read_peers(
        self, texts: Sequence[str], known: dict[str, PeerSnapshot]
    ) -> list[PeerSnapshot]:
        for text in texts:
            known[text] = self._known.get(text) or _read_peer(text)
        return [known[text] for text in texts]

    def _put_together(
        self, frame: _Frame, crowds: Sequence[tuple[PeerSnapshot, ...]]
    ) -> MachineSnapshot:
        tunnels: list[TunnelSnapshot] = []
        for tunnel in frame.machine.tunnels:
            number = frame.crowds.get(tunnel.id)
            peers = () if number is None else crowds[number]
            whole = replace(tunnel, device=replace(tunnel.device, peers=peers))
            last = self._last.get(tunnel.id)
            tunnels.append(last if last is not None and last == whole else whole)
        self._last = {tunnel.id: tunnel for tunnel in tunnels}
        return replace(frame.machine, tunnels=tuple(tunnels))


def _split(text: str) -> tuple[str, list[list[str]]] | None:
    """The frame, and the texts of each tunnel's peers; None where it is written otherwise."""
    before, *rest = text.split(_FIRST)
    frame, crowds = [before], list[list[str]]()
    for part in rest:
        inside, end, after = part.partition(_LAST)
        if not end:
            return None
        frame.append(f'"peers":[],"{_CROWD}":{len(crowds)},"routes":{after}')
        crowds.append(inside.split(_NEXT))
    return "".join(frame), crowds


def _read_peer(text: str) -> PeerSnapshot:
    try:
        document = json.loads(f'{{"public_key":{text}}}')
    except ValueError as error:
        raise InvalidRequest("the answer is not JSON") from error
    return codec.peer_from(document)
