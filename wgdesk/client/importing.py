# ruff: noqa: ARG002
"""Profiles from elsewhere become profiles of one's own; nothing is ever activated by it."""

from collections.abc import Callable, Sequence
from typing import Any

from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.import_report import Candidate, Clash, ImportLine, Outcome

Library = Any  # client.library.Library, which is not here yet

OnClash = Callable[[Candidate, ProfileFile], Clash]
Progress = Callable[[int, int], bool]


class Importer:
    """Blocking; whoever has a window calls it in a thread."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def run(
        self, candidates: Sequence[Candidate], on_clash: OnClash, progress: Progress
    ) -> tuple[ImportLine, ...]:
        """Write what can be written, and tell of each candidate what became of it, in order.

        `on_clash` is asked where another profile has the title already. `progress` is told how
        many of how many are done; False cancels: what was written stays, the rest is skipped.
        """
        return self._go(candidates, on_clash, progress)

    def preview(self, candidates: Sequence[Candidate], on_clash: OnClash) -> tuple[ImportLine, ...]:
        """What `run` would tell; nothing is written."""
        return self._go(candidates, on_clash, lambda *_: True)

    def _go(
        self, candidates: Sequence[Candidate], on_clash: OnClash, progress: Progress
    ) -> tuple[ImportLine, ...]:
        return tuple(
            ImportLine(
                source=it.source, title=it.title, outcome=Outcome.FAILED, why="It is not made yet."
            )
            for it in candidates
        )
