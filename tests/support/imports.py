"""An importer that keeps what it writes in memory, and things to import."""

import threading
from collections.abc import Sequence
from pathlib import Path

from tests.support.scenes import BROKEN, HOME, WORK
from wgdesk.client.importing import OnClash, Progress
from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.conf import read_profile
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.import_report import Candidate, Clash, ImportLine, Outcome
from wgdesk.domain.profile_summary import summary

ROAMING = HOME.replace(b"203.0.113.7", b"198.51.100.20")


class FakeImporter:
    """Stands for wgdesk.client.importing.Importer.

    Attributes:
        taken: Titles that are there already.
        written: Titles and contents, in the order in which they came.
        gate: Where it is closed, `run` waits before each candidate but the first.
    """

    def __init__(self, taken: Sequence[str] = ()) -> None:
        self.taken = set(taken)
        self.written: list[tuple[str, bytes]] = []
        self.gate = threading.Event()
        self.gate.set()

    def preview(self, candidates: Sequence[Candidate], on_clash: OnClash) -> tuple[ImportLine, ...]:
        return tuple(self._line(it, on_clash) for it in candidates)

    def run(
        self, candidates: Sequence[Candidate], on_clash: OnClash, progress: Progress
    ) -> tuple[ImportLine, ...]:
        lines, goes_on = [], True
        for number, candidate in enumerate(candidates):
            if number:
                self.gate.wait(10)
            goes_on = goes_on and progress(number, len(candidates))
            line = self._line(candidate, on_clash) if goes_on else a_skipped(candidate)
            if line.name:
                self.written.append((line.title, candidate.content))
            lines.append(line)
        return tuple(lines)

    def _line(self, candidate: Candidate, on_clash: OnClash) -> ImportLine:
        told = {"source": candidate.source, "title": candidate.title}
        told |= {"unsupported": candidate.unsupported}
        if candidate.refusal:
            return ImportLine(
                **told,
                outcome=Outcome.FAILED,
                why=candidate.refusal,
                remedy=candidate.remedy,
            )
        try:
            profile = read_profile(candidate.content)
        except WgdeskError as error:
            return ImportLine(**told, outcome=Outcome.FAILED, why=str(error), remedy=error.remedy)
        told |= {"summary": " ".join(summary(profile)), "name": candidate.title.lower()[:15]}
        if candidate.title not in self.taken:
            return ImportLine(**told, outcome=Outcome.IMPORTED)
        match on_clash(candidate, ProfileFile(candidate.title, Path("/nowhere"))):
            case Clash.SKIP:
                return ImportLine(**{**told, "name": ""}, outcome=Outcome.SKIPPED)
            case Clash.REPLACE:
                return ImportLine(**told, outcome=Outcome.REPLACED)
        new = {"title": f"{candidate.title} 2", "name": f"{candidate.title}2"}
        why = f"“{candidate.title}” is there already."
        return ImportLine(**{**told, **new}, outcome=Outcome.RENAMED, why=why)


def a_skipped(candidate: Candidate) -> ImportLine:
    return ImportLine(
        source=candidate.source,
        title=candidate.title,
        outcome=Outcome.SKIPPED,
        why="The import was cancelled.",
    )


def a_candidate(title: str, content: bytes = HOME, source: str = "") -> Candidate:
    return Candidate(source=source or f"{title}.conf", title=title, content=content)


MIXED = (
    a_candidate("home", HOME, "provider.zip, home.conf"),
    a_candidate("Zürich – Café 🇨🇭", ROAMING, "provider.zip, Zürich – Café 🇨🇭.conf"),  # noqa: RUF001
    a_candidate("work", WORK, "provider.zip, work.conf"),
    a_candidate("cafe", BROKEN, "provider.zip, cafe.conf"),
    Candidate(
        source="holiday.png",
        refusal="There is no QR code in it.",
        remedy="Choose a sharper picture in which the whole code is to be seen.",
    ),
)
