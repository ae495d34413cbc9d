"""Where the sections, keys and values of a profile's text stand, whether or not it is right. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wgdesk.domain.conf_lexer import (
    HOOK_KEYS,
    INTERFACE,
    PEER,
    SPACE,
    find_key,
    find_section,
    split_line,
    value_offset,
)

COMMENT: Final = "#"


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key = value` line.

    Attributes:
        line: From 0.
        key: As wg and wg-quick spell it; as it stands there where they do not know it.
        start: Of the value, in characters.
        end: Of the value; what follows is white space and a comment.
    """

    line: int
    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A header and what belongs to it.

    Attributes:
        kind: INTERFACE, PEER, or "" for one that nobody knows.
        first: Its first line: of the comments right above the header, or the header.
        header: The line of the header.
        last: Its last entry, with the comments right below it.
    """

    kind: str
    first: int
    header: int
    last: int
    entries: tuple[Entry, ...]

    def of(self, key: str) -> tuple[Entry, ...]:
        """The lines of one key, in order."""
        return tuple(entry for entry in self.entries if entry.key == key)


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole text.

    Attributes:
        interfaces: Several are read as one.
    """

    interfaces: tuple[Section, ...]
    peers: tuple[Section, ...]

    def sections(self, section: int | None) -> tuple[Section, ...]:
        """Those that are one: [Interface] for None, else the peer of that number, from 0."""
        return self.interfaces if section is None else (self.peers[section],)


def outline(lines: Sequence[str]) -> Outline:
    """Find everything in lines without their newlines."""
    headers = list(_headers(lines))
    found = [
        _section(lines, kind, header, _end_of(lines, headers, number))
        for number, (kind, header) in enumerate(headers)
    ]
    return Outline(
        tuple(it for it in found if it.kind == INTERFACE),
        tuple(it for it in found if it.kind == PEER),
    )


def value_end(line: str, key: str) -> int:
    """Where the value of a line ends; a command has its `#` in it, as the newest wg-quick says."""
    text = line if key in HOOK_KEYS else line.partition(COMMENT)[0]
    return max(value_offset(line), len(text.rstrip(SPACE)))


def _headers(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(lines):
        if "[" not in line:
            continue
        name, value = split_line(line)
        if value is None and name.startswith("["):
            yield find_section(name) or "", number


def _end_of(lines: Sequence[str], headers: list[tuple[str, int]], number: int) -> int:
    """One past the last line that can belong to a section."""
    if number + 1 == len(headers):
        return len(lines)
    return _first_of(lines, headers[number + 1][1], headers[number][1] + 1)


def _first_of(lines: Sequence[str], header: int, least: int = 0) -> int:
    """Where the comments right above a header begin."""
    first = header
    while first > least and lines[first - 1].lstrip(SPACE).startswith(COMMENT):
        first -= 1
    return first


def _section(lines: Sequence[str], kind: str, header: int, end: int) -> Section:
    entries = tuple(
        filter(None, (_entry(number, lines[number]) for number in range(header + 1, end)))
    )
    last = entries[-1].line if entries else header
    while last + 1 < end and lines[last + 1].strip(SPACE):
        last += 1
    return Section(kind, _first_of(lines, header), header, last, entries)


def _entry(number: int, line: str) -> Entry | None:
    name, value = split_line(line)
    if value is None:
        return None
    key = find_key(name) or name
    return Entry(number, key, value_offset(line), value_end(line, key))
