"""A text that is being edited: what is wrong with it and what it says, after every change. Pure.

The same as `conf.parse` says of the whole text. What is left out is reading values that were
there a moment ago: of 500 peers that is more than half of the time.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from wgdesk.domain.conf import MAX_PROFILE_BYTES, Document, parse, read_lines
from wgdesk.domain.conf_peer import remembering_values
from wgdesk.domain.line_edit import LineEdit, apply_edits
from wgdesk.domain.problem import Problem
from wgdesk.domain.profile import Profile

# Of each kind, a few hundred bytes each: more than a profile that a person edits has.
_REMEMBERED: Final = 8192
# A character has four bytes at most.
_SURELY_SMALL: Final = MAX_PROFILE_BYTES // 4


class LiveDocument:
    """Lines without their newlines; what is asked of them is worked out once after a change."""

    def __init__(self, lines: Sequence[str] = ("",)) -> None:
        self.lines: tuple[str, ...] = tuple(lines) or ("",)
        self._values = remembering_values(_REMEMBERED)
        self._document: Document | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._read().problems

    @property
    def profile(self) -> Profile | None:
        """None if any problem is an error."""
        return self._read().profile

    def content(self) -> bytes:
        """The text, byte by byte."""
        return "\n".join(self.lines).encode("utf-8", "surrogateescape")

    def replace(self, *edits: LineEdit) -> None:
        """Change some lines; all edits count in the old ones."""
        self.lines = apply_edits(self.lines, edits) or ("",)
        self._document = None

    def set_lines(self, lines: Iterable[str]) -> None:
        """Another text."""
        self.lines = tuple(lines) or ("",)
        self._document = None

    def _read(self) -> Document:
        if self._document is None:
            self._document = self._read_now()
        return self._document

    def _read_now(self) -> Document:
        is_text = "\0" not in self.lines[0] and not self.lines[0].startswith(("\udcff", "\udcfe"))
        is_small = sum(map(len, self.lines)) + len(self.lines) < _SURELY_SMALL
        if is_text and is_small and not any("\0" in line for line in self.lines):
            return read_lines(self.lines, self._values)
        return parse(self.content())
