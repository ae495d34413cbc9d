"""Finding a tunnel by what a person remembers of it. No Qt."""

from collections.abc import Iterable

from wgdesk.ui.faces import face
from wgdesk.ui.picture import TunnelRow


def find_rows(rows: tuple[TunnelRow, ...], text: str) -> tuple[TunnelRow, ...]:
    """The rows in which every word of `text` occurs; all of them for no word."""
    words = text.casefold().split()
    if not words:
        return rows
    return tuple(row for row in rows if _has_all(row, words))


def _has_all(row: TunnelRow, words: Iterable[str]) -> bool:
    """Most rows are decided by their name; the rest costs more."""
    name = row.name.casefold()
    missing = [word for word in words if word not in name]
    if not missing:
        return True
    rest = " ".join((face(row).word, *_addresses(row))).casefold()
    return all(word in rest for word in missing)


def _addresses(row: TunnelRow) -> Iterable[str]:
    """Its own, and where its first peer is."""
    if row.profile is None:
        return ()
    own = tuple(map(str, row.profile.interface.addresses))
    return own + tuple(str(peer.endpoint) for peer in row.profile.peers[:1] if peer.endpoint)
