"""Finding a tunnel by what a person remembers of it. No Qt."""

from collections.abc import Iterable
from typing import Final

from wgdesk.domain.names import natural_key
from wgdesk.ui.faces import face
from wgdesk.ui.picture import TunnelRow

TAG_SIGN: Final = "#"


def find_rows(rows: tuple[TunnelRow, ...], text: str) -> tuple[TunnelRow, ...]:
    """The rows in which every word of `text` occurs; all of them for no word.

    A word after `#` is a whole tag, or the beginning of one.
    """
    words = text.casefold().split()
    if not words:
        return rows
    tags = [word[1:] for word in words if word[0] == TAG_SIGN and len(word) > 1]
    rest = [word for word in words if word[0] != TAG_SIGN]
    return tuple(row for row in rows if _has_tags(row, tags) and _has_all(row, rest))


def all_tags(rows: Iterable[TunnelRow]) -> tuple[str, ...]:
    """Every tag that is in use, once, whatever its case, in the order of their names."""
    found: dict[str, str] = {}
    for row in rows:
        for tag in row.tags:
            found.setdefault(tag.casefold(), tag)
    return tuple(sorted(found.values(), key=natural_key))


def _has_tags(row: TunnelRow, tags: Iterable[str]) -> bool:
    folded = [tag.casefold() for tag in row.tags]
    return all(any(tag.startswith(wanted) for tag in folded) for wanted in tags)


def _has_all(row: TunnelRow, words: Iterable[str]) -> bool:
    """Most rows are decided by their name; the rest costs more."""
    name = f"{row.title} {row.name}".casefold()
    missing = [word for word in words if word not in name]
    if not missing:
        return True
    rest = " ".join((face(row).word, *row.tags, *_addresses(row))).casefold()
    return all(word in rest for word in missing)


def _addresses(row: TunnelRow) -> Iterable[str]:
    """Its own, and where its first peer is."""
    if row.profile is None:
        return ()
    own = tuple(map(str, row.profile.interface.addresses))
    return own + tuple(str(peer.endpoint) for peer in row.profile.peers[:1] if peer.endpoint)
