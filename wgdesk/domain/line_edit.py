"""A change of some lines of a text, as a value. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineEdit:
    """Lines `first` up to, but without, `last` are replaced by `lines`; all counted from 0.

    `first == last` inserts before `first`. A line has no newline; where the text ends its lines
    with CR LF, the CR is part of the line.
    """

    first: int
    last: int
    lines: tuple[str, ...] = ()


def apply_edits(lines: Sequence[str], edits: Iterable[LineEdit]) -> tuple[str, ...]:
    """The lines with every edit done; edits do not overlap and count in the old lines."""
    changed = list(lines)
    for edit in sorted(edits, key=lambda it: (it.first, it.last), reverse=True):
        changed[edit.first : edit.last] = edit.lines
    return tuple(changed)
